"""A disk that is full at random moments: a clear answer, nothing broken, and on it goes."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import create_app
from core.access.marks import public
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM, record
from core.audit.queries import verify_chain
from core.backup import expiry
from core.database import db
from tests.cast import build_cast
from tests.client import Client
from tests.conftest import make_config
from tests.faults.killing import IS_FULL
from tests.schema import make_schema

TRIALS = 50 if IS_FULL else 6
DISK = "96m"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder that is a small disk of its own."""
    folder, mount = tmp_path_factory.mktemp("disk"), shutil.which("mount") or "mount"
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine forbids to mount a small disk")
    yield folder
    subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def small(disk: Path) -> Iterator[Flask]:
    """Return an application with the cast whose instance lies on the small disk."""
    app = create_app(make_config(disk))
    app.view_functions["shell.set_display"] = public(_write)
    with app.app_context():
        make_schema()
        build_cast()
        db.session.commit()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


def _write() -> ResponseReturnValue:
    size = int(request.form["size"])
    record("test.full", "trial", int(request.form["trial"]), by=SYSTEM, pad="x" * size)
    return redirect("/privacy", 303)


def fill(disk: Path, left: int) -> Path:
    """Fill the disk but for so many bytes; return the file that does."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        found = os.statvfs(disk)
        os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - left)
    return ballast


def shorten(disk: Path) -> None:
    """Move the log of writes into the database, so that the next one needs room again."""
    with closing(sqlite3.connect(disk / "test.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("FLT-04")
def test_a_full_disk_is_told_and_breaks_nothing(disk: Path, small: Flask) -> None:
    random, client = Random(4), Client(small)  # noqa: S311
    kept, refused = set(), 0
    for trial in range(1, TRIALS + 1):
        shorten(disk)
        ballast = fill(disk, random.randrange(0, 400_000))
        data = {"trial": str(trial), "size": str(random.randrange(1, 400_000))}
        answer = client.post("/display", data)
        assert answer.status_code in {303, 503}
        if answer.status_code == 303:
            kept.add(trial)
        else:
            refused += 1
            assert answer.headers["Retry-After"] == "30"
            assert "内容没有保存" in answer.text
        assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "space")
        ballast.unlink()
        assert client.get("/readyz").status_code == 200
        again = client.post("/display", data | {"trial": str(trial + 1000)})
        assert again.status_code == 303
        kept.add(trial + 1000)
    assert refused
    with closing(sqlite3.connect(disk / "test.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = select(AuditEvent.subject_id).where(AuditEvent.action == "test.full")
    assert set(db.session.scalars(found)) == kept
    assert verify_chain(AuditEvent).is_sound
    db.session.rollback()


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("FLT-04")
def test_a_backup_without_room_leaves_no_half_of_one(disk: Path, small: Flask) -> None:
    ballast, folder = fill(disk, 300_000), expiry.folder()
    result = small.test_cli_runner().invoke(args=["backup", "create"])
    assert result.exit_code == 1
    assert "no backup was kept" in result.output
    assert not list(folder.glob("*"))
    ballast.unlink()
    assert small.test_cli_runner().invoke(args=["backup", "create"]).exit_code == 0
    assert len(list(folder.glob("*.backup"))) == 1


@pytest.mark.covers("FLT-04")
def test_a_log_that_takes_no_line_fails_nobody() -> None:
    program = (
        "import os, structlog; from core import logging; logging.configure();"
        "structlog.get_logger('x').info('a line'); os.write(1, b'went on'); os._exit(0)"
    )
    with Path("/dev/full").open("w") as full:
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            os.write(full.fileno(), b"x")
        done = subprocess.run(
            [sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, stderr=full, check=True
        )
    assert done.stdout == b"went on"
