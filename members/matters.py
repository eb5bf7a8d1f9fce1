"""Which objects of members are cases of people: joining, moving, leaving, units, appeals."""

from __future__ import annotations

from accounts.models import User
from core.access.permissions import Permission
from core.database import db
from members.models import Application, Expulsion, GroupMembership, Transfer, Withdrawal
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    ExpulsionStatus,
    TransferStatus,
    WithdrawalStatus,
)
from members.rules.groups import GroupStatus
from people import matters
from people.matters import HANDLED, Facts, Subject, Way
from people.rules.matters import MatterKind, MatterState

_K, _M = MatterKind, MatterState

APPLICATIONS = {
    ApplicationStatus.CONSENT_PENDING: _M.WAITING,
    ApplicationStatus.SUBMITTED: _M.OPEN,
    ApplicationStatus.RETURNED: _M.WAITING,
    ApplicationStatus.APPROVED: _M.DONE,
    ApplicationStatus.REJECTED: _M.REFUSED,
    ApplicationStatus.WITHDRAWN: _M.WITHDRAWN,
    ApplicationStatus.CLOSED: _M.LAPSED,
}
TRANSFERS = {
    TransferStatus.REQUESTED: _M.OPEN,
    TransferStatus.RELEASED: _M.OPEN,
    TransferStatus.ACCEPTED: _M.DONE,
    TransferStatus.DECLINED: _M.REFUSED,
    TransferStatus.CANCELLED: _M.WITHDRAWN,
}
WITHDRAWALS = {
    WithdrawalStatus.REQUESTED: _M.OPEN,
    WithdrawalStatus.CONFIRMED: _M.DONE,
    WithdrawalStatus.FILED: _M.DONE,
    WithdrawalStatus.UNDONE: _M.WITHDRAWN,
}
#: Every other state of a unit lies behind its admission.
GROUPS = {
    GroupStatus.SUBMITTED: _M.OPEN,
    GroupStatus.VISITED: _M.OPEN,
    GroupStatus.RETURNED: _M.WAITING,
    GroupStatus.REJECTED: _M.REFUSED,
    GroupStatus.CANCELLED: _M.WITHDRAWN,
}
APPEALS = {
    ExpulsionStatus.APPEALED: _M.OPEN,
    ExpulsionStatus.UPHELD: _M.REFUSED,
    ExpulsionStatus.OVERTURNED: _M.DONE,
}


def tell_application(row: Application) -> Facts:
    """Return the case of somebody who joins."""
    joins = _K.JOIN_MEMBER if row.kind is ApplicationKind.MEMBER else _K.JOIN_VOLUNTEER
    return Facts(
        joins,
        row.person_id,
        row.organization_id,
        row.handler_id,
        APPLICATIONS[row.status],
        row.submitted_at,
        ended_at=row.decided_at,
        answer=row.return_note,
    )


def tell_transfer(row: Transfer) -> Facts:
    """Return the case of a member who moves; the old organization owns it until it let go."""
    is_with_old = row.released_at is None
    return Facts(
        _K.TRANSFER,
        row.membership.person_id,
        row.from_organization_id if is_with_old else row.to_organization_id,
        row.handler_id,
        TRANSFERS[row.status],
        row.requested_at,
        row.due_on,
        row.settled_at,
        row.note,
    )


def tell_withdrawal(row: Withdrawal) -> Facts:
    """Return the case of a member who left: it is over when the organization took note."""
    return Facts(
        _K.LEAVE,
        row.membership.person_id,
        row.organization_id,
        row.handler_id,
        WITHDRAWALS[row.status],
        row.requested_at,
        ended_at=row.confirmed_at or row.settled_at,
    )


def tell_group(row: GroupMembership) -> Facts | None:
    """Return the case of a unit that applied by itself."""
    if row.owner_id is None or row.submitted_at is None or row.status is GroupStatus.DRAFT:
        return None
    owner = db.session.get(User, row.owner_id)
    state = GROUPS.get(row.status, _M.DONE)
    is_answer = state in {_M.REFUSED, _M.WAITING}
    return Facts(
        _K.JOIN_GROUP,
        owner.person_id if owner else None,
        row.organization_id,
        row.organization_id,
        state,
        row.submitted_at,
        ended_at=row.approved_at,
        answer=row.reason if is_answer else "",
    )


def tell_appeal(row: Expulsion) -> Facts | None:
    """Return the case of a member who appealed against an expulsion."""
    if row.appealed_at is None:
        return None
    return Facts(
        _K.APPEAL,
        row.membership.person_id,
        row.organization_id,
        row.handler_id,
        APPEALS.get(row.status, _M.LAPSED),
        row.appealed_at,
        ended_at=row.settled_at,
        answer=row.settle_note,
    )


_JOINS = Way("members.own_application", "members.application", Permission.APPLICATIONS_VIEW)

matters.register(
    Subject(
        Application,
        tell_application,
        HANDLED | {"kind", "submitted_at", "return_note"},
        {_K.JOIN_MEMBER: _JOINS, _K.JOIN_VOLUNTEER: _JOINS},
    )
)
matters.register(
    Subject(
        Transfer,
        tell_transfer,
        frozenset({"status", "handler", "handler_id", "due_on", "to_organization_id"}),
        {
            _K.TRANSFER: Way(
                "members.own_transfer",
                "members.queue",
                Permission.APPLICATIONS_VIEW,
                own_by_code=False,
                desk_by_code=False,
            )
        },
    )
)
matters.register(
    Subject(
        Withdrawal,
        tell_withdrawal,
        frozenset({"status", "handler_id", "organization_id"}),
        {
            _K.LEAVE: Way(
                "members.leave",
                "members.queue",
                Permission.APPLICATIONS_VIEW,
                own_by_code=False,
                desk_by_code=False,
            )
        },
    )
)
matters.register(
    Subject(
        GroupMembership,
        tell_group,
        frozenset({"status", "organization_id", "owner_id", "submitted_at"}),
        {_K.JOIN_GROUP: Way("members.own_group", "members.group", Permission.GROUPS_VIEW)},
        only=(GroupMembership.owner_id.is_not(None),),
    )
)
matters.register(
    Subject(
        Expulsion,
        tell_appeal,
        frozenset({"status", "handler", "handler_id", "appealed_at"}),
        {
            _K.APPEAL: Way(
                "members.own_expulsion",
                "members.expulsion",
                Permission.EXPULSIONS_VIEW,
                own_by_code=False,
            )
        },
        only=(Expulsion.appealed_at.is_not(None),),
    )
)
