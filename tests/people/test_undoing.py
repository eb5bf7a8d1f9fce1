"""A merge leaves a way back for some days, and old codes lead on (AZ-16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Post, User, UserSession
from core import clock
from core.audit.models import AuditEvent
from core.audit.queries import verify_chain
from core.database import db
from core.rules import RuleViolation
from members.models import Application, Honour, Membership
from organizations.rules import Measure
from people.models import (
    Consent,
    ConsentRequest,
    MergedRow,
    Person,
)
from people.rules.duplicates import DUPLICATE_TRANSITIONS, DuplicateAction, DuplicateStatus, Side
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.people.pairs import (
    BOTH,
    NAME,
    live_of,
    merge,
    pair_of,
    part,
    rows_now,
    twin,
)
from tests.volunteers.desk import COUNTY
from volunteers.models import ServiceRecord, Volunteer

Clients = Callable[[str], Client]
MOVED = (Person, Membership, Volunteer, ServiceRecord, Application, Honour, Consent, ConsentRequest)
KNOWN_FIGURES = (Measure.ADULT_MEMBERS, Measure.VOLUNTEERS, Measure.NEW_MEMBERS)


def gaps() -> dict[tuple[int, str, str, int], int]:
    """Return by how much figures differ from their rows: what factories make is in no figure."""
    return {
        (one.organization_id, one.measure, one.part, one.period): one.change
        for one in differences()
    }


@pytest.mark.covers("AU-10")
@pytest.mark.parametrize("act", ["duplicates/{pair}/merge", "merges/{merge}/undo"])
def test_an_old_second_factor_is_asked_for_first(cast: Cast, client_of: Clients, act: str) -> None:
    done = merge(cast, twin(cast), twin(cast))
    first, second = twin(cast, name="试另外"), twin(cast, name="试另外")
    codes = {"pair": pair_of(first, second).code, "merge": done.code}
    session = db.session.scalars(
        select(UserSession).where(UserSession.user_id == cast.user("cora").id)
    ).one()
    session.factor_at = clock.now() - timedelta(minutes=11)
    db.session.commit()
    path = f"/o/{cast.code(COUNTY)}/{act.format(**codes)}"
    for answer in (client_of("cora").get(path), client_of("cora").post(path, {"note": "好"})):
        assert answer.status_code == 303
        assert "/login/factor" in answer.headers["Location"]
    assert second.merged_into_id is None
    assert done.undone_at is None


@pytest.mark.covers("AZ-16")
def test_everything_is_where_it_was_after_an_undo(cast: Cast) -> None:
    first = twin(cast, roles=BOTH, account=True)
    second = twin(cast, "东二村", roles=BOTH, account=True, with_id=True, phone="19912345678")
    second.name, honoured = "试同銘", live_of(second)[0]
    make.make_honour(honoured, cast.user("cora"))
    db.session.commit()
    wrong = gaps()
    before, posts = rows_now(*MOVED, User), rows_now(Post)
    done = merge(cast, first, second, {"record": Side.FIRST, "name": Side.SECOND})
    assert rows_now(*MOVED) != before
    assert first.plain_id_number
    assert (first.name, second.id_index) == ("试同銘", None)
    assert gaps() == wrong
    part(cast, done)
    assert rows_now(*MOVED, User) == before
    assert rows_now(Post) == posts
    assert gaps() == wrong
    assert done.candidate.status is DuplicateStatus.OPEN
    assert verify_chain(AuditEvent).is_sound
    with pytest.raises(RuleViolation, match="已经撤销过了"):
        part(cast, done)


@pytest.mark.covers("AZ-16")
@pytest.mark.parametrize("change", ["name", "phone", "merged again", "joined anew", "too late"])
def test_an_undo_that_cannot_be_exact_is_refused_with_the_reason(cast: Cast, change: str) -> None:
    first, second = twin(cast), twin(cast, "东二村")
    done = merge(cast, first, second)
    reason = "又有改动"
    if change == "name":
        first.name = "试改名"
    elif change == "phone":
        first.set_phone("19912345679")
    elif change == "merged again":
        merge(cast, first, twin(cast))
        reason = "先撤销后来的那一次"
    elif change == "joined anew":
        make.make_membership(second, cast.organization("东镇"))
    else:
        done.undo_until = clock.today() - timedelta(days=1)
        reason = "已过撤销期限"
    db.session.commit()
    with pytest.raises(RuleViolation, match=reason):
        part(cast, done)
    db.session.rollback()
    assert db.session.get_one(Person, second.id).merged_into_id == first.id


@pytest.mark.covers("AZ-16")
def test_merges_in_a_row_are_undone_in_the_other_order(cast: Cast) -> None:
    people = [twin(cast, place) for place in ("东一村", "东二村", "东镇")]
    before = rows_now(*MOVED)
    one = merge(cast, people[1], people[2])
    two = merge(cast, people[0], people[1])
    assert {person.merged_into_id for person in people} == {None, people[0].id}
    assert len(live_of(people[0])) == 1
    part(cast, two)
    part(cast, one)
    assert rows_now(*MOVED) == before


@pytest.mark.covers("AZ-16", "PRV-06")
def test_old_codes_lead_on_or_lead_nowhere(cast: Cast, client_of: Clients) -> None:
    first, second = twin(cast, roles=BOTH), twin(cast, "东二村", roles=BOTH)
    old = {
        "person": second.code,
        "member": live_of(second)[0].code,
        "volunteer": db.session.scalars(
            select(Volunteer.code).where(Volunteer.person_id == second.id)
        ).one(),
    }
    merge(cast, first, second)
    county, village = cast.code(COUNTY), cast.code("东二村")
    answer = client_of("cora").get(f"/o/{county}/people/{old['person']}/reveal")
    assert answer.status_code == 303
    assert first.code in answer.headers["Location"]
    answer = client_of("cora").get(f"/o/{county}/volunteers/{old['volunteer']}")
    assert answer.status_code == 303
    assert client_of("cora").get(answer.headers["Location"]).status_code == 200
    for who, path in (
        ("bea", f"/o/{village}/volunteers/{old['volunteer']}"),
        ("dan", f"/o/{cast.code('西县')}/people/{old['person']}/reveal"),
        ("dan", f"/o/{cast.code('西县')}/volunteers/{old['volunteer']}"),
    ):
        assert client_of(who).get(path).status_code == 404, path
    ended = client_of("bea").page(f"/o/{village}/members/{old['member']}")
    assert "重复登记合并，结束" in ended.text


@pytest.mark.parametrize("state", DuplicateStatus)
@pytest.mark.parametrize("action", DuplicateAction)
@pytest.mark.pure
def test_the_table_of_pairs(state: DuplicateStatus, action: DuplicateAction) -> None:
    expected = {
        ("open", "dismiss"): "dismissed",
        ("open", "merge"): "merged",
        ("merged", "undo_merge"): "open",
    }
    assert DUPLICATE_TRANSITIONS.get((state, action)) == expected.get((state.value, action.value))


@pytest.mark.covers("PRV-17")
def test_after_the_time_for_an_undo_the_other_record_is_forgotten(app: Flask, cast: Cast) -> None:
    second, first = twin(cast), twin(cast, "东二村", with_id=True)
    done = merge(cast, first, second)
    assert done.survivor_id == first.id
    run = app.test_cli_runner().invoke
    assert run(args=["people", "settle-merges"]).output == "0 merges settled\n"
    done.undo_until = clock.today() - timedelta(days=1)
    db.session.commit()
    assert run(args=["people", "settle-merges"]).output == "1 merges settled\n"
    assert run(args=["people", "settle-merges"]).output == "0 merges settled\n"
    db.session.expire_all()
    assert db.session.scalars(select(MergedRow)).all() == []
    assert (second.name, second.phone, second.born_on) == ("", None, None)
    assert first.name == NAME
    assert len(live_of(first)) == 1


@pytest.mark.covers("PRV-01")
def test_what_a_merge_keeps_is_sealed(cast: Cast) -> None:
    merge(cast, twin(cast), twin(cast, "东二村", phone="19912345678"), {"name": Side.SECOND})
    kept = db.session.scalars(select(MergedRow.kept)).all()
    assert kept
    assert not any(NAME in text or "match_key" in text for text in kept)
