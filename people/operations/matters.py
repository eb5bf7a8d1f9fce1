"""Cases follow their objects in the same transaction, and their numbers follow the cases.

Whoever changes an object changes its case: what a flush writes is noted, and written once before
the commit. Nothing has to be called, so nothing can be forgotten; only what is changed past the
session says so by ``note`` or ``drop``.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, event, inspect, select, update
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.util import identity_key

from core import clock, pending, settings
from core.audit.operations import Actor, record
from core.bulk import add_many
from core.database import changed_rows, db
from core.rules import UnknownRowError
from organizations.models import Organization, OrganizationMove
from organizations.operations.moving import MovedSubtree
from organizations.rules import ids_of_path
from people import matters
from people.matters import Facts
from people.models import Matter, MatterFigure
from people.rules.matters import (
    NO_REGION,
    REGION_DIGITS,
    RUNNING,
    MatterKind,
    MatterState,
    Standing,
    counts_of,
    secret_digest,
)

PENDING = pending.register("matters_to_follow")
BATCH = 500
SECRET_SIGNS, SECRET_LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 10
Changes = Counter[tuple[int, str, int, str, int]]
#: What a flush wrote, and whether it wrote it for the first time.
Noted = dict[int, tuple[Any, bool]]
#: An object: which case it is, and its key.
Key = tuple[MatterKind, int]
NEEDED = frozenset({"path", "division_code"})


def note(rows: Iterable[object]) -> None:
    """Note objects that were changed past the session; their cases follow before the commit."""
    _note(db.session(), rows)


def drop(model: type[Any], ids: Collection[int]) -> None:
    """Remove the cases of objects that are taken back as if they had never been."""
    found = _cases_of(_kinds_of(model), ids)
    changes: Changes = Counter()
    paths = _paths_of({matter.organization_id for matter in found})
    for matter in found:
        _count(changes, paths[matter.organization_id][0], matter, -1)
    _write(db.session(), changes)
    db.session.execute(delete(Matter).where(Matter.id.in_([one.id for one in found])))


def forget(model: type[Any], ids: Collection[int]) -> int:
    """Return how many cases of objects lost whose they were; that they were stays counted.

    Their objects are gone: a database may give the same key to the next one.
    """
    _settle(db.session())  # what they were last belongs to the case
    kinds = _kinds_of(model)
    which = Matter.kind.in_(kinds), Matter.subject_id.in_(ids)
    nobodys = {"person_id": None, "answer": "", "secret_digest": None}
    return changed_rows(update(Matter).where(*which).values(subject_id=-Matter.id, **nobodys))


def forget_person(person_id: int) -> int:
    """Return how many cases of a person lost their words and their way to the public page."""
    mine = Matter.person_id == person_id
    return changed_rows(update(Matter).where(mine).values(answer="", secret_digest=None))


def give_secret(person_id: int, matter_id: int, *, by: Actor) -> str:
    """Return a new secret part for one's own case; it is kept as a digest, an older one ends.

    Raises UnknownRowError for another's.
    """
    return _give_secret(by, Matter.id == matter_id, Matter.person_id == person_id)


def give_receipt(holder_id: int, matter_id: int, *, by: Actor) -> str:
    """Return a new secret part of a case for who asked on paper; the holder hands it over.

    Raises UnknownRowError for a case that lies elsewhere or has ended.
    """
    here = Matter.holder_id == holder_id, Matter.state.in_(RUNNING)
    return _give_secret(by, Matter.id == matter_id, *here)


def _give_secret(by: Actor, *conditions: Any) -> str:
    asked = select(Matter).where(*conditions).with_for_update()
    matter = db.session.scalars(asked).one_or_none()
    if matter is None:
        raise UnknownRowError
    secret = "".join(secrets.choice(SECRET_SIGNS) for _ in range(SECRET_LENGTH))
    matter.secret_digest = secret_digest(secret)
    record("matters.give_secret", "matter", matter.id, by=by)
    db.session.flush()
    return secret


def fill_in(after: dict[str, int]) -> int | None:
    """Make the cases of objects that have none, a batch; return how many, None when all have.

    ``after`` remembers the last key that was looked at for each table.
    """
    for subject in matters.subjects():
        model, name = subject.model, subject.model.__tablename__
        rows = db.session.scalars(
            select(model)
            .where(model.id > after.get(name, 0), *subject.only)
            .order_by(model.id)
            .limit(BATCH)
        ).all()
        if rows:
            after[name] = rows[-1].id
            note(rows)
            return len(rows)
    return None


def recount() -> int:
    """Write the numbers anew from the cases; return how many numbers there are."""
    changes: Changes = Counter()
    places = select(Organization.id, Organization.path)
    paths: dict[int, str] = {row.id: row.path for row in db.session.execute(places)}
    for matter in db.session.scalars(select(Matter).execution_options(yield_per=BATCH)):
        _count(changes, paths[matter.organization_id], matter, 1)
    db.session.execute(delete(MatterFigure))
    _write(db.session(), changes)
    return len(changes)


def follow_move(moved: MovedSubtree) -> None:
    """Give the numbers of a moved subtree to its new ancestors."""
    move = db.session.scalars(
        select(OrganizationMove)
        .where(OrganizationMove.organization_id.in_(moved.organization_ids))
        .order_by(OrganizationMove.id.desc())
        .limit(1)
    ).one_or_none()
    if move is None:
        return
    old, new = set(ids_of_path(move.from_path)), set(ids_of_path(move.to_path))
    own = MatterFigure.organization_id == move.organization_id
    changes: Changes = Counter()
    for row in db.session.scalars(select(MatterFigure).where(own)):
        key = row.fact.value, row.period, row.kind.value, row.days
        for one in old - new:
            changes[(one, *key)] -= row.value
        for one in new - old:
            changes[(one, *key)] += row.value
    _write(db.session(), changes)


@event.listens_for(Session, "after_flush")
def _see(session: Session, _flush: UOWTransaction) -> None:
    """Note what a flush wrote, as far as it is a case and something changed that matters to it."""
    fresh = [row for row in session.new if matters.subject_of(row) is not None]
    seen = []
    for row in session.dirty:
        subject = matters.subject_of(row)
        if subject is None:
            continue
        attributes = inspect(row).attrs
        if any(attributes[name].history.has_changes() for name in subject.watch):
            seen.append(row)
    if fresh or seen:
        _note(session, fresh, is_new=True)
        _note(session, seen)


@event.listens_for(Session, "before_commit", insert=True)
def _follow_before_commit(session: Session) -> None:
    """Write the cases before the locks that every writer needs: of the chain, of figures."""
    if pending.is_over(session):
        _settle(session)


def _settle(session: Session) -> None:
    """Write the cases of everything that was noted so far."""
    session.flush()
    noted: Noted = session.info.pop(PENDING, {})
    if noted:
        _follow(session, noted)


def _note(session: Session, rows: Iterable[object], *, is_new: bool = False) -> None:
    noted: Noted = session.info.setdefault(PENDING, {})
    for row in rows:
        noted.setdefault(id(row), (row, is_new))


def _follow(session: Session, noted: Noted) -> None:
    told, older = _heard(noted)
    if not told:
        return
    known = _known(older)
    places = {facts.organization_id for _, facts in told.values()}
    paths = _paths_of(places | {one.organization_id for one in known.values()})
    changes: Changes = Counter()
    touched = []
    for key, (row, facts) in sorted(told.items(), key=lambda one: one[0]):
        matter = known.get(key)
        if matter is None:
            matter = Matter(
                subject_id=row.id, subject_code=getattr(row, "code", ""), opened_at=facts.since
            )
            matter.region = paths[facts.organization_id][1]
            session.add(matter)
        else:
            _count(changes, paths[matter.organization_id][0], matter, -1)
        _tell(matter, facts)
        touched.append(matter)
    session.flush()
    for matter in touched:
        _count(changes, paths[matter.organization_id][0], matter, 1)
    _write(session, changes)


def _heard(noted: Noted) -> tuple[dict[Key, tuple[Any, Facts]], set[Key]]:
    """Return what objects tell, and which of them may have a case already."""
    told: dict[Key, tuple[Any, Facts]] = {}
    older = set()
    for row, is_new in noted.values():
        subject = matters.subject_of(row)
        if subject is None or not inspect(row).persistent:
            continue
        facts = subject.read(row)
        if facts is not None:
            told[facts.kind, row.id] = row, facts
            if not is_new:
                older.add((facts.kind, row.id))
    return told, older


def _known(keys: Collection[Key]) -> dict[Key, Matter]:
    """Return the cases of objects that may have one."""
    if not keys:
        return {}
    found = _cases_of({kind for kind, _ in keys}, {key for _, key in keys})
    return {(one.kind, one.subject_id): one for one in found}


def _tell(matter: Matter, facts: Facts) -> None:
    """Write into a case what its object tells."""
    matter.kind, matter.state = facts.kind, facts.state
    matter.person_id, matter.answer = facts.person_id, facts.answer[:500]
    matter.organization_id, matter.holder_id = facts.organization_id, facts.holder_id
    if facts.state in RUNNING:
        matter.ended_at = None
        matter.due_on = _due(facts) if facts.state is MatterState.OPEN else None
    else:
        matter.ended_at = facts.ended_at or matter.ended_at or clock.now()


def _due(facts: Facts) -> Any:
    if facts.due_on is not None:
        return facts.due_on
    day = clock.local(facts.since).date()
    return clock.add_working_days(day, settings.value(matters.days_setting(facts.kind), day))


def _count(changes: Changes, path: str, matter: Matter, sign: int) -> None:
    standing: Standing = matter.standing
    for fact, period, days in counts_of(standing):
        for one in ids_of_path(path):
            changes[one, fact.value, period, matter.kind.value, days] += sign


def _write(session: Session, changes: Changes) -> None:
    rows = [
        dict(zip(("organization_id", "fact", "period", "kind", "days"), key, strict=True))
        | {"value": change}
        for key, change in sorted(changes.items())
        if change
    ]
    add_many(MatterFigure, rows, ("value",), session)


def _kinds_of(model: type[Any]) -> list[MatterKind]:
    return [kind for one in matters.subjects() if one.model is model for kind in one.ways]


def _cases_of(kinds: Collection[MatterKind], ids: Collection[int]) -> Sequence[Matter]:
    return db.session.scalars(
        select(Matter)
        .where(Matter.kind.in_(kinds), Matter.subject_id.in_(ids))
        .order_by(Matter.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _paths_of(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the path of organizations, and the first six digits of their division."""
    held = (db.session.identity_map.get(identity_key(Organization, one)) for one in ids)
    known = {one.id: one for one in held if one is not None and vars(one).keys() >= NEEDED}
    rows: list[Any] = [*known.values()]
    missing = set(ids) - set(known)
    if missing:
        rows += db.session.execute(
            select(Organization.id, Organization.path, Organization.division_code).where(
                Organization.id.in_(missing)
            )
        )
    return {row.id: (row.path, (row.division_code or NO_REGION)[:REGION_DIGITS]) for row in rows}
