"""Applications to join: states, flags, reasons, who has to agree (domain.md 2.2, 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from core.rules import AGE_OF_MAJORITY, N_, RuleViolation, check_shown


class ApplicationKind(StrEnum):
    """What somebody applies for."""

    MEMBER = "member"
    VOLUNTEER = "volunteer"


class ApplicationStatus(StrEnum):
    """Where an application is."""

    CONSENT_PENDING = "consent_pending"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class ApplicationAction(StrEnum):
    """What can be done to an application."""

    CONSENT = "consent"
    REFUSE_CONSENT = "refuse_consent"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    UNDO_APPROVAL = "undo_approval"
    UNDO_RETURN = "undo_return"
    CLOSE = "close"
    REOPEN = "reopen"


_S, _A = ApplicationStatus, ApplicationAction

APPLICATION_TRANSITIONS: Mapping[tuple[ApplicationStatus, ApplicationAction], ApplicationStatus] = {
    (_S.CONSENT_PENDING, _A.CONSENT): _S.SUBMITTED,
    (_S.CONSENT_PENDING, _A.REFUSE_CONSENT): _S.WITHDRAWN,
    (_S.CONSENT_PENDING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.REJECT): _S.REJECTED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.RESUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.UNDO_RETURN): _S.SUBMITTED,
    (_S.APPROVED, _A.UNDO_APPROVAL): _S.SUBMITTED,
    # The organization was closed: free to apply elsewhere at once; open again if by mistake.
    (_S.CONSENT_PENDING, _A.CLOSE): _S.CLOSED,
    (_S.SUBMITTED, _A.CLOSE): _S.CLOSED,
    (_S.RETURNED, _A.CLOSE): _S.CLOSED,
    (_S.CLOSED, _A.REOPEN): _S.SUBMITTED,  # or what it was before, see its history
}

#: States in which a person may not apply for the same thing again.
OPEN_STATES = (_S.CONSENT_PENDING, _S.SUBMITTED, _S.RETURNED)


class Flag(StrEnum):
    """Why an application needs a look before it is approved (ux.md 5.2)."""

    DUPLICATE = "duplicate"
    ID_IN_USE = "id_in_use"
    MINOR = "minor"
    OTHER_COUNTY = "other_county"
    EXPELLED = "expelled"


def flags_of(text: str) -> list[Flag]:
    """Return the flags that an application keeps as one text."""
    return [Flag(flag) for flag in text.split(",") if flag]


#: Flags that keep an application out of the group that is approved at once (ux.md B1). A region
#: of another county is told, and is no reason to wait.
DOUBTFUL = frozenset({Flag.DUPLICATE, Flag.ID_IN_USE, Flag.MINOR, Flag.EXPELLED})


class ReturnReason(StrEnum):
    """Reasons a secretary picks when returning an application (ux.md S25)."""

    NAME_MISMATCH = "name_mismatch"
    ID_WRONG = "id_wrong"
    NOT_OURS = "not_ours"
    CONSENT_MISSING = "consent_missing"
    OTHER = "other"


def reasons_for(flags: Iterable[Flag]) -> list[ReturnReason]:
    """Return the reasons that fit an application: only a minor can lack a guardian's consent."""
    is_minor = Flag.MINOR in flags
    return [one for one in ReturnReason if is_minor or one is not ReturnReason.CONSENT_MISSING]


class JoinField(StrEnum):
    """What a returned application lets its applicant change."""

    NAME = "name"
    ID_NUMBER = "id_number"


#: Only the named fields open again (ux.md S05). Another organization or a guardian's consent
#: needs a new application.
FIELDS_TO_FIX: Mapping[ReturnReason, tuple[JoinField, ...]] = {
    ReturnReason.NAME_MISMATCH: (JoinField.NAME,),
    ReturnReason.ID_WRONG: (JoinField.ID_NUMBER,),
    ReturnReason.NOT_OURS: (),
    ReturnReason.CONSENT_MISSING: (),
    ReturnReason.OTHER: (JoinField.NAME, JoinField.ID_NUMBER),
}


class JoinWay(StrEnum):
    """Who has to agree before somebody becomes a volunteer (decisions.md D5)."""

    OWN = "own"
    WITH_CONSENT = "with_consent"
    THROUGH_GUARDIAN = "through_guardian"


MAX_NOTE = 200


def check_adult(age: int, min_age: int) -> None:
    """Raise RuleViolation for an applicant who is not of age (domain.md MEM-05)."""
    if age < min_age:
        raise RuleViolation(
            "id_number",
            N_("成人会员要满 %(age)d 岁。在校学生可以在学校加入，成为青少年会员"),
            age=min_age,
        )


def is_doubtful(flags: Iterable[Flag]) -> bool:
    """Return whether an application must be looked at before approval."""
    return not DOUBTFUL.isdisjoint(flags)


def volunteer_way(age: int | None, *, min_age: int, min_age_alone: int) -> JoinWay:
    """Return who has to agree for a volunteer of an age; an unknown age was told to be adult.

    Raises RuleViolation below the lowest age (domain.md VOL-04).
    """
    if age is None or age >= AGE_OF_MAJORITY:
        return JoinWay.OWN
    if age < min_age:
        raise RuleViolation(
            "born_on", N_("未满 %(age)d 岁不能当志愿者，可以和家人一起参加活动"), age=min_age
        )
    return JoinWay.WITH_CONSENT if age >= min_age_alone else JoinWay.THROUGH_GUARDIAN


def believed_birth(known: date | None, told: date | None, known_age: int | None) -> date | None:
    """Return the birth day that counts before a document was seen.

    Nobody comes of age by his own word: where a minor's day is known, the later one counts (D5).
    """
    if known is None or told is None:
        return known or told
    return told if known_age is None or known_age >= AGE_OF_MAJORITY else max(known, told)


def fields_to_fix(reason: ReturnReason, kind: ApplicationKind) -> tuple[JoinField, ...]:
    """Return what may be changed before an application is handed in again."""
    if kind is ApplicationKind.MEMBER:
        return FIELDS_TO_FIX[reason]
    return tuple(field for field in FIELDS_TO_FIX[reason] if field is not JoinField.ID_NUMBER)


def check_note(reason: ReturnReason, note: str) -> str:
    """Return the trimmed note of a return; the reason "other" needs one, 200 characters at most."""
    text = check_shown(note.strip(), "note")
    if len(text) > MAX_NOTE:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_NOTE)
    if reason is ReturnReason.OTHER and not text:
        raise RuleViolation("note", N_("请写明要改什么"))
    return text


def is_filing_due(deadline: date, today: date) -> bool:
    """Return whether an unanswered filing is filed by itself: from its last day on (D16)."""
    return today >= deadline
