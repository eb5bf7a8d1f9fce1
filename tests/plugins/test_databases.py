"""Where the database of a run comes from. Each run here is a process of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins import cluster, databases

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]

ADDRESS = """
import pytest
from tests.plugins.databases import postgresql_absence, postgresql_url

def test_address():
    print("address", postgresql_url(), postgresql_absence())

@pytest.mark.only_on("sqlite")
def test_sqlite(): pass

@pytest.mark.only_on("postgresql")
def test_postgresql(): pass
"""

TABLE = """
import psycopg, pytest
from tests.plugins.databases import postgresql_url

@pytest.mark.parametrize("number", [1, 2])
def test_table(number):
    url = postgresql_url()
    print("address", url)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS people (name text)")
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    pytester.makeini("[pytest]\nmarkers = only_on(database): one database")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin,tests.plugins.databases")
    return pytester


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server for these tests alone, so that they disturb no other run."""
    folder = cluster.programs()
    if folder is None:
        pytest.skip("no PostgreSQL: install the package postgresql")
    started = cluster.Cluster(folder)
    yield started.start()
    started.stop()
    assert not started.folder.exists()


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-rP", *options)


def test_a_run_with_sqlite_has_no_postgresql(project: pytest.Pytester) -> None:
    project.makepyfile(ADDRESS)
    result = run(project)
    result.assert_outcomes(passed=2, deselected=1)
    result.stdout.fnmatch_lines(["address None this run uses SQLite"])


def test_without_any_server_every_test_is_left_out_with_the_reason(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(ADDRESS)
    project.makeconftest(
        "from tests.plugins import databases\n"
        "databases.local_server = lambda: None\n"
        "databases.programs = lambda: None\n"
    )
    result = run(project, "--database=postgresql", "-rs")
    result.assert_outcomes(skipped=2, deselected=1)
    result.stdout.fnmatch_lines(["*no PostgreSQL: install the package postgresql*"])


def test_a_server_that_does_not_start_is_the_reason(project: pytest.Pytester) -> None:
    project.makepyfile(ADDRESS)
    project.makeconftest(
        "from pathlib import Path\n"
        "from tests.plugins import databases\n"
        "databases.local_server = lambda: None\n"
        "databases.programs = lambda: Path('/nowhere')\n"
    )
    result = run(project, "--database=postgresql", "-rs")
    result.assert_outcomes(skipped=2, deselected=1)
    result.stdout.fnmatch_lines(["*no PostgreSQL: the server in /nowhere does not start*"])


def test_a_named_server_that_does_not_answer_is_an_error(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", f"postgresql://127.0.0.1:{cluster.free_port()}/none")
    project.makepyfile(ADDRESS)
    result = run(project, "--database=postgresql")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*TEST_DATABASE_URL: no answer*"])


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_every_worker_has_a_database_of_its_own_and_drops_it(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, server: str, workers: str
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", server)
    project.makepyfile(TABLE)
    result = run(project, "--database=postgresql", workers)
    result.assert_outcomes(passed=2)
    addresses = {line for line in result.outlines if line.startswith("address postgresql+psycopg:")}
    assert len(addresses) == (2 if workers == "-n2" else 1)
    assert databases.names_of_run(server, "") == []


def test_databases_of_dead_runs_are_dropped(server: str) -> None:
    ended = 2**22 + 1  # beyond the largest process number
    databases.create(server, f"redcross_test_{ended}_gw0")
    databases.create(server, f"redcross_test_{os.getpid()}_other")
    databases.drop_of_dead_runs(server)
    assert databases.names_of_run(server, "") == [f"redcross_test_{os.getpid()}_other"]
    databases.drop(server, f"redcross_test_{os.getpid()}_other")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql+psycopg://a@b/c", "postgresql://a@b/c"),
        ("postgresql://a@b/c", "postgresql://a@b/c"),
    ],
)
def test_an_address_of_sqlalchemy_is_understood(url: str, expected: str) -> None:
    assert databases.plain(url) == expected
