"""A village drive: everybody in order is approved in one decision, and undone as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit.models import AuditEvent
from core.database import db
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from members.models import Application, Decision, Membership
from members.operations import drives
from members.rules import ApplicationStatus, MembershipStatus
from organizations.rules import Measure
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.reading import one
from tests.members.waiting import apply, figure, found, queue_of
from tests.races import books

Clients = Callable[[str], Client]
MANY = 53


def start(client: Client, cast: Cast, **fields: str) -> Job:
    """Press the button of the page, and return the job that it started."""
    path = f"{queue_of(cast)}/all"
    until = one(client.page(path), "input[name=until]")["value"]
    answer = client.post(path, {"until": until, **fields})
    assert answer.status_code == 303
    code = answer.location.rpartition("/")[2]
    return db.session.scalars(select(Job).where(Job.code == code)).one()


def states(codes: list[str]) -> Counter[ApplicationStatus]:
    rows = db.session.scalars(select(Application.status).where(Application.code.in_(codes)))
    return Counter(rows.all())


@pytest.mark.covers("B1", "RACE-09")
def test_all_in_order_are_approved_in_one_decision_and_undone_as_one(
    client_of: Clients, cast: Cast
) -> None:
    before = figure(cast, "测试省", Measure.ADULT_MEMBERS)
    safe, doubtful = apply(cast, number=MANY), apply(cast, number=2, flags="duplicate")
    ben = client_of("ben")
    assert ben.page(queue_of(cast)).find("a", href=f"{queue_of(cast)}/all")
    job = start(ben, cast, sampled="y")
    assert (job.status, job.done, job.total) == (JobStatus.DONE, MANY, MANY)
    assert states(safe) == {ApplicationStatus.APPROVED: MANY}
    assert states(doubtful) == {ApplicationStatus.SUBMITTED: 2}
    decisions = set(
        db.session.scalars(select(Application.decision_id).where(Application.code.in_(safe)))
    )
    decision = db.session.get_one(Decision, decisions.pop())
    assert not decisions
    assert decision.count == MANY
    assert figure(cast, "测试省", Measure.ADULT_MEMBERS) == before + MANY
    audited = select(AuditEvent.details).where(AuditEvent.action == "applications.drive")
    assert '"sampled": true' in db.session.scalars(audited).one()
    page = ben.page(f"{queue_of(cast)}?done={decision.code}")
    assert f"已通过 {MANY} 人" in page.text
    answer = ben.post(f"/o/{cast.code('东一村')}/decisions/{decision.code}/undo")
    assert "/me/jobs/" in answer.location  # so many are not undone while the page waits
    assert states(safe) == {ApplicationStatus.SUBMITTED: MANY}
    assert figure(cast, "测试省", Measure.ADULT_MEMBERS) == before
    assert figure(cast, "东一村", Measure.APPLICATIONS_WAITING) == MANY + 2


def test_who_came_later_and_ones_own_hand_stay_behind(
    app: Flask, client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = apply(cast, number=3)
    own = found(safe[1])
    own.submitted_by_id = cast.user("ben").id
    db.session.commit()
    run = app.extensions["jobs_run"]
    monkeypatch.setitem(app.extensions, "jobs_run", lambda code: None)
    job = start(client_of("ben"), cast)
    later = apply(cast, number=1)
    gone = found(safe[2])
    gone.status = ApplicationStatus.WITHDRAWN
    db.session.commit()
    run(job.code)
    assert found(safe[0]).status is ApplicationStatus.APPROVED
    assert states([safe[1], *later]) == {ApplicationStatus.SUBMITTED: 2}
    db.session.expire_all()
    job = db.session.get_one(Job, job.id)
    assert (job.status, job.done, job.left_out) == (JobStatus.DONE, 1, 2)


def test_undoing_leaves_out_who_moved_on(client_of: Clients, cast: Cast) -> None:
    safe = apply(cast, number=MANY)
    ben = client_of("ben")
    job = start(ben, cast)
    decision = job.result["decision"]
    filed = db.session.scalars(
        select(Membership).where(Membership.application_id == found(safe[7]).id)
    ).one()
    filed.status = MembershipStatus.ACTIVE
    db.session.commit()
    ben.post(f"/o/{cast.code('东一村')}/decisions/{decision}/undo")
    undone = db.session.scalars(select(Job).where(Job.kind == drives.UNDO_DRIVE)).one()
    assert (undone.status, undone.done, undone.left_out) == (JobStatus.DONE, MANY - 1, 1)
    assert found(safe[7]).status is ApplicationStatus.APPROVED
    toast = one(ben.page(f"{queue_of(cast)}?done={decision}"), "[data-toast]").text
    assert f"{MANY - 1} 人回到待审核" in toast
    assert "1 人还没有撤销" in toast


def test_a_page_without_applications_goes_back_to_the_queue(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    assert ben.get(f"{queue_of(cast)}/all").location.endswith("/applications")
    apply(cast, number=1)
    assert ben.post(f"{queue_of(cast)}/all", {"until": "zzzzzzzz"}).status_code == 404
    assert ben.post(f"{queue_of(cast)}/all", {}).status_code == 422


def make_filing(cast: Cast, person: Person | None = None, place: str = "东一村") -> Membership:
    """Return a membership that waits for its county."""
    return make.make_membership(
        person or make.make_person(), cast.organization(place), status=MembershipStatus.APPROVED
    )


@pytest.mark.covers("C5")
def test_a_county_files_all_that_waits_in_one_decision_but_never_its_own(
    client_of: Clients, cast: Cast
) -> None:
    for _ in range(30):
        make_filing(cast)
    own = make_filing(cast, cast.person("cora"))
    elsewhere = make_filing(cast, place="西一村")
    cora = client_of("cora")
    books.settle()
    county = f"/o/{cast.code('东县')}/filings"
    assert cora.page(county).find("a", href=f"{county}/all")
    answer = cora.post(f"{county}/all", {})
    job = db.session.scalars(select(Job).where(Job.kind == drives.FILE_ALL)).one()
    assert answer.location.endswith(job.code)
    assert (job.status, job.done, job.left_out) == (JobStatus.DONE, 30, 0)
    assert own.status is elsewhere.status is MembershipStatus.APPROVED
    page = cora.page(f"{county}?done={job.parameters['decision']}")
    assert "已备案 30 人" in page.text
