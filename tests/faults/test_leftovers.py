"""What a killed run leaves behind keeps nothing from starting again (FLT-12)."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from bench.machine import children_of
from core import clock
from core.backup import copies, expiry, files
from core.backup.archive import read_chunks, read_head
from core.config import Config
from core.database import db
from core.files.operations import folder
from tests.backups import KEY
from tests.faults.killing import IS_FULL, killed
from tests.races.server import running

TRIALS, STARTS = 20, 20 if IS_FULL else 1
#: A copy of the cast takes about so many seconds on a quiet machine.
SPAN = 0.4


def copy(target: Path) -> None:
    """Take a copy as ``flask backup create`` does."""
    copies.create(db.engine, target, KEY)
    files.create(folder(), files.beside(target), KEY)


def is_whole(path: Path) -> bool:
    """Return whether a copy can be read to its end. Raises ArchiveError where it is torn."""
    with path.open("rb") as file:
        _head, text = read_head(file)
        return all(chunk is not None for chunk in read_chunks(file, text, KEY))


@pytest.mark.covers("FLT-12", "BAK-01")
def test_copies_that_were_killed_leave_no_torn_one_and_block_none(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app, random = served[0], Random(12)  # noqa: S311
    monkeypatch.setattr(expiry, "folder", lambda: tmp_path)
    with app.app_context():
        kept = folder() / ("cd/" + "cd" * 16)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(os.urandom(4_000_000))
    start, kills = clock.now(), 0
    for trial in range(TRIALS):
        target = tmp_path / expiry.name_of(start + timedelta(seconds=trial))
        kills += killed(app, partial(copy, target), random.random() * SPAN)
    assert kills
    whole = [path for path in tmp_path.iterdir() if path.suffix != ".partial"]
    assert all(is_whole(path) for path in whole)
    with app.app_context():
        last = tmp_path / expiry.name_of(start + timedelta(seconds=TRIALS))
        copy(last)
        assert is_whole(last)
        assert is_whole(files.beside(last))
        assert expiry.newest() == (start + timedelta(seconds=TRIALS)).replace(microsecond=0)
        expiry.drop_halves(clock.now() + timedelta(days=1, minutes=1))
        db.session.remove()
    assert list(tmp_path.glob("*.partial")) == []
    assert last.exists()


@pytest.mark.covers("FLT-12")
def test_a_server_that_was_killed_whole_starts_again(served: tuple[Flask, Config]) -> None:
    config = served[1]
    for _ in range(STARTS):
        with running(config, "") as server:  # ready, or it fails where it does not start
            for pid in servers(server.port):
                os.kill(pid, signal.SIGKILL)
    with running(config, "") as server:
        assert server.faults() == []


def servers(port: int) -> list[int]:
    """Return the processes of the web server on a port; other tests have theirs open."""
    found = []
    for pid in children_of(os.getpid()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        is_server = any(word.endswith(b"granian") for word in words) and b"-m" not in words[:3]
        if is_server and str(port).encode() in words:
            found.append(pid)
    assert found
    return found
