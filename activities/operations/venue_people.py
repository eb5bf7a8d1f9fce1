"""Keepers, leaders and teams of venues; who left is seen at once (domain.md, scenario 35)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, func, select, update

from activities import venue_letters as letters
from activities.models import Venue, VenueCharge, VenueTeamMember
from activities.operations.venues import held_by_owner, locked, note
from activities.queries import venue_people as queries
from activities.rules.venue_kinds import KINDS
from activities.rules.venues import OPEN_TO_PEOPLE, Charge, VenueStatus
from core import clock, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, typed
from people.models import Person

NO_KEEPER, NO_LEADER = N_("没有有效负责人"), N_("没有有效领办人")
NEW_KEEPER, NEW_LEADER = N_("更换负责人"), N_("更换领办人")


def set_keeper(
    code: str, holder: str, number: str, *, owner_id: int, by: Actor, now: datetime
) -> Venue:
    """Return a venue with another keeper: who holds a post at the owner, or a member.

    Raises RuleViolation.
    """
    venue, day = held_by_owner(code, owner_id), _day(now)
    _check_open(venue)
    if typed(number, "number"):
        person = _numbered(venue, number, "number", in_county=True)
    else:
        found = queries.person_holding(holder, owner_id, day)
        if found is None:
            raise RuleViolation("holder", N_("请选一位，或者填会员编号"))
        person = found
    put_in_charge(venue, Charge.KEEPER, person, day)
    note(venue, None, by=by, now=now, words=NEW_KEEPER)
    record("venue.keeper", "venue", venue.id, by=by)
    return venue


def set_leader(code: str, number: str, *, owner_id: int, by: Actor, now: datetime) -> Venue:
    """Return a workshop that is planned for another member; a named one is named anew.

    Raises RuleViolation.
    """
    venue = held_by_owner(code, owner_id)
    if not KINDS[venue.kind].has_leader or venue.status is not VenueStatus.PLANNED:
        raise RuleViolation("leader", N_("授牌以后换领办人要重新命名"))
    lead(venue, number, _day(now))
    note(venue, None, by=by, now=now, words=NEW_LEADER)
    record("venue.leader", "venue", venue.id, by=by)
    return venue


def lead(venue: Venue, number: str, day: date) -> None:
    """Give a workshop to the member with a number. Raises RuleViolation for no such member."""
    person = _numbered(venue, number, "leader", in_county=False)
    put_in_charge(venue, Charge.LEADER, person, day)


def add_to_team(code: str, number: str, *, owner_id: int, by: Actor, now: datetime) -> Venue:
    """Return a workshop with one more member in its team. Raises RuleViolation."""
    venue, day = held_by_owner(code, owner_id), _day(now)
    _check_open(venue)
    if not KINDS[venue.kind].has_leader:
        raise RuleViolation("member", N_("只有工作室有队伍"))
    person = _numbered(venue, number, "member", in_county=True)
    mine = VenueTeamMember.venue_id == venue.id
    most = settings.value("venues.team", day)
    if (db.session.scalar(select(func.count()).where(mine)) or 0) >= most:
        raise RuleViolation("member", N_("最多 %(most)d 人"), most=most)
    same = select(VenueTeamMember.id).where(mine, VenueTeamMember.person_id == person.id)
    if db.session.scalar(same) is not None:
        raise RuleViolation("member", N_("已经在队伍里了"))
    db.session.add(VenueTeamMember(venue_id=venue.id, person_id=person.id, joined_on=day))
    db.session.flush()
    record("venue.team_add", "venue", venue.id, by=by, person=person.id)
    return venue


def take_from_team(code: str, person: str, *, owner_id: int, by: Actor) -> Venue:
    """Return a workshop without somebody of its team, named by the code of the person."""
    venue = held_by_owner(code, owner_id)
    ids = select(Person.id).where(Person.code == person).scalar_subquery()
    db.session.execute(
        delete(VenueTeamMember)
        .where(VenueTeamMember.venue_id == venue.id, VenueTeamMember.person_id == ids)
        .execution_options(synchronize_session=False)
    )
    record("venue.team_drop", "venue", venue.id, by=by)
    return venue


def put_in_charge(venue: Venue, charge: Charge, person: Person, day: date) -> None:
    """End who was in charge before and begin somebody else, in the file and in its history."""
    end_charges(venue, day, charge)
    row = VenueCharge(venue_id=venue.id, charge=charge, person_id=person.id, starts_on=day)
    db.session.add(row)
    if charge is Charge.KEEPER:
        venue.keeper, venue.keeper_lost_on = person, None
    else:
        venue.leader, venue.leader_lost_on = person, None
    db.session.flush()


def end_charges(venue: Venue, day: date, *charges: Charge) -> None:
    """End who is in charge of a venue, all where none is named."""
    db.session.execute(
        update(VenueCharge)
        .where(VenueCharge.venue_id == venue.id, VenueCharge.ends_on.is_(None))
        .where(VenueCharge.charge.in_(charges or tuple(Charge)))
        .values(ends_on=day)
        .execution_options(synchronize_session=False)
    )


def look_again(venue_ids: Iterable[int], *, now: datetime) -> int:
    """Note who is in charge no longer, and who is again; return how many venues changed.

    A venue that runs tells its owner and who names it, once for every loss.
    """
    ids, day, changed = sorted(set(venue_ids)), _day(now), 0
    if not ids:
        return 0
    kept, led = queries.with_keeper(ids, day), queries.with_leader(ids)
    for venue_id in ids:
        venue = locked(Venue.id == venue_id)
        lost_keeper = _is_lost(venue.keeper_id, venue.keeper_lost_on, is_valid=venue.id in kept)
        lost_leader = _is_lost(venue.leader_id, venue.leader_lost_on, is_valid=venue.id in led)
        before = (venue.keeper_lost_on, venue.leader_lost_on)
        venue.keeper_lost_on = (venue.keeper_lost_on or day) if lost_keeper else None
        venue.leader_lost_on = (venue.leader_lost_on or day) if lost_leader else None
        if before == (venue.keeper_lost_on, venue.leader_lost_on):
            continue
        changed += 1
        _tell_losses(venue, before, now)
    db.session.flush()
    return changed


def _is_lost(person_id: int | None, lost_on: date | None, *, is_valid: bool) -> bool:
    """Return whether somebody was in charge and is not now; who was forgotten is lost, too."""
    return not is_valid and (person_id is not None or lost_on is not None)


def _tell_losses(venue: Venue, before: tuple[date | None, date | None], now: datetime) -> None:
    if venue.keeper_lost_on and not before[0]:
        note(venue, None, by=SYSTEM, now=now, words=NO_KEEPER)
        record("venue.keeper_lost", "venue", venue.id, by=SYSTEM)
        if venue.status in OPEN_TO_PEOPLE:
            letters.tell_keeper_lost(venue, now)
    if venue.leader_lost_on and not before[1]:
        note(venue, None, by=SYSTEM, now=now, words=NO_LEADER)
        record("venue.leader_lost", "venue", venue.id, by=SYSTEM)
        if venue.status in OPEN_TO_PEOPLE:
            letters.tell_leader_lost(venue, now)


def follow_member(person_id: int, now: datetime) -> None:
    """Look again at the venues of somebody whose membership changed."""
    look_again(queries.venues_of_person(person_id), now=now)


def follow_post(organization_id: int) -> None:
    """Look again at the venues of an organization where a post began or ended."""
    look_again(queries.venues_at(organization_id), now=clock.now())


def _numbered(venue: Venue, number: str, field: str, *, in_county: bool) -> Person:
    plain = typed(number, field)
    person = queries.member_numbered(plain, venue.organization, in_county=in_county)
    if person is None:
        words = N_("没有这个编号的在册会员") if in_county else N_("领办人要是本组织的在册会员")
        raise RuleViolation(field, words)
    return person


def _check_open(venue: Venue) -> None:
    if venue.status is VenueStatus.CLOSED:
        raise RuleViolation("", N_("已经摘牌，不能再改"))


def _day(now: datetime) -> date:
    return clock.local(now).date()
