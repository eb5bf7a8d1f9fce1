"""Filing at the county: three taps, return and mend, due by itself on the fifteenth working day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.database import db
from core.messages import outbox
from members import operations
from members.models import Membership, MembershipEvent
from members.rules import MembershipKind, MembershipStatus
from organizations.figures import values
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.reading import at, link, words

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


def approved(cast: Cast, place: str = "东一村", number: int = 1) -> list[str]:
    """Return the codes of new members that wait for the county."""
    made = [
        operations.create_membership(
            make.make_person(with_id=True),
            cast.organization(place),
            MembershipKind.ADULT,
            by=actor_of(cast, "ben"),
            now=clock.now(),
        )
        for _ in range(number)
    ]
    db.session.commit()
    return [membership.code for membership in made]


def found(code: str) -> Membership:
    db.session.expire_all()
    return db.session.scalars(select(Membership).where(Membership.code == code)).one()


def waiting(cast: Cast, place: str = "东县") -> int:
    one = cast.organization(place).id
    return values([one], [Measure.FILINGS_WAITING]).get((one, Measure.FILINGS_WAITING, 0), 0)


@pytest.mark.covers("C5", "S13")
def test_the_county_files_in_three_taps(client_of: Clients, cast: Cast) -> None:
    codes = approved(cast, number=3)
    assert waiting(cast) == 3
    cora = client_of("cora")
    path = f"/o/{cast.code('东县')}/filings"
    page = cora.page(path)  # tap 1
    page = cora.page(link(page, "全选 3 人"))  # tap 2
    boxes = [box["value"] for box in page.select("input[name=ids][checked]")]
    answer = cora.post(at(page, "main form", "action"), {"ids": boxes})  # tap 3
    assert "已备案 3 人" in words(parsed(cora.get(answer.location)), "[data-toast]")
    for code in codes:
        assert found(code).status is MembershipStatus.ACTIVE
        assert found(code).filed_by_id == cast.user("cora").id
    assert waiting(cast) == 0
    assert cora.post(f"{path}/accept", {"ids": codes}).status_code == 409


@pytest.mark.covers("S13")
def test_what_the_county_returns_is_mended_and_filed_again(client_of: Clients, cast: Cast) -> None:
    kept, returned = approved(cast, number=2)
    cora, ben = client_of("cora"), client_of("ben")
    path = f"/o/{cast.code('东县')}/filings/return"
    asked = cora.post(path, {"ids": [returned]})
    assert asked.status_code == 422
    assert parsed(asked).find("textarea", {"name": "note"})
    assert cora.post(path, {"ids": [returned], "note": " "}).status_code == 422
    answer = cora.post(path, {"ids": [returned], "note": "姓名有错字"})
    assert answer.status_code == 303
    assert outbox() == []  # the list holds it; no short message (ux.md 2.9)
    assert "东一村有一份备案被退回" in ben.page("/me/messages").select("#letters tr")[0].text
    assert found(returned).status is MembershipStatus.FILING_RETURNED
    assert found(kept).status is MembershipStatus.APPROVED
    assert waiting(cast) == 1
    page = ben.page(f"/o/{cast.code('东一村')}/applications")
    assert "姓名有错字" in page.text
    link = at(page, "#returned a", "href")
    assert ben.post(link, {"note": "已按身份证改正"}).status_code == 303
    mended = found(returned)
    assert mended.status is MembershipStatus.APPROVED
    assert mended.filing_note == "已按身份证改正"
    assert clock.now() - mended.approved_at < timedelta(minutes=5)
    assert waiting(cast) == 2


@pytest.mark.covers("S13", "FLT-07")
def test_without_an_answer_it_is_filed_by_itself_and_only_once(app: Flask, cast: Cast) -> None:
    (code,) = approved(cast)
    first_day = clock.today()
    due = clock.add_working_days(first_day, 15)
    for day, filed in ((due - timedelta(days=1), 0), (due, 1), (due, 0)):
        now = clock.at(day, clock.local(clock.now()).time())
        assert operations.file_due(now) == filed
        db.session.commit()
    assert found(code).status is MembershipStatus.ACTIVE
    assert found(code).filed_by_id is None
    notes = select(MembershipEvent.note).where(MembershipEvent.membership_id == found(code).id)
    assert "automatic" in db.session.scalars(notes).all()
    assert waiting(cast) == 0


def test_the_command_says_how_many(app: Flask, cast: Cast) -> None:
    approved(cast, number=2)
    due = clock.add_working_days(clock.today(), 15)
    runner = app.test_cli_runner()
    told = runner.invoke(args=["members", "file-due", "--on", due.isoformat()])
    assert told.output.startswith("2 filed")
    told = runner.invoke(args=["members", "file-due", "--on", due.isoformat()])
    assert told.output.startswith("0 filed")


@pytest.mark.covers("AZ-18")
@pytest.mark.parametrize("foreign", ["another county", "a youth member", "unknown"])
def test_one_foreign_filing_refuses_the_whole(client_of: Clients, cast: Cast, foreign: str) -> None:
    codes = approved(cast, number=2)
    other = "zzzzzzzz"
    if foreign == "another county":
        (other,) = approved(cast, "西一村")
    if foreign == "a youth member":
        pupil = make.make_person(with_id=True)
        status = MembershipStatus.APPROVED
        school = cast.organization("东小学")
        other = make.make_membership(pupil, school, kind=MembershipKind.YOUTH, status=status).code
        db.session.commit()
    path = f"/o/{cast.code('东县')}/filings"
    answer = client_of("cora").post(f"{path}/accept", {"ids": [*codes, other]})
    assert answer.status_code == 404
    assert {found(code).status for code in codes} == {MembershipStatus.APPROVED}
    assert other not in client_of("cora").get(path).text


@pytest.mark.covers("AZ-01")
@pytest.mark.parametrize(
    ("name", "status"),
    [("cora", 200), ("dan", 404), ("ben", 404), ("sam", 403), ("eve", 403), ("gil", 403)],
)
def test_who_sees_filings(client_of: Clients, cast: Cast, name: str, status: int) -> None:
    assert client_of(name).get(f"/o/{cast.code('东县')}/filings").status_code == status


def test_a_long_list_is_asked_for_page_by_page(
    client_of: Clients, cast: Cast, count_statements: Counting
) -> None:
    cora = client_of("cora")
    path = f"/o/{cast.code('东县')}/filings"
    counts = []
    for more in (10, 35):
        approved(cast, number=more)
        cora.get(path)
        with count_statements() as seen:
            page = cora.page(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 8
    shown = [row["id"] for row in page.select("tr[id^=filing-]")]
    while page.select_one("#rows-more a"):
        page = cora.page(at(page, "#rows-more a", "href"))
        shown += [row["id"] for row in page.select("tr[id^=filing-]")]
    assert len(shown) == len(set(shown)) == 45


@pytest.mark.covers("LED-04")
def test_nobody_files_his_own_membership(cast: Cast, client_of: Clients) -> None:
    own = make.make_membership(
        cast.person("cora"), cast.organization("东一村"), status=MembershipStatus.APPROVED
    )
    db.session.commit()
    answer = client_of("cora").post(f"/o/{cast.code('东县')}/filings/accept", {"ids": own.code})
    assert answer.status_code == 422
    assert "不能备案自己的会籍" in answer.text
    assert found(own.code).status is MembershipStatus.APPROVED
