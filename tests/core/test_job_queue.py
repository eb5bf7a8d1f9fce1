"""The queue holds nothing that counts: whatever is wrong with it, pages are served."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from huey import SqliteHuey
from redis.exceptions import ConnectionError as NoAnswer

from core.jobs import cli, queue
from tests.conftest import make_config
from tools import serve
from tools.programs import ROOT

pytestmark = pytest.mark.pure


@pytest.mark.covers("FLT-06")
def test_a_broken_queue_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"no database" * 500)
    found = queue._huey(make_config(tmp_path, jobs_url=""))
    found.storage.enqueue(b"1")
    assert found.storage.queue_size() == 1
    found.storage.close()


@pytest.mark.covers("FLT-06")
def test_a_queue_that_is_held_keeps_nobody_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(tmp_path, jobs_url="")
    queue._huey(config)
    short = lambda *given, **more: SqliteHuey(*given, timeout=0, **more)  # noqa: E731
    monkeypatch.setattr(queue, "SqliteHuey", short)
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        found = queue._huey(config)
    found.storage.enqueue(b"1")
    assert found.storage.queue_size() == 1
    found.storage.close()


def test_a_request_does_not_wait_for_a_redis_that_is_away(tmp_path: Path) -> None:
    found = queue._huey(make_config(tmp_path, jobs_url="redis://127.0.0.1:1/1"))
    assert found.storage.pool.connection_kwargs["socket_connect_timeout"] <= 1
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        found.storage.enqueue(b"1")
    assert time.monotonic() - began < 1  # asked once


@pytest.mark.covers("FLT-01")
def test_a_worker_ends_although_its_server_was_gone_before_it_began() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    program = f"from core.jobs.cli import _follow; _follow({gone.pid})"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=30, check=True)
    assert "--parent" in serve.worker()
    assert [option.name for option in cli.work.params] == ["parent"]
