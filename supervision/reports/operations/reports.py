"""Opening, submitting, checking and freezing reports (domain.md STA-05)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from accounts.queries.posts import holders_at
from core import clock, crypto, settings
from core.access.permissions import Level, Role
from core.access.scope import Scope
from core.audit.operations import SYSTEM, Actor, record
from core.database import db, insert_or
from core.rules import IllegalTransition, RuleViolation, next_state
from organizations.models import Organization
from organizations.rules import ids_of_path
from supervision.public.queries.counting import public_places
from supervision.public.rules import check_note
from supervision.reports import rules
from supervision.reports.freezing import frozen
from supervision.reports.models import Report, ReportEvent, ReportLine
from supervision.reports.operations.corrections import book
from supervision.reports.queries import reports as queries
from supervision.reports.queries.counting import counted, definitions_on
from supervision.reports.queries.reports import locked
from supervision.reports.queries.sealing import facts_of
from supervision.reports.rules import REPORT_TRANSITIONS, ReportAction, ReportStatus


def open_reports(today: date, now: datetime) -> int:
    """Return how many reports were opened: of the last month and year, for county and above.

    Doing it twice opens none twice.
    """
    opened = 0
    for period in rules.ended_periods(today):
        name = "reports.month_days" if rules.is_month(period) else "reports.year_days"
        due_on = rules.last_day(period) + timedelta(days=settings.value(name, on=today))
        rows = [
            {
                "code": crypto.opaque_code(8),
                "organization_id": place.id,
                "period": period,
                "name": place.short_name,
                "level": place.level,
                "status": ReportStatus.OPEN,
                "handler_id": place.id,
                "due_on": due_on,
                "note": "",
                "opened_at": now,
                "digest": "",
            }
            for place in public_places()
        ]
        if rows:
            fresh = insert_or(Report).values(rows).on_conflict_do_nothing().returning(Report.id)
            found = len(db.session.execute(fresh).all())
            if found:
                record("reports.open", "report", None, by=SYSTEM, period=period, count=found)
            opened += found
    return opened


def submit(code: str, scope: Scope, *, now: datetime) -> Report:
    """Return a report with the values counted at this moment, handed to whoever checks it.

    Raises UnknownRowError for another place's, IllegalTransition where it was handed over already.
    """
    report = locked(code, scope)
    next_state(REPORT_TRANSITIONS, report.status, ReportAction.SUBMIT)
    today = clock.local(now).date()
    _check_over(report, today)
    report.as_of = today
    _write_lines(report, today)
    city = report.organization.city_id
    for action in (
        ReportAction.SUBMIT,
        *_own_checks(report.level, has_city=city is not None),
    ):
        _step(report, action, "", scope, now)
    if report.level is Level.CITY and not _has_other(report, scope, today):
        report.handler_id = ids_of_path(report.organization.path)[0]
    report.note = ""
    db.session.flush()
    return report


def check(code: str, scope: Scope, *, now: datetime) -> Report:
    """Return a report that the city found right and passed on to the province."""
    return _decide(code, ReportAction.CHECK, "", scope, now)


def accept(code: str, scope: Scope, *, now: datetime) -> Report:
    """Return a report that the province took over; it can be frozen now."""
    return _decide(code, ReportAction.ACCEPT, "", scope, now)


def give_back(code: str, note: str, scope: Scope, *, now: datetime) -> Report:
    """Return a report that its place looks at again. Raises RuleViolation without a reason."""
    words = check_note(note, field="note")
    report = _decide(code, ReportAction.RETURN, words, scope, now)
    report.note = words
    db.session.flush()
    return report


def freeze(period: int, scope: Scope, *, now: datetime) -> int:
    """Return how many accepted reports of a period were frozen, with what corrections came to.

    Each is sealed by a digest that stands in the audit chain. Raises IllegalTransition where
    none waits: somebody else was first.
    """
    waiting = _accepted(period, scope.place.id)
    if not waiting:
        raise IllegalTransition(ReportStatus.FROZEN, ReportAction.FREEZE)
    book(waiting, clock.local(now).date())
    for report in waiting:
        report.digest = rules.digest_of(facts_of(report))
        _step(report, ReportAction.FREEZE, "", scope, now, digest=report.digest)
    db.session.flush()
    return len(waiting)


def _accepted(period: int, place_id: int) -> Sequence[Report]:
    """Return the reports of a period that wait to be frozen, locked: none goes back meanwhile."""
    statement = (
        select(Report)
        .where(
            Report.period == period,
            Report.status == ReportStatus.ACCEPTED,
            Report.handler_id == place_id,
        )
        .order_by(Report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def _write_lines(report: Report, today: date) -> None:
    """Write every value as it is counted now, with its definition; what stood there goes."""
    db.session.execute(delete(ReportLine).where(ReportLine.report_id == report.id))
    wanted = definitions_on(today)
    found = counted([report.organization_id], [(one, report.period) for one in wanted])
    for position, one in enumerate(wanted):
        reading = found[report.organization_id, one.code, report.period]
        db.session.add(
            ReportLine(
                report_id=report.id,
                indicator=one.code,
                position=position,
                version=one.version,
                definition_text=json.dumps(frozen(one), ensure_ascii=False, sort_keys=True),
                value=reading.value,
                top=reading.top,
                bottom=reading.bottom,
            )
        )
    db.session.flush()


def _check_over(report: Report, today: date) -> None:
    if rules.last_day(report.period) >= today:
        raise RuleViolation("", rules.NOT_OVER)


def _decide(code: str, action: ReportAction, note: str, scope: Scope, now: datetime) -> Report:
    report = locked(code, scope)
    next_state(REPORT_TRANSITIONS, report.status, action)
    if scope.post.place.id not in queries.hands_of(report):
        raise IllegalTransition(report.status, action)  # it is another level's turn
    if action is not ReportAction.RETURN:
        _check_other(report, scope)
    _step(report, action, note, scope, now)
    db.session.flush()
    return report


def _check_other(report: Report, scope: Scope) -> None:
    """Raise RuleViolation for whoever handed the report over himself, in another post of his."""
    last = (
        select(ReportEvent.by_user_id)
        .where(ReportEvent.report_id == report.id, ReportEvent.action == ReportAction.SUBMIT)
        .order_by(ReportEvent.id.desc())
        .limit(1)
    )
    if db.session.scalar(last) == scope.principal.user_id:
        raise RuleViolation("", rules.OWN_REPORT)


def _step(
    report: Report,
    action: ReportAction,
    note: str,
    scope: Scope,
    now: datetime,
    digest: str = "",
) -> None:
    status, place = next_state(REPORT_TRANSITIONS, report.status, action), report.organization
    # written together: the database refuses a second change once it is frozen
    report.status, report.handler_id = status, _handler(status, report.level, place)
    by = Actor.of_scope(scope)
    db.session.add(
        ReportEvent(
            report_id=report.id,
            action=action,
            to_status=report.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )
    record(f"reports.{action}", "report", report.id, by=by, period=report.period, digest=digest)


def _own_checks(level: Level, *, has_city: bool) -> tuple[ReportAction, ...]:
    """Return the steps that follow at once when a place submits: there is nobody to take them.

    A county without a city stands right under the province, and above the province is nobody.
    """
    if level is Level.PROVINCE:
        return (ReportAction.CHECK, ReportAction.ACCEPT)
    if level is Level.COUNTY and not has_city:
        return (ReportAction.CHECK,)
    return ()


def _has_other(report: Report, scope: Scope, today: date) -> bool:
    """Return whether somebody else of the city can check its own report; else the province does."""
    officers = holders_at(report.organization_id, (Role.OFFICER,), today)
    return any(one.user_id != scope.principal.user_id for one in officers)


def _handler(status: ReportStatus, level: Level, place: Organization) -> int | None:
    """Return which organization has to act next, none once a report is frozen."""
    if status is ReportStatus.FROZEN:
        return None
    if status in rules.OWN_TURN:
        return place.id
    if status is ReportStatus.SUBMITTED and level is Level.COUNTY and place.city_id is not None:
        return place.city_id
    if status is ReportStatus.SUBMITTED and level is Level.CITY:
        return place.id
    return ids_of_path(place.path)[0]
