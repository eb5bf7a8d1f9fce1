"""Every request of a person is a case that follows its object; nobody clicks it on (ADR 0038)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app import create_app
from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from core.extensions import limiter
from members.models import Application, Withdrawal
from members.rules import (
    ApplicationStatus,
    ExpulsionStatus,
    MembershipStatus,
    TransferStatus,
    WithdrawalStatus,
)
from members.rules.groups import GroupStatus
from organizations.models import Organization
from organizations.operations import move
from people.models import Matter, MatterFigure
from people.operations import matters as operations
from people.rules.changes import ChangeStatus
from people.rules.matters import RUNNING, MatterKind, MatterState
from tests import desk_factories, endings, units, volunteering
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.conftest import make_config
from tests.members.waiting import apply, queue_of
from tests.people.cases import cases, check_equal, matters_of, numbers_kept, the_case
from tests.people.wishes import ask as ask_change
from tests.schema import make_schema
from volunteers.rules import ServiceStatus
from volunteers.rules.registering import RegistrationStatus
from volunteers.rules.skills import QualificationStatus
from volunteers.rules.stars import StarStatus
from volunteers.rules.teams import TeamStatus

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def one_of_each(cast: Cast) -> list[tuple[Any, type[StrEnum]]]:
    """Return an object of every kind that is a case, with its states."""
    village, county = cast.organization("东一村"), cast.organization("东县")
    person, user = make.make_person(), make.make_user()
    volunteer = make.make_volunteer(make.make_person(), village)
    appealed = endings.make_expulsion(village, ExpulsionStatus.APPEALED)
    appealed.appealed_at = clock.now()
    record = make.make_record(volunteer, village, handler=county)
    record.status, record.objected_at = ServiceStatus.OBJECTED, clock.now()
    desk_factories.make_certificate(volunteer, county)
    owner = make.make_user(make.make_person())
    return [
        (make.make_application(person, village, user), ApplicationStatus),
        (make.make_transfer(make.make_person(), user, village, county), TransferStatus),
        (_withdrawal(village), WithdrawalStatus),
        (units.make_group(county, GroupStatus.SUBMITTED, owner_id=owner.id), GroupStatus),
        (appealed, ExpulsionStatus),
        (make.make_change(person, village), ChangeStatus),
        (volunteering.make_registration(volunteer, village), RegistrationStatus),
        (volunteering.make_qualification(volunteer, village), QualificationStatus),
        (desk_factories.make_star(volunteer, county, StarStatus.APPLIED), StarStatus),
        (volunteering.make_team(village, TeamStatus.SUBMITTED), TeamStatus),
        (record, ServiceStatus),
    ]


def _withdrawal(place: Organization) -> Withdrawal:
    membership = make.make_membership(make.make_person(), place, status=MembershipStatus.WITHDRAWN)
    row = Withdrawal(
        code=crypto.opaque_code(8),
        membership=membership,
        organization=place,
        handler_id=place.id,
        status=WithdrawalStatus.REQUESTED,
        status_before=MembershipStatus.ACTIVE,
        requested_at=clock.now(),
        undo_until=clock.today(),
    )
    db.session.add(row)
    db.session.flush()
    return row


@pytest.mark.covers("S33", "LED-14")
def test_a_case_equals_its_object_in_every_state_and_the_numbers_equal_the_cases(
    cast: Cast,
) -> None:
    rows = one_of_each(cast)
    assert check_equal() == len(rows) + 1  # and the certificate
    opened = {one.id: one.opened_at for one in cases()}
    for row, states in rows:
        for state in states:
            row.status = state
            db.session.commit()
        check_equal()
    assert {one.id: one.opened_at for one in cases()} == opened
    assert operations.recount() >= len(numbers_kept())
    check_equal()


@pytest.mark.covers("S05", "S33")
def test_joining_is_a_case_from_the_first_form_to_the_card(cast: Cast, client_of: Clients) -> None:
    code = apply(cast)[0]
    ben, place = client_of("ben"), cast.organization("东一村")
    case = the_case(MatterKind.JOIN_MEMBER)
    assert (case.state, case.holder_id, case.subject_code) == (MatterState.OPEN, place.id, code)
    assert case.due_on == clock.add_working_days(clock.today(), 15)
    row = ben.page(matters_of(cast, "东一村")).select_one("#matters tr a")
    assert row is not None
    assert str(row["href"]).endswith(code)
    ben.post(f"{queue_of(cast)}/{code}/return", {"reason": "other", "note": "照片不清楚"})
    case = the_case(MatterKind.JOIN_MEMBER)
    assert (case.state, case.due_on) == (MatterState.WAITING, None)
    check_equal()


@pytest.mark.covers("S33", "PRV-01")
def test_one_sees_ones_own_cases_and_nobody_elses(cast: Cast, client_of: Clients) -> None:
    mia, ada = client_of("mia"), client_of("ada")
    assert ask_change(mia) == 303
    number = the_case(MatterKind.CORRECTION).number
    page = mia.page("/me/matters")
    assert number in page.text
    assert cast.organization("东一村").name in page.text
    assert "更正信息" in mia.page(f"/me/matters/{number}").text
    assert ada.get(f"/me/matters/{number}").status_code == 404
    assert ada.post(f"/me/matters/{number}/secret").status_code == 404
    assert mia.get(f"/me/matters/{number[:-1]}Y").status_code == 404
    assert "人mia" not in client_of("ben").page(matters_of(cast, "东一村")).text


@pytest.mark.covers("PRV-06", "CERT-02", "PRV-03")
def test_the_public_page_tells_where_it_is_and_never_whose(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    mia, stranger = client_of("mia"), Client(app)
    assert ask_change(mia) == 303
    number = the_case(MatterKind.CORRECTION).number
    other = apply(cast)[0]

    def look(secret: str, of: str = number) -> tuple[int, str]:
        answer = stranger.post("/matters", {"number": of, "secret": secret})
        return answer.status_code, parsed(answer).select_one("main").text  # type: ignore[union-attr]

    assert look("ABCDE-FGHJK")[0] == 404  # nobody asked for a secret part yet
    first, second = (_secret(mia, number) for _ in range(2))
    assert first != second
    assert first not in mia.page(f"/me/matters/{number}").text
    status, text = look(second.lower().replace("-", " "))
    assert status == 200
    assert "在办" in text
    assert cast.organization("东一村").name in text
    person = cast.person("mia")
    for told in (person.name, person.masked_name, person.plain_phone, "登记时写错"):
        assert told not in text
    wrong = look(first)
    assert wrong[0] == 404
    unknown = the_case(MatterKind.JOIN_MEMBER).number
    assert look(second, unknown) == wrong
    assert look(second, "2026-999999-9999999-1") == wrong
    assert look("")[0] == 422
    assert other not in text


def _secret(client: Client, number: str) -> str:
    shown = parsed(client.post(f"/me/matters/{number}/secret")).select_one(".big")
    assert shown is not None
    return shown.text


@pytest.mark.covers("S44", "AZ-18")
def test_who_asked_on_paper_gets_a_receipt_from_the_holder(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    apply(cast)
    number, ben = the_case(MatterKind.JOIN_MEMBER).number, client_of("ben")
    page = f"{matters_of(cast, '东一村')}/{number}"
    assert number in ben.page(page).text
    shown = parsed(ben.post(f"{page}/receipt")).select("dd")
    secret = shown[1].text.strip()
    assert secret not in ben.page(f"{page}/receipt").text
    sent = {"number": number, "secret": secret}
    assert Client(app).post("/matters", sent).status_code == 200
    elsewhere = f"{matters_of(cast, '东二村')}/{number}"
    assert client_of("bea").get(elsewhere).status_code == 404
    assert client_of("bea").post(f"{elsewhere}/receipt").status_code == 404


@pytest.mark.covers("S33", "LOAD-02")
def test_overdue_ones_come_first_and_a_long_list_costs_what_a_short_one_does(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    place, ben = cast.organization("东一村"), client_of("ben")
    late = [make.make_application(make.make_person(), place, make.make_user()) for _ in range(10)]
    for row in late:
        row.submitted_at = clock.now() - timedelta(days=60)
    db.session.commit()
    page = matters_of(cast, "东一村")
    ben.page(page)
    with count_statements() as few:
        assert ben.get(page).text.count("超期</span>") == 10
    for _ in range(90):
        make.make_application(make.make_person(), place, make.make_user())
    db.session.commit()
    with count_statements() as many:
        text = ben.get(page).text
    assert len(many) == len(few)
    assert text.count("超期</span>") == 10
    assert text.count("data-row") == 20
    assert ben.get(f"{page}?state=overdue").text.count("data-row") == 10
    assert ben.get(f"{page}?kind=star").text.count("data-row") == 0


@pytest.mark.covers("S33", "AZ-07")
def test_every_level_sees_its_numbers_and_those_below(cast: Cast, client_of: Clients) -> None:
    codes = apply(cast, number=3)
    apply(cast, "西一村")
    rows = list(db.session.scalars(select(Application).where(Application.code.in_(codes))))
    rows[0].status, rows[0].decided_at = ApplicationStatus.APPROVED, clock.now()
    rows[1].submitted_at = clock.now() - timedelta(days=60)
    db.session.commit()
    for name, place, received in (("cora", "东县", 3), ("gil", "测试省", 4)):
        page = client_of(name).page(f"{matters_of(cast, place)}/figures")
        numbers = [one.text.strip() for one in page.select("dl.summary dd")]
        assert numbers[0] == str(received)
        assert numbers[4:6] == [str(received - 1), "1"]
    below = client_of("gil").page(f"{matters_of(cast, '测试省')}/figures").select("#below tr")
    assert sorted(row.select("td")[0].text for row in below) == ["0", "4"]
    assert client_of("dan").get(f"{matters_of(cast, '东县')}/figures").status_code == 404
    ben = client_of("ben")
    way = ben.page(f"{matters_of(cast, '东一村')}/figures").select_one("dl.summary a[href]")
    assert way is not None
    assert ben.get(str(way["href"])).text.count("data-row") == 1


@pytest.mark.covers("RACE-17")
def test_numbers_follow_a_part_of_the_tree_that_moves(cast: Cast) -> None:
    apply(cast, "东一村", number=2)
    move(
        cast.organization("东镇"),
        cast.organization("西县"),
        by=SYSTEM,
        now=clock.now(),
        reason="区划调整",
    )
    check_equal()


def test_what_was_there_before_gets_its_cases_and_it_can_be_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(cast, number=5)
    db.session.execute(delete(Matter))
    db.session.execute(delete(MatterFigure))
    db.session.commit()
    monkeypatch.setattr(operations, "BATCH", 2)
    assert operations.fill_in({}) == 2
    db.session.commit()
    for _ in range(2):
        after: dict[str, int] = {}
        while operations.fill_in(after) is not None:
            db.session.commit()
        assert check_equal() == 5


@pytest.mark.covers("PRV-16")
def test_who_is_forgotten_leaves_a_case_without_words_or_way_in(
    cast: Cast, client_of: Clients
) -> None:
    mia = client_of("mia")
    assert ask_change(mia) == 303
    number = the_case(MatterKind.CORRECTION).number
    _secret(mia, number)
    case = the_case(MatterKind.CORRECTION)
    case.answer = "试"
    db.session.commit()
    assert operations.forget_person(cast.person("mia").id) == 1
    db.session.commit()
    case = the_case(MatterKind.CORRECTION)
    assert (case.answer, case.secret_digest, case.state in RUNNING) == ("", None, True)


@pytest.mark.only_on("sqlite")  # it gives the key of a removed row to the next one
@pytest.mark.covers("PRI-03", "PRV-16")
def test_a_removed_object_leaves_its_case_and_its_key_to_the_next(cast: Cast) -> None:
    branch = cast.organization("东一村")
    first = make.make_application(cast.person("wes"), branch, cast.user("wes"))
    db.session.commit()
    key, before = first.id, numbers_kept()
    operations.forget(Application, [key])
    db.session.execute(delete(Application).where(Application.id == key))
    db.session.commit()
    assert numbers_kept() == before  # that it was asked stays counted
    db.session.expunge_all()
    branch = cast.organization("东一村")
    again = make.make_application(cast.person("mia"), branch, cast.user("mia"))
    db.session.commit()
    assert again.id == key
    kept = db.session.scalars(select(Matter.subject_id).order_by(Matter.subject_id)).all()
    assert [one > 0 for one in kept] == [False, True]


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """Return an app of its own with limits; the limiter is shared, so it is put back."""
    built = create_app(make_config(tmp_path, limits_enabled=True))
    try:
        with built.app_context():
            make_schema()
            yield built
            db.engine.dispose()
    finally:
        limiter.reset()
        limiter.enabled = False


@pytest.mark.covers("CERT-04")
@pytest.mark.only_on("sqlite")
def test_an_address_that_guesses_secret_parts_is_slowed_down(limited: Flask) -> None:
    stranger = Client(limited)
    wrong = {"number": "2026-000000-0000001-1", "secret": "ABCDEFGHJK"}
    states = [stranger.post("/matters", wrong).status_code for _ in range(21)]
    assert states == [404] * 20 + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert stranger.post("/matters", wrong, environ_base=elsewhere).status_code == 404
