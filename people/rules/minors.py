"""Who may look at what is kept of a minor: approved, for a purpose, for a time (domain.md PRI-04).

Pure: who decides and what is kept stands in operations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown
from people.rules.ages import is_minor_on

MAX_ANSWER = 100
_NUMBER = re.compile(r"[0-9]{5}")


class MinorField(StrEnum):
    """What is kept of a minor besides his own phone and document, one at a time."""

    BORN_ON = "born_on"
    GUARDIAN_NAME = "guardian_name"
    GUARDIAN_PHONE = "guardian_phone"


class ApprovalStatus(StrEnum):
    """Where a request to look is; one that is over keeps its status, its end tells."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


class ApprovalAction(StrEnum):
    """What a responsible person does with a request."""

    APPROVE = "approve"
    REFUSE = "refuse"
    REVOKE = "revoke"


_S, _A = ApprovalStatus, ApprovalAction

APPROVAL_TRANSITIONS: Mapping[tuple[ApprovalStatus, ApprovalAction], ApprovalStatus] = {
    (_S.ASKED, _A.APPROVE): _S.APPROVED,
    (_S.ASKED, _A.REFUSE): _S.REFUSED,
    (_S.APPROVED, _A.REVOKE): _S.REVOKED,
}


def is_protected(born_on: date | None, day: date) -> bool:
    """Return whether looking at somebody needs approval on a day: under 18 (domain.md PRI-04)."""
    return born_on is not None and is_minor_on(born_on, day)


def check_refusal(text: str) -> str:
    """Return why a request is refused; it is written down (domain.md PRI-05)."""
    words = check_shown(" ".join(text.split()), "why")
    if not words:
        raise RuleViolation("why", N_("请写明原因"))
    if len(words) > MAX_ANSWER:
        raise RuleViolation("why", N_("最多 %(limit)d 个字"), limit=MAX_ANSWER)
    return words


def check_unnamed(note: str, names: Iterable[str]) -> None:
    """Raise RuleViolation where words that an upper level reads tell who a child is (D10).

    A name, or five digits on end: a number of whatever kind.
    """
    if any(one and one in note for one in names) or _NUMBER.search(note):
        raise RuleViolation("note", N_("说明会给上级看，请不要写姓名和号码"))


def check_other(decider_id: int | None, asker_id: int) -> None:
    """Raise RuleViolation where somebody would approve what he asked for himself (PRV-10)."""
    if decider_id is None or decider_id == asker_id:
        raise RuleViolation("", N_("不能批准自己的申请，请另一位办"))
