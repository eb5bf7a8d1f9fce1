"""Files belong to a post in force, and end."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.models import Post, UserSession
from core import clock
from core.access.permissions import Role
from core.database import db
from core.exports import vault
from core.exports.writing import write_xlsx
from core.i18n import speaking
from core.jobs import operations as job_operations
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.jobs.running import ElsewhereError
from members.operations import gathering, purge_exports
from members.rules.exports import ExportStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.taking import (
    crowd,
    download,
    events,
    taken,
)

Clients = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.covers("AZ-11", "AZ-12", "FILE-07")
def test_a_download_belongs_to_its_account_and_is_clean(
    app: Flask, client_of: Clients, cast: Cast
) -> None:
    ben = client_of("ben")
    export = taken(ben, cast)
    for stranger in (client_of("cora"), client_of("bea"), Client(app)):
        assert download(stranger, export).status_code in {303, 404}
    assert export.downloads == 0
    answer = download(ben, export)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    day = clock.today().isoformat()
    name = f"members-{day}-{export.code}.xlsx"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert ben.get(f"/me/exports/{export.code}/file").status_code == 303
    old = clock.now() - timedelta(minutes=11)
    db.session.execute(update(UserSession).values(factor_at=old))
    db.session.commit()
    assert "/login/factor" in download(ben, export).location
    db.session.refresh(export)
    assert export.downloads == 1
    assert events("exports.download") == 1


@pytest.mark.covers("AZ-10", "AZ-11")
def test_a_post_that_ended_downloads_nothing(client_of: Clients, cast: Cast) -> None:
    ben = client_of("ben")
    export = taken(ben, cast)
    other = make.make_post(cast.user("ben"), Role.SECRETARY, cast.organization("东二村"))
    ended = clock.today() - timedelta(days=1)
    db.session.execute(
        update(Post)
        .where(Post.user_id == cast.user("ben").id, Post.id != other.id)
        .values(ends_on=ended)
    )
    db.session.commit()
    assert ben.get(f"/o/{cast.code('东二村')}/exports").status_code == 200
    assert download(ben, export).status_code == 404
    assert events("exports.download") == 0


@pytest.mark.covers("AZ-11")
def test_a_post_that_ends_while_rows_are_gathered_stops_the_file(
    app: Flask, client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(cast, 3)
    monkeypatch.setattr(gathering, "CHUNK", 2)
    run = app.extensions["jobs_run"]
    monkeypatch.setitem(app.extensions, "jobs_run", lambda _code: None)
    export = taken(client_of("ben"), cast)
    job = db.session.scalars(select(Job).where(Job.code == export.job_code)).one()
    monkeypatch.setattr(gathering, "speaking", _ending_post(cast))
    run(job.code)
    db.session.expire_all()
    assert (job.status, job.done) == (JobStatus.FAILED, 2)
    assert export.status is ExportStatus.RUNNING
    assert not vault.is_kept(export.code)


def _ending_post(cast: Cast) -> Any:
    """Return what speaks a language and lets the term of the secretary end meanwhile."""
    ended = clock.today() - timedelta(days=1)
    user_id = cast.user("ben").id

    def speak(code: str) -> Any:
        db.session.execute(update(Post).where(Post.user_id == user_id).values(ends_on=ended))
        return speaking(code)

    return speak


@pytest.mark.covers("EXP-06", "FLT-01", "RACE-16")
def test_a_second_worker_leaves_a_file_alone_that_takes_long(
    app: Flask, client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, written = app.extensions["jobs_run"], list[str]()
    monkeypatch.setitem(app.extensions, "jobs_run", lambda _code: None)
    export = taken(client_of("ben"), cast)
    db.session.commit()

    def slowly(*arguments: Any) -> None:
        written.append(export_code)
        if len(written) == 1:  # silent for so long that another worker is woken
            other = threading.Thread(target=run, args=(job_code,))
            other.start()
            other.join()
        write_xlsx(*arguments)

    export_code, job_code = export.code, export.job_code
    monkeypatch.setattr(gathering, "write_xlsx", slowly)
    run(job_code)
    job = db.session.scalars(select(Job).where(Job.code == job_code)).one()
    db.session.refresh(job)
    assert (job.status, written) == (JobStatus.DONE, [export_code])
    assert [path.name for path in (vault.folder() / export_code).iterdir()] == ["sealed"]


@pytest.mark.covers("EXP-06", "FLT-01")
def test_a_file_that_takes_its_worker_along_is_not_begun_for_ever(
    app: Flask, client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, begun = app.extensions["jobs_run"], list[str]()
    monkeypatch.setitem(app.extensions, "jobs_run", lambda _code: None)
    code = taken(client_of("ben"), cast).job_code

    def killed(*_arguments: Any) -> None:
        begun.append(code)
        raise ElsewhereError  # whoever was at it is gone before the file is there

    monkeypatch.setattr(gathering, "make_file", killed)
    monkeypatch.setattr(job_operations, "MOST_TRIES", 3)
    for _ in range(6):
        run(code)
    job = db.session.scalars(select(Job).where(Job.code == code)).one()
    db.session.refresh(job)
    assert (job.status, len(begun)) == (JobStatus.FAILED, 4)
    assert "停下了" in client_of("ben").page(f"/o/{cast.code('东一村')}/exports").text


def test_a_list_that_grew_is_asked_for_again(
    app: Flask, client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = app.extensions["jobs_run"]
    monkeypatch.setitem(app.extensions, "jobs_run", lambda _code: None)
    export = taken(client_of("ben"), cast)
    crowd(cast, 1)
    run(export.job_code)
    job = db.session.scalars(select(Job).where(Job.code == export.job_code)).one()
    db.session.refresh(job)
    assert job.status is JobStatus.FAILED
    assert "请重新导出" in job.problem
    assert "停下了" in client_of("ben").page(f"/o/{cast.code('东一村')}/exports").text


@pytest.mark.covers("EXP-06", "AZ-12")
def test_after_a_day_the_file_is_gone(client_of: Clients, cast: Cast, folder: Path) -> None:
    ben = client_of("ben")
    export = taken(ben, cast)
    assert [path.name for path in folder.iterdir()] == [export.code]
    assert [path.name for path in (folder / export.code).iterdir()] == ["sealed"]
    assert purge_exports(clock.now() + timedelta(hours=23)) == 0
    export.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert download(ben, export).status_code == 404
    assert purge_exports(clock.now()) == 1
    db.session.commit()
    assert list(folder.iterdir()) == []
    assert export.status is ExportStatus.REMOVED
    assert download(ben, export).status_code == 404


@pytest.mark.covers("EXP-06")
def test_the_same_list_again_replaces_the_older_file(
    client_of: Clients, cast: Cast, folder: Path
) -> None:
    ben = client_of("ben")
    first, other = taken(ben, cast), taken(ben, cast, query="?sex=female")
    second = taken(ben, cast)
    assert {path.name for path in folder.iterdir()} == {other.code, second.code}
    db.session.refresh(first)
    assert first.status is ExportStatus.REMOVED
    assert ben.post(f"/me/exports/{second.code}/remove").status_code == 303
    assert {path.name for path in folder.iterdir()} == {other.code}
    assert client_of("cora").post(f"/me/exports/{other.code}/remove").status_code == 404


@pytest.mark.covers("EXP-06")
def test_a_worker_that_begins_removes_what_is_over(
    app: Flask, client_of: Clients, cast: Cast, folder: Path
) -> None:
    export = taken(client_of("ben"), cast)
    stray = folder / "leftover"
    stray.mkdir()
    long_ago = clock.now().timestamp() - vault.YOUNG_SECONDS - 5
    os.utime(stray, (long_ago, long_ago))
    export.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["jobs", "run-silent"]).exit_code == 0
    assert list(folder.iterdir()) == []


def test_a_request_lapses(client_of: Clients, cast: Cast) -> None:
    export = taken(client_of("finn"), cast, "东小学", "?kind=youth")
    export.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    cora = client_of("cora")
    assert export.code not in cora.get(f"/o/{cast.code('东县')}/exports/requests").text
    assert purge_exports(clock.now()) == 1
    assert export.status is ExportStatus.LAPSED
