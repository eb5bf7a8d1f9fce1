"""The data quality desk: what is doubtful, who sees whom, mending, lists that were assigned."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import delete, select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from members.rules import MembershipKind
from organizations import figures
from organizations.rules import Measure
from people.models import DataCheck, DataFlag, Person
from people.operations.checks import confirm, mark_unreachable
from people.rules import IdType
from people.rules.checks import CheckWay
from supervision.quality.models import FixTask
from supervision.quality.queries.rows import counted
from supervision.quality.rules import FixStatus, Kind, progress_of, share_of
from supervision.rollup.operations import nightly
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.papers import make_entry
from tests.people.pairs import found, twin

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
VILLAGE = "东一村"
BORN = date(1984, 4, 12)


def incomplete(cast: Cast, name: str, place: str = VILLAGE) -> Person:
    """Return a member of whom neither document nor phone is kept."""
    person = make.make_person(name, born_on=BORN, with_id=False)
    person.phone = person.phone_index = person.phone_tail_index = None
    make.make_membership(person, cast.organization(place))
    db.session.commit()
    return person


def listed(client: Client, cast: Cast, kind: Kind, place: str = VILLAGE) -> dict[str, str]:
    """Return name -> address of the rows of a list."""
    page = client.page(f"/o/{cast.code(place)}/quality/rows?kind={kind}")
    return {link.text: str(link["href"]) for link in page.select("#rows tr th a")}


def cells(page: BeautifulSoup, table: str) -> dict[str, list[str]]:
    """Return the first word of each row -> its cells."""
    return {
        str(row.select_one("th").find(string=True)): [cell.text for cell in row.select("td")]  # type: ignore[union-attr]
        for row in page.select(f"{table} tr")
    }


def count_of(cast: Cast, kind: Kind, place: str = VILLAGE) -> int:
    return counted(cast.organization(place).place, clock.today()).counts[kind]


def assign(client: Client, cast: Cast, kind: Kind, note: str = "请补齐") -> int:
    due = (clock.today() + timedelta(days=20)).isoformat()
    path = f"/o/{cast.code(VILLAGE)}/quality/assign?kind={kind}"
    return client.post(path, {"due_on": due, "note": note}).status_code


@pytest.mark.covers("C7", "IN-01")
def test_a_row_is_there_until_it_is_mended(cast: Cast, client_of: Clients) -> None:
    person, ben = incomplete(cast, "试补全"), client_of("ben")
    for kind in (Kind.MISSING_ID, Kind.MISSING_PHONE):
        assert "试补全" in listed(ben, cast, kind)
    path = listed(ben, cast, Kind.MISSING_ID)["试补全"]
    post = path.split("?")[0]
    assert ben.get(path).status_code == 200
    for wrong in ({"id_number": "11010119840412123X"}, {"phone": "12345"}, {}, {"born_on": "x"}):
        assert ben.post(post, wrong).status_code == 422
    number, phone = make.make_id_number(BORN), make.make_phone()
    assert ben.post(post, {"id_type": "resident_id", "id_number": number}).status_code == 303
    assert ben.post(post, {"phone": phone}).status_code == 303
    db.session.refresh(person)
    assert (person.plain_id_number, person.plain_phone) == (number, phone)
    for kind in (Kind.MISSING_ID, Kind.MISSING_PHONE):
        assert "试补全" not in listed(ben, cast, kind)
    actions = db.session.scalars(select(AuditEvent.details)).all()
    assert not any(number in one or phone in one for one in actions)


@pytest.mark.covers("LED-04", "AZ-08", "PRV-06")
def test_what_is_right_is_not_changed_and_nothing_is_taken_from_others(
    cast: Cast, client_of: Clients
) -> None:
    ben, mia = client_of("ben"), cast.person("mia")
    before = (mia.plain_id_number, mia.plain_phone)
    base = f"/o/{cast.code(VILLAGE)}/quality/people"
    number, phone = make.make_id_number(BORN), make.make_phone()
    assert ben.post(f"{base}/{mia.code}", {"id_number": number}).status_code == 422
    assert ben.post(f"{base}/{mia.code}", {"phone": phone}).status_code == 422
    person = incomplete(cast, "试补全")
    taken = ben.post(f"{base}/{person.code}", {"id_number": before[0]})
    assert (taken.status_code, "请本人带证件来核对" in taken.text) == (422, True)
    assert ben.post(f"{base}/{person.code}", {"phone": before[1]}).status_code == 422
    assert ben.post(f"{base}/{cast.person('ben').code}/right", {}).status_code == 422
    db.session.refresh(mia)
    assert (mia.plain_id_number, mia.plain_phone) == before


@pytest.mark.covers("AZ-01", "PRV-01")
def test_names_are_for_the_own_organization_and_its_county(cast: Cast, client_of: Clients) -> None:
    person = incomplete(cast, "试补全")
    rows, desk = (
        f"/o/{cast.code(VILLAGE)}/quality{tail}" for tail in ("/rows?kind=missing_id", "")
    )
    assert "试补全" in client_of("ben").get(rows).text
    cora = client_of("cora")
    assert "试补全" in cora.get(rows).text
    assert cora.get(f"/o/{cast.code(VILLAGE)}/quality/people/{person.code}").status_code == 403
    for name in ("eve", "gil", "sam"):
        assert client_of(name).get(rows).status_code == 403
        assert client_of(name).get(desk).status_code == 200
        assert "试补全" not in client_of(name).get(desk).text
    assert client_of("dan").get(desk).status_code == 404
    assert client_of("ben").get(f"/o/{cast.code(VILLAGE)}/quality/rows?kind=x").status_code == 404


@pytest.mark.covers("AZ-07")
def test_few_people_are_not_told_above_the_county(cast: Cast, client_of: Clients) -> None:
    incomplete(cast, "试补全")
    desk = f"/o/{cast.code(VILLAGE)}/quality"

    def told(name: str) -> str:
        row = client_of(name).page(desk).select_one("#own tr td")
        assert row is not None
        return row.text

    assert told("ben") == told("cora") == "1"
    assert told("eve") == told("gil") == "人数过少"


@pytest.mark.covers("AZ-13", "PRI-04")
def test_minors_are_in_no_list(cast: Cast, client_of: Clients) -> None:
    today = clock.today()
    young = make.make_person("试未成年", born_on=today - timedelta(days=16 * 365), with_id=False)
    make.make_volunteer(young, cast.organization(VILLAGE))
    pupil = make.make_person("试学生", born_on=BORN, with_id=False)
    make.make_membership(pupil, cast.organization("东小学"), kind=MembershipKind.YOUTH)
    db.session.commit()
    assert listed(client_of("ben"), cast, Kind.MISSING_ID) == {}
    assert listed(client_of("finn"), cast, Kind.MISSING_ID, "东小学") == {}
    assert count_of(cast, Kind.MISSING_ID) == 0


def test_a_wrong_value_is_found_and_another_one_ends_it(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    person, ben = cast.person("mia"), client_of("ben")
    person.set_id_number(IdType.RESIDENT_ID, "110101198404121230")
    other = make.make_person("试座机", born_on=BORN)
    other.set_phone("057112345678")
    make.make_membership(other, cast.organization(VILLAGE))
    db.session.commit()
    told = app.test_cli_runner().invoke(args=["quality", "check"]).output
    assert told.splitlines()[-1] == "2 values are wrong"
    assert app.test_cli_runner().invoke(args=["quality", "check"]).output == told
    assert list(listed(ben, cast, Kind.INVALID_PHONE)) == ["试座机"]
    path = listed(ben, cast, Kind.INVALID_ID)[person.name].split("?")[0]
    number = make.make_id_number(person.born_on or BORN)
    assert ben.post(path, {"id_number": number}).status_code == 303
    assert listed(ben, cast, Kind.INVALID_ID) == {}
    assert ben.post(f"{path}/unreachable", {}).status_code == 303
    assert person.name in listed(ben, cast, Kind.INVALID_PHONE)
    assert db.session.scalars(select(DataFlag.id)).all()


def night_count() -> None:
    """Count what the night counts."""
    nightly(clock.today(), keep=db.session.commit, now=clock.now(), told=lambda *_: None)


def told_at_night(cast: Cast) -> int:
    """Return how many people the indicator calls old: the pages above tell this number."""
    night_count()
    place = cast.organization(VILLAGE).id
    return sum(figures.values([place], [Measure.STALE_PEOPLE]).values())


@pytest.mark.covers("PRI-11")
def test_data_that_were_looked_at_are_not_old(cast: Cast, client_of: Clients) -> None:
    mia, ada = cast.person("mia"), cast.person("ada")
    for person in (mia, ada):
        person.created_at = clock.now() - timedelta(days=800)
    db.session.commit()
    ben = client_of("ben")
    assert set(listed(ben, cast, Kind.STALE)) == {mia.name, ada.name}
    assert told_at_night(cast) == 2
    path = listed(ben, cast, Kind.STALE)[ada.name].split("?")[0]
    assert ben.post(f"{path}/right", {}).status_code == 303
    assert client_of("mia").post("/me/data/right", {}).status_code == 303
    assert listed(ben, cast, Kind.STALE) == {}
    assert told_at_night(cast) == 0
    ways = {one.person_id: one.way for one in db.session.scalars(select(DataCheck))}
    assert ways == {mia.id: "self", ada.id: "keeper"}
    for row in db.session.scalars(select(DataCheck)):
        row.checked_on = clock.today() - timedelta(days=731)
    db.session.commit()
    assert len(listed(ben, cast, Kind.STALE)) == 2


@pytest.mark.covers("PRV-16")
def test_what_is_kept_about_data_keeps_nobody_from_being_removed(cast: Cast) -> None:
    person, now = make.make_person("试移除"), clock.now()
    confirm(person.id, way=CheckWay.SELF, by=SYSTEM, now=now)
    mark_unreachable(person, by=SYSTEM, now=now)
    db.session.commit()
    db.session.execute(delete(Person).where(Person.id == person.id))
    db.session.commit()
    assert db.session.scalars(select(DataCheck)).all() == []
    assert db.session.scalars(select(DataFlag)).all() == []


@pytest.mark.covers("C7")
def test_each_kind_leads_to_where_it_is_mended(cast: Cast, client_of: Clients) -> None:
    first, second = twin(cast), twin(cast)
    assert found(first, second) is not None
    entry = make_entry(cast.organization(VILLAGE), "试缺表")
    entry.application.person.born_on = None
    db.session.commit()
    ben, cora = client_of("ben"), client_of("cora")
    paths = listed(ben, cast, Kind.MISSING_PAPER)
    assert paths == {"试缺表": f"/o/{cast.code(VILLAGE)}/papers/{entry.application.code}"}
    page = cora.page(f"/o/{cast.code(VILLAGE)}/quality/rows?kind=duplicate")
    assert len(page.select("#rows tr")) == 2
    for path in (*paths.values(), *listed(ben, cast, Kind.DUPLICATE).values()):
        assert ben.get(path).status_code == 200
    born = listed(ben, cast, Kind.MISSING_BIRTH)["试缺表"].split("?")[0]
    assert ben.post(born, {"born_on": "2020-01-01"}).status_code == 422
    assert ben.post(born, {"born_on": "1980-01-01"}).status_code == 303
    assert listed(ben, cast, Kind.MISSING_BIRTH) == {}


@pytest.mark.covers("STA-01")
def test_a_list_that_was_assigned_waits_on_the_home_and_ends_by_itself(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    one, other = incomplete(cast, "试补全"), incomplete(cast, "试补齐")
    cora, ben = client_of("cora"), client_of("ben")
    desk, home = (f"/o/{cast.code(VILLAGE)}/{page}" for page in ("quality", "home"))
    assert assign(cora, cast, Kind.INVALID_ID) == 422
    assert assign(cora, cast, Kind.MISSING_ID, "字" * 201) == 422
    ask = f"/o/{cast.code(VILLAGE)}/quality/assign?kind={Kind.MISSING_ID}"
    assert cora.page(f"/o/{cast.code(VILLAGE)}/quality").select(f'a[href="{ask}"]')
    assert assign(cora, cast, Kind.MISSING_ID) == 303
    assert not cora.page(f"/o/{cast.code(VILLAGE)}/quality").select(f'a[href="{ask}"]')
    assert assign(cora, cast, Kind.MISSING_ID) == 422
    assert assign(ben, cast, Kind.MISSING_PHONE) == 403
    assert "资料整改" in ben.get(home).text
    told = ben.get(desk).text
    assert ("请补齐" in told, "派时 2 人，还剩 2 人" in told) == (True, True)
    path = f"/o/{cast.code(VILLAGE)}/quality/people"
    ben.post(f"{path}/{one.code}", {"id_number": make.make_id_number(BORN)})
    assert "派时 2 人，还剩 1 人" in ben.get(desk).text
    ben.post(f"{path}/{other.code}", {"id_number": make.make_id_number(BORN)})
    assert db.session.scalars(select(FixTask.status)).one() is FixStatus.DONE
    assert "资料整改" not in ben.get(home).text
    assert assign(cora, cast, Kind.MISSING_PHONE) == 303
    code = db.session.scalars(select(FixTask.code).where(FixTask.status == "open")).one()
    assert cora.post(f"{desk}/tasks/{code}/withdraw", {}).status_code == 303
    assert cora.post(f"{desk}/tasks/{code}/withdraw", {}).status_code == 409


def test_a_list_that_others_emptied_is_closed_at_night(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    person = incomplete(cast, "试补全")
    assert assign(client_of("cora"), cast, Kind.MISSING_PHONE) == 303
    person.set_phone(make.make_phone())
    db.session.commit()
    assert "已清零" in client_of("ben").get(f"/o/{cast.code(VILLAGE)}/quality").text
    run = app.test_cli_runner().invoke
    assert run(args=["quality", "close"]).output == "1 lists closed\n"
    assert run(args=["quality", "close"]).output == "0 lists closed\n"
    assert db.session.scalars(select(FixTask.status)).one() is FixStatus.DONE


@pytest.mark.covers("PERF-01")
def test_a_page_costs_the_same_for_few_and_for_many(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    ben, cora, costs = client_of("ben"), client_of("cora"), []
    pages = [
        (ben, f"/o/{cast.code(VILLAGE)}/quality"),
        (ben, f"/o/{cast.code(VILLAGE)}/quality/rows?kind=missing_id"),
        (cora, f"/o/{cast.code('东县')}/quality"),
    ]
    for number in (1, 30):
        for each in range(number):
            incomplete(cast, f"试多{number}{each}")
        for client, path in pages:
            client.get(path)
            with count_statements() as statements:
                assert client.get(path).status_code == 200
            costs.append(len(statements))
    assert costs[:3] == costs[3:]
    assert max(costs) <= 9
    page = ben.page(pages[1][1])
    assert len(page.select("#rows tr")) == 20
    more = ben.page(str(page.select_one("#rows-more a")["href"]))  # type: ignore[index]
    assert len(more.select("#rows tr")) == 11


@pytest.mark.pure
def test_shares_and_progress() -> None:
    assert [share_of(*pair) for pair in ((1, 3), (0, 5), (2, 0), (5, 5))] == [3333, 0, None, 10_000]
    assert [progress_of(*pair) for pair in ((9, 4), (4, 9), (0, 0))] == [5, 0, 0]
