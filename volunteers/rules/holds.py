"""Holds: hours that somebody looks at before they count, by whom, until when. Pure.

A hold accuses nobody. While it is open its records are not confirmed, and what was confirmed
before stands on no new certificate and counts for no star (security.md LED-15, domain.md VOL-29b).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from core.rules import N_, RuleViolation
from volunteers.rules.patterns import Hit

MAX_KEY = 120


class HoldStatus(StrEnum):
    """Where a hold is: at the desk, at the branch that was asked, or decided."""

    OPEN = "open"
    ASKED = "asked"
    RELEASED = "released"
    REFUSED = "refused"


class HoldAction(StrEnum):
    """What can be done to a hold."""

    ASK = "ask"
    ANSWER = "answer"
    RELEASE = "release"
    REFUSE = "refuse"


_S, _A = HoldStatus, HoldAction

HOLD_TRANSITIONS: Mapping[tuple[HoldStatus, HoldAction], HoldStatus] = {
    (_S.OPEN, _A.ASK): _S.ASKED,
    (_S.ASKED, _A.ANSWER): _S.OPEN,
    (_S.OPEN, _A.RELEASE): _S.RELEASED,
    (_S.OPEN, _A.REFUSE): _S.REFUSED,
    (_S.ASKED, _A.RELEASE): _S.RELEASED,
    (_S.ASKED, _A.REFUSE): _S.REFUSED,
}
#: States in which the records are held.
HOLDING = (_S.OPEN, _S.ASKED)


def key_of(hit: Hit) -> str:
    """Return what the same finding is known by when it is found again."""
    return f"{hit.pattern}:{hit.subject}"[:MAX_KEY]


def check_reviewer(
    *,
    subjects: set[int],
    hands: Iterable[int | None],
    reviewer: int,
    reviewer_person: int | None,
) -> None:
    """Raise RuleViolation for one's own hours, and for what one entered or confirmed (LED-04).

    ``hands`` are the accounts that entered or confirmed one of the records.
    """
    if reviewer_person is not None and reviewer_person in subjects:
        raise RuleViolation("", N_("里面有自己的时长，请另一位工作人员办理"))
    if reviewer in set(hands):
        raise RuleViolation("", N_("里面有自己录入或者确认的时长，请另一位工作人员办理"))
