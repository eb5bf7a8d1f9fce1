"""The steps of set-up: what they say when they fail and what they leave behind."""

import hashlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import frontend, migration, node, programs, serve

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "said",
    [
        "WARNING: Retrying after connection broken by 'NewConnectionError'",
        "error: error sending request for url",
        "npm error code ENOTFOUND",
        "Temporary failure in name resolution",
    ],
)
def test_a_broken_network_gives_one_sentence_with_what_to_do(said: str) -> None:
    message = programs.explain("Installing", f"{said}\nmore\nlines")
    assert message.startswith("Installing: the package server cannot be reached.")
    assert "run the same command again" in message
    assert "\n" not in message


def test_another_failure_shows_the_reason() -> None:
    message = programs.explain("Installing", "ERROR: hashes do not match")
    assert "hashes do not match" in message
    assert "network" not in message


def test_a_program_that_fails_ends_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="no such thing"):
        programs.run([sys.executable, "-c", "raise SystemExit('no such thing')"], "Trying")


@pytest.mark.parametrize(
    ("version", "expected"), [("8.19.2", False), ("10.0.0", True), ("", False)]
)
def test_an_old_npm_is_not_used(tmp_path: Path, version: str, expected: bool) -> None:
    program = tmp_path / "npm"
    program.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
    program.chmod(0o755)
    assert node.is_new_enough(str(program)) is expected


def test_front_end_files_carry_a_hash_and_stand_in_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "node_modules", tmp_path / "vendor"
    (source / "htmx").mkdir(parents=True)
    (source / "htmx" / "htmx.min.js").write_bytes(b"content")
    target.mkdir()
    (target / "htmx.old.min.js").touch()
    monkeypatch.setattr(frontend, "SOURCE", source)
    monkeypatch.setattr(frontend, "TARGET", target)
    monkeypatch.setattr(frontend, "FILES", {"htmx.min.js": "htmx/htmx.min.js"})
    frontend.main()
    name = f"htmx.{hashlib.sha256(b'content').hexdigest()[:10]}.min.js"
    assert json.loads((target / "manifest.json").read_text("utf-8")) == {"htmx.min.js": name}
    assert {path.name for path in target.iterdir()} == {name, "manifest.json"}


def test_migrations_are_numbered_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    monkeypatch.setattr(migration, "MIGRATIONS", tmp_path)
    assert migration.next_revision() == "0001"
    (versions / "0001_create_organizations.py").touch()
    (versions / "0010_add_terms.py").touch()
    assert migration.next_revision() == "0011"


def test_a_port_in_use_is_seen() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert not serve.is_taken("127.0.0.1", port)
        listener.listen()
        assert serve.is_taken("127.0.0.1", port)


def test_make_help_names_every_task() -> None:
    said = subprocess.run(
        ["make", "help"], cwd=programs.ROOT, capture_output=True, text=True, check=True
    )
    tasks = ["setup", "run", "test", "check", "fix", "bench", "covers", "messages", "migration"]
    assert [task for task in tasks if f"make {task} " not in said.stdout] == []
