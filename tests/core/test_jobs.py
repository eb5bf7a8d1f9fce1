"""A job goes on from where it was, whatever happened; and only while its post may do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Post
from core import clock
from core.access.permissions import Permission
from core.access.scope import HeldPost, Principal, Scope
from core.audit.operations import Actor
from core.database import db
from core.jobs import operations, queue, running
from core.jobs.kinds import Kind
from core.jobs.models import Job
from core.jobs.rules import JOB_TRANSITIONS, JobAction, JobStatus
from core.messages import Message
from core.messages import queue as queue_message
from core.rules import IllegalTransition, RuleViolation
from tests import desk_factories as desk
from tests.cast import Cast
from tests.client import Client, parsed

Clients = Callable[[str], Client]
NAME = "tests.count"


@pytest.fixture
def trouble() -> dict[int, Exception]:
    """Return what goes wrong at which row."""
    return {}


@pytest.fixture
def asleep(app: Flask, trouble: dict[int, Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a kind of job that writes a row per step, and let nobody hear of a new job."""

    def step(job: Job, scope: Scope) -> bool:
        del scope
        queue_message("19900000001", f"row {job.done}", f"{job.code}:{job.done}")
        db.session.flush()
        if job.done in trouble:
            raise trouble[job.done]
        job.done += 1
        return job.done < job.total

    kind = Kind(NAME, "counting", Permission.HOME_VIEW, step, lambda job: f"/done/{job.code}")
    monkeypatch.setitem(app.extensions["job_kinds"], NAME, kind)
    monkeypatch.setitem(app.extensions, "jobs_run", lambda code: None)


def begin(cast: Cast, total: int = 5) -> Job:
    post = db.session.scalars(select(Post).where(Post.user_id == cast.user("ben").id)).one()
    held = HeldPost(post.id, post.role, post.organization.place)
    scope = Scope(
        place=held.place,
        post=held,
        principal=Principal(post.user_id, None, (held,)),
        permission=Permission.HOME_VIEW,
        reach=held.reach(Permission.HOME_VIEW, held.place),  # type: ignore[arg-type]
    )
    job = operations.start(NAME, scope, total=total, now=clock.now())
    db.session.commit()
    return job


def run(app: Flask, job: Job) -> Job:
    """Let a worker do the job and return what is known of it then."""
    code = job.code
    with app.app_context():
        running.run(code)
    db.session.expire_all()
    return db.session.get_one(Job, job.id)


def told(client: Client) -> list[str]:
    """Return what the owner of jobs reads in the list of messages."""
    return [row.text.strip() for row in client.page("/me/messages").select("#letters tr")]


def rows(job: Job) -> list[str]:
    found = db.session.query(Message.purpose).where(Message.purpose.startswith(job.code))
    return sorted(purpose.partition(":")[2] for (purpose,) in found)


@pytest.mark.usefixtures("asleep")
def test_a_job_is_done_to_the_end_and_once(app: Flask, cast: Cast, client_of: Clients) -> None:
    job = run(app, begin(cast))
    assert (job.status, job.done, rows(job)) == (JobStatus.DONE, 5, list("01234"))
    assert rows(run(app, job)) == list("01234")
    (line,) = told(client_of("ben"))
    assert "东一村的“counting”办好了" in line


@pytest.mark.usefixtures("asleep")
@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (RuntimeError("0571 secret"), running.BROKE),
        (RuleViolation("", "第 %(row)d 行不行", row=4), "第 4 行不行"),
    ],
)
@pytest.mark.covers("FLT-01")
def test_what_breaks_loses_its_own_chunk_and_the_rest_goes_on_later(
    app: Flask,
    cast: Cast,
    client_of: Clients,
    trouble: dict[int, Exception],
    error: Exception,
    problem: str,
) -> None:
    trouble[3] = error
    job = run(app, begin(cast))
    assert (job.status, job.done, rows(job)) == (JobStatus.FAILED, 3, list("012"))
    assert str(job.violation) == problem  # and nothing of what the program said
    (line,) = told(client_of("ben"))
    assert f"“counting”停下了：{problem}。" in line
    del trouble[3]
    operations.resume(job.code, by=Actor(cast.user("ben").id))
    db.session.commit()
    job = run(app, job)
    assert (job.status, job.done, rows(job)) == (JobStatus.DONE, 5, list("01234"))


@pytest.mark.usefixtures("asleep")
@pytest.mark.covers("AZ-11")
def test_a_post_that_ended_does_no_more(app: Flask, cast: Cast) -> None:
    job = begin(cast)
    post = db.session.get_one(Post, job.post_id)
    post.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    job = run(app, job)
    assert (job.status, job.done, rows(job)) == (JobStatus.FAILED, 0, [])
    assert job.problem == running.LOST


@pytest.mark.usefixtures("asleep")
def test_a_worker_that_died_is_found_by_its_silence(app: Flask, cast: Cast) -> None:
    job = begin(cast)
    job.status = JobStatus.RUNNING
    db.session.commit()
    assert running.silent_jobs() == []
    job.touched_at -= 2 * running.SILENT
    db.session.commit()
    assert running.silent_jobs() == [job.code]
    assert run(app, job).status is JobStatus.DONE
    assert running.silent_jobs() == []


@pytest.mark.usefixtures("database")
@pytest.mark.covers("FLT-06", "EXP-06")
def test_a_worker_begins_though_what_is_left_over_cannot_be_removed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidied: list[str] = []

    def broken() -> None:
        raise FileNotFoundError

    kinds = {
        name: Kind(name, name, Permission.HOME_VIEW, lambda *_: False, str, tidy=tidy)
        for name, tidy in (("a", broken), ("b", lambda: tidied.append("b")))
    }
    monkeypatch.setitem(app.extensions, "job_kinds", kinds)
    running.tidy()
    assert tidied == ["b"]


@pytest.mark.usefixtures("asleep")
@pytest.mark.covers("FLT-06")
def test_a_job_stops_though_its_owner_cannot_be_told(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mute(job: Job) -> None:
        raise LookupError(job.code)

    monkeypatch.setitem(app.extensions, "job_herald", mute)
    job = run(app, begin(cast, total=1))
    assert (job.status, job.problem != "") == (JobStatus.FAILED, True)


@pytest.mark.covers("FLT-06")
def test_a_queue_that_is_away_loses_no_job(
    app: Flask, cast: Cast, asleep: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del asleep

    def away(code: str) -> None:
        raise ConnectionError(code)

    monkeypatch.setitem(app.extensions, "jobs_run", away)
    job = begin(cast)
    assert db.session.get_one(Job, job.id).status is JobStatus.WAITING


@pytest.mark.usefixtures("asleep")
def test_a_job_that_was_rolled_back_wakes_nobody(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setitem(app.extensions, "jobs_run", told.append)
    db.session.execute(select(1))
    queue.tell("nobody")
    db.session.rollback()
    job = begin(cast)
    assert told == [job.code]


@pytest.mark.usefixtures("asleep")
@pytest.mark.covers("AZ-04")
def test_its_owner_sees_stops_and_goes_on_and_nobody_else(
    app: Flask, cast: Cast, client_of: Clients, trouble: dict[int, Exception]
) -> None:
    trouble[2] = RuntimeError()
    job = run(app, begin(cast))
    ben, will = client_of("ben"), client_of("will")
    page = ben.page(f"/me/jobs/{job.code}")
    assert "停在第 2 条" in page.text
    assert ben.page("/me/jobs").find("a", href=f"/me/jobs/{job.code}")
    for path in (f"/me/jobs/{job.code}",):
        assert will.get(path).status_code == 404
    assert will.post(f"/me/jobs/{job.code}/resume").status_code == 404
    assert will.post(f"/me/jobs/{job.code}/cancel").status_code == 404
    assert ben.post(f"/me/jobs/{job.code}/resume").status_code == 303
    fragment = ben.get(f"/me/jobs/{job.code}", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert parsed(fragment).select_one("#progress[hx-trigger]")
    assert ben.post(f"/me/jobs/{job.code}/cancel").status_code == 303
    assert ben.post(f"/me/jobs/{job.code}/resume").status_code == 409
    job = run(app, job)
    assert (job.status, job.done) == (JobStatus.CANCELLED, 2)


@pytest.mark.usefixtures("asleep")
@pytest.mark.covers("UX-P10")
def test_a_page_that_waits_changes_its_bar_and_tells_of_the_end(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    job, ben = begin(cast), client_of("ben")
    asked = {"headers": {"HX-Request": "true"}}
    bar = ben.get(f"/me/jobs/{job.code}", **asked)
    assert parsed(bar).select_one("#progress[data-poll]")
    assert not parsed(bar).select_one("button")  # not taken away under the finger
    run(app, job)
    end = ben.get(f"/me/jobs/{job.code}", **asked)
    assert end.headers["HX-Retarget"] == "#job"
    assert not parsed(end).select_one("[data-poll]")
    told = parsed(end).select_one("[hx-swap-oob]")
    assert told is not None
    assert "已完成" in told.text


@pytest.mark.usefixtures("asleep")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_problem_is_told_in_the_language_of_the_page_and_is_no_markup(
    app: Flask, cast: Cast, client_of: Clients, trouble: dict[int, Exception], language: str
) -> None:
    trouble[2] = RuleViolation("", "超过 %(minutes)d 分钟，不能撤销了", minutes=10)
    job, ben = run(app, begin(cast)), client_of("ben")
    ben.http.set_cookie("language", language)
    text = ben.get(f"/me/jobs/{job.code}").text
    assert ("超过 10 分钟" in text) == (language == "zh")
    assert parsed(ben.get(f"/me/jobs/{job.code}")).find("a", href=f"/done/{job.code}")
    job.explain("第 %(row)d 行 %(text)s：100%%", {"row": 4, "text": "<b id=x>"})
    page = parsed(ben.get(f"/me/jobs/{job.code}"))
    assert "第 4 行 <b id=x>：100%" in page.text


@pytest.mark.parametrize("kind", ["gone.kind", "members.drive"])
def test_jobs_of_an_earlier_release_stay_in_the_list_and_end(
    app: Flask, cast: Cast, client_of: Clients, kind: str
) -> None:
    post = db.session.scalars(select(Post).where(Post.user_id == cast.user("ben").id)).one()
    job = desk.make_job(post, JobStatus.WAITING, 1, 5)
    job.kind, job.parameters_text = kind, "{}"
    db.session.commit()
    job, ben = run(app, job), client_of("ben")
    assert job.status is JobStatus.FAILED
    assert ben.page("/me/jobs").find("a", href=f"/me/jobs/{job.code}")
    assert "停在第 1 条" in ben.page(f"/me/jobs/{job.code}").text


def test_the_life_of_a_job_is_its_table() -> None:
    final = {JobStatus.DONE, JobStatus.CANCELLED}
    assert {state for state, _ in JOB_TRANSITIONS} == set(JobStatus) - final
    job = Job(status=JobStatus.DONE)
    for action in JobAction:
        with pytest.raises(IllegalTransition):
            operations.change(job, action)


@pytest.mark.usefixtures("asleep")
def test_jobs_of_one_owner_are_done_one_after_the_other(app: Flask, cast: Cast) -> None:
    first, second, third = begin(cast, 2), begin(cast, 2), begin(cast, 2)
    assert run(app, second).done == 0  # whoever does the first one goes on with it
    run(app, first)
    db.session.expire_all()
    assert [one.status for one in (first, second, third)] == [JobStatus.DONE] * 3
    assert first.ended_at <= second.ended_at <= third.ended_at  # type: ignore[operator]


@pytest.mark.covers("PRI-12")
@pytest.mark.usefixtures("asleep")
def test_jobs_that_are_over_are_removed_after_their_days(app: Flask, cast: Cast) -> None:
    done, stopped, given_up, young = (begin(cast) for _ in range(4))
    long_ago = clock.now() - timedelta(days=91)
    for one, status in (
        (done, JobStatus.DONE),
        (stopped, JobStatus.FAILED),
        (given_up, JobStatus.CANCELLED),
        (young, JobStatus.DONE),
    ):
        one.status, one.touched_at = status, clock.now() if one is young else long_ago
    db.session.commit()
    kept = {stopped.code, young.code}
    asked = {one.code for one in (done, stopped, given_up, young)}
    assert "2 jobs removed" in app.test_cli_runner().invoke(args=["jobs", "purge"]).output
    left = set(db.session.scalars(select(Job.code).where(Job.code.in_(asked))))
    assert left == kept
