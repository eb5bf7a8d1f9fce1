"""Two taps for the safe ones, one reason for a return, and undo of both."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Letter
from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.messages import Message, OutboxGateway, deliver_queued
from members import operations
from members.models import (
    ApplicationEvent,
    Decision,
    Membership,
)
from members.rules import ApplicationStatus, MembershipStatus, is_member_number
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.reading import at, link, one, undo, words
from tests.members.waiting import apply, figure, found, queue_of

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.covers("B1")
def test_twenty_are_approved_in_two_taps(client_of: Clients, cast: Cast) -> None:
    safe = apply(cast, number=18)
    doubtful = apply(cast, number=2, flags="duplicate")
    ben = client_of("ben")
    page = ben.page(queue_of(cast))
    all_link = link(page, "全选 18 人")  # without JavaScript
    page = ben.page(all_link)  # tap 1
    boxes = page.select("input[name=ids][checked]")
    assert {box["value"] for box in boxes} == set(safe)
    answer = ben.post(  # tap 2
        f"{queue_of(cast)}/approve", {"ids": [box["value"] for box in boxes]}
    )
    assert answer.status_code == 303
    page = parsed(ben.get(answer.location))
    assert "已通过 18 人" in words(page, "[data-toast]")
    assert one(page, "[data-toast] form button").text == "撤销"
    assert {found(code).status for code in safe} == {ApplicationStatus.APPROVED}
    assert {found(code).status for code in doubtful} == {ApplicationStatus.SUBMITTED}
    assert [row["id"] for row in page.select("tr[id^=application-]")] == [
        f"application-{code}" for code in doubtful
    ]


@pytest.mark.covers("S13", "MEM-18")
def test_an_approval_makes_a_member_with_number_filing_message_and_figures(
    client_of: Clients, cast: Cast
) -> None:
    before = {
        measure: figure(cast, "测试省", measure)
        for measure in (Measure.ADULT_MEMBERS, Measure.FILINGS_WAITING)
    }
    (code,) = apply(cast)
    assert figure(cast, "东一村", Measure.APPLICATIONS_WAITING) == 1
    client_of("ben").post(f"{queue_of(cast)}/approve", {"ids": [code]})
    application = found(code)
    membership = db.session.scalars(
        select(Membership).where(Membership.application_id == application.id)
    ).one()
    assert membership.status is MembershipStatus.APPROVED
    assert is_member_number(membership.number)
    assert membership.search_text == application.person.search_text
    assert figure(cast, "东一村", Measure.APPLICATIONS_WAITING) == 0
    assert figure(cast, "测试省", Measure.ADULT_MEMBERS) == before[Measure.ADULT_MEMBERS] + 1
    assert figure(cast, "东县", Measure.FILINGS_WAITING) == 1
    assert figure(cast, "测试省", Measure.FILINGS_WAITING) == before[Measure.FILINGS_WAITING] + 1
    day = clock.today()
    assert figure(cast, "东县", Measure.NEW_MEMBERS, day.year * 100 + day.month) == 1
    events = select(ApplicationEvent.to_status).where(
        ApplicationEvent.application_id == application.id
    )
    assert db.session.scalars(events.order_by(ApplicationEvent.id)).all() == [
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.APPROVED,
    ]
    topics = select(Letter.topic).where(Letter.topic.startswith(f"application:{code}:"))
    assert len(db.session.scalars(topics).all()) == 1
    audited = select(func.count()).where(
        AuditEvent.action == "application.approve", AuditEvent.subject_id == application.id
    )
    assert db.session.scalar(audited) == 1


@pytest.mark.covers("B1")
def test_an_approval_is_undone_as_a_whole_within_ten_minutes(
    client_of: Clients, cast: Cast
) -> None:
    codes = apply(cast, number=3)
    ben = client_of("ben")
    before = figure(cast, "东县", Measure.ADULT_MEMBERS)
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": codes})
    back = undo(parsed(ben.get(answer.location)))
    assert ben.post(back).status_code == 303
    assert {found(code).status for code in codes} == {ApplicationStatus.SUBMITTED}
    assert figure(cast, "东一村", Measure.APPLICATIONS_WAITING) == 3
    assert figure(cast, "东县", Measure.ADULT_MEMBERS) == before
    assert figure(cast, "东县", Measure.FILINGS_WAITING) == 0
    assert ben.post(back).status_code == 422
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": codes})
    assert answer.status_code == 303
    live = select(func.count()).where(
        Membership.person_id.in_([found(code).person_id for code in codes]),
        Membership.status == MembershipStatus.APPROVED,
    )
    assert db.session.scalar(live) == 3


def test_after_ten_minutes_or_once_filed_nothing_is_undone(client_of: Clients, cast: Cast) -> None:
    first, second = apply(cast, number=2)
    ben = client_of("ben")
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": [first]})
    decision = db.session.scalars(select(Decision)).one()
    decision.decided_at = clock.now() - timedelta(minutes=10, seconds=5)
    db.session.commit()
    assert not parsed(ben.get(answer.location)).select("[data-toast] form")
    org = cast.code("东一村")
    assert ben.post(f"/o/{org}/decisions/{decision.code}/undo").status_code == 422
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": [second]})
    membership = db.session.scalars(
        select(Membership).where(Membership.application_id == found(second).id)
    ).one()
    operations.file(
        [membership.code],
        county_id=cast.organization("东县").id,
        by=actor_of(cast, "cora"),
        now=clock.now(),
    )
    db.session.commit()
    back = undo(parsed(ben.get(answer.location)))
    refused = ben.post(back)
    assert refused.status_code == 422
    assert "已经备案" in refused.text
    assert found(second).status is ApplicationStatus.APPROVED


@pytest.mark.covers("S25")
@pytest.mark.parametrize(("flags", "offered"), [("", False), ("minor", True)])
def test_only_of_a_minor_a_guardian_s_consent_can_be_missing(
    client_of: Clients, cast: Cast, flags: str, *, offered: bool
) -> None:
    (code,) = apply(cast, flags=flags)
    ben, path = client_of("ben"), f"{queue_of(cast)}/{code}"
    assert ("缺监护人同意" in ben.get(path).text) is offered
    assert ("缺监护人同意" in ben.get(f"{path}/return").text) is offered
    answer = ben.post(f"{path}/return", {"reason": "consent_missing"})
    assert answer.status_code == (303 if offered else 422)


@pytest.mark.covers("B2")
def test_one_is_returned_in_four_taps_and_undone(client_of: Clients, cast: Cast) -> None:
    (code,) = apply(cast)
    ben = client_of("ben")
    page = ben.page(queue_of(cast))
    page = ben.page(at(page, f"#application-{code} a", "href"))  # tap 1
    page = ben.page(link(page, "退回"))  # tap 2
    address = at(page, "main form", "action")
    assert one(page, "input[name=reason][value=not_ours]")  # tap 3
    assert ben.post(address).status_code == 422
    answer = ben.post(address, {"reason": "not_ours"})  # tap 4
    assert found(code).status is ApplicationStatus.RETURNED
    back = undo(parsed(ben.get(answer.location)))
    assert ben.post(back).status_code == 303
    assert found(code).status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("B2")
def test_a_letter_waits_until_the_decision_can_no_longer_be_undone(
    client_of: Clients, cast: Cast
) -> None:
    class Post(OutboxGateway):
        sent: list[str] = []  # noqa: RUF012 - one for this test

        def deliver(self, phone: str, text: str, purpose: str) -> None:
            self.sent.append(purpose)

    def letters() -> list[str]:
        deliver_queued(Post())
        return [purpose for purpose in Post.sent if purpose.startswith("letter:")]

    undone, kept = apply(cast, number=2)
    ben = client_of("ben")
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": [undone]})
    assert letters() == []
    assert ben.post(undo(parsed(ben.get(answer.location)))).status_code == 303
    ben.post(f"{queue_of(cast)}/approve", {"ids": [kept]})
    for message in db.session.scalars(select(Message)):
        message.queued_at -= timedelta(minutes=11)
    db.session.commit()
    (letter,) = db.session.scalars(select(Letter))
    assert letter.topic.split(":")[1] == kept
    assert letters() == [f"letter:{letter.code}"]
