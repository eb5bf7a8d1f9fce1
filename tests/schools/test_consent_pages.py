"""The board of consents at a school, papers, a guardian of several children (S41, S06)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import UserSession
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.messages import Message, outbox
from core.sessions import token_digest
from members.operations import answer_consent
from people.models import Consent, ConsentRequest, Guardian
from schools.models import ConsentPaper, Pupil, SchoolClass, SignedConsent
from schools.operations import consents
from schools.rules.pupils import ConsentState, PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast, phone_of, token_of
from tests.client import Client, parsed
from tests.members.conftest import newest_code, years_ago
from tests.members.reading import one
from tests.units import png

Clients = Callable[[str], Client]


@pytest.fixture
def here(cast: Cast) -> SchoolClass:
    return school.make_class(cast.organization("东小学"), grade=4, number=2)


def link_of(pupil: Pupil) -> str:
    """Return the link that went to the guardian of a pupil."""
    assert consents.ask(pupil, by=SYSTEM, now=clock.now()) == 1
    text = outbox(1)[0].text
    db.session.commit()
    return "/g/" + text.partition("/g/")[2]


def code_for(guardian: Client, link: str) -> str:
    school.let_codes_age()
    db.session.commit()
    guardian.post(f"{link}/code")
    return newest_code()


def asked_code(pupil: Pupil) -> str:
    assert pupil.request is not None
    return pupil.request.code


def address(cast: Cast, *parts: str) -> str:
    return "/".join((f"/o/{cast.code('东小学')}/consents", *parts))


@pytest.mark.covers("T6", "G1")
def test_the_board_counts_by_class_and_gives_a_text_without_names(
    here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    waiting = [school.make_pupil(here, born_on=years_ago(10)) for _ in range(3)]
    school.make_pupil(here, born_on=years_ago(10), member=True)
    finn = client_of("finn")
    home = finn.page(f"/o/{cast.code('东小学')}/home")
    assert one(home, f'#main a[href="{address(cast)}"] .count').text == "3"
    page = finn.page(address(cast))
    (row,) = page.select("#rows tr")
    assert one(row, "th").text == "四年级2班"
    assert [cell.text for cell in row.select("td")] == ["3", "0", "1", "0"]
    words = one(page, "#group-words").text
    assert "还差 3 份" in words
    assert not any(pupil.person.name in words for pupil in waiting)
    names = [cell.text for cell in finn.page(address(cast, here.code)).select("#rows th.row-head")]
    assert {pupil.person.name for pupil in waiting} <= set(names)


@pytest.mark.covers("S21", "PRV-11")
def test_one_press_asks_the_class_and_lists_who_has_no_phone(
    here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    everybody = [school.make_pupil(here, born_on=years_ago(10)) for _ in range(3)]
    school.make_guardian(everybody[0].person)
    lonely = school.make_pupil(here, born_on=years_ago(10))
    for named in db.session.scalars(select(Guardian).where(Guardian.person_id == lonely.person_id)):
        named.ended_on = clock.today()
    finn = client_of("finn")
    answer = finn.post(address(cast, here.code, "ask"))
    assert answer.headers["Location"].endswith("?sent=3")
    assert db.session.scalar(select(func.count(ConsentRequest.id))) == 4
    assert finn.post(address(cast, here.code, "ask")).headers["Location"].endswith("?sent=0")
    page = finn.page(address(cast, here.code))
    (row,) = [each for each in page.select("#rows tr") if "没有监护人手机号" in each.text]
    assert one(row, "th").text == lonely.person.name


def test_more_than_fifty_are_asked_by_a_job(
    here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    for _ in range(51):
        school.make_pupil(here, born_on=years_ago(10))
    answer = client_of("finn").post(address(cast, "ask"))
    job = db.session.scalars(select(Job)).one()
    assert answer.headers["Location"].endswith(job.code)
    assert (job.status, job.done, job.left_out) == (JobStatus.DONE, 51, 0)
    states = db.session.scalars(select(Pupil.consent).where(Pupil.class_id == here.id))
    assert set(states) == {ConsentState.ASKED}


@pytest.mark.covers("MEM-14")
def test_papers_are_counted_and_each_child_has_an_answer_of_its_own(
    here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    everybody = [school.make_pupil(here, born_on=years_ago(10)) for _ in range(4)]
    school.make_pupil(here, born_on=years_ago(10))  # came after the page was shown
    link_of(everybody[0])
    finn, path = client_of("finn"), address(cast, here.code, "papers")
    fields = {
        "ids": [each.code for each in everybody],
        "missing": [everybody[3].code],
        "signed_on": clock.today().isoformat(),
    }

    def hand_in(count: str, data: bytes) -> int:
        file = (BytesIO(data), "1.png")
        sent = {**fields, "count": count, "file": file}
        return finn.post(path, sent, content_type="multipart/form-data").status_code

    assert hand_in("4", png()) == 422
    assert hand_in("3", b"") == 422
    assert db.session.scalar(select(func.count(ConsentPaper.id))) == 0
    assert hand_in("3", png()) == 303
    members = db.session.scalars(select(Pupil).where(Pupil.status == PupilStatus.MEMBER)).all()
    assert {each.code for each in members} == {each.code for each in everybody[:3]}
    assert db.session.scalar(select(func.count(SignedConsent.request_id))) == 3
    channels = db.session.scalars(
        select(Consent.channel).join(SignedConsent, SignedConsent.request_id == Consent.request_id)
    )
    assert set(channels) == {"paper"}
    # the guardian learns of it, and can take it back at the link
    link = "/g/" + outbox(1)[0].text.partition("/g/")[2]
    guardian = Client(finn.app)
    code = code_for(guardian, link)
    assert guardian.post(f"{link}/withdraw", {"code": code, "answer": "w"}).status_code == 303
    assert [each.status for each in members].count(PupilStatus.WITHDRAWN) == 1


@pytest.mark.covers("G1", "PRI-02")
def test_a_guardian_answers_for_each_child_apart_after_one_code(
    app: Flask, here: SchoolClass
) -> None:
    phone = make.make_phone()
    children = [school.make_pupil(here, born_on=years_ago(age)) for age in (9, 11, 12)]
    for named in db.session.scalars(select(Guardian)):
        named.set_phone(phone)
    links = [link_of(child) for child in children]
    stranger = school.make_pupil(here, born_on=years_ago(10))
    link_of(stranger)
    guardian = Client(app)
    assert "还有一个孩子" not in guardian.page(links[0]).text
    fields = {"code": code_for(guardian, links[0]), "answer": "give"}
    after = guardian.post(f"{links[0]}/answer", fields).headers["Location"]
    page = guardian.page(after)
    assert page.text.count("还有一个孩子") == 2
    assert all(child.person.name not in page.text for child in children)
    forms = [str(each["action"]) for each in page.select('form[action*="/others/"]')]
    buttons = page.select('form[action*="/others/"] button[name=answer]')
    assert len({tuple(each["class"]) for each in buttons}) == 1
    # the address alone proves nothing in another browser, nor for another phone's child
    assert Client(app).post(forms[0], {"answer": "give"}).status_code == 404
    wrong = forms[0].replace(asked_code(children[1]), asked_code(stranger))
    assert guardian.post(wrong, {"answer": "give"}).status_code == 404
    assert guardian.post(forms[0], {"answer": "give"}).status_code == 303
    assert guardian.post(forms[1], {"answer": "refuse"}).status_code == 303
    assert [child.status for child in children] == [
        PupilStatus.MEMBER,
        PupilStatus.MEMBER,
        PupilStatus.REFUSED,
    ]


@pytest.mark.covers("PRV-11")
def test_the_link_leads_nowhere_once_the_child_is_grown_up(app: Flask, here: SchoolClass) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(17))
    link = link_of(pupil)
    guardian = Client(app)
    assert guardian.get(link).status_code == 200
    pupil.person.born_on = years_ago(18)
    assert guardian.get(link).status_code == 404
    assert guardian.post(f"{link}/withdraw", {"code": "1", "answer": "w"}).status_code == 404


@pytest.mark.covers("G1")
def test_a_no_is_shown_and_offers_no_way_to_ask_again(
    app: Flask, here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(10))
    link, guardian, finn = link_of(pupil), Client(app), client_of("finn")
    fields = {"code": code_for(guardian, link), "answer": "refuse"}
    assert guardian.post(f"{link}/answer", fields).status_code == 303
    (row,) = finn.page(address(cast, here.code)).select("#rows tr")
    assert "不同意" in row.text
    assert row.select("form") == []
    before = db.session.scalar(select(func.count(Message.id)))
    path = address(cast, "pupils", pupil.code)
    assert finn.post(path, {"act": "ask"}).headers["Location"].endswith("?sent=0")
    assert finn.post(address(cast, "ask")).headers["Location"].endswith("?sent=0")
    assert db.session.scalar(select(func.count(Message.id))) == before


@pytest.mark.covers("PRI-03")
def test_the_school_writes_down_what_a_pupil_of_15_signed(
    app: Flask, here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    young, old = (school.make_pupil(here, born_on=years_ago(age)) for age in (10, 15))
    finn = client_of("finn")
    finn.post(address(cast, "ask"))
    refused = finn.post(address(cast, "pupils", young.code), {"act": "own"})
    assert refused.status_code == 422
    assert "未满 14 岁" in parsed(refused).text
    assert finn.post(address(cast, "pupils", old.code), {"act": "own"}).status_code == 303
    assert old.request is not None
    states = [old.status]
    answer_consent(old.request, given=True, now=clock.now())
    states.append(old.status)
    path = address(cast, "pupils", old.code)
    assert finn.post(path, {"act": "withdrawn"}).status_code == 303
    states.append(old.status)
    assert states == [PupilStatus.DRAFT, PupilStatus.MEMBER, PupilStatus.WITHDRAWN]


@pytest.mark.covers("PRV-11")
def test_a_guardian_is_named_by_others_told_to_all_and_ended_at_once(
    app: Flask, here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(10))
    link, finn, phone = link_of(pupil), client_of("finn"), make.make_phone()
    path = address(cast, "pupils", pupil.code, "guardians")
    fields = {"name": "试祖母", "relation": "grandparent"}
    assert finn.post(path, {**fields, "phone": phone_of("finn")}).status_code == 422
    assert finn.post(path, {**fields, "phone": phone}).status_code == 303
    assert finn.post(path, {**fields, "phone": phone}).status_code == 422
    first, second = db.session.scalars(
        select(Guardian).where(Guardian.person_id == pupil.person_id).order_by(Guardian.id)
    ).all()
    assert (second.plain_phone, second.confirmed_at) == (phone, None)
    told = {one.phone: one.text for one in outbox(2)}
    assert set(told) == {phone, first.plain_phone}
    assert not any(phone in text or first.plain_phone in text for text in told.values())
    page = finn.page(path).text
    assert phone not in page
    assert first.plain_phone not in page
    guardian = Client(app)
    assert guardian.get(link).status_code == 200
    assert finn.post(f"{path}/end", {"guardian": first.code}).status_code == 303
    assert guardian.get(link).status_code == 404
    assert guardian.post(f"{link}/code").status_code == 404
    assert first.plain_phone in {one.phone for one in outbox(2)}


@pytest.mark.covers("PRV-11")
def test_guardians_are_changed_behind_a_fresh_second_factor(
    here: SchoolClass, cast: Cast, client_of: Clients
) -> None:
    pupil = school.make_pupil(here, born_on=years_ago(10))
    finn, path = client_of("finn"), address(cast, "pupils", pupil.code, "guardians")
    session = db.session.scalars(
        select(UserSession).where(UserSession.token_digest == token_digest(token_of("finn")))
    ).one()
    session.factor_at = clock.now() - timedelta(hours=1)
    db.session.commit()
    fields = {"name": "试祖母", "relation": "other", "phone": make.make_phone()}
    for answer in (finn.get(path), finn.post(path, fields), finn.post(f"{path}/end")):
        assert answer.status_code == 303
        assert "/factor" in answer.headers["Location"]
    own = address(cast, "pupils", pupil.code, "own")
    for answer in (finn.get(own), finn.post(own, {"phone": make.make_phone()})):
        assert "/factor" in answer.headers.get("Location", "")
    count = select(func.count(Guardian.id)).where(Guardian.person_id == pupil.person_id)
    assert db.session.scalar(count) == 1
