"""What holds at a part of the tree only, from a day on: pilots first, then the province (ADR 0039).

A row says what a dated setting is, or whether a module is on, at an organization and below it.
The nearest organization on the path decides, there the latest row in force; an empty value says
"as above". Rows are only ever added.

Every signed-in request learns the sum of their stamps with the statement that finds its session;
a process reads them again only when that sum is another than the one it knows. So a switch bites
with the next request of every worker, and where there are no rows nothing is read at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import current_app, g, has_app_context
from sqlalchemy import BigInteger, ForeignKey, Index, String, cast, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UTCDateTime, db

MODULE = "modules."
EXTENSION = "switches"
MAX_STAMP = 2**40


class Module(StrEnum):
    """A part of the product that can be off somewhere."""

    STARS = "stars"
    TEAMS = "teams"
    GROUPS = "groups"
    CAMPAIGNS = "campaigns"
    SCHOOL_YEARS = "school_years"
    EXCHANGE = "exchange"
    VENUES = "venues"
    APPOINTMENTS = "appointments"
    PUBLIC_STATISTICS = "public_statistics"


#: Settings that may differ between parts of the tree: whoever asks for them names the place.
PILOTED = (
    "rights.answered_by",
    "matters.rights",
    "matters.complaint",
    "matters.question",
    "changes.working_days",
    "transfers.working_days",
    "comparison.shown",
)


class Switch(Base):
    """What a setting or a module is at an organization and below it, from a day on.

    ``is_top`` where the organization is that above all: it holds for whom nobody keeps, too.
    """

    __tablename__ = "switches"
    __table_args__ = (Index("ix_switches_name", "name", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    is_top: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    value: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(200))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stamp: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is remembered."""

    id: int
    name: str
    organization_id: int
    is_top: bool
    valid_from: date
    valid_to: date | None
    value: int | None

    def is_in_force(self, on: date) -> bool:
        """Return whether the row holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


Rows = Mapping[str, tuple[Row, ...]]
_ROWS = select(
    Switch.id,
    Switch.name,
    Switch.organization_id,
    Switch.is_top,
    Switch.valid_from,
    Switch.valid_to,
    Switch.value,
).order_by(Switch.id)
#: Ask for the path of the organization that keeps somebody; people registers itself here.
HOME_PATHS: list[Callable[[int], str]] = []


def new_stamp() -> int:
    """Return what a new row adds to the sum by which processes see that there is one."""
    return 1 + secrets.randbelow(MAX_STAMP)


def stamp_sum() -> Any:
    """Return the column by which a statement of every request tells whether rows were added."""
    total = select(func.coalesce(func.sum(Switch.stamp), 0)).scalar_subquery()
    return cast(total, BigInteger)


def heard(stamp: int) -> None:
    """Note the sum that the request read."""
    g.switch_stamp = stamp


def forget() -> None:
    """Read the rows anew in this request: it has just written one."""
    g.pop("switches", None)
    g.switch_stamp = None


def nearest(name: str, on: date, path: str) -> int | None:
    """Return what the nearest organization of a path says on a day, None where none does."""
    rows = [row for row in _rows().get(name, ()) if row.is_in_force(on)]
    if not rows:
        return None
    ids = [int(one) for one in path.split("/") if one]
    for place in reversed(ids):
        said = latest(row for row in rows if row.organization_id == place)
        if said is not None:
            return said
    return None if ids else latest(row for row in rows if row.is_top)


def latest(rows: Iterable[Row]) -> int | None:
    """Return the value of the row that began last, of two on one day the later one."""
    found = max(rows, key=lambda row: (row.valid_from, row.id), default=None)
    return None if found is None else found.value


def is_on(module: Module, on: date, path: str) -> bool:
    """Return whether a module is on at a place; everything is, unless somebody decided."""
    return nearest(MODULE + module, on, path) != 0


def are_any() -> bool:
    """Return whether a module was ever switched anywhere; who is not signed in has no menu."""
    if "switch_stamp" not in g and "switches" not in g:
        return False
    return any(name.startswith(MODULE) for name in _rows())


def was_switched(module: Module) -> bool:
    """Return whether a module was ever switched: if not, nothing has to be looked at."""
    return MODULE + module in _rows()


def home_path(person_id: int | None) -> str:
    """Return the path of the organization that keeps a person, nothing where none does."""
    if person_id is None or not HOME_PATHS:
        return ""
    if "home_path" not in g:
        g.home_path = HOME_PATHS[0](person_id)
    return str(g.home_path)


def _rows() -> Rows:
    if not has_app_context():
        return {}
    found: Rows | None = g.get("switches")
    if found is None:
        found = g.switches = _known(g.get("switch_stamp"))
    return found


def _known(stamp: int | None) -> Rows:
    """Return the rows, read where no request told the sum, or told another than was known."""
    if stamp == 0:
        return {}
    kept: tuple[int | None, Rows] = current_app.extensions.get(EXTENSION, (None, {}))
    if stamp is not None and kept[0] == stamp:
        return kept[1]
    grouped: dict[str, tuple[Row, ...]] = {}
    for one in db.session.execute(_ROWS):
        row = Row(*one)
        grouped[row.name] = (*grouped.get(row.name, ()), row)
    if stamp is not None:
        current_app.extensions[EXTENSION] = (stamp, grouped)
    return grouped
