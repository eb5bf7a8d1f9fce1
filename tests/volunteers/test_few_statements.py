"""Acts over many hours ask the database no more often for thirty people than for two (ADR 0018)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from accounts.models import Letter, User
from accounts.rules.letters import LetterKind
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import Actor
from core.database import db
from tests.cast import Cast
from tests.volunteers import entering
from tests.volunteers.desk import BRANCH, COUNTY, acting, confirm, crowd, states
from tests.volunteers.holding import held, sound
from volunteers import operations as hours
from volunteers.models import Hold, ServiceRecord, ServiceRecordEvent, SheetLine
from volunteers.operations import holds as deciding
from volunteers.operations.taking_back import take_back_sheet
from volunteers.rules import Doubt, RefusalReason, ServiceAction, ServiceStatus, with_doubt

Counting = Callable[[], AbstractContextManager[list[str]]]
SIZES = (2, 30)
#: SQLite takes the rows of a chain one by one, inside the process (``core.bulk``).
BY_ROW = "INSERT INTO ledger_entries"


def asked(seen: Sequence[str]) -> int:
    """Return how many statements were sent, rows of the ledger counted once."""
    return len({*seen} & {one for one in seen if one.startswith(BY_ROW)}) + sum(
        not one.startswith(BY_ROW) for one in seen
    )


def objected(cast: Cast, records: Sequence[ServiceRecord]) -> None:
    """Let records that are held be refused and objected to, as at the moment of holding once."""
    for record in records:
        record.doubts = ""
    branch, now = cast.organization(BRANCH).id, clock.now()
    codes = [record.code for record in records]
    reason, ben = RefusalReason.NOT_THERE, acting(cast, "ben")
    hours.refuse(codes, reason, "", handler_id=branch, by=ben, now=now)
    for record in records:
        user = db.session.scalars(select(User).where(User.person_id == record.person_id)).one()
        hours.object_(record.code, "我在", by=Actor(user.id, record.person_id), now=now)
        record.doubts = with_doubt("", Doubt.HELD)
    db.session.commit()


def a_hold(cast: Cast, size: int) -> tuple[Hold, list[list[int]]]:
    """Return a hold over as many records that wait, were credited, and were objected to, by id."""
    parts = [crowd(cast, size, title=f"{title}{size}") for title in ("等", "记", "议")]
    confirm(cast, *parts[1])
    one = held(*(record for part in parts for record in part), key=str(size))
    objected(cast, parts[2])
    return one, [[record.id for record in part] for part in parts]


@pytest.mark.covers("LED-15", "LOAD-07")
def test_a_hold_is_refused_in_as_many_statements_for_few_as_for_many(
    cast: Cast, count_statements: Counting
) -> None:
    county, cora, counts = cast.organization(COUNTY).id, acting(cast, "cora"), []
    for size in SIZES:
        one, parts = a_hold(cast, size)
        code = one.code
        db.session.expunge_all()
        with count_statements() as seen:
            deciding.refuse(code, "没有这回事", desk_id=county, by=cora, now=clock.now())
            db.session.commit()
        counts.append(asked(seen))
        found = [
            states(*db.session.scalars(select(ServiceRecord).where(ServiceRecord.id.in_(part))))
            for part in parts
        ]
        refused = {ServiceStatus.REFUSED}
        assert found == [refused, refused, {ServiceStatus.UPHELD}]
    assert counts[0] == counts[1], counts
    assert sound()
    told = select(Letter).where(Letter.kind == LetterKind.OBJECTION_UPHELD)
    assert len(db.session.scalars(told).all()) == sum(SIZES)
    noted = select(AuditEvent).where(AuditEvent.action == f"hours.{ServiceAction.UPHOLD}")
    assert len(db.session.scalars(noted).all()) == sum(SIZES)


@pytest.mark.covers("LED-05", "LOAD-07")
def test_a_sheet_is_taken_back_in_as_many_statements_for_few_as_for_many(
    cast: Cast, count_statements: Counting
) -> None:
    counts, ben = [], acting(cast, "ben")
    for size in SIZES:
        sheet = entering.draft(cast, entering.helpers(cast, size))
        entering.send(cast, sheet)
        code = sheet.code
        db.session.expunge_all()
        with count_statements() as seen:
            draft = take_back_sheet(code, by=ben, now=clock.now())
            db.session.commit()
        counts.append(asked(seen))
        lines = db.session.scalars(select(SheetLine).where(SheetLine.sheet_id == draft.id)).all()
        assert [one.is_absent for one in lines] == [False] * size
    assert counts[0] == counts[1], counts
    steps = select(ServiceRecordEvent).where(ServiceRecordEvent.action == ServiceAction.TAKE_BACK)
    assert len(db.session.scalars(steps).all()) == sum(SIZES)
    assert sound()


@pytest.mark.covers("LED-10", "LOAD-07")
def test_books_of_merged_people_are_read_at_once(cast: Cast, count_statements: Counting) -> None:
    county, cora, counts = cast.organization(COUNTY).id, acting(cast, "cora"), []
    for size in SIZES:
        records = crowd(cast, size, title=f"并{size}")
        confirm(cast, *records)
        one = held(*records, key=f"m{size}")
        for record, earlier in zip(records, entering.helpers(cast, size), strict=True):
            record.book_id = earlier.id
        db.session.commit()
        code = one.code
        db.session.expunge_all()
        with count_statements() as seen:
            deciding.refuse(code, "没有这回事", desk_id=county, by=cora, now=clock.now())
            db.session.flush()
        counts.append(asked(seen))
        db.session.rollback()
    assert counts[0] == counts[1], counts
