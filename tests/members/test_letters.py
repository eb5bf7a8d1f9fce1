"""Every decision that concerns a member writes one message, in the transaction of the fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.database import db
from core.messages import outbox
from members import operations
from members.models import Membership, Transfer
from members.rules import MembershipStatus
from people.models import ConsentRequest
from tests import factories as make
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.members.conftest import actor_of
from tests.members.test_consent import answer, only_application
from tests.members.test_honours import facts, page_of
from tests.members.waiting import apply, found, queue_of

Clients = Callable[[str], Client]
Ward = Callable[[int], tuple[Client, str]]
LIST = "/me/messages"


def kinds(cast: Cast, name: str) -> list[LetterKind]:
    """Return what somebody was told, oldest first, held letters too."""
    db.session.expire_all()
    own = Letter.user_id == cast.user(name).id
    return list(db.session.scalars(select(Letter.kind).where(own).order_by(Letter.id)))


def lines(client: Client) -> list[str]:
    """Return the list as it is read."""
    return [row.text for row in client.page(LIST).select("#letters tr")]


def let_the_time_to_undo_pass() -> None:
    for letter in db.session.scalars(select(Letter)):
        letter.shown_at -= timedelta(minutes=11)
    db.session.commit()


@pytest.mark.covers("B2")
@pytest.mark.parametrize(
    ("verb", "sent", "words"),
    [
        ("approve", {}, "您已是东一村的会员，会员证已发。"),
        ("return", {"reason": "other", "note": "名字看不清"}, "您在东一村的申请要改一改再交"),
    ],
)
def test_what_may_be_undone_is_told_when_it_no_longer_may(
    cast: Cast, client_of: Clients, verb: str, sent: dict[str, str], words: str
) -> None:
    ada, ben = client_of("ada"), client_of("ben")
    person, user = cast.person("ada"), cast.user("ada")
    code = make.make_application(person, cast.organization("东一村"), user).code
    ben.post(f"{queue_of(cast)}/{code}/{verb}", sent)
    assert lines(ada) == []
    decision = found(code).decision_id
    assert decision
    let_the_time_to_undo_pass()
    (line,) = lines(ada)
    assert words in line
    (message,) = outbox()
    assert (message.phone, words in message.text) == (phone_of("ada"), True)


@pytest.mark.covers("B2")
def test_what_was_undone_is_told_to_nobody(cast: Cast, client_of: Clients) -> None:
    codes = apply(cast, number=2)
    ben = client_of("ben")
    shown = ben.post(f"{queue_of(cast)}/approve", {"ids": codes})
    code = shown.location.rpartition("=")[2]
    assert len(db.session.scalars(select(Letter)).all()) == len(outbox()) == 2
    ben.post(f"/o/{cast.code('东一村')}/decisions/{code}/undo")
    db.session.expire_all()
    assert db.session.scalars(select(Letter)).all() == []
    assert outbox() == []


def test_a_refusal_is_told_at_once(cast: Cast, client_of: Clients) -> None:
    person, user = cast.person("ada"), cast.user("ada")
    code = make.make_application(person, cast.organization("东一村"), user).code
    client_of("ben").post(f"{queue_of(cast)}/{code}/reject", {"note": "不在本村"})
    (line,) = lines(client_of("ada"))
    assert "您在东一村的申请没有通过" in line
    assert len(outbox()) == 1


@pytest.mark.covers("MEM-41")
def test_a_transfer_is_told_step_by_step(cast: Cast, client_of: Clients) -> None:
    mia = client_of("mia")

    def step(who: str, verb: str, **sent: str) -> None:
        db.session.expire_all()
        one = db.session.scalars(select(Transfer).order_by(Transfer.id.desc())).first()
        assert one is not None
        path = f"/o/{one.handler.code}/transfers/{one.code}/{verb}"
        assert client_of(who).post(path, sent).status_code == 303

    mia.post(f"/j/{cast.code('东二村')}/transfer")
    step("ben", "release")
    step("bea", "decline", note="住得太远")
    mia.post(f"/j/{cast.code('东二村')}/transfer")
    step("ben", "release")
    step("bea", "accept")
    assert kinds(cast, "mia") == [
        LetterKind.TRANSFER_RELEASED,
        LetterKind.TRANSFER_DECLINED,
        LetterKind.TRANSFER_RELEASED,
        LetterKind.TRANSFER_ACCEPTED,
    ]
    assert "您的会籍已转到东二村" in lines(mia)[0]
    assert outbox() == []


def test_a_late_transfer_is_told_when_the_county_gets_it(cast: Cast, client_of: Clients) -> None:
    client_of("mia").post(f"/j/{cast.code('东二村')}/transfer")
    operations.escalate_transfers(clock.now() + timedelta(days=60))
    db.session.commit()
    assert kinds(cast, "mia") == [LetterKind.TRANSFER_ESCALATED]


@pytest.mark.covers("MEM-43")
def test_leaving_is_told_to_who_left(cast: Cast, client_of: Clients) -> None:
    mia = client_of("mia")
    mia.post("/me/membership/leave", {})
    assert "您已退出东一村，到" in lines(mia)[0]
    mia.post("/me/membership/leave/undo")
    mia.post("/me/membership/leave", {})
    page = client_of("ben").page(queue_of(cast))
    form = page.select_one("#leavers form")
    assert form is not None
    client_of("ben").post(str(form["action"]))
    operations.file_withdrawals(clock.now() + timedelta(days=60))
    db.session.commit()
    assert kinds(cast, "mia") == [
        LetterKind.WITHDRAWAL_MADE,
        LetterKind.WITHDRAWAL_UNDONE,
        LetterKind.WITHDRAWAL_MADE,
        LetterKind.WITHDRAWAL_NOTED,
        LetterKind.WITHDRAWAL_FILED,
    ]


@pytest.mark.covers("MEM-46")
def test_honours_are_told(cast: Cast, client_of: Clients) -> None:
    ben = client_of("ben")
    ben.post(f"{page_of(cast, 'mia')}/honours/new", facts())
    link = ben.page(page_of(cast, "mia")).select_one("#honours a[href$='/revoke']")
    assert link is not None
    ben.post(str(link["href"]), {"note": "登记错了人"})
    assert kinds(cast, "mia") == [LetterKind.HONOUR_RECORDED, LetterKind.HONOUR_REVOKED]


@pytest.mark.parametrize("by_itself", [False, True])
def test_a_filing_is_told_whether_the_county_did_it_or_the_time(
    cast: Cast, by_itself: bool
) -> None:
    person_id = cast.person("mia").id
    member = db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()
    member.status = MembershipStatus.APPROVED
    db.session.commit()
    if by_itself:
        operations.file_due(clock.now() + timedelta(days=40))
    else:
        county, by = cast.organization("东县"), actor_of(cast, "cora")
        operations.file([member.code], county_id=county.id, by=by, now=clock.now())
    assert kinds(cast, "mia") == [LetterKind.MEMBERSHIP_FILED]


def guardian_in(cast: Cast) -> None:
    """Let gus be the guardian who was asked."""
    request = db.session.scalars(select(ConsentRequest)).one()
    user = cast.user("gus")
    user.phone_index = request.guardian_phone_index
    db.session.commit()


@pytest.mark.covers("S2", "PRV-11")
@pytest.mark.parametrize("is_grown_up", [False, True])
def test_a_guardian_who_agreed_is_told_of_the_result_until_the_ward_is_18(
    app: Flask, cast: Cast, ward: Ward, client_of: Clients, is_grown_up: bool
) -> None:
    child, link = ward(16)
    guardian_in(cast)
    assert answer(Client(app), link, "give") == 303
    assert "监护人已同意，您的申请已交给东一村" in lines(child)[0]
    application = only_application()
    if is_grown_up:
        application.person.born_on = clock.today() - timedelta(days=19 * 366)
        db.session.commit()
    client_of("ben").post(f"/o/{cast.code('东一村')}/applications/{application.code}/approve")
    told = kinds(cast, "gus")
    assert told == ([] if is_grown_up else [LetterKind.WARD_APPROVED])
    let_the_time_to_undo_pass()
    assert all("王小明" not in line for line in lines(client_of("gus")))


@pytest.mark.covers("PRV-11")
def test_a_guardian_who_refused_is_told_of_nothing_and_the_ward_is(
    app: Flask, cast: Cast, ward: Ward
) -> None:
    child, link = ward(16)
    guardian_in(cast)
    assert answer(Client(app), link, "refuse") == 303
    assert "监护人没有同意" in lines(child)[0]
    assert kinds(cast, "gus") == []


@pytest.mark.covers("PRV-09")
def test_a_consent_taken_back_is_told_to_the_ward(
    app: Flask, cast: Cast, ward: Ward, client_of: Clients
) -> None:
    child, link = ward(16)
    answer(Client(app), link, "give")
    code = only_application().code
    client_of("ben").post(f"/o/{cast.code('东一村')}/applications/{code}/approve")
    assert answer(Client(app), link, "withdraw") == 303
    assert "监护人撤回了同意" in lines(child)[0]


@pytest.mark.covers("G1", "PRV-16")
def test_a_guardian_with_an_account_finds_the_request_in_the_list(
    cast: Cast, newcomer: Callable[..., Client], client_of: Clients
) -> None:
    child, code = newcomer(), cast.code("东一村")
    child.post(f"/j/{code}/apply/volunteer/name", {"name": "王小明"})
    born_on = (clock.today() - timedelta(days=12 * 366)).isoformat()
    guardian = {"guardian_name": "王大明", "guardian_phone": phone_of("gus")}
    child.post(f"/j/{code}/apply/volunteer/identity", {"born_on": born_on, **guardian})
    child.post(f"/j/{code}/apply/volunteer/submit")
    (line,) = lines(client_of("gus"))
    assert "王**想在东一村当志愿者，要监护人同意" in line
    request = db.session.scalars(select(ConsentRequest)).one()
    operations.purge_refused(request.expires_at + timedelta(days=8))
    db.session.commit()
    assert kinds(cast, "gus") == []  # nothing of the child is kept
