"""A keeper's activities: list, one activity, posting, changing (S31)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for

from activities import operations, queries
from activities.forms import NewActivityForm, PostingForm, days_ahead
from activities.queries import Show
from activities.queries.reports import is_reportable
from activities.queries.uses import last_use, standing_use, venues_to_choose
from activities.queries.venue_times import Other, others_at
from activities.routes.blueprint import MAX_CODE, after, bp, found_activity
from activities.routes.words import TONES, days, phase, shift_phase, span
from activities.rules import ActivityAction, ActivityStatus, needs_review
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, config_value, invalid, scope, see_other, sent
from members.qr import qr_path
from organizations.queries import organization_of_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from activities.queries.uses import Venue
    from activities.rules import Posting, ShiftPlan

EDITABLE = (ActivityStatus.DRAFT, ActivityStatus.PUBLISHED)


@bp.get("/o/<org>/events")
@requires(Permission.ACTIVITIES_VIEW)
def list_activities(org: str) -> str:
    """Show the activities in reach: what comes, drafts, what is over."""
    now = clock.now()
    typed = asked("show")
    show = Show(typed) if typed in set(Show) else Show.COMING
    may_keep = scope().may(Permission.ACTIVITIES_KEEP)
    may_review = scope().may(Permission.ACTIVITIES_REVIEW)
    return render_template(
        "activities/list.html",
        org=org,
        place=scope().place,
        show=show,
        shows=list(Show),
        page=queries.activities_in(scope(), show, now, after()),
        tones=TONES,
        days=days,
        phase_of=lambda one: phase(one.activity, now, one.seats - one.taken),
        may_keep=may_keep,
        last=next(iter(queries.recent_activities(scope())), None) if may_keep else None,
        may_review=may_review,
        waiting=len(queries.reviews_at(scope().place.id)) if may_review else 0,
    )


@bp.route("/o/<org>/events/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def new_activity(org: str) -> ResponseReturnValue:
    """Post an activity, from nothing or like an earlier one."""
    form = NewActivityForm()
    like = _like((sent if request.method == "POST" else asked)("like", MAX_CODE))
    offer(form, like, asked("venue", MAX_CODE))
    if form.accepts():
        posting, plan = form.posting(), form.plan()
        if posting is not None and plan is not None:
            try:
                return _post(org, posting, _with_others(plan, like))
            except RuleViolation as violation:
                form.add_violation(violation)
    elif request.method == "GET" and like is None:
        form.venue.data = asked("venue", MAX_CODE)
    elif request.method == "GET" and like is not None:
        form.fill(like.posting)
        form.fill_shift(queries.shifts_of(like)[0].plan, keeps_day=False)
        form.like.data = like.code
    page = {
        "org": org,
        "form": form,
        "like": like,
        "recent": [] if like else queries.recent_activities(scope()),
        "days": days_ahead(clock.today()),
        "words_of_days": days,
    }
    if request.method == "POST":
        return invalid("activities/new.html", **page)
    return render_template("activities/new.html", **page)


def offer(form: PostingForm, known: queries.Activity | None, venue: str = "") -> None:
    """Fill the choices: own venues, the one chosen before, the one that the address names."""
    chosen = known.venue.code if known is not None and known.venue is not None else ""
    place_id = scope().place.id
    wanted = form.venue.data or venue or chosen
    form.offer([venue_choice(one, place_id) for one in venues_to_choose(place_id, wanted)])


def venue_choice(venue: Venue, place_id: int) -> tuple[str, str]:
    """Return a venue as a choice; one of another organization says whose it is."""
    is_own = venue.organization_id == place_id
    return venue.code, venue.name if is_own else f"{venue.name} · {venue.organization.short_name}"


def _like(code: str) -> queries.Activity | None:
    return queries.activity_in(scope(), code) if code else None


def _post(org: str, posting: Posting, plans: list[ShiftPlan]) -> ResponseReturnValue:
    by, now = Actor.of_scope(scope()), clock.now()
    place = organization_of_id(scope().place.id)
    made = operations.create(place, posting, plans, by=by, now=now)
    waits = standing_use(made.id) is not None
    if request.form.get("then") != "publish" or waits:
        done = "asked" if waits else "kept"
        return see_other("activities.show_activity", org=org, code=made.code, done=done)
    operations.publish(made.code, organization_id=place.id, by=by, now=now)
    return see_other("activities.show_activity", org=org, code=made.code, done="published")


def _with_others(plan: ShiftPlan, like: queries.Activity | None) -> list[ShiftPlan]:
    """Return the first shift, and the others of an earlier activity as far from it as then."""
    if like is None:
        return [plan]
    first, *others = queries.shifts_of(like)
    begins = clock.local(plan.starts_at).date() - clock.local(first.starts_at).date()
    moved = timedelta(days=begins.days)
    return [plan, *(one.plan.moved(moved) for one in others)]


@bp.get("/o/<org>/events/<code>")
@requires(Permission.ACTIVITIES_VIEW)
def show_activity(org: str, code: str) -> str:
    """Show an activity with its shifts, its history, and what may be done."""
    return render_template("activities/activity.html", **_page(org, found_activity(code)))


def _page(org: str, activity: queries.Activity) -> dict[str, Any]:
    now = clock.now()
    shifts = queries.shifts_of(activity)
    may_keep = scope().may(Permission.ACTIVITIES_KEEP)
    return {
        "org": org,
        "activity": activity,
        "shifts": shifts,
        "waiting": queries.waiting_by_shift(activity),
        "steps": queries.steps_of_activity(activity),
        "phase": phase(activity, now, sum(shift.free for shift in shifts)),
        "shift_phase": lambda shift: shift_phase(shift, activity, now),
        "tones": TONES,
        "span": span,
        "days": days,
        "done": asked("done"),
        "may_keep": may_keep,
        "may_edit": may_keep and activity.status in EDITABLE,
        "asks_above": may_keep and _asks_above(activity),
        "address": config_value("origin") + url_for("activities.event", code=activity.code),
        "use": last_use(activity.id) if activity.venue_id else None,
        "others": _others(activity),
        "may_report": is_reportable(activity, shifts, now),
    }


def _others(activity: queries.Activity) -> Sequence[Other]:
    """Return what else its venue is used for then, while that can still be changed."""
    if activity.venue_id is None or activity.status not in EDITABLE:
        return ()
    return others_at([activity.id]).get(activity.id, ())


def _asks_above(activity: queries.Activity) -> bool:
    """Return whether publishing now would ask the level above."""
    if activity.status is not ActivityStatus.DRAFT:
        return False
    try:
        return needs_review(
            activity.first_starts_at, clock.now(), operations.notice_on(clock.now())
        )
    except RuleViolation:
        return True


@bp.route("/o/<org>/events/<code>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def edit_activity(org: str, code: str) -> ResponseReturnValue:
    """Change what an activity tells; who signed up is told."""
    activity, form = found_activity(code), PostingForm()
    check_editable(activity)
    offer(form, activity)
    if form.accepts() and (posting := form.posting()) is not None:
        try:
            operations.change(code, posting, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.show_activity", org=org, code=code, done="changed")
    if request.method == "POST":
        return invalid("activities/edit.html", org=org, activity=activity, form=form)
    form.fill(activity.posting)
    return render_template("activities/edit.html", org=org, activity=activity, form=form)


def check_editable(activity: queries.Activity) -> None:
    """Raise IllegalTransition for an activity whose words and shifts stand (409)."""
    if activity.status not in EDITABLE:
        raise IllegalTransition(activity.status, ActivityAction.CHANGE)


def acting() -> dict[str, Any]:
    """Return who acts at which organization and when, for an operation."""
    return {
        "organization_id": scope().place.id,
        "by": Actor.of_scope(scope()),
        "now": clock.now(),
    }


@bp.post("/o/<org>/events/<code>/publish")
@requires(Permission.ACTIVITIES_KEEP)
def publish_activity(org: str, code: str) -> ResponseReturnValue:
    """Let everybody read a draft, or ask the level above."""
    return _lead_on(org, code, operations.publish, "published")


@bp.post("/o/<org>/events/<code>/take-back")
@requires(Permission.ACTIVITIES_KEEP)
def take_back_activity(org: str, code: str) -> ResponseReturnValue:
    """Take back what the level above was asked."""
    return _lead_on(org, code, operations.take_back, "kept")


@bp.post("/o/<org>/events/<code>/end")
@requires(Permission.ACTIVITIES_KEEP)
def end_activity(org: str, code: str) -> ResponseReturnValue:
    """End an activity that is over."""
    return _lead_on(org, code, operations.end, "ended")


def _lead_on(org: str, code: str, lead: Callable[..., object], done: str) -> ResponseReturnValue:
    activity = found_activity(code)
    try:
        lead(code, **acting())
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        page = _page(org, activity)
        return invalid("activities/activity.html", problem=say(violation), **page)
    return see_other("activities.show_activity", org=org, code=code, done=done)


@bp.get("/o/<org>/events/<code>/poster")
@requires(Permission.ACTIVITIES_KEEP)
def activity_poster(org: str, code: str) -> str:
    """Show the poster of an activity for printing."""
    activity = found_activity(code)
    address = config_value("origin") + url_for("activities.event", code=activity.code)
    return render_template(
        "activities/poster.html",
        activity=activity,
        shifts=queries.shifts_of(activity),
        span=span,
        address=address,
        qr=qr_path(address),
        back_url=url_for("activities.show_activity", org=org, code=activity.code),
    )
