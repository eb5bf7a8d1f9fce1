"""What an applicant's own word cannot do: age, rename, hold a number, answer for others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import OneTimeCode
from accounts.rules import RESEND_AFTER
from core import clock
from core.database import db
from core.messages import outbox
from core.rules import RuleViolation
from members import operations
from members.models import Application
from members.operations import Answers
from members.rules import ApplicationKind, ApplicationStatus, Flag, ReturnReason
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import actor_of, newest_code, years_ago

Ward = Callable[[int], tuple[Client, str]]
BRANCH, OTHER = "东一村", "东二村"


def newest() -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).order_by(Application.id.desc())).first() or (
        pytest.fail("no application")
    )


def apply_as_child(child: Client, place: str, born: str, guardian_phone: str) -> int:
    """Apply as a volunteer once more, with another birth day and guardian."""
    steps = f"/j/{place}/apply/volunteer"
    sent = {"born_on": born, "guardian_name": "王二明", "guardian_phone": guardian_phone}
    child.post(f"{steps}/name", {"name": "王小明"})
    child.post(f"{steps}/identity", sent)
    return child.post(f"{steps}/submit").status_code


def answer(app: Flask, link: str, words: str) -> Application:
    """Answer as the guardian behind a link; return the newest application after it."""
    for earlier in db.session.scalars(select(OneTimeCode)):
        earlier.sent_at -= RESEND_AFTER
    db.session.commit()
    guardian = Client(app)
    guardian.post(f"{link}/code")
    path = f"{link}/withdraw" if words == "withdraw" else f"{link}/answer"
    guardian.post(path, {"code": newest_code(), "answer": words})
    return newest()


@pytest.mark.covers("PRV-09", "PRV-11", "G1")
@pytest.mark.parametrize("words", ["give", "refuse"])
def test_a_link_answers_for_the_application_it_was_sent_for(
    app: Flask, ward: Ward, cast: Cast, words: str
) -> None:
    child, link = ward(12)
    first = newest()
    child.post(f"/me/applications/{first.code}/withdraw")
    born = years_ago(12).isoformat()
    assert apply_as_child(child, cast.code(OTHER), born, make.make_phone()) == 303
    second = newest()
    assert second.id != first.id
    assert second.consent_request_id not in {None, first.consent_request_id}
    assert answer(app, link, words).status is ApplicationStatus.CONSENT_PENDING


@pytest.mark.covers("PRV-09", "PRV-11")
def test_taking_a_consent_back_ends_what_it_was_given_for(
    app: Flask, ward: Ward, cast: Cast
) -> None:
    child, link = ward(12)
    first = answer(app, link, "give")
    assert first.status is ApplicationStatus.SUBMITTED
    child.post(f"/me/applications/{first.code}/withdraw")
    born = years_ago(12).isoformat()
    apply_as_child(child, cast.code(OTHER), born, make.make_phone())
    second = answer(app, "/g/" + outbox(1)[0].text.partition("/g/")[2], "give")
    assert second.status is ApplicationStatus.SUBMITTED
    assert answer(app, link, "withdraw").status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("PRV-09")
def test_nobody_comes_of_age_by_his_own_word(ward: Ward, cast: Cast) -> None:
    child, _ = ward(12)
    child.post(f"/me/applications/{newest().code}/withdraw")
    told = years_ago(30).isoformat()
    assert apply_as_child(child, cast.code(BRANCH), told, make.make_phone()) == 303
    again = newest()
    assert again.status is ApplicationStatus.CONSENT_PENDING
    assert again.person.born_on == years_ago(12)
    assert Flag.MINOR in again.flag_list


def test_the_name_of_somebody_approved_stands(cast: Cast) -> None:
    mia, organization = cast.user("mia"), cast.organization(BRANCH)
    by, now = actor_of(cast, "mia"), clock.now()
    answers = Answers(name=cast.person("mia").name)
    sent = operations.submit_application(
        mia, organization, ApplicationKind.VOLUNTEER, answers, by=by, now=now
    )
    operations.return_(
        [sent.code],
        ReturnReason.OTHER,
        "请核对",
        handler_id=sent.handler_id,
        by=actor_of(cast, "ben"),
        now=now,
    )
    with pytest.raises(RuleViolation, match="姓名已经核实过"):
        operations.resubmit(sent, Answers(name="赵冒名"), by=by, now=now)


@pytest.mark.covers("PRV-06")
@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_a_number_is_free_again_when_the_application_ended(
    newcomer: Callable[..., Client], client_of: Callable[[str], Client], cast: Cast, end: str
) -> None:
    number, code = make.make_id_number(years_ago(40), 71), cast.code(BRANCH)
    codes = []
    for _ in range(2):
        client = newcomer()
        client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
        client.post(f"/j/{code}/apply/member/identity", {"id_number": number})
        client.post(f"/j/{code}/apply/member/submit")
        codes.append(newest().code)
        if len(codes) == 1 and end == "withdraw":
            client.post(f"/me/applications/{codes[0]}/withdraw")
        elif len(codes) == 1:
            path = f"/o/{code}/applications/{codes[0]}/reject"
            assert client_of("ben").post(path, {"note": "不是本人"}).status_code == 303
    assert newest().flag_list == [Flag.DUPLICATE]
    answer = client_of("ben").post(f"/o/{code}/applications/{codes[1]}/approve")
    assert answer.status_code == 303
    assert newest().person.plain_id_number == number


@pytest.mark.covers("PRV-06")
def test_the_birth_day_of_somebody_known_stands_until_the_document_was_seen(cast: Cast) -> None:
    ada, by, now = cast.person("ada"), actor_of(cast, "ada"), clock.now()
    ada.born_on, ada.id_type, ada.id_number, ada.id_index = years_ago(50), None, None, None
    db.session.commit()
    number = make.make_id_number(years_ago(33), 72)
    sent = operations.submit_application(
        cast.user("ada"),
        cast.organization(BRANCH),
        ApplicationKind.MEMBER,
        Answers(name=ada.name, id_number=number),
        by=by,
        now=now,
    )
    assert ada.born_on == years_ago(50)
    operations.approve(
        [sent.code], handler_id=sent.handler_id, by=actor_of(cast, "ben"), now=now, doubtful=True
    )
    assert ada.born_on == years_ago(33)
