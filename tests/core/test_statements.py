"""Statements kept as words: the same rows as the toolkit reads, and the same failures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.exc import DBAPIError

from accounts.models import Post, UserSession
from core import clock
from core.access.permissions import Level
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM, record
from core.database import db
from core.statements import LENGTHS, Among, Kept, portions
from organizations.models import Organization
from organizations.rules import OPEN_STATES
from tests.cast import Cast

Counting = Callable[[], AbstractContextManager[list[str]]]

#: Enums, days, instants, numbers, nothing; lists that are given, and one that is always the same.
NAMED = select(
    Organization.id, Organization.level, Organization.kind, Organization.founded_on, Post.role
).join(Post, Post.organization_id == Organization.id, isouter=True)
CODED = NAMED.where(
    Organization.code.in_(bindparam("codes", expanding=True)), Organization.status.in_(OPEN_STATES)
).order_by(Organization.id, Post.id)
SEEN = select(UserSession.id, UserSession.kind, UserSession.seen_at, UserSession.needs_factor)
SINCE = SEEN.where(UserSession.seen_at >= bindparam("since")).order_by(UserSession.id)
EITHER = union_all(
    select(Organization.id, Organization.name).where(Organization.id == bindparam("one")),
    select(Organization.id, Organization.name).where(Organization.code == bindparam("code")),
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def read_by_toolkit(statement: Any, values: dict[str, Any]) -> list[list[Any]]:
    """Return the rows as a session without kept statements would."""
    return [list(row) for row in db.session.execute(statement, values)]


@pytest.mark.covers("LOAD-07")
def test_a_kept_statement_reads_what_the_toolkit_reads(cast: Cast) -> None:
    names = ["东一村", "东县", "东市"]
    codes = [cast.code(name) for name in names]
    kept = Kept(CODED)
    for asked in (codes, codes[:1], codes[1:], [], codes):
        rows = [list(row) for row in kept.rows({"codes": asked})]
        assert rows == read_by_toolkit(CODED, {"codes": asked})
        assert bool(rows) == bool(asked)
    cast.session_token("ben")
    instants = Kept(SINCE).rows({"since": LONG_AGO})
    assert [list(row) for row in instants] == read_by_toolkit(SINCE, {"since": LONG_AGO})
    assert all(row[2].tzinfo is not None for row in instants)
    asked_twice = {"one": cast.organization("东县").id, "code": codes[0]}
    assert len(Kept(EITHER).rows(asked_twice)) == 2


@pytest.mark.covers("LOAD-07")
def test_values_of_one_question_never_answer_another(cast: Cast) -> None:
    kept = Kept(select(Organization.name).where(Organization.code == bindparam("code")))
    for name in ("东一村", "东县", "东一村"):
        assert kept.row({"code": cast.code(name)}) == [cast.organization(name).name]
    assert kept.row({"code": "nobody"}) is None


@pytest.mark.covers("LOAD-07", "RACE-16")
def test_a_failure_is_told_in_the_words_of_the_toolkit(cast: Cast) -> None:
    broken = Kept(select(literal_column("no_such_column")).select_from(Organization))
    with pytest.raises(DBAPIError):
        broken.rows({})
    db.session.rollback()


@pytest.mark.covers("LOAD-07")
def test_who_listens_hears_of_a_kept_statement(cast: Cast, count_statements: Counting) -> None:
    kept = Kept(select(Organization.id).where(Organization.code == bindparam("code")))
    asked = {"code": cast.code("东县")}
    before = [list(row) for row in kept.rows(asked)]
    with count_statements() as seen:
        assert [list(row) for row in kept.rows(asked)] == before
    assert len(seen) == 1


@pytest.mark.covers("LOAD-07")
def test_codes_that_never_change_stand_in_the_words(cast: Cast, count_statements: Counting) -> None:
    quoted = Organization.name != "it's 100% ?"
    kept = Kept(CODED.where(quoted))
    code = cast.code("东县")
    with count_statements() as seen:
        rows = [list(row) for row in kept.rows({"codes": [code]})]
    assert rows == read_by_toolkit(CODED.where(quoted), {"codes": [code]})
    assert rows == [list(row) for row in kept.rows({"codes": [code]})]
    assert all(f"'{state}'" in seen[0] for state in OPEN_STATES)
    assert code not in seen[0]


@pytest.mark.covers("LED-11")
def test_a_kept_statement_sees_what_the_request_wrote_before(cast: Cast) -> None:
    kept = Kept(select(Organization.name).where(Organization.code == bindparam("code")))
    place = cast.organization("东一村")
    place.name = "新名红十字会"
    assert kept.row({"code": place.code}) == ["新名红十字会"]
    db.session.rollback()
    assert kept.row({"code": place.code}) != ["新名红十字会"]


@pytest.mark.covers("LOG-06", "LED-12")
def test_one_event_is_written_sealed_by_one_insert(cast: Cast, count_statements: Counting) -> None:
    record("test.first", "test", 1, by=SYSTEM)
    db.session.commit()
    with count_statements() as seen:
        record("test.second", "test", 2, by=SYSTEM)
        db.session.commit()
    of_test = select(AuditEvent).where(AuditEvent.subject_type == "test")
    found = db.session.scalars(of_test.order_by(AuditEvent.sequence)).all()
    assert [event.action for event in found] == ["test.first", "test.second"]
    assert all(event.digest for event in found)
    assert not [one for one in seen if one.startswith("UPDATE audit_events")]
    assert len(seen) == 3


@pytest.mark.covers("LOAD-07")
def test_many_values_find_the_rows_that_each_of_them_finds(cast: Cast) -> None:
    codes = [cast.code(name) for name in ("东一村", "东县", "东市")]
    open_here = select(Organization.id, Organization.code).where(
        Organization.status.in_(OPEN_STATES), Organization.level == bindparam("level")
    )
    among, level = Among(open_here, Organization.code), {"level": Level.UNIT}
    single = [
        row
        for code in codes
        for row in read_by_toolkit(open_here.where(Organization.code == code), level)
    ]
    for asked in (codes, [*codes, *(f"none{number}" for number in range(LENGTHS[-1] + 1))]):
        assert [list(row) for row in among.rows(asked, level)] == single
    assert len(single) == 1
    assert list(among.rows([], level)) == []


@pytest.mark.parametrize("number", [0, 1, 2, LENGTHS[-1], LENGTHS[-1] + 1, 2 * LENGTHS[-1] + 3])
def test_portions_hold_every_value_in_lists_of_few_lengths(number: int) -> None:
    lists = list(portions(range(number)))
    assert {one for some in lists for one in some} == set(range(number))
    assert {len(some) for some in lists} <= set(LENGTHS)


@pytest.mark.covers("LOAD-07")
def test_a_kept_statement_writes_values_as_the_toolkit_does(cast: Cast) -> None:
    cast.session_token("ben")
    seen = read_by_toolkit(SEEN, {})[-1][2]
    exactly = SEEN.where(UserSession.seen_at == bindparam("instant"))
    for zone in (UTC, clock.SHANGHAI):
        found = Kept(exactly).rows({"instant": seen.astimezone(zone)})
        assert [list(row) for row in found] == read_by_toolkit(exactly, {"instant": seen})
        assert found
