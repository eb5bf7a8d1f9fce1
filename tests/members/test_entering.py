"""Somebody without a phone is entered by who keeps the branch, on a paper that was signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock, keyring
from core.database import db
from core.imports.models import Import
from core.imports.reading import read_file
from core.imports.rules import ImportStatus
from core.messages import Message
from members.models import Application, Entry, Membership
from members.rules import ApplicationStatus, Flag
from organizations.rules import Measure
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.lists import as_csv, as_lines, document, members_named, newest, paste, people
from tests.members.reading import at, one
from tests.members.waiting import figure
from tests.races import books
from volunteers.models import Volunteer

Clients = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _books(database: None) -> None:
    """Let the numbers of the cast be true before anything changes them."""
    books.settle()
    db.session.commit()


def fields(**changes: str) -> dict[str, str]:
    """Return a form that is in order."""
    return {
        "kind": "member",
        "name": "录桂香",
        "id_type": "resident_id",
        "id_number": document(date(1945, 2, 3)),
        "agreed": "y",
        "signed_on": clock.today().isoformat(),
        "witness": "试见证",
        **changes,
    }


def path_of(cast: Cast, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/members/new"


def entry() -> Entry:
    db.session.expire_all()
    return db.session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()


@pytest.mark.covers("B7", "MEM-10")
def test_an_elder_without_a_phone_becomes_a_member(client_of: Clients, cast: Cast) -> None:
    ben, before = client_of("ben"), figure(cast, "测试省", Measure.ADULT_MEMBERS)
    page = ben.page(path_of(cast))
    assert at(page, "input[name=signed_on]", "value") == clock.today().isoformat()
    assert at(page, "input[name=witness]", "value")
    answer = ben.post(path_of(cast), fields(paper_number="2026-07"))
    assert "done=entered" in answer.location
    assert "已录入" in ben.page(answer.location).text
    made = entry()
    assert made.application.status is ApplicationStatus.APPROVED
    assert (made.witness, made.paper_number) == ("试见证", "2026-07")
    assert (made.signed_on, made.entered_by_id) == (clock.today(), cast.user("ben").id)
    assert figure(cast, "测试省", Measure.ADULT_MEMBERS) == before + 1
    assert db.session.scalars(select(Message)).all() == []
    member = db.session.scalars(
        select(Membership).where(Membership.application_id == made.application_id)
    ).one()
    shown = ben.page(f"/o/{cast.code('东一村')}/members/{member.code}")
    assert "见证人 试见证 · 2026-07" in shown.text
    assert books.problems() == []


@pytest.mark.covers("S44")
def test_a_volunteer_of_81_is_entered_by_birth_day_and_paper(
    client_of: Clients, cast: Cast
) -> None:
    ben, day = client_of("ben"), clock.today()
    born_on = date(day.year - 81, 1, 1).isoformat()
    form = fields(kind="volunteer", id_number="", born_on=born_on, name="录老伯")
    answer = ben.post(path_of(cast), form)
    assert "kind=volunteer" in answer.location
    person = db.session.scalars(select(Person).where(Person.name == "录老伯")).one()
    volunteer = db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()
    assert volunteer.organization_id == cast.organization("东一村").id
    assert entry().signed_on == day
    again = ben.post(path_of(cast), form)
    assert again.status_code == 422
    assert "录老伯（" in parsed(again).text
    same = ben.post(path_of(cast), {**form, "choice": "same"})
    assert "录老伯已经是志愿者" in parsed(same).text
    assert books.problems() == []


@pytest.mark.covers("IN-01", "MEM-14")
def test_every_wrong_field_is_told_at_once_and_nothing_is_written(
    client_of: Clients, cast: Cast
) -> None:
    ben = client_of("ben")
    form = {"kind": "member", "name": "<b>", "id_number": "1", "phone": "2", "signed_on": "x"}
    answer = ben.post(path_of(cast), form)
    page = parsed(answer)
    assert answer.status_code == 422
    wrong = {"name", "id_number", "phone", "agreed", "signed_on", "witness"}
    told = {name for name in wrong if page.select_one(f"#{name}-error")}
    assert told == wrong
    assert "请先当面征得同意并签名" in page.text
    assert at(page, "input[name=id_number]", "value") == "1"
    assert db.session.scalars(select(Entry)).all() == []
    young = fields(id_number=document(date(clock.today().year - 17, 1, 1)))
    assert "请由学校登记" in parsed(ben.post(path_of(cast), young)).text


@pytest.mark.covers("MEM-19", "PRV-06")
def test_known_people_are_shown_before_saving_and_strangers_go_to_the_county(
    client_of: Clients, cast: Cast
) -> None:
    ben, branch = client_of("ben"), cast.organization("东一村")
    near = make.make_person("林小溪", born_on=date(1950, 3, 4))
    make.make_volunteer(near, branch)
    form = fields(name="林小溪", id_number=document(date(1950, 3, 4)))
    page = parsed(ben.post(path_of(cast), form))
    assert "和林小溪（" in one(page, "fieldset legend").text
    assert "done=entered" in ben.post(path_of(cast), {**form, "choice": "same"}).location
    assert entry().application.person_id == near.id
    far = make.make_person(with_id=True, born_on=date(1951, 3, 4))
    make.make_membership(far, cast.organization("北一村"))
    answer = ben.post(path_of(cast), fields(id_number=far.plain_id_number))
    assert "done=handed" in answer.location
    waiting = entry().application
    assert (waiting.flags, waiting.handler_id) == (Flag.ID_IN_USE, cast.organization("东县").id)
    assert waiting.person_id != far.id


def test_oneself_is_not_entered(client_of: Clients, cast: Cast) -> None:
    ben = cast.user("ben")
    person = make.make_person(with_id=True, born_on=date(1960, 1, 2))
    make.make_volunteer(person, cast.organization("东一村"))
    ben.person_id = person.id
    db.session.commit()
    form = fields(name=person.name, id_number=person.plain_id_number)
    answer = client_of("ben").post(path_of(cast), form)
    assert "不能录入自己" in parsed(answer).text
    assert db.session.scalars(select(Entry)).all() == []


def test_whom_one_entered_is_not_ones_own_application(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    ben.post(path_of(cast), fields())
    code = entry().application.code
    assert ben.get(f"/me/applications/{code}").status_code == 404
    assert code not in ben.page("/me/applications").text


def command(app: Flask, cast: Cast, file: Path, *more: str) -> str:
    """Run the command as the secretary; return what it said."""
    phone = keyring.unseal(cast.user("ben").phone, f"users.phone:{cast.user('ben').code}")
    options = ["--organization", cast.code("东一村"), "--as", phone, *more]
    result = app.test_cli_runner().invoke(args=["members", "import", str(file), *options])
    return result.output


@pytest.mark.covers("FILE-05")
def test_the_command_line_enters_a_long_list(app: Flask, cast: Cast, tmp_path: Path) -> None:
    rows, file = people(30), tmp_path / "long.csv"
    rows[4][1], rows[9][1] = "1", rows[8][1]
    file.write_bytes(as_csv(rows))
    said = command(app, cast, file)
    assert "28 entered, 0 to be looked at, 2 left" in said
    assert members_named("录") == 28
    left = [
        cells for _, cells in read_file(BytesIO((tmp_path / "long-left.xlsx").read_bytes())).rows
    ]
    assert [row[:3] for row in left[1:]] == [rows[4], rows[9]]
    assert newest().status is ImportStatus.DONE
    assert books.problems() == []
    assert "一次最多 29 行" in command(app, cast, file, "--most", "29")


def test_a_command_that_was_stopped_goes_on(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.stream.CHUNK", 10)
    file = tmp_path / "long.csv"
    file.write_bytes(as_csv(people(30)))
    take = make_stop(monkeypatch)
    command(app, cast, file)
    assert (members_named("录"), newest().position) == (20, 21)
    take()
    assert "30 entered" in command(app, cast, file)
    assert members_named("录") == 30
    assert len(db.session.scalars(select(Import)).all()) == 1


def make_stop(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the third chunk of a command break; return what mends it."""
    stream: Any = import_module("core.imports.stream")

    whole, count = stream.take_rows, [0]

    def take_rows(*arguments: object, **named: object) -> int:
        count[0] += 1
        if count[0] == 3:
            raise KeyboardInterrupt
        written: int = whole(*arguments, **named)
        return written

    monkeypatch.setattr(stream, "take_rows", take_rows)
    return lambda: monkeypatch.setattr(stream, "take_rows", whole)


@pytest.mark.covers("RACE-09")
def test_what_another_desk_approved_meanwhile_stays(client_of: Clients, cast: Cast) -> None:
    ben, cora = client_of("ben"), client_of("cora")
    far = make.make_person("林大河", born_on=date(1950, 3, 4))
    make.make_membership(far, cast.organization("北一村"))
    books.settle()
    check = paste(ben, cast, as_lines([["林大河", document(date(1950, 3, 4))], *people(1)]))
    result = ben.post(check.replace("/check", "/confirm")).location
    handed = db.session.scalars(select(Application).where(Application.is_doubtful)).one()
    approved = cora.post(f"/o/{cast.code('东县')}/applications/{handed.code}/approve")
    assert approved.status_code == 303
    ben.post(f"{result}/undo")
    assert "林大河：已经由别的经办人办理" in ben.page(result).text
    assert (members_named("录"), members_named("林大河")) == (0, 2)
    assert books.problems() == []
