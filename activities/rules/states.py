"""States of activities and sign-ups, and what leads on (domain.md VOL-21, VOL-22). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum


class ActivityStatus(StrEnum):
    """Where an activity is; that it runs is told by the clock, see ``Phase``."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    ENDED = "ended"
    CANCELLED = "cancelled"


class ActivityAction(StrEnum):
    """What can be done to an activity."""

    CHANGE = "change"
    ASK = "ask"
    TAKE_BACK = "take_back"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    CANCEL = "cancel"
    END = "end"
    REOPEN = "reopen"


_A, _AA = ActivityStatus, ActivityAction

ACTIVITY_TRANSITIONS: Mapping[tuple[ActivityStatus, ActivityAction], ActivityStatus] = {
    (_A.DRAFT, _AA.CHANGE): _A.DRAFT,
    (_A.DRAFT, _AA.PUBLISH): _A.PUBLISHED,
    (_A.DRAFT, _AA.ASK): _A.REVIEW,
    (_A.DRAFT, _AA.CANCEL): _A.CANCELLED,
    (_A.REVIEW, _AA.APPROVE): _A.PUBLISHED,
    (_A.REVIEW, _AA.RETURN): _A.DRAFT,
    (_A.REVIEW, _AA.TAKE_BACK): _A.DRAFT,
    (_A.REVIEW, _AA.CANCEL): _A.CANCELLED,
    (_A.PUBLISHED, _AA.CHANGE): _A.PUBLISHED,
    (_A.PUBLISHED, _AA.CANCEL): _A.CANCELLED,
    (_A.PUBLISHED, _AA.END): _A.ENDED,
    (_A.ENDED, _AA.REOPEN): _A.PUBLISHED,
}

#: States that everybody may read.
PUBLIC_STATES = (_A.PUBLISHED, _A.ENDED, _A.CANCELLED)


class SignupStatus(StrEnum):
    """Where a sign-up is; ``signed_up`` holds a seat and waits for a look at the certificate."""

    SIGNED_UP = "signed_up"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    NO_SHOW = "no_show"


class SignupAction(StrEnum):
    """What can be done to a sign-up."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    PROMOTE = "promote"
    PROMOTE_UNSEEN = "promote_unseen"
    CANCEL = "cancel"
    CALL_OFF = "call_off"
    JOIN = "join"
    UNDO_CHECK_IN = "undo_check_in"
    VOUCH = "vouch"
    MISS = "miss"
    UNDO_MISS = "undo_miss"
    UNDO_MISS_UNSEEN = "undo_miss_unseen"


_S, _SA = SignupStatus, SignupAction
#: What happens at the shift itself: told in the history, the state stays (see ``Attendance``).
_SEEN = (_SA.JOIN, _SA.UNDO_CHECK_IN, _SA.VOUCH)

SIGNUP_TRANSITIONS: Mapping[tuple[SignupStatus, SignupAction], SignupStatus] = {
    (_S.SIGNED_UP, _SA.ACCEPT): _S.ACCEPTED,
    (_S.SIGNED_UP, _SA.REFUSE): _S.REFUSED,
    (_S.SIGNED_UP, _SA.CANCEL): _S.CANCELLED,
    (_S.SIGNED_UP, _SA.CALL_OFF): _S.CALLED_OFF,
    (_S.WAITLISTED, _SA.PROMOTE): _S.ACCEPTED,
    (_S.WAITLISTED, _SA.PROMOTE_UNSEEN): _S.SIGNED_UP,
    (_S.WAITLISTED, _SA.CANCEL): _S.CANCELLED,
    (_S.WAITLISTED, _SA.CALL_OFF): _S.CALLED_OFF,
    (_S.ACCEPTED, _SA.CANCEL): _S.CANCELLED,
    (_S.ACCEPTED, _SA.CALL_OFF): _S.CALLED_OFF,
    (_S.SIGNED_UP, _SA.MISS): _S.NO_SHOW,
    (_S.ACCEPTED, _SA.MISS): _S.NO_SHOW,
    (_S.NO_SHOW, _SA.UNDO_MISS): _S.ACCEPTED,
    (_S.NO_SHOW, _SA.UNDO_MISS_UNSEEN): _S.SIGNED_UP,
    **{(state, act): state for state in (_S.SIGNED_UP, _S.ACCEPTED) for act in _SEEN},
}

#: States that take a seat, and states that take the person's time.
HOLDING = (_S.SIGNED_UP, _S.ACCEPTED)
LIVE = (*HOLDING, _S.WAITLISTED)


class Phase(StrEnum):
    """What a screen says of an activity or a shift (ux.md 5.2)."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    FULL = "full"
    RUNNING = "running"
    TO_END = "to_end"
    ENDED = "ended"
    CANCELLED = "cancelled"


_BY_STATUS = {
    _A.DRAFT: Phase.DRAFT,
    _A.REVIEW: Phase.REVIEW,
    _A.ENDED: Phase.ENDED,
    _A.CANCELLED: Phase.CANCELLED,
}


def phase_of(
    status: ActivityStatus, starts_at: datetime, ends_at: datetime, now: datetime, free: int
) -> Phase:
    """Return the phase of what begins and ends at these instants; ``free`` seats are left."""
    found = _BY_STATUS.get(status)
    if found is not None:
        return found
    if now >= ends_at:
        return Phase.TO_END
    if now >= starts_at:
        return Phase.RUNNING
    return Phase.OPEN if free > 0 else Phase.FULL
