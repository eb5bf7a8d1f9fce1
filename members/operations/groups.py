"""What every act on a unit shares: its row locked, its state, figures and history."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ColumnElement, select

from core import clock
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from members.models import GroupEvent, GroupMembership
from members.rules.groups import (
    GROUP_ENDED,
    GROUP_HELD,
    GROUP_LIVE,
    GROUP_TRANSITIONS,
    GROUP_WAITING,
    GroupAction,
    GroupStatus,
)
from organizations import figures
from organizations.rules import Measure

CODE = re.compile(r"[0-9a-z]{4,12}")


def locked_group(code: str, inside: ColumnElement[bool]) -> GroupMembership:
    """Return a unit as it is now, its row locked. Raises UnknownRowError outside of ``inside``."""
    if not CODE.fullmatch(code):
        raise UnknownRowError
    group = db.session.scalars(
        select(GroupMembership)
        .where(GroupMembership.code == code, inside)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if group is None:
        raise UnknownRowError
    return group


def change(
    group: GroupMembership,
    action: GroupAction,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
    back_to: GroupStatus | None = None,
) -> None:
    """Take a unit through its table, with history and figures. Raises IllegalTransition.

    ``back_to`` is where an undone withdrawal returns to.
    """
    before = group.status
    reached = next_state(GROUP_TRANSITIONS, before, action)
    group.status = back_to or reached
    for states, measure in (
        (GROUP_LIVE, Measure.GROUP_MEMBERS),
        (GROUP_WAITING, Measure.GROUPS_WAITING),
    ):
        moved = (group.status in states) - (before in states)
        if moved:
            figures.add(group.organization.path, measure, moved)
            if measure is Measure.GROUP_MEMBERS:
                count_kind(group, moved)
    if group.status in GROUP_ENDED:
        group.left_on = clock.local(now).date()
    note(group, action, by=by, now=now, words=words)
    record(f"groups.{action}", "group", group.id, by=by)


def count_kind(group: GroupMembership, change: int) -> None:
    """Count a unit by its kind (domain.md I07)."""
    path, kind = group.organization.path, group.kind
    figures.add_part(path, Measure.GROUP_MEMBERS, kind.value, change)


def note(
    group: GroupMembership,
    action: GroupAction | None,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
) -> None:
    """Write one step of the history."""
    db.session.add(
        GroupEvent(
            group=group,
            action=action,
            to_status=group.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=words[:200],
        )
    )


def check_free(group: GroupMembership) -> None:
    """Raise RuleViolation where the unit is a group member already, anywhere (MEM-19)."""
    taken = select(GroupMembership.id).where(
        GroupMembership.credit_code == group.credit_code,
        GroupMembership.status.in_(GROUP_HELD),
    )
    with db.session.no_autoflush:
        found = db.session.scalars(taken.limit(2)).all()
    if any(one != group.id for one in found):
        raise RuleViolation("credit_code", N_("这个统一社会信用代码的单位已经是团体会员"))
