"""Reading what was switched where, and whom a switch concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from core.database import db
from core.rules import N_, RuleViolation
from core.switches import Switch
from organizations import figures
from organizations.models import Organization
from organizations.rules import OPEN_STATES, Measure, subtree_range

MOST = 200
CONCERNED = (
    Measure.ORGANIZATIONS,
    Measure.ADULT_MEMBERS,
    Measure.YOUTH_MEMBERS,
    Measure.VOLUNTEERS,
)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, with where it holds."""

    name: str
    place: str
    path: str
    is_top: bool
    value: int | None
    first: date
    last: date | None
    reason: str

    def is_in_force(self, today: date) -> bool:
        """Return whether it holds today."""
        return self.first <= today and (self.last is None or self.last >= today)


def decisions(name: str = "") -> Sequence[Decided]:
    """Return what was decided, of one name or of all, the newest first: one statement."""
    statement = (
        select(
            Switch.name,
            Organization.name,
            Organization.path,
            Switch.is_top,
            Switch.value,
            Switch.valid_from,
            Switch.valid_to,
            Switch.reason,
        )
        .join(Organization, Organization.id == Switch.organization_id)
        .order_by(Switch.id.desc())
        .limit(MOST)
    )
    if name:
        statement = statement.where(Switch.name == name)
    return [Decided(*row) for row in db.session.execute(statement)]


def place_named(text: str, top: Organization) -> Organization:
    """Return the organization that a form names by its name, the one above all for none.

    Raises RuleViolation where no open one, or more than one, has the name.
    """
    name = " ".join(text.split())
    if not name:
        return top
    low, high = subtree_range(top.path)
    found = db.session.scalars(
        select(Organization)
        .where(
            or_(Organization.name == name, Organization.name == f"{name}红十字会"),
            Organization.path >= low,
            Organization.path < high,
            Organization.status.in_(OPEN_STATES),
        )
        .limit(2)
    ).all()
    if len(found) != 1:
        raise RuleViolation("place", N_("没有找到唯一的这个组织，请写全名"))
    return found[0]


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a switch concerns: numbers there and below, and who below decided otherwise."""

    numbers: dict[Measure, int]
    otherwise: Sequence[Decided]


def concerned(name: str, place: Organization, today: date) -> Concerned:
    """Return whom a switch at a place concerns: two statements."""
    stored = figures.values([place.id], CONCERNED)
    numbers = {one: stored.get((place.id, one, figures.STOCK), 0) for one in CONCERNED}
    below = [
        one
        for one in decisions(name)
        if one.path.startswith(place.path)
        and one.path != place.path
        and (one.last is None or one.last >= today)
    ]
    return Concerned(numbers, below)
