"""Saved filters above the lists of the demonstration, and a file that waits for the county."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.models import Post, User
from core.access.permissions import Permission
from core.access.scope import HeldPost, Principal, Scope
from core.database import db
from core.exports.writing import FileFormat
from datasets.demo.people import Stage
from members.operations import Wish, ask_for_export
from members.operations.saved import save_filter
from members.rules.exports import ExportPurpose, ExportSubject

#: Name, parameters, and whether everybody at the branch sees it.
FILTERS = (
    (ExportSubject.MEMBERS, "60岁以上", {"age": "from_60"}, True),
    (ExportSubject.MEMBERS, "没有手机号", {"no_phone": "yes"}, True),
    (ExportSubject.MEMBERS, "今年入会", {"order": "joined", "joined_from": ""}, False),
    (ExportSubject.VOLUNTEERS, "注册志愿者", {"status": "registered"}, True),
)


def build_lists(stage: Stage, now: datetime) -> None:
    """Let the secretary keep filters, and the school ask for the list of its youth."""
    secretary = _scope(stage.users["secretary"], Permission.FILTERS_KEEP)
    this_year = stage.today.replace(month=1, day=1).isoformat()
    for subject, name, parameters, is_shared in FILTERS:
        given = {key: value or this_year for key, value in parameters.items()}
        save_filter(secretary, subject, name, given, is_shared=is_shared, now=now)
    school = _scope(stage.users["coordinator"], Permission.MEMBERS_EXPORT)
    wish = Wish(
        ExportSubject.MEMBERS,
        {"kind": "youth"},
        ("sex", "status"),
        FileFormat.XLSX,
        ExportPurpose.INSURANCE,
        "为研学活动买保险",
    )
    ask_for_export(school, wish, now=now)


def _scope(user: User, permission: Permission) -> Scope:
    """Return the scope in which somebody acts at the place of his first post."""
    statement = select(Post).where(Post.user_id == user.id).order_by(Post.id).limit(1)
    post = db.session.scalars(statement).one()
    held = HeldPost(post.id, post.role, post.organization.place)
    reach = held.reach(permission, held.place)
    if reach is None:
        message = f"{post.role} has no {permission}"
        raise ValueError(message)
    return Scope(held.place, held, Principal(user.id, user.person_id, (held,)), permission, reach)
