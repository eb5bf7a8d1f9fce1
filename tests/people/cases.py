"""What tests ask about cases: those of somebody, and whether they equal what lies behind them."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from core.database import db
from organizations.models import Organization
from organizations.rules import ids_of_path
from people import matters
from people.models import Matter, MatterFigure
from people.rules.matters import MatterKind, counts_of
from tests.cast import Cast


def cases(kind: MatterKind | None = None) -> list[Matter]:
    db.session.expire_all()
    found = select(Matter).order_by(Matter.id)
    return list(db.session.scalars(found.where(Matter.kind == kind) if kind else found))


def the_case(kind: MatterKind) -> Matter:
    return cases(kind)[-1]


def check_equal() -> int:
    """Compare every object with its case, and every number with the cases; return how many."""
    db.session.commit()
    expected = {}
    for subject in matters.subjects():
        for row in db.session.scalars(select(subject.model)):
            facts = subject.read(row)
            if facts is not None:
                key = facts.kind, row.id
                expected[key] = facts.state, facts.person_id, facts.organization_id, facts.holder_id
    kept = {
        (one.kind, one.subject_id): (one.state, one.person_id, one.organization_id, one.holder_id)
        for one in cases()
    }
    assert kept == expected
    assert numbers_kept() == numbers_counted()
    return len(kept)


def numbers_kept() -> Counter[tuple[int, str, int, str, int]]:
    return Counter(
        {
            (row.organization_id, row.fact.value, row.period, row.kind.value, row.days): row.value
            for row in db.session.scalars(select(MatterFigure))
            if row.value
        }
    )


def numbers_counted() -> Counter[tuple[int, str, int, str, int]]:
    found: Counter[tuple[int, str, int, str, int]] = Counter()
    places = select(Organization.id, Organization.path)
    paths = {row.id: row.path for row in db.session.execute(places)}
    for one in cases():
        for fact, period, days in counts_of(one.standing):
            for place in ids_of_path(paths[one.organization_id]):
                found[place, fact.value, period, one.kind.value, days] += 1
    return found


def matters_of(cast: Cast, place: str) -> str:
    return f"/o/{cast.code(place)}/matters"
