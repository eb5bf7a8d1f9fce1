"""When the whole suite counts as passed, and when it is not run again."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import suite, tree

pytestmark = pytest.mark.pure

Halves = Callable[..., list[str]]


@pytest.fixture
def halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Halves:
    """Replaces the runs by given exit statuses; gives the list of databases that were run."""
    monkeypatch.setattr(suite, "CACHE", tmp_path)
    monkeypatch.setattr(suite, "PASSED", tmp_path / "tests-passed")
    monkeypatch.setattr(tree, "key", lambda: "tree 1")

    def replace(left_out: str = "", **statuses: int) -> list[str]:
        run: list[str] = []

        def run_half(database: str) -> int:
            run.append(database)
            suite.left_out_file(database).write_text(left_out, "utf-8")
            return statuses.get(database, 0)

        monkeypatch.setattr(suite, "run_half", run_half)
        return run

    return replace


def test_both_halves_run_also_when_the_first_fails(halves: Halves) -> None:
    run = halves(sqlite=1)
    assert suite.main([]) == 1
    assert run == ["sqlite", "postgresql"]


@pytest.mark.parametrize("status", [1, 2, suite.NO_TESTS_COLLECTED])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_half_that_fails_or_finds_no_test_fails_the_whole(
    halves: Halves, database: str, status: int
) -> None:
    halves(**{database: status})
    assert suite.main([]) == 1
    run = halves()
    assert suite.main(["--unless-passed"]) == 0
    assert run


def test_a_tree_that_passed_is_not_run_again(
    halves: Halves, capsys: pytest.CaptureFixture[str]
) -> None:
    halves()
    assert suite.main([]) == 0
    run = halves()
    assert suite.main(["--unless-passed"]) == 0
    assert run == []
    assert "not run again" in capsys.readouterr().out


def test_a_changed_tree_is_run_again(halves: Halves, monkeypatch: pytest.MonkeyPatch) -> None:
    halves()
    suite.main([])
    monkeypatch.setattr(tree, "key", lambda: "tree 2")
    run = halves()
    suite.main(["--unless-passed"])
    assert run == ["sqlite", "postgresql"]


def test_a_tree_of_which_something_was_left_out_is_run_again(
    halves: Halves, capsys: pytest.CaptureFixture[str]
) -> None:
    halves(left_out="1 left out, no chromium\n")
    assert suite.main([]) == 0
    assert "1 left out, no chromium" in capsys.readouterr().out
    run = halves()
    suite.main(["--unless-passed"])
    assert run


@pytest.mark.parametrize(
    ("sqlite", "postgresql", "expected"),
    [(0, 0, 0), (0, 5, 0), (5, 0, 0), (5, 5, 1), (0, 1, 1), (4, 0, 1)],
)
def test_a_check_may_be_about_one_database_but_not_about_none(
    monkeypatch: pytest.MonkeyPatch, sqlite: int, postgresql: int, expected: int
) -> None:
    statuses = {"sqlite": sqlite, "postgresql": postgresql}
    monkeypatch.setattr(suite, "run_tests", lambda database, _options: statuses[database])
    assert suite.main(["--covers=IN-01"]) == expected


def test_the_name_of_a_tree_follows_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "ROOT", tmp_path)
    assert tree.key() == ""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    keys = [tree.key()]
    for name, text in {"a.py": "1", "b.py": "2"}.items():
        (tmp_path / name).write_text(text, "utf-8")
        keys.append(tree.key())
    (tmp_path / "b.py").write_text("3", "utf-8")
    keys.append(tree.key())
    assert len(set(keys)) == len(keys)
    assert tree.key() == keys[-1]


def test_what_python_compiled_is_kept_for_the_servers_that_tests_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    kept = suite.surroundings()
    assert "PYTHONDONTWRITEBYTECODE" not in kept
    assert kept["LANG"] == "C.UTF-8"
