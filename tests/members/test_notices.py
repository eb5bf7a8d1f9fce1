"""Endings, closings, dues and units are told in the list; few of them go to a phone (ux.md 2.9)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from accounts.models import User
from accounts.rules.letters import LetterKind
from core import clock
from core.database import db
from core.messages import outbox
from members.operations import charge_year, settle_expulsions, tell_resettled
from members.rules.groups import GroupStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members import dues
from tests.members import test_groups as units
from tests.members.dues import cash, pay_path
from tests.members.test_closings import BRANCH, OTHER, close
from tests.members.test_consent import answer, only_application
from tests.members.test_expulsions import act, expel, propose, resolved
from tests.members.test_letters import guardian_in, kinds, lines
from tests.members.test_transfers import of_mia
from tests.units import make_group

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
Ward = Callable[[int], tuple[Client, str]]
K = LetterKind
DEATH = {"died_on": "2026-01-02", "proof": "certificate", "reference": ""}
CITY = "东市"


def forget_the_account(cast: Cast, name: str) -> None:
    """Let somebody be a member who was entered on paper and has no account."""
    db.session.expire_all()
    user = db.session.get_one(User, cast.user(name).id)
    user.person_id = None
    db.session.commit()


@pytest.mark.covers("MEM-44", "LOG-01")
def test_each_step_of_an_expulsion_stands_in_the_list_and_none_goes_to_the_phone(
    cast: Cast, client_of: Clients
) -> None:
    mia, case = client_of("mia"), expel(cast, client_of)
    mia.post("/me/expulsion/appeal", {"words": "事实不清"})
    sent = {"outcome": "overturn", "note": "证据不足"}
    assert act(client_of("eve"), cast, CITY, "appeal", **sent) == 303
    assert kinds(cast, "mia") == [
        K.EXPULSION_PROPOSED,
        K.EXPULSION_ANSWERED,
        K.EXPULSION_DECIDED,
        K.EXPULSION_EFFECTIVE,
        K.EXPULSION_APPEALED,
        K.EXPULSION_OVERTURNED,
    ]
    newest, appealed, effective = lines(mia)[:3]
    assert "东市撤销了对您的除名" in newest
    assert "申诉已交给东市" in appealed
    assert "东一村除名" in effective
    assert case.appeal_until
    assert outbox() == []


@pytest.mark.covers("MEM-44")
def test_a_hearing_that_nobody_used_is_told_when_it_is_over(cast: Cast, client_of: Clients) -> None:
    propose(cast, client_of)
    settle_expulsions(clock.now() + timedelta(days=40))
    db.session.commit()
    assert kinds(cast, "mia") == [K.EXPULSION_PROPOSED, K.EXPULSION_HEARD]


@pytest.mark.covers("MEM-44", "LOG-01")
def test_who_has_no_account_hears_by_phone_what_would_cost_a_right(
    cast: Cast, client_of: Clients
) -> None:
    forget_the_account(cast, "mia")
    propose(cast, client_of)
    (message,) = outbox()
    assert "/me/expulsion" in message.text
    assert message.phone == of_mia(cast).person.plain_phone
    settle_expulsions(clock.now() + timedelta(days=40))
    db.session.commit()
    sent = resolved(outcome="drop", text="查无此事")
    assert act(client_of("ben"), cast, BRANCH, "decision", **sent) == 303
    assert "决定不对您除名" in outbox(1)[0].text


@pytest.mark.covers("MEM-45", "LOG-01")
@pytest.mark.parametrize("has_account", [True, False])
def test_a_closing_is_told_to_members_and_applicants(
    cast: Cast, client_of: Clients, *, has_account: bool
) -> None:
    applicant = make.make_application(
        cast.person("ada"), cast.organization(BRANCH), cast.user("ada")
    )
    db.session.commit()
    if not has_account:
        forget_the_account(cast, "mia")
        forget_the_account(cast, "ada")
    close(cast, client_of)
    tell_resettled(clock.now() + timedelta(minutes=30))
    db.session.commit()
    told = [message.text for message in outbox()]
    closed = [text for text in told if f"/me/applications/{applicant.code}" in text]
    moved = [text for text in told if f"会籍转到{OTHER}" in text]
    assert (len(closed), len(moved)) == (1, 0 if has_account else 1)
    if has_account:
        assert kinds(cast, "mia") == [K.RESETTLED]
        assert kinds(cast, "ada") == [K.APPLICATION_CLOSED]


@pytest.mark.covers("MEM-32", "S15")
def test_dues_are_told_when_charged_received_and_reversed(cast: Cast, client_of: Clients) -> None:
    mia, ben = client_of("mia"), client_of("ben")
    receipt = ben.post(pay_path(cast, dues.of(cast, "mia")), cash()).location
    link = ben.page(receipt).select_one("#rows a")
    assert link is not None
    assert ben.post(str(link["href"]), {"note": "记错人"}).status_code == 303
    assert kinds(cast, "mia") == [K.DUES_RECEIVED, K.DUES_REFUNDED]
    reversed_one, received = lines(mia)
    assert f"{dues.year()} 年的会费 10 元" in received
    assert "冲正" in reversed_one
    assert outbox() == []


@pytest.mark.covers("MEM-30")
def test_the_year_that_is_charged_is_told_by_as_few_statements_for_many(
    cast: Cast, count_statements: Counting
) -> None:
    used = []
    for number in (2, 20):
        for _ in range(number):
            person = make.make_person()
            make.make_user(person)
            dues.settle_since(make.make_membership(person, cast.organization("北一村")), 1)
        db.session.commit()
        with count_statements() as counted:
            charge_year(dues.year() + number, clock.now())
        used.append(sum("INTO dues_charges" not in one for one in counted))
    assert used[0] == used[1]
    assert kinds(cast, "mia") == [K.DUES_CHARGED] * 2
    assert outbox() == []


@pytest.mark.covers("MEM-11", "LOG-01")
@pytest.mark.parametrize("has_account", [True, False])
def test_a_unit_hears_in_the_list_or_by_phone_and_results_on_both(
    cast: Cast, client_of: Clients, *, has_account: bool
) -> None:
    owner_id = cast.user("mia").id if has_account else None
    unit = make_group(cast.organization("东县"), GroupStatus.SUBMITTED, owner_id=owner_id)
    unit.set_phone(make.make_phone())
    db.session.commit()
    assert units.act(client_of("cora"), cast, unit, "return", note="缺盖章") == 303
    (message,) = outbox()
    assert f"{unit.name}在东县的团体会员申请要改一改" in message.text
    assert ("/me/groups/" in message.text) is has_account
    assert kinds(cast, "mia") == ([K.GROUP_RETURNED] if has_account else [])


@pytest.mark.covers("MEM-45", "PRV-11")
def test_a_guardian_is_told_that_it_ended_and_not_why(
    app: Flask, cast: Cast, ward: Ward, client_of: Clients
) -> None:
    _, link = ward(16)
    guardian_in(cast)
    assert answer(Client(app), link, "give") == 303
    code = only_application().code
    client_of("ben").post(f"/o/{cast.code(BRANCH)}/applications/{code}/approve")
    child = only_application().person.code
    path = f"/o/{cast.code(BRANCH)}/people/{child}/death"
    assert client_of("ben").post(path, DEATH).status_code == 303
    told = kinds(cast, "gus")
    assert told[-1] is LetterKind.WARD_ENDED
    (line, *_) = lines(client_of("gus"))
    assert "您监护的王**在东一村的登记已结束" in line
    assert "去世" not in line
