"""Showing the phone of a unit's contact: counted, noted in its history, then told (PRV-05)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, settings
from core.audit.operations import Actor
from core.audit.queries import count_reads_since
from core.database import db
from core.rules import N_, RuleViolation
from members.models import GroupEvent
from members.operations.groups import change, locked_group
from members.rules.groups import GroupAction
from people.rules.reveals import RevealReason, check_quota, reason_text


def reveal_group_phone(
    code: str,
    reason: RevealReason,
    note: str,
    *,
    inside: ColumnElement[bool],
    by: Actor,
    now: datetime,
) -> str:
    """Return the phone in clear; the contact reads who looked in the history of the unit.

    Raises RuleViolation over the quota of the day, which is one with that of people, or where no
    phone is kept. The caller has asked for a fresh second factor.
    """
    text, today = reason_text(reason, note), clock.local(now).date()
    if by.user_id is None:
        message = "only a post may look"
        raise ValueError(message)
    since = clock.day_bounds(today)[0]
    looked = select(func.count()).where(
        GroupEvent.by_user_id == by.user_id,
        GroupEvent.action == GroupAction.REVEAL,
        GroupEvent.at >= since,
    )
    already = count_reads_since(by.user_id, since) + (db.session.scalar(looked) or 0)
    check_quota(already, settings.value("reveals.per_day", on=today))
    group = locked_group(code, inside)
    phone = group.plain_phone
    if not phone:
        raise RuleViolation("field", N_("这一项没有登记"))
    change(group, GroupAction.REVEAL, by=by, now=now, words=text)
    db.session.flush()
    return phone
