"""Volunteers are told of decisions over their hours: once per act, when it can stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.database import db
from core.messages import outbox
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.desk import BRANCH, COUNTY, acting, an_entry, confirm, log
from volunteers import operations as hours
from volunteers.models import ServiceRecord
from volunteers.rules import RefusalReason

ClientOf = Callable[[str], Client]


def told(cast: Cast, name: str) -> list[Letter]:
    db.session.expire_all()
    own = Letter.user_id == cast.user(name).id
    return list(db.session.scalars(select(Letter).where(own).order_by(Letter.id)))


def refuse(cast: Cast, *records: ServiceRecord) -> str:
    decision = hours.refuse(
        [record.code for record in records],
        RefusalReason.NOT_THERE,
        "",
        handler_id=cast.organization(BRANCH).id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    db.session.commit()
    return decision.code


@pytest.mark.covers("B3")
def test_many_records_confirmed_at_once_are_one_message_for_each(
    cast: Cast, client_of: ClientOf
) -> None:
    own = [log(cast, "ada", an_entry(back)) for back in (1, 2, 3)]
    confirm(cast, *own, log(cast, "gus"))
    assert client_of("ada").page("/me/messages").select("#letters tr") == []
    for name, count in (("ada", 3), ("gus", 1)):
        (letter,) = told(cast, name)
        letter.shown_at -= timedelta(minutes=11)
        db.session.commit()
        (row,) = client_of(name).page("/me/messages").select("#letters tr")
        assert f"东一村确认了您的 {count} 条时长" in row.text
    assert outbox() == []


def test_each_refusal_leads_to_its_record(cast: Cast, client_of: ClientOf) -> None:
    records = [log(cast, "ada", an_entry(back)) for back in (1, 2)]
    refuse(cast, *records)
    letters = told(cast, "ada")
    assert [letter.kind for letter in letters] == [LetterKind.HOURS_REFUSED] * 2
    letters[0].shown_at -= timedelta(minutes=11)
    db.session.commit()
    way = client_of("ada").post(f"/me/messages/{letters[0].code}/open").location
    assert way in {f"/me/hours/{record.code}" for record in records}


@pytest.mark.parametrize("decide", [confirm, refuse])
def test_what_was_undone_is_told_to_nobody(cast: Cast, decide: Callable[..., str]) -> None:
    code = decide(cast, log(cast, "ada"))
    assert len(told(cast, "ada")) == 1
    place = cast.organization(BRANCH).id
    hours.undo(code, organization_id=place, by=acting(cast, "ben"), now=clock.now())
    db.session.commit()
    assert told(cast, "ada") == []


def test_a_correction_and_an_answered_objection_are_told_at_once(
    cast: Cast, client_of: ClientOf
) -> None:
    record = log(cast, "ada")
    confirm(cast, record)
    place, by = cast.organization(BRANCH).id, acting(cast, "ben")
    hours.correct(record.code, 60, "只来了一小时", organization_id=place, by=by, now=clock.now())
    other = log(cast, "ada", an_entry(5))
    refuse(cast, other)
    hours.object_(other.code, "我在现场", by=acting(cast, "ada"), now=clock.now())
    county = cast.organization(COUNTY).id
    hours.uphold(
        other.code, "名单上没有", handler_id=county, by=acting(cast, "cora"), now=clock.now()
    )
    db.session.commit()
    texts = [row.text for row in client_of("ada").page("/me/messages").select("#letters tr")]
    assert any("东一村更正了您的一条时长" in text for text in texts)
    assert any("东县没有改动您申诉的时长" in text for text in texts)
    kinds = [letter.kind for letter in told(cast, "ada")]
    assert kinds[1::2] == [LetterKind.HOURS_CORRECTED, LetterKind.OBJECTION_UPHELD]
