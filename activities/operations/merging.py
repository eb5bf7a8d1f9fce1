"""Sign-ups of two records that become one person, and of whom one has died."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from activities.models import Activity, Shift, Signup
from activities.operations.appointment_people import cancel_all
from activities.operations.seats import promote, release
from activities.operations.steps import (
    current_activity,
    live_signups,
    locked_shift,
    note_signup,
)
from activities.rules import LIVE, SignupAction
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation
from people.merging import Hand, Plan
from people.models import Person
from people.operations.moves import Act, Undoing


class SignupsHand(Hand):
    """Sign-ups and what is led go with the person; two live seats at one shift do not unite."""

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock the sign-ups of people, in the order of their ids."""
        live_signups(Signup.person_id.in_(person_ids))

    def obstacles(self, plan: Plan) -> Iterator[RuleViolation]:
        """Yield a shift that is still to come, for which both records signed up."""
        now, taken = clock.now(), _shifts_of(plan.first.id)
        both = select(Signup.id).where(
            Signup.person_id == plan.second.id,
            Signup.status.in_(LIVE),
            Signup.starts_at > now,
            Signup.shift_id.in_(taken),
        )
        if db.session.scalars(both.limit(1)).first() is not None:
            yield RuleViolation("", N_("两条记录都报了同一场活动，请先取消一个，再合并"))
        elif _meet(plan, now):
            yield RuleViolation("", N_("两条记录报的活动时间重叠，请先取消一个，再合并"))

    def move(self, act: Act) -> None:
        """Give sign-ups to the record that stays; a past double stays where it is."""
        taken = set(_shifts_of(act.plan.survivor.id))
        own = select(Signup).where(Signup.person_id == act.plan.merged.id).order_by(Signup.id)
        for signup in db.session.scalars(own).all():
            if signup.status not in LIVE or signup.shift_id not in taken:
                act.change(signup, person_id=act.plan.survivor.id)
        led = select(Activity).where(Activity.leader_id == act.plan.merged.id)
        for activity in db.session.scalars(led.order_by(Activity.id)).all():
            act.change(activity, leader_id=act.plan.survivor.id)

    def restore(self, undoing: Undoing) -> None:
        """Give every sign-up and activity back to whom it was of."""
        for activity, saved in undoing.rows(Activity):
            saved.put_back(activity)
        for signup, saved in undoing.rows(Signup):
            saved.put_back(signup)


def _meet(plan: Plan, now: datetime) -> bool:
    """Return whether the person would have to be at two places at once."""
    one, other = aliased(Signup), aliased(Signup)
    statement = (
        select(one.id)
        .join(other, (other.starts_at < one.ends_at) & (other.ends_at > one.starts_at))
        .where(
            one.person_id == plan.first.id,
            other.person_id == plan.second.id,
            one.status.in_(LIVE),
            other.status.in_(LIVE),
            one.starts_at > now,
        )
    )
    return db.session.scalars(statement.limit(1)).first() is not None


def _shifts_of(person_id: int) -> list[int]:
    """Return the shifts for which a person has a live sign-up."""
    statement = select(Signup.shift_id).where(
        Signup.person_id == person_id, Signup.status.in_(LIVE)
    )
    return list(db.session.scalars(statement))


def end_for_death(person_id: int, *, by: Actor, now: datetime) -> str:
    """Give the seats of somebody who died to who waits; nobody is told of it.

    Returns nothing: what was given away is not given back where the death was a mistake.
    """
    leave_shifts(person_id, by=by, now=now)
    cancel_all(person_id, by=by, now=now)
    return ""


def leave_shifts(person_id: int, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Call off what somebody who serves no more signed up for; the seats go to who waits.

    The person is locked first: nobody signs up meanwhile.
    """
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    ahead = select(Signup.shift_id).where(
        Signup.person_id == person_id, Signup.status.in_(LIVE), Signup.starts_at > now
    )
    for shift_id in sorted(db.session.scalars(ahead).all()):
        shift = locked_shift(Shift.id == shift_id)
        for signup in live_signups(Signup.shift_id == shift_id, Signup.person_id == person_id):
            release(signup, shift)
            signup.reason = reason
            note_signup(signup, SignupAction.CALL_OFF, by=by, now=now, note=reason)
        promote(shift, current_activity(shift), by=by, now=now)
    db.session.flush()


def restore_after_death(person_id: int, before: str, *, by: Actor, now: datetime) -> None:
    """Leave sign-ups as they are: the person signs up again where there are seats."""
    del person_id, before, by, now


def is_in_charge(person_id: int, place_id: int, day: date) -> bool:
    """Return that nobody records a death because of a sign-up."""
    del person_id, place_id, day
    return False
