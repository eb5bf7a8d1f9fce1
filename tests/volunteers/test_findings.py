"""Where hours are looked at: when they are confirmed, and every night in batches (LED-15)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.models import Post
from app import create_app
from core import clock
from core.database import db
from organizations.rules import Measure
from tests.cast import Cast, build_cast
from tests.client import Client
from tests.conftest import make_config
from tests.schema import make_schema
from tests.volunteers.desk import (
    COUNTY,
    acting,
    an_entry,
    confirm,
    entries_of,
    figure,
    log,
    second_secretary,
    states,
)
from tests.volunteers.holding import (
    few_are_many,
    only_hold,
    setting,
    sound,
    uncounted,
)
from volunteers.models import Hold, HoldScan, ServiceRecord
from volunteers.operations import findings
from volunteers.rules import ServiceStatus
from volunteers.rules.patterns import Pattern

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.covers("LED-15", "LED-04")
def test_two_keepers_who_confirm_each_other_are_held(cast: Cast) -> None:
    setting("holds.mutual_records", 2)
    second_secretary(cast)
    of_ben = [log(cast, "ben", an_entry(back=back, title=f"甲{back}")) for back in (2, 3)]
    of_gus = [log(cast, "gus", an_entry(back=back, title=f"乙{back}")) for back in (2, 3)]
    confirm(cast, *of_ben, by="gus")
    confirm(cast, of_gus[0])
    assert only_state(*of_ben) is False
    confirm(cast, of_gus[1])
    assert of_gus[1].status is ServiceStatus.PENDING
    assert only_hold().pattern is Pattern.MUTUAL
    assert only_state(*of_ben, *of_gus) is True
    assert entries_of(of_gus[1]) == []
    assert sound()


def only_state(*records: ServiceRecord) -> bool | None:
    """Return whether all of the records are held, None where some are."""
    found = {record.is_held for record in records}
    return found.pop() if len(found) == 1 else None


@pytest.mark.covers("LED-15")
def test_the_nightly_look_goes_on_where_it_stopped_and_finds_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "BATCH", 2)
    few_are_many()
    records = uncounted(cast)
    night = clock.now() + timedelta(hours=1)
    assert findings.look_through(clock.now()) == 0  # too fresh: another may commit before it
    assert findings.look_through(night) == 2
    db.session.rollback()  # stopped before its commit: nothing is lost
    assert db.session.get(HoldScan, 1) is None
    seen = []
    while treated := findings.look_through(night):
        db.session.commit()
        seen.append(treated)
    assert seen == [2, 1]
    assert db.session.scalar(select(func.count()).select_from(Hold)) == 1
    assert all(record.is_held for record in records)
    scan = db.session.get(HoldScan, 1)
    assert scan is not None
    scan.record_id = 0
    db.session.commit()
    while findings.look_through(night):
        db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Hold)) == 1
    assert figure(cast, COUNTY, Measure.HOLDS_WAITING) == 1


@pytest.mark.covers("LED-15", "LOAD-07")
def test_a_night_asks_the_same_statements_for_two_records_and_for_ten(
    cast: Cast, count_statements: Counting
) -> None:
    setting("holds.uncounted_people", 5_000)
    records = [log(cast, "ada", an_entry(back=back, title=f"第{back}次")) for back in range(1, 11)]
    confirm(cast, *records)
    ids = [record.id for record in records]
    findings.find_around(ids[:1], clock.now())
    counts = []
    for some in (ids[:2], ids):
        with count_statements() as seen:
            findings.find_around(some, clock.now())
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.covers("LED-15")
def test_a_confirmation_costs_one_statement_more_than_before(
    cast: Cast, count_statements: Counting
) -> None:
    first, second = log(cast, "ada"), log(cast, "gus")
    confirm(cast, first)
    assert states(second) == {ServiceStatus.PENDING}
    assert second.organization is not None
    with count_statements() as seen:
        findings.hold_at_confirmation([second], acting(cast, "ben"), clock.now())
    assert len([one for one in seen if "service_records" in one]) == 1


@pytest.mark.covers("LED-15")
def test_who_confirmed_after_his_term_is_found_at_night(cast: Cast) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    post_id = acting(cast, "ben").post_id
    post = db.session.get_one(Post, post_id)
    post.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    hits = findings.find_around([record.id], clock.now())
    assert [hit.pattern for hit in hits] == [Pattern.EXPIRED_POST]


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("LED-15")
def test_the_nightly_commands_look_and_look_again(tmp_path: Path) -> None:
    app = create_app(make_config(tmp_path))
    with app.app_context():
        make_schema()
        build_cast()
        few_are_many()
        uncounted(Cast())
        for record in db.session.scalars(select(ServiceRecord)):
            record.submitted_at = clock.now() - timedelta(hours=1)
        db.session.commit()
        db.session.remove()
        run = app.test_cli_runner()
        assert "3 records looked at" in run.invoke(args=["volunteers", "daily"]).output
        assert "0 records looked at" in run.invoke(args=["volunteers", "look-through"]).output
        again = run.invoke(args=["volunteers", "look-through", "--again"])
        assert "3 records looked at" in again.output
        assert db.session.scalar(select(func.count()).select_from(Hold)) == 1
        db.session.remove()
        db.engine.dispose()
