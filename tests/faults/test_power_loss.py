"""What is acknowledged is on the disk: kill -9 proves nothing about a power cut (FLT-03)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from core.database import db
from tests.faults.killing import IS_FULL
from tools.programs import ROOT

COMMITS = 1000 if IS_FULL else 40
PROGRAM = """
import os, sys
from sqlalchemy import create_engine, text
from core.database import connect_options, prepare_engine
engine = create_engine(sys.argv[1], **connect_options(sys.argv[1]))
prepare_engine(engine)
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE facts (word TEXT)"))
os.write(1, b"acknowledged")
for _ in range(int(sys.argv[2])):
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO facts VALUES ('a fact')"))
    os.write(1, b"acknowledged")
"""


@pytest.mark.pure
@pytest.mark.covers("FLT-03")
def test_a_sync_lies_before_each_acknowledged_commit(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    if subprocess.run([strace, "-o", os.devnull, "true"], check=False).returncode:
        pytest.skip("this machine forbids to trace a process")
    calls = tmp_path / "calls"
    traced = [strace, "-f", "-o", str(calls), "-e", "trace=write,fsync,fdatasync"]
    program = [sys.executable, "-c", PROGRAM, f"sqlite:///{tmp_path / 'live.db'}", str(COMMITS)]
    subprocess.run([*traced, *program], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    parts = calls.read_text("utf-8").split('"acknowledged"')
    assert len(parts) == COMMITS + 2
    assert [n for n, part in enumerate(parts[:-1]) if "sync(" not in part] == []


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("FLT-03")
def test_a_connection_that_does_not_wait_for_the_disk_is_not_ready(app: Flask) -> None:
    assert app.test_client().get("/readyz").status_code == 200
    with app.app_context():
        with db.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA synchronous=NORMAL")
        answer = app.test_client().get("/readyz")
        db.engine.dispose()
    assert (answer.status_code, answer.text) == (503, "durability")


@pytest.mark.only_on("postgresql")
@pytest.mark.covers("FLT-03")
def test_a_server_that_does_not_wait_for_the_disk_is_not_ready(app: Flask) -> None:
    with app.app_context():
        url = db.engine.url.update_query_dict({"options": "-c synchronous_commit=off"})
        engines = cast("dict[str | None, Engine]", db.engines)
        usual, engines[None] = engines[None], create_engine(url)
        try:
            answer = app.test_client().get("/readyz")
        finally:
            engines[None].dispose()
            engines[None] = usual
    assert (answer.status_code, answer.text) == (503, "durability")
