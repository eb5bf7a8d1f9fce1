"""Numbers of every level before and after organizations become one: they are equal (ORG-17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.access.permissions import Level
from core.database import db
from core.rules import NN_, RuleViolation
from organizations import figures
from organizations.figures import STOCK
from organizations.models import Organization
from organizations.models.merging import Merger, MergerRow
from organizations.rules import Measure, MergerRowStatus, MergerStep, ids_of_path, is_grassroots

#: What every row of a list leaves as it was, at every Red Cross above both.
CONSERVED = (
    Measure.ADULT_MEMBERS,
    Measure.YOUTH_MEMBERS,
    Measure.GROUP_MEMBERS,
    Measure.VOLUNTEERS,
    Measure.REGISTERED_VOLUNTEERS,
)
SHOWN = (Measure.ORGANIZATIONS, *CONSERVED)
CHUNK = 500
Totals = dict[str, dict[str, int]]
Numbers = dict[int, dict[str, int]]


@contextmanager
def conserved(source: Organization, target: Organization) -> Iterator[None]:
    """Watch that nobody is lost or doubled above both while one joins the other.

    Raises RuleViolation where people are left at what ended, RuntimeError where a number of a
    level changed: then the program is wrong, and nothing of the row is kept.
    """
    figures.write(db.session())
    yield
    above = set(ids_of_path(source.path)) & set(ids_of_path(target.path))
    if any(figures.noted(above, CONSERVED).values()):
        message = f"numbers above organizations {source.id} and {target.id} changed"
        raise RuntimeError(message)
    if left := people_left(source):
        raise RuleViolation("", NN_("还有 %(count)d 人（单位）没有转走，不能合并"), count=left)


def people_left(organization: Organization) -> int:
    """Return how many members, units and volunteers an organization has, by its numbers."""
    measures = (*CONSERVED[:3], Measure.VOLUNTEERS)
    stored = figures.values([organization.id], measures)
    coming = figures.noted([organization.id], measures)
    stock = [key for key in {*stored, *coming} if key[2] == STOCK]
    return sum(max(stored.get(key, 0) + coming.get(key, 0), 0) for key in stock)


def totals_of(merger: Merger) -> Totals:
    """Return level -> measure -> number of all organizations that a list is about, as they are."""
    return _by_level(rows_that_merge(merger), _numbers)


def forecast(merger: Merger) -> Totals:
    """Return the numbers of every level as they will be, worked out row by row."""
    rows = rows_that_merge(merger)

    def moved(ids: Sequence[int]) -> Numbers:
        found, heirs = _numbers(ids), dict[str, Organization]()
        for row in rows:
            if row.status is MergerRowStatus.READY and row.source is not None:
                # What a new one will have is worked out at the first that goes into it.
                target = row.target or heirs.setdefault(row.target_name, row.source)
                _foretell(found, row.source, target)
        return found

    return _by_level(rows, moved)


def rows_that_merge(merger: Merger) -> Sequence[MergerRow]:
    """Return the rows by which an organization ends, but those that were refused."""
    statement = (
        select(MergerRow)
        .options(joinedload(MergerRow.source), joinedload(MergerRow.target))
        .where(
            MergerRow.merger_id == merger.id,
            MergerRow.step == MergerStep.MERGE,
            MergerRow.status != MergerRowStatus.REFUSED,
        )
        .order_by(MergerRow.position)
    )
    return db.session.scalars(statement).all()


def _foretell(found: Numbers, source: Organization, target: Organization) -> None:
    if source.id == target.id:
        return
    going, ends = dict(found[source.id]), int(is_grassroots(source.kind))
    organizations = Measure.ORGANIZATIONS.value
    for ids, sign in ((ids_of_path(source.path), -1), (ids_of_path(target.path), +1)):
        for one in ids:
            for measure, value in going.items():
                found[one][measure] = found[one].get(measure, 0) + sign * value
            found[one][organizations] -= ends if sign > 0 else 0


def _by_level(rows: Iterable[MergerRow], numbers: Callable[[Sequence[int]], Numbers]) -> Totals:
    """Return the sum of each level that all of the organizations have above or at them."""
    paths = [
        ids_of_path(one.path) for row in rows for one in (row.source, row.target) if one is not None
    ]
    ids = sorted({one for path in paths for one in path})
    levels = _levels(ids)
    found = numbers(ids)
    totals: Totals = {}
    for level in Level:
        if paths and all(any(levels[one] is level for one in path) for path in paths):
            here = [one for one in ids if levels[one] is level]
            totals[level.value] = {
                measure.value: sum(found[one].get(measure.value, 0) for one in here)
                for measure in SHOWN
            }
    return totals


def _levels(ids: Sequence[int]) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = Organization.id.in_(ids[start : start + CHUNK])
        for row in db.session.execute(select(Organization.id, Organization.level).where(chunk)):
            found[row[0]] = row[1]
    return found


def _numbers(ids: Sequence[int]) -> Numbers:
    found: Numbers = {one: dict.fromkeys((each.value for each in SHOWN), 0) for one in ids}
    for start in range(0, len(ids), CHUNK):
        for key, value in figures.values(ids[start : start + CHUNK], SHOWN).items():
            found[key[0]][Measure(key[1]).value] = value
    return found
