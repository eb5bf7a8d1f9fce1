"""kill -9 while a file is made: every row once, nothing left beside the file (EXP-06)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Post
from core import clock
from core.access.permissions import Permission, Reach
from core.access.scope import HeldPost, Principal, Scope
from core.config import Config
from core.database import db
from core.exports import vault
from core.exports.writing import FileFormat
from core.jobs.rules import JobStatus
from members import operations
from members.models import Export
from members.rules.exports import ExportPurpose, ExportStatus, ExportSubject
from tests import factories as make
from tests.cast import Cast, organization_named
from tests.faults.killing import kill_until_done, state_of, world
from tests.races import books

KILLS = 100 if os.environ.get("FAULTS") == "full" else 3
ROWS = 2_400

turns = count()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Config]]:
    """Return the application with a branch of many members, on a database of its own."""
    with world(tmp_path_factory.mktemp("exports")) as (app, config):
        with app.app_context():
            branch = organization_named("东一村")
            for _ in range(ROWS):
                make.make_membership(make.make_person(), branch)
            books.settle()
            db.session.commit()
            db.session.remove()
        yield app, config


def secretary() -> Scope:
    """Return the scope in which the secretary of the branch exports."""
    post = db.session.scalars(select(Post).where(Post.user_id == Cast().user("ben").id)).one()
    held = HeldPost(post.id, post.role, post.organization.place)
    return Scope(
        place=held.place,
        post=held,
        principal=Principal(post.user_id, None, (held,)),
        permission=Permission.MEMBERS_EXPORT,
        reach=Reach.BELOW,
    )


def begin() -> tuple[str, str]:
    """Ask for a file, a workbook and CSV in turn; return the codes of export and job."""
    kind = FileFormat.CSV if next(turns) % 2 else FileFormat.XLSX
    wish = operations.Wish(ExportSubject.MEMBERS, {}, ("phone",), kind, ExportPurpose.CHECK, "演练")
    export = operations.ask_for_export(secretary(), wish, now=clock.now())
    db.session.commit()
    return export.code, export.job_code


@pytest.mark.covers("EXP-06", "FLT-01")
def test_a_file_survives_every_kill(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, config = served
    monkeypatch.setattr("members.operations.exports._take_quota", lambda *_: True)
    kills, random = 0, Random(20)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            code, job_code = begin()
        kills += kill_until_done(app, config, job_code, random)
        job = state_of(app, job_code)
        assert (job.status, job.done) == (JobStatus.DONE, ROWS + 1)
        with app.app_context():
            export = db.session.scalars(select(Export).where(Export.code == code)).one()
            assert export.status is ExportStatus.READY
            folder: Path = vault.folder() / code
            assert [path.name for path in folder.iterdir()] == ["sealed"]
            data = b"".join(vault.pieces(code))
            if export.format is FileFormat.CSV:
                lines = data.decode("utf-8-sig").splitlines()
                numbers = {line.split(",")[1] for line in lines[4:-1]}
                assert len(numbers) == len(lines) - 5 == ROWS + 1
            else:
                assert data.startswith(b"PK")
            db.session.remove()
