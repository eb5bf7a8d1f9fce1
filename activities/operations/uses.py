"""At which venue an activity is held; another organization's only when that one agrees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activities import letters
from activities.models import Activity, Shift, Venue, VenueUse, VenueUseEvent
from activities.operations import vitals
from activities.queries.uses import standing_use
from activities.queries.venue_times import times_of, told_times
from activities.rules import ActivityStatus, ShiftPlan, check_reason
from activities.rules.holding import USE_TRANSITIONS, UseAction, UseStatus
from activities.rules.venues import BEARS_NAME
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state

#: Nothing is held at a venue meanwhile, and nobody books it.
RESTS = N_("场所所在的组织正在整顿，暂时不能借用和预约")


def place_at(activity: Activity, code: str, *, by: Actor, now: datetime) -> None:
    """Let a locked activity be held at a venue, or at none; ask whom the venue is of.

    Raises RuleViolation for a venue that hosts nothing, and once the activity was held.
    """
    if code == (activity.venue.code if activity.venue else ""):
        return
    venue = _hosting(code) if code else None
    if vitals.has_held(activity.id):
        raise RuleViolation("venue", N_("已经办过的活动不能换场所"))
    is_foreign = venue is not None and venue.organization_id != activity.organization_id
    if is_foreign and activity.status is not ActivityStatus.DRAFT:
        raise RuleViolation("venue", N_("已发布的活动不能改到别的组织的场所"))
    use = _locked_use(activity.id)
    if use is not None:
        _step(use, UseAction.WITHDRAW, by=by, now=now)
        db.session.flush()
    activity.venue_id, activity.venue = (venue.id, venue) if venue else (None, None)
    db.session.flush()
    if venue is not None and is_foreign:
        _ask(activity, venue, by=by, now=now)


def _hosting(code: str) -> Venue:
    """Return a venue where something may be held."""
    venue = db.session.scalars(
        select(Venue)
        .options(joinedload(Venue.organization, innerjoin=True))
        .where(Venue.code == code)
    ).one_or_none()
    if venue is None or venue.status not in BEARS_NAME:
        raise RuleViolation("venue", N_("这个场所现在不能办活动，请重新选择"))
    if venue.rests:
        raise RuleViolation("venue", RESTS)
    return venue


def _ask(activity: Activity, venue: Venue, *, by: Actor, now: datetime) -> None:
    use = VenueUse(
        activity_id=activity.id,
        venue_id=venue.id,
        keeper_id=venue.organization_id,
        status=UseStatus.ASKED,
        asked_at=now,
        asked_by_id=by.user_id,
    )
    db.session.add(use)
    db.session.flush()
    _note(use, None, by=by, now=now)
    audit("venues.ask_use", "venue", venue.id, by=by, activity=activity.id)
    letters.tell_venue_asked(activity, venue, now)


def check_agreed(activity: Activity) -> None:
    """Raise RuleViolation while the organization of the venue rests, or has not agreed.

    One's own venue needs no consent, but is shut like any other while its organization rests.
    """
    venue = activity.venue
    if venue is None:
        return
    if venue.rests:
        raise RuleViolation("", RESTS)
    if venue.organization_id == activity.organization_id:
        return
    use = standing_use(activity.id)
    if use is None or use.status is not UseStatus.AGREED:
        raise RuleViolation("", N_("场所所在的组织还没有同意，同意后才能发布"))


def cover(
    activity: Activity, plan: ShiftPlan, shift: Shift | None, *, by: Actor, now: datetime
) -> None:
    """Let a consent cover a time to be: one outside what was agreed to is asked for again.

    Raises RuleViolation once the activity is published: people rely on its venue.
    """
    use = _locked_use(activity.id)
    if use is None or use.status is not UseStatus.AGREED:
        return
    if shift is not None and (shift.starts_at <= plan.starts_at and plan.ends_at <= shift.ends_at):
        return
    if activity.status is not ActivityStatus.DRAFT:
        raise RuleViolation(
            "day", N_("场所所在的组织同意的是原来的时间，已发布的活动只能改在那个时间以内")
        )
    _step(use, UseAction.WITHDRAW, by=by, now=now)
    db.session.flush()
    _ask(activity, use.venue, by=by, now=now)


def answer_use(
    use_id: int,
    *,
    agrees: bool,
    reason: str = "",
    seen: str = "",
    keeper_id: int,
    by: Actor,
    now: datetime,
) -> VenueUse:
    """Return an asking that the organization of the venue answered; who asked is told.

    ``seen`` is when the activity was to be as the page showed it. Raises RuleViolation where that
    is no longer so: nobody agrees to times that he has not read.
    """
    reason = reason.strip() if agrees else check_reason(reason)
    use = db.session.scalars(
        select(VenueUse)
        .where(VenueUse.id == use_id, VenueUse.keeper_id == keeper_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if use is None:
        raise UnknownRowError(str(use_id))
    if agrees and use.status is UseStatus.ASKED:
        times = times_of([use.activity_id]).get(use.activity_id, [])
        if seen != told_times(times):
            raise RuleViolation("", N_("时间刚刚改过，请看过再答复"))
        if use.venue.rests:
            raise RuleViolation("", RESTS)
    use.reason = reason
    _step(use, UseAction.AGREE if agrees else UseAction.REFUSE, by=by, now=now, note=reason)
    audit("venues.answer_use", "venue", use.venue_id, by=by, activity=use.activity_id)
    db.session.flush()
    letters.tell_venue_answered(use, now)
    return use


def _locked_use(activity_id: int) -> VenueUse | None:
    return db.session.scalars(
        select(VenueUse)
        .where(
            VenueUse.activity_id == activity_id,
            VenueUse.status.in_((UseStatus.ASKED, UseStatus.AGREED)),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _step(use: VenueUse, action: UseAction, *, by: Actor, now: datetime, note: str = "") -> None:
    use.status = next_state(USE_TRANSITIONS, use.status, action)
    _note(use, action, by=by, now=now, note=note)


def _note(
    use: VenueUse, action: UseAction | None, *, by: Actor, now: datetime, note: str = ""
) -> None:
    db.session.add(
        VenueUseEvent(
            use_id=use.id,
            action=action,
            to_status=use.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )
