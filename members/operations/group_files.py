"""Licence files of units, and what is not kept of units for ever (decisions.md D6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from core import retention
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import read_content
from core.rules import N_, RuleViolation, UnknownRowError
from members.models import GradeChange, GroupEvent, GroupFile, GroupMembership
from members.operations.dues_groups import has_charges
from members.operations.groups import change, locked_group
from members.rules.groups import GROUP_ENDED, MAX_FILES, GroupAction, GroupStatus
from people.operations import matters

REFUSED = (GroupStatus.REJECTED, GroupStatus.CANCELLED)
LEFT = tuple(one for one in GROUP_ENDED if one not in REFUSED)
BATCH = 100


def add_group_file(
    code: str,
    name: str,
    data: bytes,
    *,
    inside: ColumnElement[bool],
    by: Actor,
    now: datetime,
) -> StoredFile:
    """Return a licence file that is kept with a unit from now on; five at most.

    Raises RuleViolation for a file that is not taken.
    """
    content = read_content(data)
    group = locked_group(code, inside)
    held = select(func.count()).select_from(GroupFile).where(GroupFile.group_id == group.id)
    if (db.session.scalar(held) or 0) >= MAX_FILES:
        raise RuleViolation("file", N_("最多 %(limit)d 个文件，请先删掉一个"), limit=MAX_FILES)
    change(group, GroupAction.AMEND, by=by, now=now)
    file = files.keep(content, name, by=by, now=now)
    db.session.add(GroupFile(file_id=file.id, group_id=group.id))
    record("files.keep", "file", file.id, by=by)
    db.session.flush()
    return file


def drop_group_file(
    file_code: str, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> GroupMembership:
    """Remove a licence file of a unit whose form may be changed; return the unit."""
    found = db.session.execute(
        select(GroupMembership.code, StoredFile.id)
        .join(GroupFile, GroupFile.group_id == GroupMembership.id)
        .join(GroupFile.file)
        .where(StoredFile.code == file_code, inside)
    ).one_or_none()
    if found is None:
        raise UnknownRowError
    group = locked_group(found[0], inside)
    link = db.session.get(GroupFile, found[1], populate_existing=True)
    if link is None:  # another tap was first
        raise UnknownRowError
    change(group, GroupAction.AMEND, by=by, now=now)
    _remove(link, by)
    return group


def purge_groups(now: datetime) -> int:
    """Remove forms never handed in or refused, and the people behind units that left.

    Return how many units were treated; none when all are done. Periods are settings (D6).
    """
    first_draft = retention.since("groups.draft_days", now)
    first_refused = retention.first_day("privacy.refused_years", now)
    first_left = retention.first_day("privacy.identity_years", now)
    drafts = GroupMembership.status == GroupStatus.DRAFT
    created = GroupMembership.created_at < first_draft
    refused = GroupMembership.status.in_(REFUSED), GroupMembership.purged_at.is_(None)
    left = GroupMembership.status.in_(LEFT), GroupMembership.purged_at.is_(None)
    removed = _found(drafts, created)
    removed += _found(*refused, GroupMembership.left_on < first_refused)
    for group in removed:
        if has_charges(group):  # the books name it
            _bare(group, now)
        else:
            _forget(group)
    bared = _found(*left, GroupMembership.left_on < first_left)
    for group in bared:
        _bare(group, now)
    db.session.flush()
    return len(removed) + len(bared)


def _found(*conditions: ColumnElement[bool]) -> list[GroupMembership]:
    statement = select(GroupMembership).where(*conditions).order_by(GroupMembership.id)
    locked = statement.limit(BATCH).with_for_update(skip_locked=True)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def _forget(group: GroupMembership) -> None:
    record("groups.purge", "group", group.id, by=SYSTEM)
    _remove_files(group)
    for model in (GroupEvent, GradeChange):
        db.session.execute(delete(model).where(model.group_id == group.id))
    matters.forget(GroupMembership, [group.id])
    db.session.delete(group)
    db.session.flush()


def _bare(group: GroupMembership, now: datetime) -> None:
    """Keep name, code and number of a unit that left, and none of its people (PRI-12)."""
    record("groups.bare", "group", group.id, by=SYSTEM)
    _remove_files(group)
    group.representative = group.contact_name = group.visitors = group.findings = ""
    group.address = group.plan = group.reason = ""
    group.contact_phone, group.owner_id, group.purged_at = None, None, now


def _remove_files(group: GroupMembership) -> None:
    links: Sequence[GroupFile] = db.session.scalars(
        select(GroupFile).where(GroupFile.group_id == group.id)
    ).all()
    for link in links:
        _remove(link, SYSTEM)


def _remove(link: GroupFile, by: Actor) -> None:
    file = link.file
    record("files.remove", "file", file.id, by=by)
    db.session.delete(link)
    db.session.flush()
    files.remove(file)
