"""Where a guardian's consent is, and what may be done to it (domain.md, state machines)."""

from collections.abc import Mapping
from enum import StrEnum

from core.rules import N_, RuleViolation


class ConsentStatus(StrEnum):
    """Where a guardian's consent is."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ConsentPurpose(StrEnum):
    """What is consented to: data and joining are stored apart (domain.md PRI-03)."""

    DATA = "data"
    VOLUNTEERING = "volunteering"
    JOINING = "joining"


class ConsentAction(StrEnum):
    """What can be done to a request for consent."""

    GIVE = "give"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    ASK_AGAIN = "ask_again"


_S, _A = ConsentStatus, ConsentAction

#: A refusal is final: it is not chased (ux.md G1). A link that ran out may be asked for again.
CONSENT_TRANSITIONS: Mapping[tuple[ConsentStatus, ConsentAction], ConsentStatus] = {
    (_S.REQUESTED, _A.GIVE): _S.GIVEN,
    (_S.REQUESTED, _A.REFUSE): _S.REFUSED,
    (_S.REQUESTED, _A.LAPSE): _S.LAPSED,
    (_S.GIVEN, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.LAPSED, _A.ASK_AGAIN): _S.REQUESTED,
}


def check_guardian(guardian_phone: str, ward_phone: str) -> None:
    """Raise RuleViolation where the guardian would answer on the ward's own phone (PRV-11).

    Where no phone is known, on paper, there is none to compare.
    """
    if guardian_phone and guardian_phone == ward_phone:
        raise RuleViolation("guardian_phone", N_("监护人的手机号不能和申请人的一样"))


def check_asked(refusals: int) -> None:
    """Raise RuleViolation where a guardian said no twice: a refusal is chased once (ux.md G1)."""
    if refusals > 1:
        raise RuleViolation("guardian_phone", N_("监护人已经回答过不同意，请先当面商量"))
