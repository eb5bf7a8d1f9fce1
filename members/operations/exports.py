"""Asking for a file, approving it, gathering its rows, giving it away, and removing it.

Who asks does so with a fresh second factor (the page asks for it) and says what for; over the
quota, for minors and for identity numbers somebody else has to agree (security.md EXP-04..06).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from accounts.directory import scope_of_account
from core import clock, crypto, settings
from core.access.permissions import Level, Permission
from core.access.scope import Principal, Scope
from core.audit.operations import SYSTEM, Actor, record
from core.database import db, insert_or
from core.exports import vault
from core.exports.writing import FileFormat
from core.jobs import operations as jobs
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from members.exporting import source_of
from members.models import Export, ExportDay
from members.rules import ReturnReason, check_note
from members.rules.exports import (
    EXPORT_TRANSITIONS,
    WITH_FILES,
    ExportAction,
    ExportPurpose,
    ExportStatus,
    ExportSubject,
    Ground,
    check_purpose,
    grounds_of,
    is_unusual,
    may_own_level_approve,
)
from members.rules.roster import Column
from organizations.queries import organization_of_id
from organizations.rules import ids_of_path

EXPORT = "members.export"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to take: the parameters of the list, columns by name, and what for."""

    subject: ExportSubject
    parameters: Mapping[str, str]
    columns: tuple[str, ...]
    format: FileFormat
    purpose: ExportPurpose
    words: str


def ask_for_export(scope: Scope, wish: Wish, *, now: datetime) -> Export:
    """Return the export that a post asked for: running, or waiting for who has to approve it.

    Raises RuleViolation for an empty list, for one that is too long, and without a purpose.
    """
    words = check_purpose(wish.words)
    source = source_of(wish.subject)
    count = source.count(scope, wish.parameters)
    today = clock.local(now).date()
    most = settings.value("exports.most_rows", on=today)
    if not count.rows:
        raise RuleViolation("", N_("名单是空的，没有可导出的"))
    if count.rows > most:
        raise RuleViolation("", N_("最多 %(limit)d 行，请按下级组织分开导出"), limit=most)
    columns = source.columns(scope, wish.columns)
    export = Export(
        code=crypto.opaque_code(12),
        subject=wish.subject,
        format=wish.format,
        purpose=wish.purpose,
        words=words,
        user_id=scope.principal.user_id,
        post_id=scope.post.id,
        organization_id=scope.place.id,
        organization_code=scope.place.code,
        filters_text=json.dumps(dict(wish.parameters), ensure_ascii=False),
        columns_text=" ".join(columns),
        counted=count.rows,
        minors=count.minors,
        status=ExportStatus.REQUESTED,
        is_unusual=_is_unusual(scope.post.id, count.rows, now),
        created_at=now,
        expires_at=now + timedelta(days=settings.value("exports.approval_days", on=today)),
    )
    grounds = _grounds(export, scope.post.id, now)
    export.grounds_text = " ".join(grounds)
    if grounds:
        export.handler_id, export.other_handler_id = handlers_of(scope, grounds)
    db.session.add(export)
    db.session.flush()
    _tell(export, scope, "exports.ask")
    if not grounds:
        export.status = ExportStatus.RUNNING
        _run(export, scope, now)
    return export


def handlers_of(scope: Scope, grounds: tuple[Ground, ...]) -> tuple[int, int | None]:
    """Return which organization approves, and which other one may do it as well.

    The next level that has an office: the county for a branch, the city for a county. For identity
    numbers alone another officer of the same county, or the city (domain.md, scenario 32).
    """
    post = organization_of_id(scope.post.place.id)
    county, city = post.county_id, post.city_id
    province = ids_of_path(post.path)[0]
    eased = may_own_level_approve(grounds)
    if post.level in {Level.UNIT, Level.TOWNSHIP} and county is not None:
        return county, city if eased else None
    return city or province, post.id if eased and post.level is Level.COUNTY else None


def approve_export(code: str, scope: Scope, *, now: datetime) -> Export:
    """Return an export that may be taken now; nobody approves his own. Raises UnknownRowError."""
    export = _waiting(code, scope)
    today = clock.local(now).date()
    _decide(export, ExportAction.APPROVE, "", scope, now)
    export.expires_at = now + timedelta(days=settings.value("exports.approval_days", on=today))
    return export


def refuse_export(code: str, note: str, scope: Scope, *, now: datetime) -> Export:
    """Return an export that is not taken, with the reason. Raises UnknownRowError."""
    export = _waiting(code, scope)
    _decide(export, ExportAction.REFUSE, check_note(ReturnReason.OTHER, note), scope, now)
    return export


def start_export(code: str, principal: Principal, *, now: datetime) -> Export:
    """Return one's own export that was approved and is gathered now. Raises UnknownRowError."""
    export, scope = _own(code, principal)
    if export.expires_at <= now:
        raise RuleViolation("", N_("批准已经过期，请重新申请"))
    _change(export, ExportAction.START)
    _run(export, scope, now)
    return export


def take_export(code: str, principal: Principal, *, now: datetime) -> Export:
    """Return one's own finished export that is being downloaded; the log gets one line.

    Raises UnknownRowError for somebody else's, for one whose post ended or lost the right, and for
    one that is over (security.md AZ-11, AZ-12).
    """
    export, scope = _own(code, principal)
    is_ready = export.status is ExportStatus.READY and export.expires_at > now
    if not is_ready or not vault.is_kept(export.code):
        raise UnknownRowError(code)
    _check_columns(export, scope)
    export.downloads += 1
    _tell(export, scope, "exports.download")
    db.session.flush()
    return export


def remove_export(code: str, principal: Principal) -> Export:
    """Return one's own export that was given up; its file is gone. Raises UnknownRowError."""
    export = _locked(code)
    if export is None or export.user_id != principal.user_id:
        raise UnknownRowError(code)
    _change(export, ExportAction.REMOVE)
    vault.remove(export.code)
    record("exports.remove", "export", export.id, by=Actor.of_principal(principal))
    return export


def finish_export(export: Export, *, now: datetime) -> None:
    """Note that the file is there; an older one of the same list goes."""
    hours = settings.value("exports.hours", on=clock.local(now).date())
    _change(export, ExportAction.FINISH)
    export.expires_at = now + timedelta(hours=hours)
    older = select(Export).where(
        Export.post_id == export.post_id,
        Export.user_id == export.user_id,
        Export.organization_id == export.organization_id,
        Export.status == ExportStatus.READY,
        Export.subject == export.subject,
        Export.filters_text == export.filters_text,
        Export.format == export.format,
        Export.id != export.id,
    )
    for one in db.session.scalars(older.with_for_update()).all():
        _change(one, ExportAction.REMOVE)
        vault.remove(one.code)


def purge_exports(now: datetime) -> int:
    """Remove files that are over and what killed workers left; return how many exports ended."""
    over = select(Export).where(
        Export.expires_at <= now,
        Export.status.in_({state for state, _ in EXPORT_TRANSITIONS}),
    )
    ended = db.session.scalars(over.order_by(Export.id).with_for_update(skip_locked=True)).all()
    for export in ended:
        has_file = export.status in WITH_FILES
        _change(export, ExportAction.REMOVE if has_file else ExportAction.LAPSE)
        vault.remove(export.code)
        record("exports.purge", "export", export.id, by=SYSTEM)
    db.session.flush()
    with_files = select(Export.code).where(Export.status.in_(WITH_FILES))
    vault.sweep(set(db.session.scalars(with_files)))
    return len(ended)


def locked_for_job(code: str) -> Export:
    """Return the export that a job gathers. Raises RuleViolation where it was given up."""
    export = _locked(code)
    if export is None or export.status is not ExportStatus.RUNNING:
        raise RuleViolation("", N_("这份导出已经删除"))
    return export


def _grounds(export: Export, post_id: int, now: datetime) -> tuple[Ground, ...]:
    today = clock.local(now).date()
    certain = grounds_of(
        over_quota=False,
        minors=export.minors,
        free_minors=settings.value("exports.minors", on=today),
        ids=Column.ID_NUMBER.value in export.columns,
    )
    quota = settings.value("exports.rows_per_day", on=today)
    if certain:
        return (Ground.QUOTA, *certain) if export.counted > quota else certain
    is_within = _take_quota(post_id, export.counted, quota, now)
    return () if is_within else (Ground.QUOTA,)


def _take_quota(post_id: int, rows: int, quota: int, now: datetime) -> bool:
    """Take rows from what a post has left today, or nothing at all; two at once cannot share it."""
    day = clock.local(now).date()
    begun = insert_or(ExportDay).values(post_id=post_id, day=day, rows=0)
    db.session.execute(begun.on_conflict_do_nothing())
    taken = (
        update(ExportDay)
        .where(ExportDay.post_id == post_id, ExportDay.day == day, ExportDay.rows + rows <= quota)
        .values(rows=ExportDay.rows + rows)
        .returning(ExportDay.rows)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(taken).first() is not None


def _is_unusual(post_id: int, rows: int, now: datetime) -> bool:
    today = clock.local(now).date()
    since = now - timedelta(days=settings.value("exports.alert_days", on=today))
    before = select(Export.counted).where(Export.post_id == post_id, Export.created_at >= since)
    times = settings.value("exports.alert_times", on=today)
    return is_unusual(rows, db.session.scalars(before).all(), times)


def _run(export: Export, scope: Scope, now: datetime) -> None:
    hours = settings.value("exports.hours", on=clock.local(now).date())
    export.expires_at = now + timedelta(hours=hours)
    job = jobs.start(EXPORT, scope, total=export.counted, now=now, export=export.code)
    export.job_code = job.code
    db.session.flush()


def _own(code: str, principal: Principal) -> tuple[Export, Scope]:
    """Return one's own export with the scope of its post as it is now. Raises UnknownRowError."""
    export = _locked(code)
    if export is None or export.user_id != principal.user_id:
        raise UnknownRowError(code)
    scope = scope_of_account(
        export.user_id, export.organization_code, Permission.MEMBERS_EXPORT, export.post_id
    )
    if scope is None:
        raise UnknownRowError(code)
    return export, scope


def _check_columns(export: Export, scope: Scope) -> None:
    if source_of(export.subject).columns(scope, export.columns) != export.columns:
        raise UnknownRowError(export.code)


def _waiting(code: str, scope: Scope) -> Export:
    export = _locked(code)
    place = scope.place.id
    if export is None or place not in {export.handler_id, export.other_handler_id}:
        raise UnknownRowError(code)
    return export


def _decide(export: Export, action: ExportAction, note: str, scope: Scope, now: datetime) -> None:
    own = export.user_id == scope.principal.user_id
    person = scope.principal.person_id
    if own or (person is not None and export.user.person_id == person):
        raise RuleViolation("", N_("不能批准自己的导出，请另一位办"))
    _change(export, action)
    export.decided_by_id, export.decided_at = scope.principal.user_id, now
    export.decision_note = note
    db.session.flush()
    record(f"exports.{action}", "export", export.id, by=Actor.of_scope(scope))


def _tell(export: Export, scope: Scope, action: str) -> None:
    """Write one line of the log: the list, how many, what for (security.md EXP-04)."""
    by = Actor.of_scope(scope)
    record(
        action,
        "export",
        export.id,
        by=by,
        subject=export.subject,
        filters=export.filters_text,
        columns=export.columns_text,
        rows=export.counted,
        purpose=export.purpose,
        words=export.words,
        grounds=export.grounds_text,
    )
    if export.is_unusual and action == "exports.ask":
        record("exports.unusual", "export", export.id, by=by, rows=export.counted)


def _change(export: Export, action: ExportAction) -> None:
    export.status = next_state(EXPORT_TRANSITIONS, export.status, action)


def _locked(code: str) -> Export | None:
    return db.session.scalars(
        select(Export)
        .where(Export.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
