"""Finding records that may be one person, and telling two people apart for good (MEM-19)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select

from core import crypto
from core.audit.operations import Actor, record
from core.database import db, insert_or
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from people.merging import hands, sightings_of
from people.models import DuplicateCandidate, DuplicatePlace, Person, PersonMerge
from people.operations.duplicate_numbers import pairs_anew
from people.queries.deciding import counties_of, deciders
from people.queries.duplicates import locked_candidate, pairs_of_name, without_number
from people.rules.duplicates import (
    DUPLICATE_TRANSITIONS,
    DuplicateAction,
    DuplicateReason,
    DuplicateStatus,
    Sighting,
    check_decider,
    check_reason,
    grade,
)

BATCH = 500
ELSEWHERE = N_("有一份记录不在这里，由两地共同的上级红十字会决定是不是同一人")
Pair = tuple[int, int]
Found = dict[Pair, DuplicateReason]


def look_for(person_ids: Collection[int], *, now: datetime) -> int:
    """Write down the pairs that people are part of; return how many are open now.

    Doing it twice changes nothing. A pair that was told apart stays so; one that nothing speaks
    for any more goes. Two people with a document number each are no pair.
    """
    ids = set(person_ids)
    found, sightings = _pairs(ids)
    known = _known(ids)
    _forget([row for row in known.values() if _is_idle(row, found)])
    new = sorted(pair for pair in found if pair not in known)
    if new:
        values = [_values(pair, found[pair], now) for pair in new]
        insert = insert_or(DuplicateCandidate).values(values)
        db.session.execute(insert.on_conflict_do_nothing())
        known.update({_pair_of(row): row for row in _rows(new)})
    still = [known[pair] for pair in found if pair in known]
    waiting = [row for row in still if row.status is DuplicateStatus.OPEN]
    for row in waiting:
        row.reason = found[_pair_of(row)]
    with pairs_anew([row.id for row in waiting]):
        _place(waiting, sightings)
    db.session.flush()
    return len(waiting)


def look_further(after: int, *, now: datetime) -> tuple[int, int] | None:
    """Look at the next people by key; return the last key and how many pairs, None at the end."""
    statement = select(Person.id).where(Person.id > after, Person.merged_into_id.is_(None))
    ids = db.session.scalars(statement.order_by(Person.id).limit(BATCH)).all()
    return (ids[-1], look_for(ids, now=now)) if ids else None


def dismiss(
    code: str, reason: str, *, county_id: int, by: Actor, now: datetime
) -> DuplicateCandidate:
    """Return a pair that is not one person, for good: who said so and why stays with it.

    Raises UnknownRowError for a pair that the county does not hold, IllegalTransition for one that
    was decided meanwhile.
    """
    words = check_reason(reason)
    candidate = locked_candidate(code, county_id)
    if candidate is None:
        raise UnknownRowError(code)
    check_decider({candidate.low_id, candidate.high_id}, by.person_id)
    if not may_dismiss(candidate.low_id, candidate.high_id, county_id):
        raise RuleViolation("", ELSEWHERE)
    settle(candidate, DuplicateAction.DISMISS, by=by, now=now)
    candidate.note = words
    record("people.dismiss_duplicate", "duplicate_candidate", candidate.id, by=by)
    db.session.flush()
    return candidate


def may_dismiss(low_id: int, high_id: int, place_id: int) -> bool:
    """Return whether a Red Cross may say for good that two records are two people.

    Who would merge them does: a county with one side alone would hide the pair from the level that
    decides. Where nobody would, who holds the one side says so.
    """
    sightings = sightings_of((low_id, high_id))
    above = deciders(sightings[low_id], sightings[high_id])
    return not above or place_id in above


def settle(
    candidate: DuplicateCandidate, action: DuplicateAction, *, by: Actor, now: datetime
) -> None:
    """Take a pair to its next state; it waits in no list any more."""
    candidate.status = next_state(DUPLICATE_TRANSITIONS, candidate.status, action)
    candidate.decided_at, candidate.decided_by_id = now, by.user_id
    _leave_lists([candidate.id])


def forget_person(person_id: int) -> None:
    """Remove the pairs of a person whose record is removed."""
    _forget(_known({person_id}).values())


def _pairs(ids: set[int]) -> tuple[Found, dict[int, tuple[Sighting, ...]]]:
    """Return the pairs in which the people stand, each with its reason, and where all stand."""
    named = pairs_of_name(ids)
    told = [_ordered(*pair) for hand in hands() for pair in hand.same_number(ids)]
    numbered = set(without_number(told))
    everybody = {one for pair in (*named, *numbered) for one in pair}
    sightings = sightings_of(everybody) if everybody else {}
    found: Found = dict.fromkeys(numbered, DuplicateReason.SAME_NUMBER)
    for pair, (same_phone, same_day) in named.items():
        low, high = pair
        reason = grade(sightings[low], sightings[high], same_phone=same_phone, same_day=same_day)
        if reason is not None:
            found.setdefault(pair, reason)
    return found, sightings


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _pair_of(row: DuplicateCandidate) -> Pair:
    return row.low_id, row.high_id


def _known(ids: set[int]) -> dict[Pair, DuplicateCandidate]:
    of_them = or_(DuplicateCandidate.low_id.in_(ids), DuplicateCandidate.high_id.in_(ids))
    found = db.session.scalars(select(DuplicateCandidate).where(of_them))
    return {_pair_of(row): row for row in found}


def _rows(pairs: Iterable[Pair]) -> Sequence[DuplicateCandidate]:
    lows = {low for low, _ in pairs}
    return db.session.scalars(
        select(DuplicateCandidate).where(DuplicateCandidate.low_id.in_(lows))
    ).all()


def _is_idle(row: DuplicateCandidate, found: Found) -> bool:
    """Return whether an open pair, about which nobody decided before, has no reason any more."""
    if row.decided_at is not None:
        return False
    return row.status is DuplicateStatus.OPEN and _pair_of(row) not in found


def _values(pair: Pair, reason: DuplicateReason, now: datetime) -> dict[str, object]:
    return {
        "code": crypto.opaque_code(8),
        "low_id": pair[0],
        "high_id": pair[1],
        "reason": reason,
        "status": DuplicateStatus.OPEN,
        "found_at": now,
        "note": "",
    }


def _place(
    waiting: Sequence[DuplicateCandidate], sightings: dict[int, tuple[Sighting, ...]]
) -> None:
    """Put every open pair into the lists of the counties that hold one of the two, and no other.

    Where no county holds both, it stands in the list of the level above both as well.
    """
    if not waiting:
        return
    ids = [row.id for row in waiting]
    wanted = {
        (one.county_id, row.id)
        for row in waiting
        for person_id in _pair_of(row)
        for one in sightings[person_id]
        if one.county_id is not None
    }
    known: dict[tuple[frozenset[int], ...], set[int]] = {}
    for row in waiting:
        sides = sightings[row.low_id], sightings[row.high_id]
        key = tuple(frozenset(counties_of(side)) for side in sides)
        above = known[key] if key in known else known.setdefault(key, deciders(*sides))
        wanted |= {(place_id, row.id) for place_id in above}
    place = DuplicatePlace
    present = {
        (row.county_id, row.candidate_id)
        for row in db.session.execute(
            select(place.county_id, place.candidate_id).where(place.candidate_id.in_(ids))
        )
    }
    for county_id, candidate_id in present - wanted:
        db.session.execute(
            delete(place).where(place.county_id == county_id, place.candidate_id == candidate_id)
        )
    new = [{"county_id": one, "candidate_id": other} for one, other in sorted(wanted - present)]
    if new:
        db.session.execute(insert_or(place).values(new).on_conflict_do_nothing())


def _leave_lists(ids: Sequence[int]) -> None:
    with pairs_anew(ids):
        db.session.execute(delete(DuplicatePlace).where(DuplicatePlace.candidate_id.in_(ids)))


def _forget(rows: Iterable[DuplicateCandidate]) -> None:
    """Remove pairs; one that was ever merged stays with its merge."""
    ids = [row.id for row in rows]
    if ids:
        _leave_lists(ids)
        was_merged = exists().where(PersonMerge.candidate_id == DuplicateCandidate.id)
        gone = delete(DuplicateCandidate).where(DuplicateCandidate.id.in_(ids), ~was_merged)
        db.session.execute(gone.execution_options(synchronize_session=False))


def open_pairs() -> int:
    """Return how many pairs wait; for the report of the command."""
    statement = select(func.count(DuplicateCandidate.id))
    return (
        db.session.scalar(statement.where(DuplicateCandidate.status == DuplicateStatus.OPEN)) or 0
    )
