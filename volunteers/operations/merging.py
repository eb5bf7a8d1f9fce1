"""Hours of two records that become one person: nothing is lost, nothing is credited twice.

The ledger is never rewritten. A record that moves keeps its ``book``, the volunteer under whose
pseudonym the ledger has it; the totals of the person who stays hold the hours of all his books.
Where two confirmed records overlap, the one confirmed later waits again, with a doubt: its credit
is reversed, and its organization decides (LED-02, LED-10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select

from core.database import db
from core.rules import N_, RuleViolation
from organizations.models import Organization
from people.merging import Choice, Hand, Line, Plan
from people.models import Person
from people.operations.moves import Act, Saved, Undoing
from people.rules.duplicates import Sighting
from volunteers.models import Registration, ServiceRecord, Volunteer
from volunteers.operations.books import Books
from volunteers.operations.counting import count_steps, facts_of, stars_anew
from volunteers.operations.merging_life import bring_life, return_life
from volunteers.operations.records import flush, step
from volunteers.queries import merging as reading
from volunteers.queries.records import standing_records
from volunteers.rules import (
    Doubt,
    Entry,
    ServiceAction,
    VolunteerStatus,
    claim_of,
    day_of,
    window_of,
)
from volunteers.rules.registering import RegistrationStatus

PLACE = (
    "status",
    "organization_id",
    "county_id",
    "city_id",
    "entered_on",
    "registered_on",
    "left_on",
)
BACK = ("status", "decision_id", "decided_at", "decided_by_id", "doubts", "starts_at", "ends_at")


class VolunteersHand(Hand):
    """One volunteer stays; the other's hours come along under their own pseudonym."""

    def sightings(self, person_ids: Collection[int]) -> Iterable[Sighting]:
        """Return where people are or were volunteers."""
        return reading.sightings(person_ids)

    def tell(self, person_id: int) -> Iterable[Line]:
        """Return registration and hours of a record."""
        return reading.tell(person_id)

    def choices(self, first_id: int, second_id: int) -> Iterable[Choice]:
        """Ask where the person stays a volunteer, where both serve at two places."""
        return reading.choices(first_id, second_id)

    def foretell(self, plan: Plan) -> Iterable[str]:
        """Say where the volunteer stays, how many hours there are, and which overlap."""
        return reading.foretell(plan)

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock records, then volunteers, in the order of their keys as confirming does."""
        for model in (ServiceRecord, Volunteer):
            db.session.scalars(
                select(model)
                .where(model.person_id.in_(person_ids))
                .order_by(model.id)
                .with_for_update(of=model)
                .execution_options(populate_existing=True)
            ).all()

    def obstacles(self, plan: Plan) -> Iterator[RuleViolation]:
        """Yield a suspension: a merge is no way around it."""
        states = [one.status for one in reading.volunteers_of(plan.ids)]
        if VolunteerStatus.SUSPENDED in states:
            yield RuleViolation("", N_("其中一位志愿者正被暂停服务，请先处理，再合并"))

    def move(self, act: Act) -> None:
        """Bring volunteer and hours of the merged-away record to the one that stays."""
        found = {one.person_id: one for one in reading.volunteers_of(act.plan.ids)}
        merged, kept = found.get(act.plan.merged.id), found.get(act.plan.survivor.id)
        if merged is not None and kept is None:
            for row in (merged, *reading.records_of([act.plan.merged.id])):
                act.change(row, person_id=act.plan.survivor.id)
        elif merged is not None and kept is not None:
            _send_back(act)
            with stars_anew([merged, kept]):
                _join(act, merged, kept)
                _bring(act, merged, kept)
                bring_life(act, merged, kept)
        _retell([act.plan.survivor.id])

    def restore(self, undoing: Undoing) -> None:
        """Give volunteers and hours back, with the credits that the merge had reversed."""
        _return_records(undoing)
        ids = undoing.merge.survivor_id, undoing.merge.merged_id
        with stars_anew(reading.volunteers_of(ids)):
            for volunteer, saved in undoing.rows(Volunteer):
                saved.check(volunteer)
                _count(volunteer, -1)
                saved.put_back(volunteer)
                _count(volunteer, +1)
                db.session.flush()
                _follow(volunteer)
            for registration, saved in undoing.rows(Registration):
                saved.put_back(registration)
            return_life(undoing)
        _retell([undoing.merge.survivor_id, undoing.merge.merged_id])


def _send_back(act: Act) -> None:
    """Let records wait again that overlap one that was confirmed before."""
    back = [later for later, _ in reading.overlapping(act.plan.ids)]
    if not back:
        return
    books = Books(act.by, act.now)
    books.reverse(back, f"merge {act.merge.code}")
    for record in back:
        with act.noting(record, *BACK):
            note, action = act.merge.code, ServiceAction.UNDO_CONFIRM
            step(record, action, by=act.by, now=act.now, note=note)
            record.decision_id = record.decided_at = record.decided_by_id = None
            if Doubt.OVERLAP not in record.doubt_list:
                record.doubts = ",".join([*record.doubt_list, Doubt.OVERLAP])
            db.session.flush()
            if not record.time_stated:
                _find_room(record, act)
        books.wait(record, +1)
    books.close()
    db.session.flush()


def _find_room(record: ServiceRecord, act: Act) -> None:
    """Put a record whose hour was never told where its day is free in the hours of both."""
    day = record.served_on
    others = standing_records(act.plan.ids, window_of(day), without=[record.id])
    entry = Entry(day=day, minutes=record.minutes, title=record.title, field=record.field)
    claim = claim_of(entry, [one for rows in others.values() for one in rows], act.now)
    record.starts_at, record.ends_at = claim.starts_at, claim.ends_at


def _join(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Make two volunteers one: the kept row stands where the chosen one stood."""
    chosen = reading.kept_place(act.plan, [merged, kept])
    place = {name: getattr(chosen, name) for name in PLACE} | _grade(chosen, (merged, kept))
    for one in (merged, kept):
        _count(one, -1)
    status = VolunteerStatus.WITHDRAWN if reading.serves(merged) else merged.status
    left_on = merged.left_on or day_of(act.now)
    if any(getattr(kept, name) != value for name, value in place.items()):
        act.change(kept, **place)
        db.session.flush()
        db.session.expire(kept, ["organization"])
    act.change(merged, status=status, left_on=left_on, merged_into_id=kept.id)
    ended = [merged.id] if kept.status is VolunteerStatus.ENTERED else [merged.id, kept.id]
    for registration in reading.open_registrations(ended):
        act.change(registration, status=RegistrationStatus.WITHDRAWN)
    earlier = select(Volunteer).where(Volunteer.merged_into_id == merged.id).order_by(Volunteer.id)
    for one in db.session.scalars(earlier).all():
        act.change(one, merged_into_id=kept.id)
    for one in (merged, kept):
        _count(one, +1)
    db.session.flush()


def _grade(chosen: Volunteer, found: Collection[Volunteer]) -> dict[str, object]:
    """Return the registered grade, which is of the person and not of the place (VOL-01)."""
    for one in found:
        if one.status is VolunteerStatus.REGISTERED and chosen.status is VolunteerStatus.ENTERED:
            return {"status": one.status, "registered_on": one.registered_on}
    return {}


def _bring(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Give every record of the merged-away volunteer to the kept one, its minutes with it."""
    books = Books(act.by, act.now)
    for record in reading.records_of([act.plan.merged.id]):
        books.shift(record, merged.id, kept.id)
        book_id = record.book_id or merged.id
        act.change(record, person_id=kept.person_id, volunteer_id=kept.id, book_id=book_id)
    flush()
    books.close()


def _return_records(undoing: Undoing) -> None:
    """Give records back; then credit again what waits since the merge and was not touched."""
    books, again = Books(undoing.by, undoing.now), list[tuple[ServiceRecord, Saved]]()
    for record, saved in undoing.rows(ServiceRecord):
        if "status" in saved.after:
            again.append((record, saved))
            continue
        saved.check(record)
        if "volunteer_id" in saved.after:
            books.shift(record, record.volunteer_id, saved.before["volunteer_id"])
        saved.put_back(record)
    db.session.flush()
    for record, saved in again:
        db.session.expire(record, ["volunteer", "book", "handler", "organization"])
        saved.check(record)
        books.wait(record, -1)
        saved.put_back(record, "status")
        note, action = undoing.merge.code, ServiceAction.CONFIRM
        step(record, action, by=undoing.by, now=undoing.now, note=note)
    flush()
    books.credit([record for record, _ in again], f"undo merge {undoing.merge.code}")
    books.close()
    db.session.flush()


def _follow(volunteer: Volunteer) -> None:
    """Let records that a volunteer gave since the merge follow him to the person he is again."""
    others = select(ServiceRecord).where(
        ServiceRecord.volunteer_id == volunteer.id, ServiceRecord.person_id != volunteer.person_id
    )
    for record in db.session.scalars(others.with_for_update(of=ServiceRecord)).all():
        record.person_id = volunteer.person_id
    flush()


def _retell(person_ids: Collection[int]) -> None:
    """Let rosters find people by the name that they have now."""
    db.session.flush()
    for one in reading.volunteers_of(person_ids):
        one.search_text = db.session.get_one(Person, one.person_id).search_text
    db.session.flush()


def _count(volunteer: Volunteer, sign: int) -> None:
    """Take a volunteer out of the figures, or put him in, by what he is at the moment."""
    path = db.session.get_one(Organization, volunteer.organization_id).path
    facts = facts_of(volunteer)
    count_steps(path, *((None, facts) if sign > 0 else (facts, None)))
