"""A volunteer's own hours: enter (S10), read (S13, S14), take back, object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import render_template, request

from accounts.devices import read_packet
from activities.queries import Shift, public_shift
from core import clock, settings
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.i18n import gettext
from core.rules import N_, RuleViolation
from core.web import asked, invalid, principal, see_other
from members.queries.own import open_application
from members.rules import ApplicationKind
from volunteers import operations, queries
from volunteers.forms import USUAL_MINUTES, ServiceForm
from volunteers.queries.counting import grades_of
from volunteers.queries.holds import hold_over
from volunteers.queries.hours_notices import notice_days
from volunteers.routes.blueprint import bp
from volunteers.routes.own_acts import can_appeal, can_disown, can_object, can_withdraw, own_of
from volunteers.routes.proposals import may_answer
from volunteers.routes.words import TONES, duration, month_words, record_story
from volunteers.rules import (
    Entry,
    RepeatedEntry,
    ServiceField,
    ServiceStatus,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


YEARS_BACK = 10


@bp.route("/me/hours/new", methods=["GET", "POST"])
@signed_in
def log_service() -> ResponseReturnValue:
    """Show the form, filled with the usual; enter what was sent (V5, V6)."""
    today = clock.today()
    volunteer = queries.own_volunteer(principal().person_id)
    if volunteer is None:
        return not_yet()
    recent = queries.recent_services(volunteer.person_id)
    form = ServiceForm()
    form.offer(today, recent)
    if form.accepts() and _reads_well(form, volunteer.person_id, recent, today):
        try:
            return _enter(form, volunteer.person_id, recent, today)
        except RepeatedEntry:
            return invalid("volunteers/log_again.html", form=form)
        except RuleViolation as violation:
            if violation.field == "day" and (form.other_day.data or "").strip():
                violation.field = "other_day"
            form.add_violation(violation)
    if request.method == "GET":
        _fill(form, recent, today)
    page = {
        "form": form,
        "recent": recent,
        "last": _last(recent, clock.now()),
        "handler": queries.handler_name(volunteer, principal().user_id, today),
    }
    if request.method == "POST":
        return invalid("volunteers/log.html", **page)
    return render_template("volunteers/log.html", **page)


def not_yet() -> str:
    """Tell somebody who is no volunteer how to become one, or where his application stands."""
    person_id = principal().person_id
    waiting = open_application(person_id, ApplicationKind.VOLUNTEER) if person_id else None
    return render_template("volunteers/not_yet.html", waiting=waiting)


def _reads_well(
    form: ServiceForm, person_id: int, recent: Sequence[queries.Recent], today: date
) -> bool:
    return form.reads_well(
        lambda: form.chosen_day(today),
        lambda: _chosen_service(form, person_id, recent),
        form.chosen_minutes,
        form.chosen_start,
    )


def _enter(
    form: ServiceForm, person_id: int, recent: Sequence[queries.Recent], today: date
) -> ResponseReturnValue:
    title, field = _chosen_service(form, person_id, recent)
    entry = Entry(
        day=form.chosen_day(today),
        minutes=form.chosen_minutes(),
        title=title,
        field=field,
        start=form.chosen_start(),
        note=form.note.data or "",
    )
    now = clock.now()
    record = operations.log_service(
        person_id,
        entry,
        by=Actor.of_principal(principal()),
        now=now,
        again=form.again.data is True,
        packet=read_packet(now),
    )
    return see_other("volunteers.own_record", code=record.code, new=1)


def _chosen_service(
    form: ServiceForm, person_id: int, recent: Sequence[queries.Recent]
) -> tuple[str, ServiceField]:
    """Return title and field: what was typed, else the record that the chip stands for."""
    if (form.title.data or "").strip():
        return form.title.data, form.chosen_field()
    code = form.what.data or ""
    known = next(((one.title, one.field) for one in recent if one.code == code), None)
    found = known or (queries.title_and_field(person_id, code) if code else None)
    if found is None:
        raise RuleViolation("what" if recent else "title", N_("请写做了什么"))
    return found


def _fill(form: ServiceForm, recent: Sequence[queries.Recent], today: date) -> None:
    """Choose beforehand what is most likely: today, the last title, its length (S10)."""
    like = asked("like")
    chosen = next((one for one in recent if one.code == like), recent[0] if recent else None)
    form.day.data = today.isoformat()
    form.field.data = ServiceField.OTHER
    form.what.data = chosen.code if chosen else None
    form.length.data = str(chosen.minutes if chosen else USUAL_MINUTES)
    shift = public_shift(asked("shift", 12)) if asked("shift") else None
    if shift is not None:
        _fill_like(form, shift, today)


def _fill_like(form: ServiceForm, shift: Shift, today: date) -> None:
    """Fill in a shift at which somebody did not check in (S12)."""
    start, end = clock.local(shift.starts_at), clock.local(shift.ends_at)
    form.title.data, form.field.data = shift.activity.title, shift.activity.field
    form.what.data = None
    form.start.data = f"{start:%H:%M}"
    form.hours.data = f"{(end - start).total_seconds() / 3600:g}"
    if start.date() <= today:
        form.other_day.data = start.date().isoformat()


@dataclass(frozen=True, slots=True)
class Usual:
    """The latest entry once more, with the day it is offered for."""

    code: str
    title: str
    minutes: int
    length: str
    day: date
    day_words: str


def _last(recent: Sequence[queries.Recent], now: datetime) -> Usual | None:
    """Return the latest entry for today, or for yesterday where it does not fit before now."""
    if not recent:
        return None
    last, today = recent[0], clock.local(now).date()
    fits = now - clock.day_bounds(today)[0] >= timedelta(minutes=last.minutes)
    return Usual(
        code=last.code,
        title=last.title,
        minutes=last.minutes,
        length=duration(last.minutes),
        day=today if fits else today - timedelta(days=1),
        day_words=gettext("今天") if fits else gettext("昨天"),
    )


@bp.get("/me/hours")
@signed_in
def own_hours() -> str:
    """Show totals by state, and the records month by month (S13)."""
    volunteer = queries.own_volunteer(principal().person_id)
    if volunteer is None:
        return not_yet()
    today = clock.today()
    totals = queries.hours_by_year(volunteer.id)
    pending = asked("show") == "pending"
    year = _year(today)
    page = queries.records_of_person(
        volunteer.person_id,
        year=None if pending else year,
        status=ServiceStatus.PENDING if pending else None,
        after=asked("after", 12),
    )
    return render_template(
        "volunteers/own_hours.html",
        totals=totals,
        grades=grades_of(volunteer.person_id),
        notice_days=notice_days(clock.now()),
        shown=next((one for one in totals if one.year == year), queries.YearHours(year, 0, 0)),
        pending=pending,
        year=year,
        years=sorted({today.year, today.year - 1, year, *(one.year for one in totals)})[::-1],
        page=page,
        today=today,
        tones=TONES,
        month_before=asked("month", 6),
        month_words=month_words,
    )


def _year(today: date) -> int:
    typed = asked("year")
    known = typed.isascii() and typed.isdigit() and len(typed) == 4  # noqa: PLR2004
    year = int(typed) if known else today.year
    return year if today.year - YEARS_BACK <= year <= today.year else today.year


@bp.get("/me/hours/<code>")
@signed_in
def own_record(code: str) -> str:
    """Show one record: where it stands, who has it, how it was counted (S11, S14)."""
    record = own_of(code)
    now = clock.now()
    steps = queries.steps_of(record.id)
    is_new = asked("new") == "1" and record.status is ServiceStatus.PENDING
    return render_template(
        "volunteers/own_record.html",
        record=record,
        is_new=is_new,
        done=asked("done", 12),
        story=record_story(record, steps, now),
        steps=steps,
        usual_days=queries.usual_days(record.handler_id) if is_new else None,
        withdraw_hours=settings.value("hours.withdraw_hours", clock.local(now).date()),
        may_withdraw=can_withdraw(record, now),
        may_object=can_object(record, now),
        may_disown=can_disown(record, now),
        sheet=queries.sheet_of(record),
        may_appeal=can_appeal(record, now),
        may_answer=may_answer(record, steps),
        pictures=queries.pictures_of(record),
        hold=hold_over(record),
    )
