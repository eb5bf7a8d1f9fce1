"""Venues nearest to somebody: rings of divisions, open now, one kind, page after page."""

from __future__ import annotations

from datetime import datetime

import pytest

from activities.models import VenueDay
from activities.queries import finder
from activities.queries.finder import Ring, Wanted
from activities.rules.venues import VenueKind, VenueStatus
from core import clock
from core.database import db
from organizations.models import Division
from organizations.rules import DivisionLevel
from tests.cast import Cast
from tests.venue_factories import make_venue

HERE = "330108001002"
#: Tuesday at ten: the venues of the factory are open on workdays from nine to five.
OPEN = datetime(2026, 3, 10, 10, 0, tzinfo=clock.SHANGHAI)
SUNDAY = datetime(2026, 3, 8, 10, 0, tzinfo=clock.SHANGHAI)


def named(wanted: Wanted, now: datetime = OPEN, after: str = "") -> list[tuple[str, Ring]]:
    """Return the names and rings that somebody finds."""
    return [(one.venue.name, one.ring) for one in finder.nearest(wanted, now, after).rows]


@pytest.fixture
def around(cast: Cast) -> dict[str, int]:
    """Lay a venue into each ring, the furthest first, one closed and one without a division."""
    place = cast.organization("东一村")
    codes = {
        "远": "330200000000",
        "市": "330105003000",
        "县": "330108000000",
        "镇": "330108001000",
        "村": HERE,
    }
    found = {}
    for name, code in codes.items():
        venue = make_venue(place, name=name)
        venue.division_code = _division(code)
        found[name] = venue.id
    make_venue(place, name="停", status=VenueStatus.CLOSED)
    make_venue(place, VenueKind.MEMBER_WORKSHOP, name="无").division_code = None
    db.session.commit()
    return found


def _division(code: str) -> str:
    if db.session.get(Division, code) is None:
        row = Division(
            code=code,
            level=DivisionLevel.VILLAGE,
            name=f"试{code}",
            valid_from=clock.today(),
        )
        db.session.add(row)
        db.session.flush()
    return code


@pytest.mark.covers("S41")
def test_the_nearest_division_comes_first(around: dict[str, int]) -> None:
    assert named(Wanted(HERE)) == [
        ("村", Ring.VILLAGE),
        ("镇", Ring.TOWNSHIP),
        ("县", Ring.COUNTY),
        ("市", Ring.CITY),
        ("远", Ring.PROVINCE),
        ("无", Ring.PROVINCE),
    ]
    assert {ring for _, ring in named(Wanted())} == {Ring.PROVINCE}
    assert len(named(Wanted())) == len(around) + 1
    assert named(Wanted(HERE, kind=VenueKind.MEMBER_WORKSHOP)) == [("无", Ring.PROVINCE)]
    assert named(Wanted(HERE, words="镇")) == [("镇", Ring.TOWNSHIP)]
    assert named(Wanted(HERE, words="%")) == []


@pytest.mark.covers("S41")
def test_open_now_follows_the_week_and_days_that_differ(around: dict[str, int]) -> None:
    assert len(named(Wanted(HERE, open_now=True))) == len(around) + 1
    assert named(Wanted(HERE, open_now=True), SUNDAY) == []
    db.session.add(VenueDay(venue_id=around["村"], day=OPEN.date()))
    db.session.add(VenueDay(venue_id=around["镇"], day=SUNDAY.date(), opens=540, closes=660))
    db.session.flush()
    assert "村" not in dict(named(Wanted(HERE, open_now=True)))
    assert named(Wanted(HERE, open_now=True), SUNDAY) == [("镇", Ring.TOWNSHIP)]
    for now in (OPEN, SUNDAY):  # what is filtered and what is said are the same
        said = {one.code for one in finder.nearest(Wanted(HERE), now).rows if one.standing.is_open}
        kept = {one.code for one in finder.nearest(Wanted(HERE, open_now=True), now).rows}
        assert said == kept


def test_pages_hold_everything_once(
    around: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "PAGE", 2)
    names, after = list[str](), ""
    while True:
        page = finder.nearest(Wanted(HERE), OPEN, after)
        names += [one.venue.name for one in page.rows]
        if page.next_after is None:
            break
        after = page.next_after
    assert names == ["村", "镇", "县", "市", "远", "无"]
    assert around
