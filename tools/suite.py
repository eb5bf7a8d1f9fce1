"""Runs every test, once with SQLite and once with PostgreSQL.

With --unless-passed, nothing is run where the very same tree has passed before. With
--covers=ID,ID only the tests of these checks are run, on whichever database they are about.
"""

import os
import subprocess
import sys
from pathlib import Path

from tools import tree
from tools.programs import BIN, ROOT

CACHE = ROOT / ".cache"
PASSED = CACHE / "tests-passed"
NO_TESTS_COLLECTED = 5
HALVES = {
    "sqlite": [],
    "postgresql": ["-m", "not pure and not browser"],
}


def main(arguments: list[str]) -> int:
    """Run both halves; 0 when both passed. A state is remembered when nothing was left out."""
    if arguments and arguments[0].startswith("--covers="):
        return run_checks(arguments[0])
    key = tree.key()
    if "--unless-passed" in arguments and has_passed(key):
        print("Tests: this very tree has passed already, with nothing left out; not run again.")
        return 0
    CACHE.mkdir(exist_ok=True)
    PASSED.unlink(missing_ok=True)
    results = {database: run_half(database) for database in HALVES}
    left_out = "".join(left_out_file(database).read_text("utf-8") for database in HALVES)
    failed = [database for database, status in results.items() if status]
    print_outcome(failed, left_out)
    if not failed and not left_out and key and key == tree.key():
        PASSED.write_text(key, encoding="utf-8")
    return 1 if failed else 0


def has_passed(key: str) -> bool:
    """Whether this state is the one that passed last."""
    return bool(key) and PASSED.exists() and PASSED.read_text("utf-8") == key


def run_half(database: str) -> int:
    """Run the tests with one database; the exit status of pytest, 5 when it found no test."""
    report = left_out_file(database)
    report.write_text("", encoding="utf-8")
    return run_tests(database, ["-n", "2", f"--left-out-to={report}"])


def run_checks(option: str) -> int:
    """Run the tests of some checks; a check may be about one database only, but not about none."""
    statuses = {run_tests(database, ["--quiet", option]) for database in HALVES}
    return 0 if 0 in statuses and statuses <= {0, NO_TESTS_COLLECTED} else 1


def run_tests(database: str, options: list[str]) -> int:
    """Run the tests of one half with further options; the exit status of pytest."""
    print(f"\nTests with {database}", flush=True)
    command = [str(BIN / "python"), "-m", "pytest", f"--database={database}"]
    return subprocess.run(
        [*command, *HALVES[database], *options], cwd=ROOT, env=surroundings(), check=False
    ).returncode


def surroundings() -> dict[str, str]:
    """The environment of a run: Python keeps what it compiled, though the machine says not to.

    Tests start dozens of servers and workers; each would compile the product anew.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def left_out_file(database: str) -> Path:
    """Where a half writes what it left out."""
    return CACHE / f"left-out-{database}"


def print_outcome(failed: list[str], left_out: str) -> None:
    """Say in the last lines what failed and what was not tested at all."""
    print()
    if left_out:
        print(f"Left out:\n{left_out}", end="")
    print(f"Failed with: {', '.join(failed)}" if failed else "Passed with: " + ", ".join(HALVES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
