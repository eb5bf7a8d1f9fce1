"""What is installed: every package locked with its hash, none below a version known to be bad."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from packaging.version import Version

from tools.programs import ROOT

pytestmark = pytest.mark.pure

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)", re.IGNORECASE)
MANUAL = ROOT / "docs" / "operations.md"
READ_ON = re.compile(r"`deploy/minimum-versions.csv`\s+\(read on (\d{4}-\d{2}-\d{2})\)")


def entries(name: str) -> list[str]:
    """Return the entries of a lock, each with its continued lines."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    return [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]


def locked() -> dict[str, Version]:
    """Return ``package -> version`` of all locks; of a package in two of them the lower one."""
    found: dict[str, Version] = {}
    for name in LOCKS:
        for line in entries(name):
            match = PINNED.match(line)
            assert match, f"{name}: {line[:60]}"
            package, version = match[1].lower(), Version(match[2])
            found[package] = min(version, found.get(package, version))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_a_hash(name: str) -> None:
    found = entries(name)
    assert found
    assert [line[:60] for line in found if "--hash=sha256:" not in line] == []


@pytest.mark.covers("CFG-06")
def test_no_package_is_below_a_version_that_is_known_to_be_bad() -> None:
    with (ROOT / "deploy" / "minimum-versions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    versions = locked()
    assert [row["package"] for row in rows if row["package"] not in versions] == []
    bad = {
        row["package"]: row["advisory"]
        for row in rows
        if versions[row["package"]] < Version(row["minimum"])
    }
    assert bad == {}


@pytest.mark.covers("CFG-06")
def test_the_manual_says_when_the_list_was_read() -> None:
    found = READ_ON.search(MANUAL.read_text("utf-8"))
    assert found
    assert date.fromisoformat(found[1]) <= date.today()  # noqa: DTZ011 - a date of people
