"""Switches one control off at a time and asks whether the tests of its check go red.

A suite is worth what it can catch (security.md section 6). Each mutant of tests/mutants.toml is
made in a copy of the tree; the tests of its check must pass before and fail after. Names on the
command line choose some. The exit status is 1 where one survives, or where nothing could be said.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.programs import BIN, ROOT

MUTANTS = ROOT / "tests" / "mutants.toml"
#: What git does not keep and the tests need; linked, never changed.
BESIDE = (".venv", "node_modules", "static/vendor")
PASSED, FAILED = 0, 1


class CannotTellError(Exception):
    """The mutant fits the tree no more, or its tests do not pass without it."""


def main(names: list[str]) -> int:
    """Run the chosen mutants, or all; print one line for each."""
    known = tomllib.loads(MUTANTS.read_text("utf-8"))
    unknown = sorted(set(names) - set(known))
    if unknown or not known:
        print(f"No such mutant: {', '.join(unknown)}")
        return 1
    outcomes = [show(name, known[name]) for name in names or known]
    print(f"{sum(outcomes)} of {len(outcomes)} were caught.")
    return 0 if all(outcomes) else 1


def show(name: str, mutant: Mapping[str, Any]) -> bool:
    """Whether a mutant was caught; says so in a line."""
    try:
        caught = is_caught(mutant)
        word = "caught" if caught else "SURVIVED"
    except CannotTellError as error:
        caught, word = False, f"CANNOT TELL: {error}"
    print(f"{name:11} {mutant['check']:8} {word}: {mutant['what']}", flush=True)
    return caught


def is_caught(mutant: Mapping[str, Any]) -> bool:
    """Whether the tests of the check pass on the tree and fail with the control switched off."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        if run_tests(tree, mutant) != PASSED:
            raise CannotTellError("its tests fail without it, or there are none")
        file = tree / mutant["file"]
        file.write_text(switched_off(file.read_text("utf-8"), mutant), encoding="utf-8")
        status = run_tests(tree, mutant)
    if status not in {PASSED, FAILED}:
        raise CannotTellError(f"the tests did not run: status {status}")
    return status == FAILED


def switched_off(text: str, mutant: Mapping[str, Any]) -> str:
    """The text of the file without the control. Raises CannotTellError where it is not found."""
    if "append" in mutant:
        return text + str(mutant["append"])
    if text.count(mutant["before"]) != 1:
        raise CannotTellError(f"{mutant['file']} has another text now")
    return text.replace(mutant["before"], mutant["after"])


def copy_tree(target: Path) -> None:
    """Copy every file that git tracks or would track, and link what stands beside them."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    catalogues = [str(path.relative_to(ROOT)) for path in ROOT.glob("translations/*/*/*.mo")]
    for name in [*listing.decode().split("\0"), *catalogues]:
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for name in BESIDE:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).symlink_to(ROOT / name)


def run_tests(tree: Path, mutant: Mapping[str, Any]) -> int:
    """Run the tests of the mutant's check in a tree until one fails; the status of pytest."""
    database = mutant.get("database", "sqlite")
    options = ["-q", "-x", f"--database={database}", f"--covers={mutant['check']}"]
    command = [str(BIN / "python"), "-m", "pytest", *options, *mutant["tests"]]
    return subprocess.run(command, cwd=tree, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
