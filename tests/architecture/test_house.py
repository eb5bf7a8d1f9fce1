"""House rules that no linter knows."""

import ast
import json
import re
from importlib import metadata

import pytest

from tests.architecture.tree import ROOT, files, functions, sources, texts

pytestmark = pytest.mark.pure

LONGEST_FILE = 350
LONGEST_FUNCTION = 45
CODE = {".css", ".html", ".js", ".py", ".sh", ""}

DRAWERS = re.compile(r"(^|/)(utils?|helpers?|common|misc|services?)(\.[a-z]+|/|$)")
MACHINE_PATHS = re.compile(r"(?<![\w.>}])/(work|farm|root|home|Users)/[A-Za-z.]")
HOSTS = re.compile(
    r"registry\.npmjs|files\.pythonhosted|pypi\.org|deb\.debian|jsdelivr\.|unpkg\.com|cdnjs\."
)

# The protected emblem is no ornament: plus signs of ornament, crosses, the hospital.
EMBLEMS = re.compile(
    "[\u2719-\u2720\u271a\u2795\u2629\u26e8\u2624\u2670\u2671\U0001f3e5\U0001f547]"
)


def test_files_are_short() -> None:
    lengths = {
        str(path): text.count("\n")
        for path, text in texts()
        if path.suffix in CODE and path.name != "LICENSE" and path.parts[0] != "migrations"
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {name: (node.end_lineno or 0) - node.lineno for name, node in functions()}
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_files_are_rooms_not_drawers() -> None:
    assert files()
    assert [str(path) for path in files() if DRAWERS.search(path.as_posix().lower())] == []


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(MACHINE_PATHS, id="path of one machine"),
        pytest.param(HOSTS, id="host of a registry"),
        pytest.param(EMBLEMS, id="cross"),
    ],
)
def test_no_file_names_what_does_not_belong_there(forbidden: re.Pattern[str]) -> None:
    found = [f"{path}: {match[0]}" for path, text in texts() if (match := forbidden.search(text))]
    assert found == []


@pytest.mark.parametrize(
    ("forbidden", "text"),
    [
        (DRAWERS, "members/utils.py"),
        (DRAWERS, "common/names.py"),
        (MACHINE_PATHS, "see /" + "work/main"),
        (HOSTS, "https://" + "pypi" + ".org/simple"),
        (EMBLEMS, "\u271a"),
        (EMBLEMS, "\U0001f3e5"),
    ],
)
def test_what_does_not_belong_there_is_recognized(forbidden: re.Pattern[str], text: str) -> None:
    assert forbidden.search(text)


def test_every_test_can_fail() -> None:
    words = re.compile(r"Assert\(|raises|warns|assert_|check|expect")
    tests = [
        (name, node)
        for name, node in functions()
        if name.startswith("tests/") and node.name.startswith("test_")
    ]
    assert tests
    assert [name for name, node in tests if not words.search(ast.dump(node))] == []


# ------------------------------------------------------------------------------ lock files

PIN = re.compile(r"([a-z0-9.-]+)(\[[a-z0-9,-]+\])?==([^ ;\\]+)")
LOCKS = ["requirements", "requirements-dev", "requirements-node"]


def chosen(name: str) -> set[str]:
    """The packages that a person chose in an .in file."""
    lines = (ROOT / f"{name}.in").read_text("utf-8").splitlines()
    return {match[0].lower() for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))}


def locked(name: str) -> list[str]:
    """One text per pinned package of a lock file, with its hashes and its origin."""
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    return re.split(r"\n(?=[a-z])", text)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_was_chosen_with_hashes(name: str) -> None:
    pins = locked(name)
    assert [pin for pin in pins if not PIN.match(pin)] == []
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    direct = {PIN.match(pin)[1] for pin in pins if f"-r {name}.in" in pin}  # type: ignore[index]
    assert direct == chosen(name)


@pytest.mark.parametrize("name", LOCKS)
def test_every_chosen_package_has_its_reason(name: str) -> None:
    lines = (ROOT / f"{name}.in").read_text("utf-8").splitlines()
    packages = [line for line in lines if re.match(r"[a-z]", line)]
    assert packages
    assert [line for line in packages if not re.search(r" # \w{2,}", line)] == []


def test_extras_that_packages_ask_for_are_pinned_with_them() -> None:
    """A pip older than 23.3 takes the newest release of `name[extra]`, whose hash no lock has."""
    asked = {
        found[0]
        for package in metadata.distributions()
        for line in package.requires or []
        if "extra ==" not in line and (found := re.match(r"[\w.-]+\[[\w,-]+\]", line))
    }
    pins = [pin for name in LOCKS for pin in locked(name)]
    assert asked
    assert [name for name in asked if not any(pin.startswith(f"{name}==") for pin in pins)] == []


def test_both_python_locks_agree() -> None:
    def versions(name: str) -> dict[str, str]:
        return {found[1]: found[3] for pin in locked(name) if (found := PIN.match(pin))}

    runtime, development = versions("requirements"), versions("requirements-dev")
    both = runtime.keys() & development.keys()
    assert both
    assert {name: runtime[name] for name in both} == {name: development[name] for name in both}


def test_the_front_end_lock_has_hashes_and_no_addresses() -> None:
    declared = json.loads((ROOT / "package.json").read_text("utf-8"))
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    root = packages.pop("")
    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
    for kind in ("dependencies", "devDependencies"):
        assert root[kind] == declared[kind]


@pytest.mark.covers("IN-05")
def test_only_the_web_room_reads_the_address() -> None:
    own = {"core/web.py", "core/headers.py"}
    readers = {str(path) for path, text in sources() if re.search(r"request\.(args|values)", text)}
    assert "core/web.py" in readers
    assert {name for name in readers if not name.startswith(("tests/", "bench/"))} <= own
