"""kill -9 while a file is made: every row once, nothing left beside the file (EXP-06)."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.access.permissions import Permission
from core.config import Config
from core.database import db
from core.exports import vault
from core.exports.writing import FileFormat
from core.jobs.rules import JobStatus
from members import operations
from members.models import Export, Membership
from members.operations import gathering
from members.rules import LIVE_STATES
from members.rules.exports import ExportPurpose, ExportStatus, ExportSubject
from tests import factories as make
from tests.cast import organization_named
from tests.faults.killing import IS_FULL, KILLS, kill_until_done, secretary, state_of
from tests.races import books

ROWS, CHUNK = (2_400, 1_000) if IS_FULL else (300, 100)

turns = count()


@pytest.fixture(scope="module")
def branch(served: tuple[Flask, Config]) -> int:
    """Return how many members the branch has, many of them made now."""
    app, _ = served
    with app.app_context():
        place = organization_named("东一村")
        for _ in range(ROWS):
            make.make_membership(make.make_person(), place)
        books.settle()
        db.session.commit()
        here = Membership.organization_id == place.id, Membership.status.in_(LIVE_STATES)
        return db.session.scalar(select(func.count()).where(*here)) or 0


def begin() -> tuple[str, str]:
    """Ask for a file, a workbook and CSV in turn; return the codes of export and job."""
    kind = FileFormat.CSV if next(turns) % 2 else FileFormat.XLSX
    wish = operations.Wish(ExportSubject.MEMBERS, {}, ("phone",), kind, ExportPurpose.CHECK, "演练")
    export = operations.ask_for_export(secretary(Permission.MEMBERS_EXPORT), wish, now=clock.now())
    db.session.commit()
    return export.code, export.job_code


@pytest.mark.covers("EXP-06", "FLT-01")
def test_a_file_survives_every_kill(
    served: tuple[Flask, Config], branch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = served
    monkeypatch.setattr(gathering, "CHUNK", CHUNK)
    monkeypatch.setattr("members.operations.exports._take_quota", lambda *_: True)
    kills, random = 0, Random(20)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            code, job_code = begin()
        kills += kill_until_done(app, job_code, random)
        job = state_of(app, job_code)
        assert (job.status, job.done) == (JobStatus.DONE, branch)
        with app.app_context():
            export = db.session.scalars(select(Export).where(Export.code == code)).one()
            assert export.status is ExportStatus.READY
            folder: Path = vault.folder() / code
            assert [path.name for path in folder.iterdir()] == ["sealed"]
            data = b"".join(vault.pieces(code))
            if export.format is FileFormat.CSV:
                lines = data.decode("utf-8-sig").splitlines()
                numbers = {line.split(",")[1] for line in lines[4:-1]}
                assert len(numbers) == len(lines) - 5 == branch
            else:
                assert data.startswith(b"PK")
            db.session.remove()
