"""The registered grade: what it asks for, and where an application is (VOL-01, VOL-02). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rules import N_, RuleViolation
from volunteers.rules.decisions import check_reason
from volunteers.rules.states import VolunteerStatus


class RegistrationStatus(StrEnum):
    """Where an application for the registered grade is."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class RegistrationAction(StrEnum):
    """What can be done to an application for the registered grade."""

    RETURN = "return"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_S, _A = RegistrationStatus, RegistrationAction

#: LAPSE: the volunteer left, died or became another record before anybody decided.
REGISTRATION_TRANSITIONS: Mapping[
    tuple[RegistrationStatus, RegistrationAction], RegistrationStatus
] = {
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.LAPSE): _S.WITHDRAWN,
    (_S.RETURNED, _A.RESUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.LAPSE): _S.WITHDRAWN,
}
REGISTRATION_OPEN = (_S.SUBMITTED, _S.RETURNED)


class RegistrationReturn(StrEnum):
    """Why an application came back."""

    IDENTITY = "identity"
    HOURS = "hours"
    CONSENT = "consent"
    OTHER = "other"


class Requirement(StrEnum):
    """What the registered grade asks for."""

    SERVING = "serving"
    HOURS = "hours"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the registered grade asks for, and whether it is there.

    For hours: the minutes that count, that are needed and that wait for confirmation.
    """

    requirement: Requirement
    is_met: bool
    minutes: int = 0
    needed: int = 0
    waiting: int = 0

    @property
    def missing(self) -> int:
        return max(self.needed - self.minutes, 0)


def needs(
    status: VolunteerStatus, hours: tuple[int, int, int], *, consent: bool | None
) -> list[Need]:
    """Return the whole list, met or not (VOL-01).

    ``hours`` are the minutes that count, those needed, those waiting; ``consent`` tells of the
    guardian's consent to volunteering, None for an adult (decisions.md D5).
    """
    minutes, needed, waiting = hours
    found = [
        Need(Requirement.HOURS, minutes >= needed, minutes, needed, waiting),
        Need(Requirement.SERVING, status is VolunteerStatus.ENTERED),
    ]
    if consent is not None:
        found.append(Need(Requirement.CONSENT, consent))
    return found


def is_ready(found: Sequence[Need]) -> bool:
    """Return whether nothing is missing."""
    return all(need.is_met for need in found)


def check_ready(found: Sequence[Need]) -> None:
    """Raise RuleViolation where something is missing."""
    if not is_ready(found):
        raise RuleViolation("", N_("条件还不够，请看下面缺什么"))


def check_registrar(subject_person: int, person_id: int | None, *, is_ward: bool) -> None:
    """Raise RuleViolation where somebody decides his own application, or his ward's (LED-04)."""
    if subject_person == person_id:
        raise RuleViolation("", N_("不能办理自己的申请，请别人办"))
    if is_ward:
        raise RuleViolation("", N_("不能办理自己监护的孩子的申请，请别人办"))


def check_return(reason: RegistrationReturn, note: str) -> str:
    """Return the note of a return; a reason that says nothing needs one (ux.md S25)."""
    return check_reason(note, "note", needed=reason is RegistrationReturn.OTHER)
