"""What was corrected of frozen values: its reasons, who still owes one, and booking it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select

from core import clock, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.rules import IllegalTransition, RuleViolation
from supervision.public.rules import check_note
from supervision.reports import rules
from supervision.reports.models import Report, ReportAdjustment, ReportGap, ReportReason
from supervision.reports.queries.counting import differences
from supervision.reports.queries.reports import locked, reasons_of
from supervision.reports.rules import ReportAction, ReportStatus

Keep = Callable[[], None]


def explain(code: str, told: Mapping[str, str], scope: Scope, *, now: datetime) -> Report:
    """Return a frozen report with the reasons of what its place corrected since, by indicator.

    The next report that is frozen takes them up; a difference that is told nothing of waits. Raises
    RuleViolation without any reason and where nothing was corrected, UnknownRowError for another
    place's.
    """
    report = locked(code, scope)
    if report.status is not ReportStatus.FROZEN:
        raise IllegalTransition(report.status, ReportAction.FREEZE)
    known = {one.indicator for one in _of(report, clock.local(now).date())}
    words = {name: text for name, text in told.items() if text.strip()}
    if not known:
        raise RuleViolation("", rules.NOTHING_CORRECTED)
    if not words or not known.issuperset(words):
        raise RuleViolation(rules.reason_field(min(known)), rules.REASON_FOR_EACH)
    for indicator, text in words.items():
        reason = ReportReason(
            about_id=report.id,
            indicator=indicator,
            words=check_note(text, field=rules.reason_field(indicator)),
            at=now,
            by_user_id=scope.principal.user_id,
            by_post_id=scope.post.id,
        )
        db.session.add(reason)
    gone = ReportGap.about_id == report.id, ReportGap.indicator.in_(words)
    db.session.execute(delete(ReportGap).where(*gone))
    db.session.flush()
    by = Actor.of_scope(scope)
    record("reports.explain", "report", report.id, by=by, period=report.period)
    return report


def book(waiting: Sequence[Report], today: date) -> None:
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
        _book(places[place], given, today)
    db.session.flush()


def note_gaps(today: date, *, keep: Keep) -> int:
    """Return how many corrected values have no reason, after writing them down. Nightly.

    One place after the other, its frozen reports locked: doing it twice changes nothing, nor does
    another night at the same time, and a reason that is being given is waited for.
    """
    frozen = select(Report.organization_id).where(Report.status == ReportStatus.FROZEN)
    count = 0
    for place_id in db.session.scalars(frozen.distinct().order_by(Report.organization_id)).all():
        own = _frozen_locked(place_id)
        db.session.execute(delete(ReportGap).where(ReportGap.about_id.in_(own)))
        found = [one for monthly in (True, False) for one in _at(place_id, today, monthly=monthly)]
        given = reasons_of([one.about_id for one in found])
        gaps = [
            ReportGap(about_id=one.about_id, indicator=one.indicator)
            for one in found
            if rules.reason_for(given, one) is None
        ]
        db.session.add_all(gaps)
        count += len(gaps)
        keep()
    return count


def _frozen_locked(place_id: int) -> Sequence[int]:
    """Return the ids of the frozen reports of a place, locked in the order of their keys."""
    frozen = Report.organization_id == place_id, Report.status == ReportStatus.FROZEN
    asked = select(Report.id).where(*frozen).order_by(Report.id).with_for_update()
    return db.session.scalars(asked).all()


def _book(report: Report, given: Sequence[ReportReason], today: date) -> None:
    words = {(one.about_id, one.indicator): one.words for one in given}
    monthly = rules.is_month(report.period)
    for found in _at(report.organization_id, today, monthly=monthly):
        reason = rules.reason_for(words, found)
        if reason is not None:
            db.session.add(
                ReportAdjustment(
                    report_id=report.id,
                    about_id=found.about_id,
                    indicator=found.indicator,
                    frozen=found.frozen,
                    known=found.known,
                    counted=found.counted,
                    reason=reason,
                )
            )
    for one in given:
        one.booked_id = report.id


def _at(place_id: int, today: date, *, monthly: bool) -> list[rules.Difference]:
    look_back = settings.value("reports.look_back", on=today)
    return differences(place_id, monthly=monthly, look_back=look_back)


def _of(report: Report, today: date) -> list[rules.Difference]:
    monthly = rules.is_month(report.period)
    found = _at(report.organization_id, today, monthly=monthly)
    return [one for one in found if one.about_id == report.id]
