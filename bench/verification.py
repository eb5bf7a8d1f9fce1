"""Whether kept numbers equal plain SQL over the rows: random organizations, many indicators.

python -m bench.verification [ORGANIZATIONS] [INDICATORS] reads the database that the environment
names, at any size. The statements are written by hand, codes and all, so that a mistake of the
product's own counting is not repeated by them.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from random import Random

from sqlalchemy import select, text

from app import create_app
from core import clock
from core.database import db
from organizations import figures
from organizations.models import Organization
from organizations.operations.tallies import looking
from organizations.rules import Measure, subtree_range

ORGANIZATIONS, INDICATORS = 50, 20


@dataclass(frozen=True, slots=True)
class Plain:
    """One indicator by hand: each statement is what is added up, from where, and of which rows.

    ``{here}`` stands for: the organization ``o`` is one of those asked for.
    """

    measure: Measure
    statements: tuple[str, ...]
    part: str = ""
    is_yearly: bool = False

    @property
    def name(self) -> str:
        return f"{self.measure} {self.part}".strip()


def _count(table: str, at: str, where: str, value: str = "count(*)") -> str:
    return f"SELECT {value} FROM {table} JOIN organizations o ON o.id = {at} WHERE {{here}} AND {where}"  # noqa: E501


_M = Measure
_LIVE = (
    "m.status IN ('approved', 'filing_returned', 'active', 'arrears', 'expulsion_proposed',"
    " 'pending_transfer')"
)
_GROUPS = "m.status IN ('active', 'arrears', 'proposed_dereg')"
_SERVES = "v.status IN ('entered', 'registered', 'dormant')"
_NAMED = "v.status IN ('named', 'running', 'review_due', 'rectify')"
_SCHOOLS = "s.status = 'open' AND s.is_in_scope"
_CONFIRMED = "r.status = 'confirmed' AND r.counts"
_YEAR = "{day} BETWEEN :first AND :last"
_OF_VENUES = "venues v JOIN activities a ON a.venue_id = v.id"
_HELD = f"{_OF_VENUES} JOIN activity_shifts s ON s.activity_id = a.id"
_SERVED = f"{_CONFIRMED} AND {_YEAR.format(day='r.served_on')}"
_MEMBER, _VOLUNTEER = ("memberships m", "m.organization_id"), ("volunteers v", "v.organization_id")
_RECORD, _SCHOOL = ("service_records r", "r.organization_id"), ("schools s", "s.county_id")
_CHARGE, _VENUE = ("dues_charges d", "d.organization_id"), "v.organization_id"
_PLACE = ("organizations x", "x.id")

_GRASSROOTS = "o.status = 'active' AND o.kind NOT IN ('provincial', 'city', 'county')"
_WAITS = _count("applications a", "a.handler_id", "a.status = 'submitted'")

PLAIN = (
    Plain(
        _M.ORGANIZATIONS,
        (
            _count(
                *_PLACE, "o.status = 'active' AND o.kind NOT IN ('provincial', 'city', 'county')"
            ),
        ),
    ),
    *(
        Plain(
            _M.ORGANIZATIONS,
            (_count(*_PLACE, f"o.status = 'active' AND o.kind = '{kind}'"),),
            kind,
        )
        for kind in ("village", "school", "hospital")
    ),
    Plain(_M.ADULT_MEMBERS, (_count(*_MEMBER, f"m.kind = 'adult' AND {_LIVE}"),)),
    Plain(_M.YOUTH_MEMBERS, (_count(*_MEMBER, f"m.kind = 'youth' AND {_LIVE}"),)),
    Plain(_M.GROUP_MEMBERS, (_count("group_memberships m", "m.organization_id", _GROUPS),)),
    Plain(_M.VOLUNTEERS, (_count(*_VOLUNTEER, _SERVES),)),
    Plain(_M.REGISTERED_VOLUNTEERS, (_count(*_VOLUNTEER, "v.status = 'registered'"),)),
    Plain(_M.SCHOOLS, (_count(*_SCHOOL, _SCHOOLS),)),
    Plain(_M.SCHOOL_BRANCHES, (_count(*_SCHOOL, f"{_SCHOOLS} AND s.organization_id > 0"),)),
    Plain(
        _M.APPLICATIONS_WAITING,
        (_count("applications a", "a.handler_id", "a.status = 'submitted'"),),
    ),
    Plain(_M.HOURS_WAITING, (_count("service_records r", "r.handler_id", "r.status = 'pending'"),)),
    Plain(_M.CONFIRMED_MINUTES, (_count(*_RECORD, _CONFIRMED, "sum(r.minutes)"),)),
    Plain(_M.CONFIRMED_RECORDS, (_count(*_RECORD, _CONFIRMED),)),
    Plain(_M.CONFIRMED_RECORDS, (_count(*_RECORD, _SERVED),), is_yearly=True),
    Plain(
        _M.MANUAL_RECORDS,
        (_count(*_RECORD, f"{_SERVED} AND r.method IN ('entered_for', 'entered_later')"),),
        is_yearly=True,
    ),
    Plain(
        _M.NEW_MEMBERS,
        (_count(*_MEMBER, f"m.status <> 'revoked' AND {_YEAR.format(day='m.joined_on')}"),),
        is_yearly=True,
    ),
    Plain(_M.DUES_CHARGED, (_count(*_CHARGE, "d.year = :year", "sum(d.amount)"),), is_yearly=True),
    Plain(_M.DUES_PAID, (_count(*_CHARGE, "d.year = :year", "sum(d.paid)"),), is_yearly=True),
    Plain(_M.VENUES, (_count("venues v", _VENUE, _NAMED),)),
    Plain(
        _M.VENUES,
        (_count("venues v", _VENUE, f"{_NAMED} AND v.kind = 'member_home'"),),
        "member_home",
    ),
    Plain(
        _M.VENUE_ACTIVITIES,
        (_count(_HELD, _VENUE, _YEAR.format(day="s.held_on")),),
        is_yearly=True,
    ),
    Plain(
        _M.VENUE_TIMES,
        (
            _count(
                f"{_HELD} JOIN activity_attendances t ON t.shift_id = s.id",
                _VENUE,
                f"t.came_as IS NOT NULL AND {_YEAR.format(day='s.held_on')}",
            ),
            _count(
                f"{_OF_VENUES} JOIN activity_reports r ON r.activity_id = a.id",
                _VENUE,
                _YEAR.format(day="r.counted_on"),
                "sum(r.public_people)",
            ),
            _count(
                "venue_visit_days d JOIN venues v ON v.id = d.venue_id",
                _VENUE,
                _YEAR.format(day="d.day"),
                "sum(d.group_visits + d.single_visits + d.trained)",
            ),
        ),
        is_yearly=True,
    ),
)


def check(
    organizations: int = ORGANIZATIONS, indicators: int = INDICATORS, *, seed: int
) -> list[str]:
    """Return what differs at so many organizations and of so many indicators, picked at random.

    Offices of the province, cities and counties are among those picked: there sums are large.
    """
    chance, today = Random(seed), clock.today()
    places = list(db.session.execute(select(Organization.id, Organization.path).order_by("id")))
    picked = chance.sample(places, min(organizations, len(places)))
    wrong = []
    for plain in chance.sample(PLAIN, min(indicators, len(PLAIN))):
        period = today.year if plain.is_yearly else figures.STOCK
        kept = _kept([row.id for row in picked], plain, period)
        for row in picked:
            found = sum(_ask(one, row.path, today.year) for one in plain.statements)
            if kept.get(row.id, 0) != found:
                wrong.append(f"{plain.name} of {row.id}: kept {kept.get(row.id, 0)}, {found}")
    return wrong


def _kept(ids: list[int], plain: Plain, period: int) -> dict[int, int]:
    if plain.part:
        parts = figures.parts(ids, [plain.measure], [period])
        return {key[0]: value for key, value in parts.items() if key[2] == plain.part}
    return {key[0]: one for key, one in figures.values(ids, [plain.measure], [period]).items()}


def _ask(statement: str, path: str, year: int) -> int:
    low, high = subtree_range(path)
    asked = {"low": low, "high": high}
    if ":first" in statement:
        asked |= {"first": f"{year}-01-01", "last": f"{year}-12-31"}
    if ":year" in statement:
        asked |= {"year": year}  # type: ignore[dict-item]
    inside = "o.path >= :low AND o.path < :high"
    return int(db.session.scalar(text(statement.format(here=inside)), asked) or 0)


def main(arguments: list[str]) -> int:
    """Return 1 where something differs."""
    numbers = [int(one) for one in arguments] or [ORGANIZATIONS, INDICATORS]
    with create_app().app_context():
        began = time.perf_counter()
        with looking(db.session.commit):
            wrong = check(*numbers, seed=int(time.time()))
        took = time.perf_counter() - began
    for line in wrong:
        print(line)
    print(f"{numbers} organizations and indicators, {len(wrong)} differ, {took:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
