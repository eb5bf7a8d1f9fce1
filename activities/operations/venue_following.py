"""What venues do when organizations move or close, people merge or are forgotten, days pass."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from activities import venue_letters as letters
from activities.models import Venue, VenueCharge, VenueTeamMember
from activities.operations.venue_figures import count_owner, count_step
from activities.operations.venue_people import look_again
from activities.operations.venue_steps import shut
from activities.operations.venues import locked, note
from activities.queries.venue_people import venues_at
from activities.queries.venue_rules import decider_of
from activities.rules.venues import OPEN_TO_PEOPLE, VENUE_LIFE, VenueAction, VenueStatus
from core import clock, settings
from core.audit.operations import record
from core.database import changed_rows, db
from core.rules import N_
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from organizations.operations.moving import MovedSubtree
from people.merging import Hand
from people.operations.moves import Act, Undoing
from people.rules.erasures import Matter

AT_ONCE = 200
KEPT = "venues"
CLOSED_REASON = N_("组织已经撤销")
MOVED_NOTE, BACK_NOTE = N_("随组织撤销转入"), N_("组织撤销已取消")


def follow_move(moved: MovedSubtree) -> None:
    """Keep county, city and who names true after a move."""
    ids = list(moved.organization_ids)
    found = select(Venue.id).where(Venue.organization_id.in_(ids)).order_by(Venue.id)
    day = clock.local(moved.now).date()
    for venue_id in db.session.scalars(found).all():
        venue = locked(Venue.id == venue_id)
        db.session.refresh(venue.organization)
        _stand(venue, venue.organization)
        venue.decider = decider_of(venue.kind, venue.organization, day)
    db.session.flush()


def follow_closing(closed: ClosedOrganization) -> None:
    """Give the venues of a closed organization to the one that takes in its people, or close them.

    What was done is kept with the closing, for taking it back.
    """
    kept: list[tuple[int, str]] = []
    day = clock.local(closed.now).date()
    for venue_id in venues_at(closed.organization.id):
        venue = locked(Venue.id == venue_id)
        kept.append((venue.id, venue.status.value))
        if closed.has_target:
            _give(venue, closed.home, closed, MOVED_NOTE)
        else:
            shut(venue, CLOSED_REASON, day, by=closed.by, now=closed.now)
    if kept:
        closed.row.keep(KEPT, kept)
        db.session.flush()
        look_again((venue_id for venue_id, _ in kept), now=closed.now)


def follow_reopening(closed: ClosedOrganization) -> None:
    """Bring the venues back that a closing took away, unless more was done with them since."""
    kept = closed.row.recall(KEPT) or []
    for venue_id, status in kept:
        venue = locked(Venue.id == venue_id)
        if closed.has_target and venue.organization_id == closed.home.id:
            _give(venue, closed.organization, closed, BACK_NOTE)
        elif venue.status is VenueStatus.CLOSED and not closed.has_target:
            VENUE_LIFE.next(venue.status, VenueAction.UNDO_CLOSING)
            venue.status, venue.closed_on = VenueStatus(status), None
            count_step(venue, VenueStatus.CLOSED)
            _charge_again(venue)
            note(venue, VenueAction.UNDO_CLOSING, by=closed.by, now=closed.now, words=BACK_NOTE)
            record("venue.undo_closing", "venue", venue.id, by=closed.by)
    db.session.flush()
    look_again((venue_id for venue_id, _ in kept), now=closed.now)


def look_at_all(after: int, now: datetime) -> int:
    """Look again at who is in charge of the next venues; return the last key, 0 at the end."""
    found = (
        select(Venue.id)
        .where(Venue.id > after, Venue.status != VenueStatus.CLOSED)
        .where(or_(Venue.keeper_id.is_not(None), Venue.leader_id.is_not(None)))
        .order_by(Venue.id)
        .limit(AT_ONCE)
    )
    ids = list(db.session.scalars(found))
    look_again(ids, now=now)
    return ids[-1] if ids else 0


def tell_of_overdue(now: datetime) -> int:
    """Tell of workshops without a leader for longer than the setting; return how many letters.

    Nobody is told twice of one loss: the topic of the letter names its day.
    """
    day = clock.local(now).date()
    before = day - timedelta(days=settings.value("venues.leader_days", day))
    found = select(Venue).where(Venue.leader_lost_on < before, Venue.status.in_(OPEN_TO_PEOPLE))
    venues = db.session.scalars(found.order_by(Venue.id)).all()
    return sum(letters.tell_overdue(venue, now) for venue in venues)


class VenuesHand(Hand):
    """Who is in charge of venues goes with the person."""

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock the venues of people, in the order of their keys."""
        mine = or_(Venue.keeper_id.in_(person_ids), Venue.leader_id.in_(person_ids))
        db.session.scalars(
            select(Venue)
            .where(mine)
            .order_by(Venue.id)
            .with_for_update(of=Venue)
            .execution_options(populate_existing=True)
        ).all()

    def move(self, act: Act) -> None:
        """Give venues, their history and teams to the record that stays."""
        gone, stays = act.plan.merged.id, act.plan.survivor.id
        for column in ("keeper_id", "leader_id"):
            mine = select(Venue).where(getattr(Venue, column) == gone).order_by(Venue.id)
            for venue in db.session.scalars(mine).all():
                act.change(venue, **{column: stays})
        taken = select(VenueTeamMember.venue_id).where(VenueTeamMember.person_id == stays)
        alone = VenueTeamMember.venue_id.not_in(taken)
        for found in (
            select(VenueCharge).where(VenueCharge.person_id == gone).order_by(VenueCharge.id),
            select(VenueTeamMember).where(VenueTeamMember.person_id == gone, alone),
        ):
            for row in db.session.scalars(found).all():
                act.change(row, person_id=stays)
        db.session.flush()

    def restore(self, undoing: Undoing) -> None:
        """Give everything back to whom it was of."""
        for model in (Venue, VenueCharge, VenueTeamMember):
            for row, saved in undoing.rows(model):
                saved.put_back(row)
        db.session.flush()


def waiting_of(person_id: int) -> Sequence[Matter]:
    """Return nothing: the owner finds that nobody is in charge, and finds somebody else."""
    del person_id
    return ()


def forget_person(person_id: int) -> int:
    """Return how many rows lost what names a person."""
    today = clock.today()
    no_keeper = {"keeper_lost_on": func.coalesce(Venue.keeper_lost_on, today), "keeper_id": None}
    no_leader = {"leader_lost_on": func.coalesce(Venue.leader_lost_on, today), "leader_id": None}
    return sum(
        changed_rows(statement)
        for statement in (
            update(Venue).where(Venue.keeper_id == person_id).values(no_keeper),
            update(Venue).where(Venue.leader_id == person_id).values(no_leader),
            delete(VenueCharge).where(VenueCharge.person_id == person_id),
            delete(VenueTeamMember).where(VenueTeamMember.person_id == person_id),
        )
    )


def _give(venue: Venue, owner: Organization, closed: ClosedOrganization, words: str) -> None:
    before_id = venue.organization_id
    venue.organization = owner
    _stand(venue, owner)
    count_owner(venue, before_id)
    venue.decider = decider_of(venue.kind, owner, clock.local(closed.now).date())
    note(venue, None, by=closed.by, now=closed.now, words=words)
    record("venue.give", "venue", venue.id, by=closed.by, organization=owner.id)


def _stand(venue: Venue, owner: Organization) -> None:
    venue.organization_id = owner.id
    venue.county_id, venue.city_id = owner.county_id, owner.city_id


def _charge_again(venue: Venue) -> None:
    """Let who was in charge when the venue was closed be in charge again."""
    for person_id in {venue.keeper_id, venue.leader_id} - {None}:
        last = (
            select(VenueCharge)
            .where(VenueCharge.venue_id == venue.id, VenueCharge.person_id == person_id)
            .order_by(VenueCharge.id.desc())
            .limit(1)
        )
        row = db.session.scalars(last).first()
        if row is not None:
            row.ends_on = None
