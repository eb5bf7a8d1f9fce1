"""Appointments of two records that become one person, of who died, and of who closed an account."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from activities.models import Appointment, AppointmentSlot, BookedQuarter
from activities.operations.appointments import step
from activities.rules.appointments import AppointmentAction, AppointmentStatus
from core import clock
from core.audit.operations import Actor
from core.database import changed_rows, db
from core.rules import N_, RuleViolation
from people.merging import Hand, Plan
from people.operations.moves import Act, Undoing
from people.rules.erasures import Matter


class AppointmentsHand(Hand):
    """Appointments go with the person; nobody is at two venues at once."""

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock the appointments of people, in the order of their ids."""
        statement = select(Appointment.id).where(Appointment.person_id.in_(person_ids))
        db.session.execute(statement.order_by(Appointment.id).with_for_update())

    def obstacles(self, plan: Plan) -> Iterator[RuleViolation]:
        """Yield that both records have an appointment at the same time, still to come."""
        one, other = aliased(BookedQuarter), aliased(BookedQuarter)
        both = (
            select(one.appointment_id)
            .join(other, other.starts_at == one.starts_at)
            .where(
                one.person_id == plan.first.id,
                other.person_id == plan.second.id,
                one.starts_at > clock.now(),
            )
        )
        if db.session.scalars(both.limit(1)).first() is not None:
            yield RuleViolation("", N_("两条记录有同一时间的预约，请先取消一个，再合并"))

    def move(self, act: Act) -> None:
        """Give appointments to the record that stays; time that is past is nobody's any more."""
        people = act.plan.survivor.id, act.plan.merged.id
        past = BookedQuarter.starts_at <= act.now
        db.session.execute(delete(BookedQuarter).where(BookedQuarter.person_id.in_(people), past))
        own = select(Appointment).where(Appointment.person_id == act.plan.merged.id)
        for one in db.session.scalars(own.order_by(Appointment.id)).all():
            act.change(one, person_id=act.plan.survivor.id)
            _give_time(one, act.plan.survivor.id)

    def restore(self, undoing: Undoing) -> None:
        """Give every appointment back to whom it was of."""
        for one, saved in undoing.rows(Appointment):
            saved.put_back(one)
            if one.person_id is not None:
                _give_time(one, one.person_id)


def _give_time(one: Appointment, person_id: int) -> None:
    db.session.execute(
        update(BookedQuarter)
        .where(BookedQuarter.appointment_id == one.id)
        .values(person_id=person_id)
        .execution_options(synchronize_session=False)
    )


def cancel_all(person_id: int, *, by: Actor, now: datetime) -> None:
    """Cancel what somebody who comes no more has booked."""
    ahead = (
        select(Appointment)
        .where(
            Appointment.person_id == person_id,
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at > now,
        )
        .order_by(Appointment.slot_id)
    )
    for one in db.session.scalars(ahead).all():
        slot = db.session.scalars(
            select(AppointmentSlot).where(AppointmentSlot.id == one.slot_id).with_for_update()
        ).one()
        db.session.refresh(one, with_for_update=True)
        if one.status is AppointmentStatus.BOOKED:
            step(one, slot, AppointmentAction.CANCEL, by=by, now=now)
    db.session.flush()


def waiting_of(person_id: int) -> Sequence[Matter]:
    """Return nothing: an appointment keeps nobody from closing an account."""
    del person_id
    return ()


def forget_person(person_id: int) -> int:
    """Return how many rows lost what somebody came for, and whom they were of.

    A seat that was held stays counted; nobody is kept waiting for who has left.
    """
    db.session.execute(delete(BookedQuarter).where(BookedQuarter.person_id == person_id))
    return changed_rows(
        update(Appointment)
        .where(Appointment.person_id == person_id)
        .values(note="", person_id=None)
        .execution_options(synchronize_session=False)
    )
