"""Whatever two records hold, a merge and its undo conserve every minute (LED-10)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.database import db
from core.rules import RuleViolation
from people.models import Person
from people.rules.duplicates import Side
from tests.cast import Cast
from tests.people.pairs import merge, part, rows_now
from tests.volunteers.desk import an_entry
from tests.volunteers.merged import check_books, confirm, figures_of, log, sums, two
from volunteers.models import LedgerEntry, ServiceRecord, Volunteer
from volunteers.rules import (
    Credited,
    ServiceStatus,
    overlaps,
)

S = ServiceStatus


@contextmanager
def taken_back() -> Iterator[None]:
    """Let everything inside leave no trace: one example of a property."""
    db.session.commit()
    savepoint = db.engines[None].begin_nested()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


SERVICES = st.lists(
    st.tuples(
        st.booleans(),  # the first record, or the second
        st.integers(1, 2),  # days back
        st.sampled_from([None, 9, 10]),  # the hour told, if any
        st.sampled_from([30, 67, 120, 200]),
        st.sampled_from(["confirmed", "confirmed", "pending"]),
    ),
    min_size=2,
    max_size=7,
)


@pytest.mark.covers("LED-10", "LED-01", "AZ-16")
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(services=SERVICES, stays=st.sampled_from(Side), place=st.sampled_from(Side))
def test_no_minute_is_lost_or_credited_twice(
    cast: Cast,
    services: list[tuple[bool, int, int | None, int, str]],
    stays: Side,
    place: Side,
) -> None:
    """Before, merged and parted again: what is not named as an overlap stays confirmed."""
    with taken_back():
        people = two(cast)
        for number, (is_first, back, hour, minutes, state) in enumerate(services):
            start = time(hour) if hour is not None else None
            entry = an_entry(back, minutes, f"服务{number}", start)
            try:
                record = log(people[0] if is_first else people[1], entry)
                if state == "confirmed":
                    confirm(cast, record)
            except RuleViolation:  # a person's own hours never overlap
                db.session.rollback()
        before, ledger = sums(*people), _sealed()
        rows, shown = rows_now(ServiceRecord, Volunteer), figures_of(cast)
        overlapping = _common(people)
        done = merge(cast, *people, {"record": stays, "volunteer": place})
        survivor = db.session.get_one(Person, done.survivor_id)
        merged = sums(survivor)
        moved = before["confirmed"] - merged["confirmed"]
        assert merged["records"] == merged["confirmed"]
        assert merged["confirmed"] + merged["pending"] == before["confirmed"] + before["pending"]
        assert (moved > 0) == overlapping
        assert not _common((survivor, survivor))
        check_books()
        part(cast, done)
        assert sums(*people) == before
        assert rows_now(ServiceRecord, Volunteer) == rows
        assert figures_of(cast) == shown
        assert _sealed()[: len(ledger)] == ledger
        check_books()


def _sealed() -> list[bytes | None]:
    return list(db.session.scalars(select(LedgerEntry.digest).order_by(LedgerEntry.id)))


def _common(people: tuple[Person, Person]) -> bool:
    """Return whether two different confirmed records of the people share a minute."""
    ids = {one.id for one in people}
    rows = db.session.scalars(
        select(ServiceRecord).where(
            ServiceRecord.person_id.in_(ids), ServiceRecord.status == S.CONFIRMED
        )
    ).all()
    return any(
        one.id < other.id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for one in rows
        for other in rows
    )


def _at(minute: int) -> datetime:
    return clock.at(clock.today(), time(0)) + timedelta(minutes=minute)


@pytest.mark.pure
@pytest.mark.covers("LED-02")
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90), st.integers(0, 5)), max_size=12))
def test_what_stands_never_overlaps_and_nothing_goes_without_reason(
    rows: list[tuple[int, int, int]],
) -> None:
    credited = [
        Credited(number, number % 2, _at(start), _at(start + length), _at(confirmed))
        for number, (start, length, confirmed) in enumerate(rows)
    ]
    found = overlaps(credited)
    stands = [one for one in credited if one.record_id not in found]
    assert not any(one.meets(other) for one in stands for other in stands if one is not other)
    by_id = {one.record_id: one for one in credited}
    for later, first in found.items():
        assert by_id[later].meets(by_id[first])
        assert first not in found
        assert rows[first][2] <= rows[later][2]
    assert overlaps(reversed(credited)) == found
