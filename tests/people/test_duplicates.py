"""Records that may be one person: found, listed where they stand, told apart for good (MEM-19)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from members.models import Application
from members.rules import ApplicationKind, MembershipKind
from organizations.rules import Measure
from people.models import DuplicateCandidate, DuplicatePlace, Person
from people.operations.duplicates import forget_person, look_for, look_further
from people.rules.duplicates import DuplicateReason, DuplicateStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.people.pairs import BORN, NAME, VOLUNTEER, found, pair_of, twin
from tests.races import books
from tests.volunteers.desk import COUNTY, figure

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
R = DuplicateReason


def list_of(cast: Cast, place: str = "东县") -> str:
    return f"/o/{cast.code(place)}/duplicates"


@pytest.mark.covers("MEM-19")
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({}, {}, R.SAME_PLACE),
        ({}, {"place": "东二村"}, R.SAME_COUNTY),
        ({"phone": "19912345678"}, {"phone": "19912345678", "place": "北一村"}, R.SAME_PHONE),
        ({"roles": VOLUNTEER}, {"place": "东镇"}, R.SAME_COUNTY),
        ({"name": "張秀英"}, {"name": "张秀英"}, R.SAME_PLACE),
        ({}, {"place": "西一村"}, None),
        ({}, {"born_on": date(1984, 4, 13)}, None),
        ({}, {"name": "试异名"}, None),
        ({"born_on": None}, {"born_on": None}, None),
        ({"with_id": True}, {"with_id": True}, None),
        ({"name": "试甲甲", "phone": "19912345678"}, {"phone": "19912345678"}, None),
    ],
)
def test_what_speaks_for_one_person(
    cast: Cast, first: dict[str, object], second: dict[str, object], reason: R | None
) -> None:
    pair = found(twin(cast, **first), twin(cast, **second))  # type: ignore[arg-type]
    assert (pair.reason if pair else None) == reason


@pytest.mark.covers("MEM-19")
def test_looking_twice_changes_nothing_and_goes_on_where_it_stopped(cast: Cast) -> None:
    first, second = twin(cast), twin(cast)
    before = look_further(0, now=clock.now())
    assert before is not None
    rows = db.session.scalars(select(DuplicateCandidate.code)).all()
    again = look_further(0, now=clock.now())
    assert again == before
    assert db.session.scalars(select(DuplicateCandidate.code)).all() == rows
    assert len(rows) == 1
    assert look_further(max(first.id, second.id), now=clock.now()) is None


def test_the_command_finds_pairs_and_says_where_it_is(app: Flask, cast: Cast) -> None:
    last = max(twin(cast).id, twin(cast).id)
    told = app.test_cli_runner().invoke(args=["people", "find-duplicates"]).output
    assert told.splitlines() == [f"looked at records up to {last}", "1 pairs wait"]
    again = app.test_cli_runner().invoke(args=["people", "find-duplicates", "--after", str(last)])
    assert again.output.splitlines() == ["1 pairs wait"]


def test_a_pair_goes_when_nothing_speaks_for_it_any_more(cast: Cast) -> None:
    first, second = twin(cast), twin(cast)
    pair_of(first, second)
    second.match_key = second.pinyin = "other"
    assert found(first, second) is None
    assert db.session.scalars(select(DuplicatePlace)).all() == []


@pytest.mark.covers("AZ-05", "PRV-06")
def test_a_county_sees_names_only_of_its_own(cast: Cast, client_of: Clients) -> None:
    same = "19912345678"
    first = twin(cast, "东一村", phone=same)
    second = twin(cast, "西一村", phone=same, born_on=date(1977, 7, 7))
    pair = pair_of(first, second)
    for who, county, shown, hidden in (
        ("cora", "东县", "东一村", "1977"),
        ("dan", "西县", "西一村", "1984"),
    ):
        for path in (list_of(cast, county), f"{list_of(cast, county)}/{pair.code}"):
            page = client_of(who).page(path)
            main = page.select_one("#main")
            assert main is not None
            assert "试**" in main.text
            assert shown in main.text
            assert hidden not in main.text
        merge = f"{list_of(cast, county)}/{pair.code}/merge"
        assert client_of(who).post(merge, {"note": "想合并"}).status_code == 422
    assert client_of("noa").page(list_of(cast, "北县")).select("tbody tr") == []
    strange = f"{list_of(cast, '北县')}/{pair.code}"
    assert client_of("noa").get(strange).status_code == 404
    assert first.merged_into_id is second.merged_into_id is None


@pytest.mark.covers("AZ-16", "PRV-12", "MEM-19")
def test_a_pupil_is_masked_at_the_county_that_merges(cast: Cast, client_of: Clients) -> None:
    first, second = (make.make_person(NAME, born_on=date(2012, 3, 4)) for _ in range(2))
    for one in (first, second):
        make.make_membership(one, cast.organization("东小学"), kind=MembershipKind.YOUTH)
    books.settle()
    db.session.commit()
    before = figure(cast, COUNTY, Measure.YOUTH_MEMBERS)
    path = f"{list_of(cast)}/{pair_of(first, second).code}"
    cora = client_of("cora")
    for page in (list_of(cast), path, f"{path}/merge"):
        shown = cora.get(page).text
        assert NAME not in shown
        assert "2012" not in shown
        assert first.masked_phone not in shown
    assert "相同" in cora.page(path).text
    assert cora.post(f"{path}/merge", {"note": "学校核对过"}).status_code == 303
    assert figure(cast, COUNTY, Measure.YOUTH_MEMBERS) == before - 1
    assert NAME not in cora.get(f"/o/{cast.code(COUNTY)}/merges").text
    assert client_of("finn").get(list_of(cast, "东小学")).status_code == 403
    assert books.problems() == []


@pytest.mark.covers("MEM-19")
def test_two_people_told_apart_stay_apart(cast: Cast, client_of: Clients) -> None:
    first, second = twin(cast), twin(cast)
    pair, cora = pair_of(first, second), client_of("cora")
    path = f"{list_of(cast)}/{pair.code}/dismiss"
    answer = cora.post(path, {"note": " "})
    assert answer.status_code == 422
    assert parsed(answer).select_one("#note-error")
    assert cora.post(path, {"note": "长" * 101}).status_code == 422
    assert cora.post(path, {"note": "问过，是两位同名的人"}).status_code == 303
    assert cora.page(list_of(cast)).select("tbody tr") == []
    assert cora.post(path, {"note": "再说一次"}).status_code == 404
    again = pair_of(first, second)
    assert again.status is DuplicateStatus.DISMISSED
    assert again.note == "问过，是两位同名的人"
    assert again.decided_by_id == cast.user("cora").id
    assert db.session.scalars(select(DuplicatePlace)).all() == []
    acts = db.session.scalars(select(AuditEvent.action)).all()
    assert "people.dismiss_duplicate" in acts


@pytest.mark.covers("LED-04")
def test_nobody_tells_himself_apart(cast: Cast, client_of: Clients) -> None:
    cora = cast.person("cora")
    make.make_membership(cora, cast.organization("东一村"))
    other = make.make_person(cora.name, born_on=cora.born_on)
    make.make_membership(other, cast.organization("东一村"))
    path = f"{list_of(cast)}/{pair_of(cora, other).code}"
    for act in ("dismiss", "merge"):
        assert client_of("cora").post(f"{path}/{act}", {"note": "是我"}).status_code == 422


@pytest.mark.covers("LOAD-07")
def test_the_list_costs_the_same_for_one_pair_and_for_many(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    cora, counted = client_of("cora"), []
    cora.page(list_of(cast))  # the first look notes when the session was seen
    for number in range(12):
        name = f"试{'赵钱孙李周吴郑王冯陈褚卫'[number]}"
        look_for([twin(cast, name=name).id, twin(cast, name=name).id], now=clock.now())
        if number in (0, 11):
            with count_statements() as seen:
                rows = cora.page(list_of(cast)).select("tbody tr")
            counted.append(len(seen))
            assert len(rows) == number + 1
    assert counted[0] == counted[1]


def test_the_list_goes_on_behind_its_first_page(cast: Cast, client_of: Clients) -> None:
    people = [twin(cast, phone="19912345678") for _ in range(7)]  # 21 pairs
    look_for([one.id for one in people], now=clock.now())
    first = client_of("cora").page(list_of(cast))
    more = first.select_one("#rows-more a")
    assert more is not None
    second = client_of("cora").page(str(more["href"]))
    assert [len(page.select("tbody tr")) for page in (first, second)] == [20, 1]


def test_an_approved_applicant_is_looked_for(cast: Cast, client_of: Clients) -> None:
    twin(cast, "东二村")
    person = make.make_person(NAME, born_on=BORN)
    user = make.make_user(person)
    application = make.make_application(
        person,
        cast.organization("东一村"),
        user,
        kind=ApplicationKind.VOLUNTEER,
        flags="duplicate",
    )
    queue = f"/o/{cast.code('东一村')}/applications"
    answer = client_of("ben").post(f"{queue}/{application.code}/approve", {})
    assert answer.status_code == 303
    assert db.session.scalars(select(Application)).one().status == "approved"
    assert db.session.scalars(select(DuplicateCandidate)).one().reason is R.SAME_COUNTY


def test_what_is_removed_of_a_child_takes_its_pairs_along(cast: Cast) -> None:
    first, second = twin(cast, roles=()), twin(cast, roles=())
    first.phone_index = second.phone_index
    pair_of(first, second)
    forget_person(first.id)
    db.session.delete(db.session.get_one(Person, first.id))
    db.session.flush()
    assert db.session.scalars(select(DuplicateCandidate)).all() == []
