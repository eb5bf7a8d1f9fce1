"""Pairs that may be one person: of a county, one of them, and what was merged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY
from core.statements import Kept
from organizations.models import Organization
from people.merging import sightings_of
from people.models import DuplicateCandidate, DuplicatePlace, Person, PersonMerge
from people.queries.deciding import deciders
from people.rules import age_on, mask_name
from people.rules.duplicates import DuplicateReason, DuplicateStatus, Sighting

PAGE = 20
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """One side as a county may see it: by name where it may, else masked, always with a place."""

    person_id: int
    code: str
    name: str
    place: str
    by_name: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A pair in the list of a county."""

    code: str
    reason: DuplicateReason
    found_at: datetime
    first: Seen
    second: Seen


@dataclass(frozen=True, slots=True)
class ListedMerge:
    """A merge in the list of a county; ``name`` is that of the record that stays."""

    code: str
    name: str
    merged_at: datetime
    undo_until: date
    is_undone: bool
    may_undo: bool


def pairs_of_name(ids: Collection[int]) -> dict[Pair, tuple[bool, bool]]:
    """Return ``pair -> (same phone, same day of birth)`` of people with one name: one statement.

    The name as written, or as it sounds (security.md, row 34 of the names).
    """
    found: dict[Pair, tuple[bool, bool]] = {}
    for one_id, other_id, has_phone, has_day in _NAMED.rows({"ids": list(ids)}):
        pair = (min(one_id, other_id), max(one_id, other_id))
        found[pair] = (bool(has_phone), bool(has_day))
    return found


def without_number(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs of which both are still records, and not both have a number."""
    wanted = list(pairs)
    if not wanted:
        return []
    ids = {one for pair in wanted for one in pair}
    rows = db.session.execute(
        select(Person.id, Person.id_index).where(
            Person.id.in_(ids), Person.merged_into_id.is_(None), Person.erased_at.is_(None)
        )
    )
    numbers = {row.id: row.id_index for row in rows}
    return [
        (low, high)
        for low, high in wanted
        if low in numbers and high in numbers and not (numbers[low] and numbers[high])
    ]


def candidates_of(scope: Scope, on: date, after: str = "") -> Page[Listed]:
    """Return a page of the open pairs of a county, the newest first.

    The same number of statements for one pair and for twenty.
    """
    candidate, place = DuplicateCandidate, DuplicatePlace
    statement = (
        select(candidate)
        .join(place, place.candidate_id == candidate.id)
        .options(_side(candidate.low), _side(candidate.high))
        .where(place.county_id == scope.place.id)
    )
    if after:
        anchor = select(candidate.id).where(candidate.code == after)
        statement = statement.where(place.candidate_id < anchor.scalar_subquery())
    statement = statement.order_by(place.candidate_id.desc()).limit(PAGE + 1)
    rows = db.session.scalars(statement).all()
    people = {one.id: one for row in rows for one in (row.low, row.high)}
    seen = seen_by(scope, people.values(), on)
    listed = [
        Listed(row.code, row.reason, row.found_at, seen[row.low_id], seen[row.high_id])
        for row in rows
    ]
    return page_of(listed, PAGE)


def candidate_at(county_id: int, code: str) -> DuplicateCandidate | None:
    """Return an open pair that a county holds, with both people."""
    return db.session.scalars(_candidate(county_id, code)).one_or_none()


def locked_candidate(code: str, county_id: int) -> DuplicateCandidate | None:
    """Return a pair that a county holds or held when it was decided, its row locked."""
    candidate = DuplicateCandidate
    found = db.session.scalars(
        select(candidate)
        .where(candidate.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.status is not DuplicateStatus.OPEN:
        return found if found is not None and _was_of(found, county_id) else None
    held = select(DuplicatePlace.county_id).where(
        DuplicatePlace.candidate_id == found.id, DuplicatePlace.county_id == county_id
    )
    return found if db.session.scalar(held) is not None else None


def _was_of(candidate: DuplicateCandidate, county_id: int) -> bool:
    """Return whether one of a decided pair stands in the county: then it says who was first."""
    sightings = sightings_of((candidate.low_id, candidate.high_id))
    if any(one.county_id == county_id for rows in sightings.values() for one in rows):
        return True
    return county_id in deciders(sightings[candidate.low_id], sightings[candidate.high_id])


def seen_by(scope: Scope, people: Iterable[Person], on: date) -> dict[int, Seen]:
    """Return ``person id -> what a county's officer may see``: names of adults in the county only.

    Minors, youth members and everybody elsewhere show a masked name and the organization
    (decisions.md D10).
    """
    known = {one.id: one for one in people}
    sightings = sightings_of(known)
    ids = {one.organization_id for rows in sightings.values() for one in rows}
    found = db.session.execute(
        select(Organization.id, Organization.short_name).where(Organization.id.in_(ids))
    )
    names = {row.id: row.short_name for row in found}
    return {
        person.id: _seen(person, sightings[person.id], names, scope.place.id, on)
        for person in known.values()
    }


def _seen(
    person: Person,
    sightings: tuple[Sighting, ...],
    names: dict[int, str],
    county_id: int,
    on: date,
) -> Seen:
    by_name = is_held(person, sightings, county_id, on)
    here = [one for one in sightings if one.county_id == county_id and not one.is_youth]
    places = [names[one.organization_id] for one in (here if by_name else sightings)]
    return Seen(
        person_id=person.id,
        code=person.code,
        name=person.name if by_name else mask_name(person.name),
        place=" · ".join(dict.fromkeys(places)),
        by_name=by_name,
    )


def is_held(person: Person, sightings: tuple[Sighting, ...], county_id: int, on: date) -> bool:
    """Return whether a county may see a person by name: adults who stand there, not as pupils."""
    if person.born_on is not None and age_on(person.born_on, on) < AGE_OF_MAJORITY:
        return False
    return any(one.county_id == county_id and not one.is_youth for one in sightings)


def merges_of(scope: Scope, on: date, after: str = "") -> Page[ListedMerge]:
    """Return a page of the merges that a county decided, the newest first."""
    county_id = scope.place.id
    merge = PersonMerge
    statement = (
        select(merge).options(_side(merge.survivor)).where(merge.organization_id == county_id)
    )
    if after:
        anchor = select(merge.id).where(merge.code == after, merge.organization_id == county_id)
        statement = statement.where(merge.id < anchor.scalar_subquery())
    rows = db.session.scalars(statement.order_by(merge.id.desc()).limit(PAGE + 1)).all()
    seen = seen_by(scope, [row.survivor for row in rows], on)
    listed = [
        ListedMerge(
            row.code,
            seen[row.survivor_id].name,
            row.merged_at,
            row.undo_until,
            row.undone_at is not None,
            row.undone_at is None and row.settled_at is None and on <= row.undo_until,
        )
        for row in rows
    ]
    return page_of(listed, PAGE)


def merge_at(county_id: int, code: str, *, lock: bool = False) -> PersonMerge | None:
    """Return a merge that a county decided."""
    statement = select(PersonMerge).where(
        PersonMerge.code == code, PersonMerge.organization_id == county_id
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def _candidate(county_id: int, code: str) -> Select[DuplicateCandidate]:
    candidate = DuplicateCandidate
    held = exists().where(
        DuplicatePlace.candidate_id == candidate.id, DuplicatePlace.county_id == county_id
    )
    return (
        select(candidate)
        .options(joinedload(candidate.low, innerjoin=True))
        .options(joinedload(candidate.high, innerjoin=True))
        .where(candidate.code == code, candidate.status == DuplicateStatus.OPEN, held)
    )


def _by_name() -> CompoundSelect[int, int, bool, bool]:
    one, other = aliased(Person), aliased(Person)
    same_day = one.born_on == other.born_on
    ways = (
        and_(other.match_key == one.match_key, same_day),
        and_(one.pinyin != "", other.pinyin == one.pinyin, same_day),
        and_(other.match_key == one.match_key, other.phone_index == one.phone_index),
    )
    return union_all(*(_by_way(one, other, way) for way in ways))


def _by_way(
    one: type[Person], other: type[Person], way: ColumnElement[bool]
) -> Select[int, int, bool, bool]:
    same_phone = and_(one.phone_index.is_not(None), one.phone_index == other.phone_index)
    same_day = and_(one.born_on.is_not(None), one.born_on == other.born_on)
    return (
        select(one.id, other.id, same_phone.label("has_phone"), same_day.label("has_day"))
        .join(other, way)
        .where(
            one.id.in_(bindparam("ids", expanding=True)),
            other.id != one.id,
            one.merged_into_id.is_(None),
            other.merged_into_id.is_(None),
            ~and_(one.id_index.is_not(None), other.id_index.is_not(None)),
        )
    )


def _side(relationship: Any) -> Any:
    return joinedload(relationship, innerjoin=True).load_only(
        Person.code, Person.name, Person.born_on
    )


_NAMED = Kept(_by_name())
