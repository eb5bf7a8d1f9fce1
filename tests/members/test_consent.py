"""The guardian's page: who may answer, what is kept, what a refusal leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Letter, OneTimeCode, User
from accounts.rules import RESEND_AFTER
from core import clock
from core.database import db
from core.messages import Message, outbox
from core.rules import RuleViolation
from members import operations
from members.admission import admission_of
from members.models import Application, ApplicationEvent
from members.rules import ApplicationKind, ApplicationStatus, Flag
from people.models import Consent, ConsentRequest, Person
from people.rules.consent_text import VERSION, text_for
from people.rules.consents import ConsentPurpose, ConsentStatus, check_guardian
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import newest_code
from tests.members.reading import one

Ward = Callable[[int], tuple[Client, str]]
Clients = Callable[[str], Client]

AT_A_BRANCH = (ConsentPurpose.DATA, ConsentPurpose.VOLUNTEERING)


def answer(guardian: Client, link: str, words: str) -> int:
    """Answer as a guardian does: ask for the code, type it, press one of two buttons."""
    for earlier in db.session.scalars(select(OneTimeCode)):
        earlier.sent_at -= RESEND_AFTER
    db.session.commit()
    guardian.post(f"{link}/code")
    path = f"{link}/withdraw" if words == "withdraw" else f"{link}/answer"
    return guardian.post(path, {"code": newest_code(), "answer": words}).status_code


def only_application() -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application)).one()


def rows_of(purpose: ConsentPurpose) -> list[Consent]:
    return list(db.session.scalars(select(Consent).where(Consent.purpose == purpose)))


@pytest.mark.covers("G1", "PRV-09")
def test_a_guardian_agrees_in_two_taps_without_an_account(
    app: Flask, ward: Ward, cast: Cast
) -> None:
    _, link = ward(12)
    guardian = Client(app)
    page = guardian.page(link)
    assert "王小明" not in page.text
    buttons = one(page, "main").select("form button[name=answer]")
    assert [button.text for button in buttons] == ["同意", "不同意"]
    assert len({tuple(button["class"]) for button in buttons}) == 1
    assert len(one(page, "main").select(".summary-row")) >= 6
    assert only_application().status is ApplicationStatus.CONSENT_PENDING
    assert answer(guardian, link, "give") == 303
    application = only_application()
    assert application.status is ApplicationStatus.SUBMITTED
    assert application.flag_list == [Flag.MINOR]
    for purpose in AT_A_BRANCH:
        (row,) = rows_of(purpose)
        assert row.status is ConsentStatus.GIVEN
        assert row.text_version == VERSION
        assert row.text_digest == text_for(AT_A_BRANCH).digest
        assert row.answered_at is not None


@pytest.mark.covers("S2")
def test_at_15_the_own_consent_counts_for_data_and_the_guardian_for_service(ward: Ward) -> None:
    ward(15)
    (own,) = rows_of(ConsentPurpose.DATA)
    assert (own.status, own.channel) == (ConsentStatus.GIVEN, "self")
    (asked,) = rows_of(ConsentPurpose.VOLUNTEERING)
    assert (asked.status, asked.channel) == (ConsentStatus.REQUESTED, "link")


@pytest.mark.covers("S3")
def test_a_child_alone_is_stopped_and_the_link_goes_to_the_guardian_only(
    ward: Ward, newcomer: Callable[..., Client], cast: Cast
) -> None:
    child, link = ward(12)
    code = only_application().code
    page = child.page(f"/me/applications/{code}")
    assert "待监护人同意" in page.text
    assert link.rpartition("/")[2] not in page.text
    guardian_phone = db.session.scalars(select(ConsentRequest)).one().plain_guardian_phone
    assert outbox(1)[0].phone == guardian_phone


@pytest.mark.covers("PRV-09")
@pytest.mark.parametrize("age", [12, 16])
def test_before_the_consent_nobody_can_approve(
    ward: Ward, client_of: Clients, cast: Cast, age: int
) -> None:
    ward(age)
    application = only_application()
    answered = client_of("ben").post(
        f"/o/{cast.code('东一村')}/applications/{application.code}/approve"
    )
    assert answered.status_code == 409
    assert only_application().status is ApplicationStatus.CONSENT_PENDING


@pytest.mark.covers("RACE-09")
def test_a_link_is_answered_once(app: Flask, ward: Ward) -> None:
    _, link = ward(12)
    guardian = Client(app)
    assert answer(guardian, link, "refuse") == 303
    assert only_application().status is ApplicationStatus.WITHDRAWN
    assert answer(guardian, link, "give") == 409
    assert only_application().status is ApplicationStatus.WITHDRAWN


def test_a_wrong_code_is_counted_and_answers_nothing(app: Flask, ward: Ward) -> None:
    _, link = ward(12)
    guardian = Client(app)
    guardian.post(f"{link}/code")
    right = newest_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        refused = guardian.post(f"{link}/answer", {"code": wrong, "answer": "give"})
        assert refused.status_code == 422
    late = guardian.post(f"{link}/answer", {"code": right, "answer": "give"})
    assert late.status_code == 422
    assert only_application().status is ApplicationStatus.CONSENT_PENDING


@pytest.mark.covers("AZ-05")
def test_an_unknown_link_is_no_page(app: Flask, ward: Ward) -> None:
    _, link = ward(12)
    assert Client(app).get(link[:-1] + "~").status_code == 404
    assert Client(app).post(f"{link[:-1]}~/code").status_code == 404


def test_after_14_days_the_guardian_asks_for_a_new_link(app: Flask, ward: Ward) -> None:
    _, link = ward(12)
    request = db.session.scalars(select(ConsentRequest)).one()
    request.expires_at = clock.now()
    db.session.commit()
    guardian = Client(app)
    assert answer(guardian, link, "give") == 422
    assert "链接已过期" in guardian.page(link).text
    assert guardian.post(f"{link}/again").location == "/g/sent"
    fresh = "/g/" + outbox(1)[0].text.partition("/g/")[2]
    assert guardian.get(link).status_code == 404
    assert answer(guardian, fresh, "give") == 303
    assert only_application().status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("PRV-09")
def test_withdrawing_at_the_same_link_stops_the_service_at_once(
    app: Flask, ward: Ward, client_of: Clients, cast: Cast
) -> None:
    _, link = ward(16)
    guardian = Client(app)
    answer(guardian, link, "give")
    application = only_application()
    org = cast.code("东一村")
    client_of("ben").post(f"/o/{org}/applications/{application.code}/approve")
    person_id = only_application().person_id
    assert admission_of(ApplicationKind.VOLUNTEER).holds(person_id)
    assert answer(guardian, link, "withdraw") == 303
    assert not admission_of(ApplicationKind.VOLUNTEER).holds(person_id)
    assert "已撤回" in guardian.page(link).text


@pytest.mark.covers("S3", "PRV-09")
@pytest.mark.parametrize(("age", "words"), [(12, "refuse"), (12, ""), (16, "refuse")])
def test_seven_days_after_a_refusal_nothing_of_a_child_is_kept(
    app: Flask, ward: Ward, age: int, words: str
) -> None:
    def kept() -> list[int]:
        people = (Consent, ConsentRequest, Person, User, Letter)
        models = (Application, ApplicationEvent, *people)
        counts = [db.session.scalar(select(func.count()).select_from(model)) for model in models]
        letters = select(func.count()).where(Message.purpose.startswith("consent:"))
        return [count or 0 for count in (*counts, db.session.scalar(letters))]

    before = kept()
    _, link = ward(age)
    end = clock.now()
    if words:
        assert answer(Client(app), link, words) == 303
    else:
        end = db.session.scalars(select(ConsentRequest)).one().expires_at
    after = kept()
    assert operations.purge_refused(end + timedelta(days=6, hours=23)) == 0
    assert kept() == after
    removed = operations.purge_refused(end + timedelta(days=7, minutes=5))
    assert operations.purge_refused(end + timedelta(days=7, minutes=5)) == 0
    if age < 14:
        assert removed == 1
        assert kept() == before
    else:
        assert removed == 0
        assert kept() == after


def ask_once_more(child: Client, cast: Cast, request: ConsentRequest) -> tuple[int, str]:
    """Apply again with the same guardian; return the status and the newest link."""
    steps = f"/j/{cast.code('东一村')}/apply/volunteer"
    person = db.session.get_one(Person, request.person_id)
    assert person.born_on is not None
    sent = {
        "born_on": person.born_on.isoformat(),
        "guardian_name": "王大明",
        "guardian_phone": request.plain_guardian_phone,
    }
    child.post(f"{steps}/identity", sent)
    status = child.post(f"{steps}/submit").status_code
    return status, "/g/" + outbox(1)[0].text.partition("/g/")[2]


def test_a_guardian_who_refused_is_asked_once_more_and_then_left_alone(
    app: Flask, ward: Ward, cast: Cast
) -> None:
    child, link = ward(16)
    request = db.session.scalars(select(ConsentRequest)).one()
    answer(Client(app), link, "refuse")
    status, link = ask_once_more(child, cast, request)
    assert status == 303
    answer(Client(app), link, "refuse")
    status, _ = ask_once_more(child, cast, request)
    assert status == 422


def test_an_old_refusal_does_not_end_a_new_application(app: Flask, ward: Ward, cast: Cast) -> None:
    child, link = ward(12)
    request = db.session.scalars(select(ConsentRequest)).one()
    answer(Client(app), link, "refuse")
    ask_once_more(child, cast, request)
    assert operations.purge_refused(clock.now() + timedelta(days=8)) == 1
    waits = select(Application.status).where(Application.person_id == request.person_id)
    assert db.session.scalars(waits).all() == [ApplicationStatus.CONSENT_PENDING]


@pytest.mark.covers("PRV-11")
def test_only_a_phone_that_is_known_can_be_the_wards_own() -> None:
    check_guardian("", "")  # on paper, a child without a phone
    check_guardian("19900000001", "")
    with pytest.raises(RuleViolation):
        check_guardian("19900000001", "19900000001")
