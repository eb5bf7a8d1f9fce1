"""What meets a drive on its way: refusals, an undo, others who decide, and what comes later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.models import Post
from core import clock
from core.access.permissions import Role
from core.database import db
from core.jobs import running
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.messages import OutboxGateway, deliver_queued
from members.models import Decision, Membership
from members.rules import ApplicationKind, ApplicationStatus, MembershipStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.test_drive import MANY, start, states
from tests.members.waiting import apply, found, queue_of
from tests.races import books

Clients = Callable[[str], Client]
SUBMITTED, APPROVED = ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVED


@pytest.fixture
def worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let jobs wait, and return what does one of them."""
    run: Callable[[str], None] = app.extensions["jobs_run"]
    monkeypatch.setitem(app.extensions, "jobs_run", lambda code: None)
    return run


def chunk(app: Flask, code: str) -> None:
    """Let a worker do one chunk of a job."""
    with app.app_context():
        assert running._chunk(code)


def again(job: Job) -> Job:
    db.session.expire_all()
    return db.session.get_one(Job, job.id)


def decision_of(job: Job) -> Decision:
    code = job.parameters["decision"]
    return db.session.scalars(select(Decision).where(Decision.code == code)).one()


def undo(client: Client, cast: Cast, decision: Decision) -> str:
    """Press 撤销, and return the code of the job where one was started."""
    answer = client.post(f"/o/{cast.code('东一村')}/decisions/{decision.code}/undo")
    assert answer.status_code == 303
    return answer.location.rpartition("/")[2]


@pytest.mark.covers("FLT-01")
def test_one_who_cannot_be_admitted_keeps_nobody_else_waiting(
    client_of: Clients, cast: Cast
) -> None:
    early = apply(cast, number=3)
    person = make.make_person()
    barred = make.make_application(
        person,
        cast.organization("东一村"),
        make.make_user(person),
        kind=ApplicationKind.VOLUNTEER,
    )
    make.make_volunteer(person, cast.organization("西一村"))  # became one there meanwhile
    late = apply(cast, number=2)
    books.settle()
    job = start(client_of("ben"), cast)
    assert (job.status, job.done, job.left_out) == (JobStatus.DONE, 5, 1)
    assert states([*early, *late]) == {APPROVED: 5}
    assert found(barred.code).status is SUBMITTED
    assert books.problems() == []


@pytest.mark.covers("RACE-09")
def test_a_drive_that_is_undone_on_its_way_approves_nobody_more(
    app: Flask, client_of: Clients, cast: Cast, worker: Callable[[str], None]
) -> None:
    safe = apply(cast, number=MANY)
    ben = client_of("ben")
    job = start(ben, cast)
    chunk(app, job.code)
    undo(ben, cast, decision_of(again(job)))
    worker(job.code)
    assert states(safe) == {SUBMITTED: MANY}
    job = again(job)
    assert job.status is JobStatus.FAILED
    assert "已经撤销" in ben.page(f"/me/jobs/{job.code}").text


@pytest.mark.covers("RACE-09")
def test_what_a_drive_does_after_its_undo_time_can_be_undone(
    app: Flask, client_of: Clients, cast: Cast, worker: Callable[[str], None]
) -> None:
    safe = apply(cast, number=MANY)
    books.settle()
    ben = client_of("ben")
    job = start(ben, cast)
    chunk(app, job.code)
    job = again(job)
    first = decision_of(job)
    first.decided_at -= timedelta(minutes=11)
    job.status = JobStatus.FAILED
    early = job.done
    db.session.commit()
    assert f"前面通过的 {early} 人已不能撤销" in ben.page(f"/me/jobs/{job.code}").text
    assert ben.post(f"/me/jobs/{job.code}/resume").status_code == 303
    worker(job.code)
    second = decision_of(again(job))
    assert (first.count, second.count) == (early, MANY - early)
    undo(ben, cast, second)
    for code in db.session.scalars(select(Job.code).order_by(Job.id)):
        worker(code)
    assert states(safe) == {APPROVED: early, SUBMITTED: MANY - early}
    assert books.problems() == []


def test_what_is_handed_in_again_while_a_drive_runs_is_not_meant(
    client_of: Clients, cast: Cast, worker: Callable[[str], None]
) -> None:
    safe = apply(cast, number=2)
    job = start(client_of("ben"), cast)
    found(safe[0]).submitted_at = clock.now()
    db.session.commit()
    worker(job.code)
    assert [found(code).status for code in safe] == [SUBMITTED, APPROVED]


def test_the_newest_may_be_decided_while_the_page_is_looked_at(
    client_of: Clients, cast: Cast
) -> None:
    safe = apply(cast, number=3)
    ben = client_of("ben")
    path = f"{queue_of(cast)}/all"
    until = ben.page(path).select_one("input[name=until]")
    assert until is not None
    found(safe[2]).status = ApplicationStatus.WITHDRAWN
    db.session.commit()
    assert ben.post(path, {"until": until["value"]}).status_code == 303
    assert states(safe[:2]) == {APPROVED: 2}


@pytest.mark.parametrize("until", ["\x00", "a\x00b", "é", "x" * 100_000])
def test_a_wrong_end_is_an_unknown_page(client_of: Clients, cast: Cast, until: str) -> None:
    apply(cast, number=1)
    assert client_of("ben").post(f"{queue_of(cast)}/all", {"until": until}).status_code == 404


@pytest.mark.covers("FLT-11")
def test_no_letter_goes_out_while_an_undo_takes_its_time(
    app: Flask,
    client_of: Clients,
    cast: Cast,
    worker: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    safe = apply(cast, number=MANY)
    ben = client_of("ben")
    job = start(ben, cast)
    worker(job.code)
    filed = db.session.scalars(
        select(Membership).where(Membership.application_id == found(safe[40]).id)
    ).one()
    filed.status = MembershipStatus.ACTIVE  # the county was quicker: stays, and is told
    db.session.commit()
    code = undo(ben, cast, decision_of(again(job)))
    chunk(app, code)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert deliver_queued(OutboxGateway()) == (0, 0)
    worker(code)
    assert deliver_queued(OutboxGateway()) == (1, 0)
    assert states(safe) == {SUBMITTED: MANY - 1, APPROVED: 1}


def test_an_undo_is_not_left_half_done(
    app: Flask, client_of: Clients, cast: Cast, worker: Callable[[str], None]
) -> None:
    safe = apply(cast, number=MANY)
    ben = client_of("ben")
    job = start(ben, cast)
    worker(job.code)
    code = undo(ben, cast, decision_of(again(job)))
    chunk(app, code)
    assert not ben.page(f"/me/jobs/{code}").find("form", action=f"/me/jobs/{code}/cancel")
    assert ben.post(f"/me/jobs/{code}/cancel").status_code == 409
    worker(code)
    assert states(safe) == {SUBMITTED: MANY}


def leave(cast: Cast, name: str) -> None:
    """Let the posts of somebody end."""
    ended = clock.today() - timedelta(days=1)
    db.session.execute(update(Post).where(Post.user_id == cast.user(name).id).values(ends_on=ended))
    db.session.commit()


@pytest.mark.covers("FLT-01", "AZ-11")
def test_a_successor_goes_on_with_an_undo_that_stayed_half_done(
    app: Flask, client_of: Clients, cast: Cast, worker: Callable[[str], None]
) -> None:
    safe = apply(cast, number=MANY)
    books.settle()
    make.make_post(cast.user("bea"), Role.SECRETARY, cast.organization("东一村"))
    db.session.commit()
    ben, heir = client_of("ben"), client_of("bea")
    job = start(ben, cast)
    worker(job.code)
    decision = decision_of(again(job))
    code = undo(ben, cast, decision)
    way = f"/o/{cast.code('东一村')}/decisions/{decision.code}/undo"
    assert heir.post(way).status_code == 422  # it is being undone
    chunk(app, code)
    leave(cast, "ben")
    worker(code)
    half = states(safe)[APPROVED]
    assert 0 < half < MANY
    page = heir.page(queue_of(cast))
    assert f"还有 {half} 人没有撤销" in page.text
    assert page.find("form", action=way)
    taken = undo(heir, cast, decision)
    assert heir.post(way).status_code == 422
    worker(taken)
    assert states(safe) == {SUBMITTED: MANY}
    assert "没有办完" not in heir.page(queue_of(cast)).text
    jobs = {one.code: one for one in db.session.scalars(select(Job))}
    assert (jobs[taken].user_id, jobs[taken].done) == (cast.user("bea").id, MANY)
    assert jobs[code].status is JobStatus.CANCELLED
    assert books.problems() == []


def test_nobody_elsewhere_goes_on_with_an_undo(
    app: Flask, client_of: Clients, cast: Cast, worker: Callable[[str], None]
) -> None:
    apply(cast, number=MANY)
    ben, bea = client_of("ben"), client_of("bea")
    job = start(ben, cast)
    worker(job.code)
    decision = decision_of(again(job))
    chunk(app, undo(ben, cast, decision))
    running = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert running is not None
    running.status = JobStatus.FAILED
    db.session.commit()
    place = cast.code("东二村")
    assert "没有办完" not in bea.page(f"/o/{place}/applications").text
    assert bea.post(f"/o/{place}/decisions/{decision.code}/undo").status_code == 404
    assert "没有办完" in ben.page(queue_of(cast)).text
