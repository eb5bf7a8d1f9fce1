"""Pupils of 14 to 17 answer for the own data at a link of their own (decisions.md D5, PRI-03)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.messages import outbox
from core.rules import RuleViolation
from members.operations import answer_consent
from people.models import Consent
from people.rules.consents import ConsentPurpose, ConsentStatus
from schools.models import OwnConsent, Pupil, SchoolClass
from schools.operations import adults, consents
from schools.operations.own_consents import answer_own, send_own_link, send_own_link_again
from schools.operations.purging import purge_due
from schools.rules.pupils import PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.members.conftest import years_ago
from tests.schools.acting import actor_of
from tests.schools.test_consent_pages import code_for

Clients = Callable[[str], Client]


@pytest.fixture
def here(cast: Cast) -> SchoolClass:
    return school.make_class(cast.organization("东小学"), grade=8)


def asked(here: SchoolClass, age: int = 15) -> Pupil:
    pupil = school.make_pupil(here, born_on=years_ago(age))
    assert consents.ask(pupil, by=SYSTEM, now=clock.now()) == 1
    return pupil


def own_link(pupil: Pupil) -> tuple[OwnConsent, str]:
    """Return the link that went to a pupil's own phone, and where it leads."""
    link = send_own_link(pupil, make.make_phone(), by=SYSTEM, now=clock.now())
    text = next(one.text for one in outbox(5) if one.phone == link.plain_phone)
    db.session.commit()
    return link, "/g/" + text.rpartition("/g/")[2]


def say(pupil: Client, link: str, answer: str) -> str:
    fields = {"code": code_for(pupil, link), "answer": answer}
    sent = pupil.post(f"{link}/answer", fields)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


@pytest.mark.covers("S21", "PRI-03", "PRV-09")
@pytest.mark.parametrize("guardian_first", [True, False])
def test_guardian_and_pupil_answer_apart_and_both_have_to_agree(
    app: Flask, here: SchoolClass, guardian_first: bool
) -> None:
    pupil = asked(here)
    own, link = own_link(pupil)
    assert pupil.request is not None
    if guardian_first:
        answer_consent(pupil.request, given=True, now=clock.now())
        assert pupil.status is PupilStatus.DRAFT
    say(Client(app), link, "give")
    if not guardian_first:
        assert pupil.status is PupilStatus.DRAFT
        answer_consent(pupil.request, given=True, now=clock.now())
    assert (pupil.status, own.status) == (PupilStatus.MEMBER, ConsentStatus.GIVEN)
    rows = db.session.scalars(select(Consent).where(Consent.person_id == pupil.person_id)).all()
    assert {(row.purpose, row.channel) for row in rows} == {
        (ConsentPurpose.JOINING, "link"),
        (ConsentPurpose.DATA, "self"),
    }
    assert len({row.text_digest for row in rows}) == 2
    again = Client(app)
    fields = {"code": code_for(again, link), "answer": "refuse"}
    assert again.post(f"{link}/answer", fields).status_code in {409, 422}
    assert pupil.status is PupilStatus.MEMBER


def test_an_answer_without_a_code_asks_for_the_code(app: Flask, here: SchoolClass) -> None:
    _own, link = own_link(asked(here))
    browser = Client(app)
    browser.page(link)
    sent = browser.post(f"{link}/answer", {"code": " ", "answer": "give"})
    assert sent.status_code == 422
    assert "请填写验证码" in sent.text
    assert "验证码已过期" not in sent.text


@pytest.mark.covers("PRI-01", "PRV-09", "S24")
def test_no_and_taking_back_are_as_easy_as_yes_and_work_at_once(
    app: Flask, here: SchoolClass
) -> None:
    refusing, leaving = asked(here), asked(here)
    (_, no), (_, yes) = own_link(refusing), own_link(leaving)
    assert leaving.request is not None
    answer_consent(leaving.request, given=True, now=clock.now())
    say(Client(app), no, "refuse")
    browser = Client(app)
    page = browser.page(say(browser, yes, "give"))
    assert "还没有人看过你完整的信息" in page.text
    assert leaving.person.name not in page.text
    say(browser, yes, "withdraw")
    assert [refusing.status, leaving.status] == [PupilStatus.REFUSED, PupilStatus.WITHDRAWN]
    standing = select(Consent).where(Consent.status == ConsentStatus.GIVEN)
    people = Consent.person_id.in_([refusing.person_id, leaving.person_id])
    assert db.session.scalars(standing.where(people)).all() == []
    told = [one.text for one in outbox(20) if one.phone == guardian_phone(refusing)]
    assert any("本人已回答“不同意”" in text for text in told)
    assert purge_due(clock.now() + timedelta(days=8)) == 2
    assert db.session.scalars(select(OwnConsent)).all() == []


def guardian_phone(pupil: Pupil) -> str:
    return school.guardian_of(pupil.person).plain_phone


@pytest.mark.covers("PRV-11", "PRV-13", "PRI-03")
def test_the_link_goes_to_no_guardian_no_teacher_no_child_and_no_adult(
    app: Flask, cast: Cast, here: SchoolClass
) -> None:
    pupil, finn = asked(here), actor_of(cast, "finn", "东小学")
    for phone in (guardian_phone(pupil), phone_of("finn")):
        with pytest.raises(RuleViolation):
            send_own_link(pupil, phone, by=finn, now=clock.now())
    with pytest.raises(RuleViolation, match="未满"):
        send_own_link(asked(here, 13), make.make_phone(), by=finn, now=clock.now())
    link, address = own_link(pupil)
    school.make_guardian(pupil.person, link.plain_phone)
    usable = consents.usable_guardians(pupil, SYSTEM, clock.today())
    assert link.phone_index not in {one.phone_index for one in usable}
    browser = Client(app)
    assert browser.get(address).status_code == 200
    pupil.person.born_on = years_ago(18)
    db.session.commit()
    assert browser.get(address).status_code == 404


@pytest.mark.covers("MEM-42", "PRI-03")
def test_who_agreed_for_himself_still_comes_of_age(here: SchoolClass) -> None:
    pupil = asked(here, 17)
    link, _address = own_link(pupil)
    assert pupil.request is not None
    answer_consent(pupil.request, given=True, now=clock.now())
    answer_own(link, given=True, now=clock.now())
    pupil.person.born_on = years_ago(18)
    db.session.commit()
    adults.convert(pupil.person_id, by=SYSTEM, now=clock.now())
    assert pupil.status is PupilStatus.CONVERTED


@pytest.mark.covers("T6", "PRI-03")
def test_the_school_sends_the_link_and_a_second_one_ends_the_first(
    app: Flask, cast: Cast, here: SchoolClass, client_of: Clients
) -> None:
    pupil, finn = asked(here), client_of("finn")
    address = f"/o/{cast.code('东小学')}/consents/pupils/{pupil.code}/own"
    assert finn.post(address, {"phone": "12"}).status_code == 422
    for _ in range(2):
        assert finn.post(address, {"phone": make.make_phone()}).status_code == 303
    links = db.session.scalars(select(OwnConsent).order_by(OwnConsent.id)).all()
    assert [one.status for one in links] == [ConsentStatus.LAPSED, ConsentStatus.REQUESTED]
    page = finn.page(address)
    assert links[1].masked_phone in page.text
    assert links[1].plain_phone not in page.text
    links[1].expires_at = clock.now()
    db.session.commit()
    assert finn.post(address, {"phone": make.make_phone()}).status_code == 422


@pytest.mark.covers("S21", "PRV-11")
def test_a_replaced_link_or_one_of_who_left_is_not_sent_again(
    app: Flask, here: SchoolClass
) -> None:
    pupil = asked(here)
    (first, replaced), (second, last) = own_link(pupil), own_link(pupil)
    assert Client(app).post(f"{replaced}/again", {}).status_code in {409, 422}
    assert first.status is ConsentStatus.LAPSED
    second.expires_at = clock.now()
    db.session.commit()
    assert Client(app).post(f"{last}/again", {}).status_code == 303
    second.status, pupil.status = ConsentStatus.LAPSED, PupilStatus.WITHDRAWN
    with pytest.raises(RuleViolation):
        send_own_link_again(second, clock.now())


@pytest.mark.covers("S21", "PRI-03")
def test_no_answer_counts_at_a_link_that_ran_out_or_of_who_left(here: SchoolClass) -> None:
    late, gone = asked(here), asked(here)
    (ended, _), (open_still, _) = own_link(late), own_link(gone)
    ended.expires_at = clock.now()
    gone.status = PupilStatus.WITHDRAWN
    db.session.commit()
    for link in (ended, open_still):
        with pytest.raises(RuleViolation, match="链接已过期"):
            answer_own(link, given=False, now=clock.now())
    assert late.status is PupilStatus.DRAFT
    alone = asked(here)
    link, _address = own_link(alone)
    alone.request = None
    db.session.flush()
    with pytest.raises(RuleViolation, match="请先征求监护人同意"):
        answer_own(link, given=True, now=clock.now())


@pytest.mark.covers("PRV-11")
def test_no_link_is_sent_where_no_phone_is_known_or_no_answer_is_wanted(
    cast: Cast, here: SchoolClass
) -> None:
    finn, pupil = actor_of(cast, "finn", "东小学"), asked(here)
    pupil.person.phone = pupil.person.phone_index = None
    db.session.flush()
    with pytest.raises(RuleViolation, match="请填写学生本人的手机号"):
        send_own_link(pupil, " ", by=finn, now=clock.now())
    unasked = asked(here)
    unasked.request = None
    db.session.flush()
    with pytest.raises(RuleViolation, match="请先征求监护人同意"):
        send_own_link(unasked, make.make_phone(), by=finn, now=clock.now())
    grown = asked(here)
    grown.person.born_on = years_ago(18)
    db.session.flush()
    with pytest.raises(RuleViolation, match="已满 18 岁"):
        send_own_link(grown, make.make_phone(), by=finn, now=clock.now())
    agreed = asked(here)
    link, _address = own_link(agreed)
    answer_own(link, given=True, now=clock.now())
    with pytest.raises(RuleViolation, match="已经同意"):
        send_own_link(agreed, make.make_phone(), by=finn, now=clock.now())
