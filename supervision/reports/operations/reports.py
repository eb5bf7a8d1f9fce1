"""Opening, submitting, checking and freezing reports (domain.md STA-05)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from core import clock, crypto, settings
from core.access.permissions import Level
from core.access.scope import Scope
from core.audit.operations import SYSTEM, Actor, record
from core.database import db, insert_or
from core.rules import IllegalTransition, RuleViolation, UnknownRowError, next_state
from organizations.models import Organization
from organizations.rules import ids_of_path
from supervision.public.queries.counting import public_places
from supervision.public.rules import check_note
from supervision.reports import rules
from supervision.reports.freezing import frozen
from supervision.reports.models import (
    Report,
    ReportAdjustment,
    ReportEvent,
    ReportLine,
    ReportReason,
)
from supervision.reports.queries.counting import counted, definitions_on, differences
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
    report = _locked(code, scope)
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
    statement = (
        select(Report)
        .where(
            Report.period == period,
            Report.status == ReportStatus.ACCEPTED,
            Report.handler_id == scope.place.id,
        )
        .order_by(Report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    waiting = db.session.scalars(statement).all()
    if not waiting:
        raise IllegalTransition(ReportStatus.FROZEN, ReportAction.FREEZE)
    _book(waiting, now)
    for report in waiting:
        report.digest = rules.digest_of(facts_of(report))
        _step(report, ReportAction.FREEZE, "", scope, now, digest=report.digest)
    db.session.flush()
    return len(waiting)


def explain(code: str, note: str, scope: Scope, *, now: datetime) -> Report:
    """Return a frozen report with the reason of what its place corrected since.

    The next report that is frozen takes it up. Raises RuleViolation without a reason and where
    nothing was corrected, UnknownRowError for another place's.
    """
    words = check_note(note, field="note")
    report = _locked(code, scope)
    if report.status is not ReportStatus.FROZEN:
        raise IllegalTransition(report.status, ReportAction.FREEZE)
    today = clock.local(now).date()
    if not any(one.about_id == report.id for one in _differences(report, today)):
        raise RuleViolation("note", rules.NOTHING_CORRECTED)
    reason = ReportReason(
        about_id=report.id,
        words=words,
        at=now,
        by_user_id=scope.principal.user_id,
        by_post_id=scope.post.id,
    )
    db.session.add(reason)
    db.session.flush()
    record("reports.explain", "report", report.id, by=Actor.of_scope(scope), period=report.period)
    return report


def _book(waiting: Sequence[Report], now: datetime) -> None:
    """Book in each report what its place corrected of earlier ones and gave a reason for."""
    places = {report.organization_id: report for report in waiting}
    statement = (
        select(ReportReason, Report.organization_id, Report.period)
        .join(Report, Report.id == ReportReason.about_id)
        .where(Report.organization_id.in_(places), ReportReason.booked_id.is_(None))
        .order_by(ReportReason.id)
        .with_for_update(of=ReportReason)
    )
    reasons: dict[int, list[ReportReason]] = {}
    for reason, place, period in db.session.execute(statement):
        report = places[place]
        if rules.is_month(period) == rules.is_month(report.period) and period < report.period:
            reasons.setdefault(place, []).append(reason)
    for place, given in reasons.items():
        report = places[place]
        words = {one.about_id: one.words for one in given}
        for found in _differences(report, clock.local(now).date()):
            if found.about_id in words:
                db.session.add(
                    ReportAdjustment(
                        report_id=report.id,
                        about_id=found.about_id,
                        indicator=found.indicator,
                        frozen=found.frozen,
                        known=found.known,
                        counted=found.counted,
                        reason=words[found.about_id],
                    )
                )
        for one in given:
            one.booked_id = report.id
    db.session.flush()


def _differences(report: Report, today: date) -> list[rules.Difference]:
    look_back = settings.value("reports.look_back", on=today)
    monthly = rules.is_month(report.period)
    return differences(report.organization_id, monthly=monthly, look_back=look_back)


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
    report = _locked(code, scope)
    next_state(REPORT_TRANSITIONS, report.status, action)
    if report.handler_id != scope.post.place.id:
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
    """Return the steps that follow at once when a place submits: nobody checks what is his own.

    A city stands right under the province, and so does a county without a city.
    """
    if level is Level.PROVINCE:
        return (ReportAction.CHECK, ReportAction.ACCEPT)
    if level is Level.CITY or not has_city:
        return (ReportAction.CHECK,)
    return ()


def _handler(status: ReportStatus, level: Level, place: Organization) -> int | None:
    """Return which organization has to act next, none once a report is frozen."""
    if status is ReportStatus.FROZEN:
        return None
    if status in rules.OWN_TURN:
        return place.id
    if status is ReportStatus.SUBMITTED and level is Level.COUNTY and place.city_id is not None:
        return place.city_id
    return ids_of_path(place.path)[0]


def _locked(code: str, scope: Scope) -> Report:
    """Return a report of the scope's place, locked. Raises UnknownRowError."""
    statement = (
        select(Report)
        .where(Report.code == code, Report.organization_id == scope.place.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    report = db.session.scalars(statement).one_or_none()
    if report is None:
        raise UnknownRowError(code)
    return report
