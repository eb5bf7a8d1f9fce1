"""Moving a membership to another organization (domain.md MEM-40, MEM-41).

The old organization lets go, the new one takes in; until then the member's rights stay in the old
one. Who does not answer in time loses the question to the county.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.rules import N_, RuleViolation
from members.rules.memberships import MembershipKind, MembershipStatus


class TransferStatus(StrEnum):
    """Where a transfer is: with the old organization, with the new one, or at its end."""

    REQUESTED = "requested"
    RELEASED = "released"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class TransferAction(StrEnum):
    """What can be done to a transfer. The old organization cannot refuse."""

    RELEASE = "release"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"


_T, _TA = TransferStatus, TransferAction

TRANSFER_TRANSITIONS: Mapping[tuple[TransferStatus, TransferAction], TransferStatus] = {
    (_T.REQUESTED, _TA.RELEASE): _T.RELEASED,
    (_T.RELEASED, _TA.ACCEPT): _T.ACCEPTED,
    (_T.RELEASED, _TA.DECLINE): _T.DECLINED,
    (_T.REQUESTED, _TA.CANCEL): _T.CANCELLED,
    (_T.RELEASED, _TA.CANCEL): _T.CANCELLED,
}

#: States in which somebody still has to act; a membership has at most one such transfer.
OPEN_TRANSFERS = (_T.REQUESTED, _T.RELEASED)


#: States from which a membership can move: filed once, whatever is unpaid goes along.
MOVABLE = frozenset(
    {MembershipStatus.ACTIVE, MembershipStatus.ARREARS, MembershipStatus.PENDING_TRANSFER}
)


def check_movable(kind: MembershipKind, status: MembershipStatus) -> None:
    """Raise RuleViolation for a membership that cannot be moved now."""
    if kind is not MembershipKind.ADULT:
        raise RuleViolation("", N_("青少年会员转学，由学校办理"))
    if status is MembershipStatus.EXPULSION_PROPOSED:
        raise RuleViolation("", N_("除名还没有办完，暂时不能转会籍"))
    if status not in MOVABLE:
        raise RuleViolation("", N_("备案以后才能转会籍"))


def check_target(from_id: int, to_id: int, *, is_open: bool) -> None:
    """Raise RuleViolation for an organization that nobody can move to."""
    if from_id == to_id:
        raise RuleViolation("", N_("您已经是这个组织的会员"))
    if not is_open:
        raise RuleViolation("", N_("这个组织已经停办，请换一个"))
