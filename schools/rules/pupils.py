"""Where a pupil on a roster is: a draft until consent, then a youth member (domain.md 2.4).

The roster is the school's approval, so consent is all that a draft waits for (MEM-14, SCH-05).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PupilStatus(StrEnum):
    """Where a pupil is at the school's Red Cross."""

    DRAFT = "draft"
    MEMBER = "member"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    GRADUATED = "graduated"
    LEFT = "left"
    CONVERTED = "converted"


class PupilAction(StrEnum):
    """What can happen to a pupil on a roster."""

    ADMIT = "admit"
    REFUSE = "refuse"
    ASK_AGAIN = "ask_again"
    WITHDRAW = "withdraw"
    REMOVE = "remove"
    GRADUATE = "graduate"
    LEAVE = "leave"
    CONVERT = "convert"
    UNDO = "undo"


class ConsentState(StrEnum):
    """What a class's consent board tells of a pupil; it follows the guardian's request."""

    UNASKED = "unasked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


_S, _A = PupilStatus, PupilAction

PUPIL_TRANSITIONS: Mapping[tuple[PupilStatus, PupilAction], PupilStatus] = {
    (_S.DRAFT, _A.ADMIT): _S.MEMBER,
    (_S.DRAFT, _A.REFUSE): _S.REFUSED,
    (_S.DRAFT, _A.REMOVE): _S.REMOVED,
    (_S.DRAFT, _A.GRADUATE): _S.LEFT,  # nothing was joined, so nothing goes along
    (_S.DRAFT, _A.LEAVE): _S.LEFT,
    (_S.REFUSED, _A.ASK_AGAIN): _S.DRAFT,
    (_S.REFUSED, _A.REMOVE): _S.REMOVED,
    (_S.MEMBER, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.MEMBER, _A.GRADUATE): _S.GRADUATED,
    (_S.MEMBER, _A.LEAVE): _S.LEFT,
    (_S.MEMBER, _A.CONVERT): _S.CONVERTED,
    (_S.GRADUATED, _A.CONVERT): _S.CONVERTED,
    (_S.GRADUATED, _A.UNDO): _S.MEMBER,  # or what it was before, see PupilEvent
    (_S.LEFT, _A.UNDO): _S.MEMBER,
    (_S.WITHDRAWN, _A.UNDO): _S.MEMBER,  # who left at eighteen and came back in time
}

#: Who is on a class list: those who wait and those who belong. Refusals and leavers are not.
ON_ROSTER = (_S.DRAFT, _S.MEMBER)
