"""States of volunteers and service records, and what leads on (domain.md 3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class VolunteerStatus(StrEnum):
    """Where a volunteer is (domain.md VOL-09)."""

    ENTERED = "entered"
    REGISTERED = "registered"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    DECEASED = "deceased"


class VolunteerAction(StrEnum):
    """What can be done to a volunteer."""

    ENTER_AGAIN = "enter_again"
    REGISTER = "register"
    GO_DORMANT = "go_dormant"
    WAKE = "wake"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    DIE = "die"
    UNDO_DEATH = "undo_death"


_V, _VA = VolunteerStatus, VolunteerAction

VOLUNTEER_TRANSITIONS: Mapping[tuple[VolunteerStatus, VolunteerAction], VolunteerStatus] = {
    (_V.WITHDRAWN, _VA.ENTER_AGAIN): _V.ENTERED,
    (_V.REVOKED, _VA.ENTER_AGAIN): _V.ENTERED,
    (_V.ENTERED, _VA.REGISTER): _V.REGISTERED,
    (_V.ENTERED, _VA.GO_DORMANT): _V.DORMANT,
    (_V.REGISTERED, _VA.GO_DORMANT): _V.DORMANT,
    (_V.DORMANT, _VA.WAKE): _V.ENTERED,  # or what it was before, see standing.wake
    (_V.ENTERED, _VA.REVOKE): _V.REVOKED,
    (_V.ENTERED, _VA.WITHDRAW): _V.WITHDRAWN,
    (_V.REGISTERED, _VA.WITHDRAW): _V.WITHDRAWN,
    (_V.DORMANT, _VA.WITHDRAW): _V.WITHDRAWN,
    (_V.SUSPENDED, _VA.WITHDRAW): _V.WITHDRAWN,
    (_V.ENTERED, _VA.DIE): _V.DECEASED,
    (_V.REGISTERED, _VA.DIE): _V.DECEASED,
    (_V.DORMANT, _VA.DIE): _V.DECEASED,
    (_V.SUSPENDED, _VA.DIE): _V.DECEASED,
    (_V.DECEASED, _VA.UNDO_DEATH): _V.ENTERED,  # or what it was before, see Death
}

#: States in which somebody gives service and counts as a volunteer.
SERVING = (_V.ENTERED, _V.REGISTERED, _V.DORMANT)
#: States from which somebody leaves: leaving is free for who is suspended, too (VOL-09).
MAY_LEAVE = (*SERVING, _V.SUSPENDED)


class ServiceField(StrEnum):
    """Fields of service (domain.md VOL-11)."""

    RESCUE = "rescue"
    HEALTH = "health"
    AID = "aid"
    STEM_CELLS = "stem_cells"
    BODY_DONATION = "body_donation"
    BLOOD = "blood"
    HIV = "hiv"
    VALUES = "values"
    FUNDRAISING = "fundraising"
    OVERSEAS = "overseas"
    FIRST_AID = "first_aid"
    LIFE_EDUCATION = "life_education"
    DROWNING = "drowning"
    YOUTH = "youth"
    RELIEF_GOODS = "relief_goods"
    OTHER = "other"


class WorkKind(StrEnum):
    """What was done: only service counts as hours of service (domain.md VOL-27, LED-08)."""

    SERVICE = "service"
    MEETING = "meeting"
    TRAINING = "training"
    DUTY = "duty"


class ServiceMethod(StrEnum):
    """How a service was recorded; shown to everyone who sees the hours (ux.md 5.2)."""

    SCANNED = "scanned"
    FIXED_CODE = "fixed_code"
    ROLL_CALL = "roll_call"
    SELF_REPORTED = "self_reported"
    ENTERED_FOR = "entered_for"
    ENTERED_LATER = "entered_later"
    IMPORTED = "imported"


class ServiceStatus(StrEnum):
    """Where a service record is."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    UPHELD = "upheld"
    DISOWNED = "disowned"


class ServiceAction(StrEnum):
    """What can be done to a service record."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"
    UNDO_CONFIRM = "undo_confirm"
    UNDO_REFUSE = "undo_refuse"
    OBJECT = "object"
    GRANT_OBJECTION = "grant_objection"
    UPHOLD = "uphold"
    CORRECT = "correct"
    DISOWN = "disown"
    VOID = "void"
    APPEAL = "appeal"
    AGREE = "agree"
    DISPUTE = "dispute"


_S, _A = ServiceStatus, ServiceAction

SERVICE_TRANSITIONS: Mapping[tuple[ServiceStatus, ServiceAction], ServiceStatus] = {
    (_S.PENDING, _A.CONFIRM): _S.CONFIRMED,
    (_S.PENDING, _A.REFUSE): _S.REFUSED,
    (_S.PENDING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PENDING, _A.TAKE_BACK): _S.WITHDRAWN,
    (_S.CONFIRMED, _A.TAKE_BACK): _S.WITHDRAWN,
    (_S.PENDING, _A.AGREE): _S.PENDING,
    (_S.PENDING, _A.DISPUTE): _S.PENDING,
    (_S.PENDING, _A.DISOWN): _S.DISOWNED,
    (_S.CONFIRMED, _A.DISOWN): _S.DISOWNED,
    (_S.CONFIRMED, _A.UNDO_CONFIRM): _S.PENDING,
    (_S.CONFIRMED, _A.CORRECT): _S.CONFIRMED,
    (_S.CONFIRMED, _A.VOID): _S.REFUSED,
    (_S.REFUSED, _A.UNDO_REFUSE): _S.PENDING,
    (_S.REFUSED, _A.OBJECT): _S.OBJECTED,
    (_S.OBJECTED, _A.GRANT_OBJECTION): _S.CONFIRMED,
    (_S.OBJECTED, _A.UPHOLD): _S.UPHELD,
    (_S.UPHELD, _A.APPEAL): _S.OBJECTED,  # at the next level, once
}


#: States whose time counts when another record of the same person is entered.
STANDING = (_S.PENDING, _S.CONFIRMED, _S.OBJECTED)


class RefusalReason(StrEnum):
    """Reasons for not accepting a service record."""

    NOT_OURS = "not_ours"
    NOT_THERE = "not_there"
    TOO_LONG = "too_long"
    DOUBLE = "double"
    OTHER = "other"
    CHECKED = "checked"  # only after a hold was looked into


#: Reasons that somebody may choose by himself.
CHOSEN_REASONS = tuple(one for one in RefusalReason if one is not RefusalReason.CHECKED)


class Doubt(StrEnum):
    """Why a service record is looked at one by one before it is confirmed (ux.md S26)."""

    LONG = "long"
    DAY = "day"
    WEEK = "week"
    BURST = "burst"
    OVERLAP = "overlap"
    DEVICE = "device"
    CLAIMED = "claimed"
    NO_CHECK_OUT = "no_check_out"
    CLOCK = "clock"
    HELD = "held"  # a hold over it is open
    DISPUTED = "disputed"  # the volunteer calls the proposed time wrong


def doubts_of(text: str) -> list[Doubt]:
    """Return the doubts that a record keeps as one text."""
    return [Doubt(doubt) for doubt in text.split(",") if doubt]


def with_doubt(text: str, doubt: Doubt) -> str:
    """Return the text of the doubts with one more, once."""
    known = doubts_of(text)
    return text if doubt in known else ",".join([*known, doubt])


def without_doubt(text: str, doubt: Doubt) -> str:
    """Return the text of the doubts without one of them."""
    return ",".join(one for one in doubts_of(text) if one is not doubt)


def is_proposed(
    attendance_id: int | None, submitted_by_id: int | None, user_id: int | None
) -> bool:
    """Return whether somebody else said for the account's holder how long he was there (S6)."""
    return attendance_id is not None and submitted_by_id not in (None, user_id)


class EntryKind(StrEnum):
    """Kinds of ledger entries: a correction is a reversal and a new credit."""

    CREDIT = "credit"
    REVERSAL = "reversal"
