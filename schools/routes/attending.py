"""Class activities at a school: the list, the roll call of a class, correction (S40, T4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other, sent, sent_all
from schools.activity_forms import AttendForm, PhotoForm, RollForm
from schools.operations import attending as operations
from schools.queries import attending as queries
from schools.queries.campaigns import calls_to
from schools.routes.blueprint import bp
from schools.rules.attending import KINDS, HeldBack, RollAction, RollStatus, YouthKind
from schools.titles import class_title

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
#: Another class is added to an activity of the last days only.
SAME_DAYS = 7


@bp.get("/o/<org>/youth-activities")
@requires(Permission.PUPILS_VIEW)
def list_youth(org: str) -> str:
    """Show the classes to record for, the year's numbers, and what was held."""
    place, today = scope().place, clock.today()
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    return render_template(
        "schools/activities.html",
        org=org,
        place=place,
        classes=queries.classes_here(place.id),
        page=queries.activities_at(scope(), asked("after", MAX_CODE)),
        tally=queries.tally_of_school(place.id, first, last),
        lessons=queries.tally_of_school(place.id, first, last, YouthKind.FIRST_AID),
        calls=calls_to(place.path, place.id, today),
        may_keep=scope().may(Permission.PUPILS_KEEP),
        class_title=class_title,
        today=today,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page of the roll call is about."""

    org: str
    school_class: Any
    form: AttendForm
    activity: Any
    calls: list[Any]


@bp.route("/o/<org>/classes/<code>/attend", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def attend(org: str, code: str) -> ResponseReturnValue:
    """Record who of a class was there: everyone is, tap the absent."""
    found = _begun(org, code)
    if request.method == "GET":
        minutes = settings.value("youth.minutes", clock.today())
        kind = queries.last_kind(scope().place.id)
        campaign = found.calls[0].campaign.code if len(found.calls) == 1 else ""
        found.form.begin(clock.now(), minutes, kind, campaign)
        return render_template("schools/attend.html", **_shown(found, None))
    ticked = set(sent_all("present"))
    if found.form.accepts():
        facts = found.activity.facts if found.activity else found.form.facts()
        if facts is not None:
            called = operations.Called(facts, _campaign(found), found.activity)
            try:
                roll = operations.record_roll(
                    found.school_class,
                    called,
                    ticked,
                    by=Actor.of_scope(scope()),
                    now=clock.now(),
                )
            except RuleViolation as violation:
                found.form.add_violation(violation)
            else:
                shown = roll.activity.code
                return see_other("schools.show_youth", org=org, code=shown, done=roll.code)
    return invalid("schools/attend.html", **_shown(found, ticked))


def _begun(org: str, code: str) -> _Page:
    place, form = scope().place, AttendForm()
    school_class = queries.class_of(place.id, code[:MAX_CODE])
    if school_class is None:
        abort(404)
    joined = (sent if request.method == "POST" else asked)("with", MAX_CODE)
    activity = queries.activity_at(place.id, joined) if joined else None
    if joined and activity is None:
        abort(404)
    calls = calls_to(place.path, place.id, clock.today())
    form.offer([(one.campaign.code, one.campaign.name) for one in calls])
    return _Page(org, school_class, form, activity, calls)


def _campaign(found: _Page) -> Any:
    """Return the campaign that was chosen of those that call the school now."""
    chosen = found.form.campaign.data or ""
    return next((one.campaign for one in found.calls if one.campaign.code == chosen), None)


def _kind(found: _Page) -> YouthKind:
    if found.activity is not None:
        kind: YouthKind = found.activity.kind
        return kind
    try:
        return found.form.chosen_kind()
    except RuleViolation:
        return YouthKind.OTHER


def _shown(found: _Page, ticked: set[str] | None) -> dict[str, Any]:
    place, today, kind = scope().place, clock.today(), _kind(found)
    day = found.activity.held_on if found.activity is not None else today
    rows = queries.roster_on(found.school_class, kind, day)
    since = today - timedelta(days=SAME_DAYS)
    free = [row for row in rows if row.held is None]
    return {
        "org": found.org,
        "place": place,
        "school_class": found.school_class,
        "class_name": _class_name(found.school_class),
        "form": found.form,
        "activity": found.activity,
        "calls": found.calls,
        "free": free,
        "ticked": {row.code for row in free} if ticked is None else ticked,
        "held": [row for row in rows if row.held is not None],
        "others": queries.open_activities(place.id, found.school_class.id, since)
        if found.activity is None
        else [],
        "notes": [KINDS[kind].note] if KINDS[kind].note else [],
        "waits_for_consent": any(row.held is HeldBack.NO_CONSENT for row in rows),
    }


def _class_name(school_class: Any) -> str:
    return class_title(school_class)


@bp.get("/o/<org>/youth-activities/<code>")
@requires(Permission.PUPILS_VIEW)
def show_youth(org: str, code: str) -> str:
    """Show an activity with its classes, who was absent, its pictures and its history."""
    return render_template("schools/activity.html", **page_of(org, code, PhotoForm(formdata=None)))


def page_of(org: str, code: str, photo_form: PhotoForm) -> dict[str, Any]:
    """Return what the page of an activity shows."""
    place, today = scope().place, clock.today()
    activity = queries.activity_at(place.id, code[:MAX_CODE])
    if activity is None:
        abort(404)
    rolls, photos = queries.rolls_of(activity), queries.photos_of(activity)
    standing = [roll for roll in rolls if roll.status is RollStatus.RECORDED]
    done = asked("done", MAX_CODE)
    limits = operations.limits_on(today)
    return {
        "org": org,
        "place": place,
        "activity": activity,
        "rolls": rolls,
        "standing": standing,
        "absent": queries.absent_names(activity),
        "class_name": _class_name,
        "steps": queries.steps_of(activity),
        "roll_names": {roll.id: _class_name(roll.school_class) for roll in rolls},
        "done": next((roll for roll in standing if roll.code == done), None),
        "said": done,
        "may_undo": lambda roll: clock.now() - roll.recorded_at <= limits.undo,
        "may_keep": scope().may(Permission.PUPILS_KEEP),
        "photos": photos,
        "may_add_photo": len(photos) < settings.value("youth.photos", today) and bool(standing),
        "photo_form": photo_form,
        "RollStatus": RollStatus,
        "RollAction": RollAction,
    }


@bp.route("/o/<org>/youth-rolls/<code>/correct", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def correct_roll(org: str, code: str) -> ResponseReturnValue:
    """Put right who was there, with a reason; what stood before stays in the history."""
    roll, form = _roll(code), RollForm()
    marks = queries.marks_of(roll)
    ticked = {mark.pupil.code for mark in marks if mark.is_present}
    beside = queries.roster_beside(roll)
    page = {
        "org": org,
        "roll": roll,
        "form": form,
        "marks": marks,
        "beside": [row for row in beside if row.held is None],
        "held": [row for row in beside if row.held is not None],
        "waits_for_consent": any(row.held is HeldBack.NO_CONSENT for row in beside),
        "class_name": _class_name(roll.school_class),
    }
    if request.method == "GET":
        return render_template("schools/correct_roll.html", ticked=ticked, **page)
    chosen = set(sent_all("present"))
    if form.accepts():
        try:
            operations.correct_roll(
                code,
                chosen,
                form.note.data or "",
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other(
                "schools.show_youth", org=org, code=roll.activity.code, done="corrected"
            )
    return invalid("schools/correct_roll.html", ticked=chosen, **page)


@bp.post("/o/<org>/youth-rolls/<code>/undo")
@requires(Permission.PUPILS_KEEP)
def undo_roll(org: str, code: str) -> ResponseReturnValue:
    """Take a roll call back, with the hours that it gave."""
    roll = _roll(code)
    form = PhotoForm()
    try:
        operations.undo_roll(
            code, organization_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("schools/activity.html", **page_of(org, roll.activity.code, form))
    return see_other("schools.show_youth", org=org, code=roll.activity.code, done="undone")


def _roll(code: str) -> Any:
    found = queries.roll_at(scope().place.id, code[:MAX_CODE])
    if found is None or found.status is not RollStatus.RECORDED:
        abort(404)
    return found
