"""Which database a run uses: --database sqlite (default) or --database postgresql.

The PostgreSQL server is the one that TEST_DATABASE_URL names (its role may create databases),
else the one on 127.0.0.1:5432, else one started from Debian's binaries, else every test is left
out with the reason. Every worker gets an empty database of its own, gone after the run.
"""

import getpass
import os
import secrets
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.plugins.cluster import Cluster, programs

VARIABLE = "TEST_DATABASE_URL"
NAME_PREFIX = "redcross_test_"


class Databases:
    """The server of this run and the database of this worker."""

    def __init__(self) -> None:
        self.server: str | None = None
        self.absence = "this run uses SQLite"
        self.run = os.getpid()
        self.worker = "main"
        self.cluster: Cluster | None = None
        self.name: str | None = None
        self.has_schema = False

    def find(self) -> None:
        """Look for a server, in the order that the module names."""
        given = os.environ.get(VARIABLE)
        if given:
            if not answers(plain(given)):
                message = f"{VARIABLE}: no answer, or its role may not create databases"
                raise pytest.UsageError(message)
            self.server = plain(given)
            return
        self.server = local_server()
        folder = programs()
        if self.server:
            drop_of_dead_runs(self.server)
        elif folder:
            self.start(folder)
        else:
            self.absence = "no PostgreSQL: install the package postgresql"

    def start(self, folder: Path) -> None:
        """Start a server of our own, or tell why it does not start."""
        self.cluster = Cluster(folder)
        try:
            self.server = self.cluster.start()
        except (OSError, LookupError, subprocess.CalledProcessError) as error:
            self.absence = f"no PostgreSQL: the server in {folder} does not start: {error}"

    def url(self) -> str | None:
        """The address of this worker's database for SQLAlchemy; it is created at first use."""
        if not self.server:
            return None
        if not self.name:
            self.name = f"{NAME_PREFIX}{self.run}_{self.worker}"
            create(self.server, self.name)
        parts = urlsplit(self.server)
        return urlunsplit(parts._replace(scheme="postgresql+psycopg", path=f"/{self.name}"))

    def close(self) -> None:
        """Drop the databases of this run, or stop the server that it started."""
        if self.cluster:
            self.cluster.stop()
        elif self.server:
            for name in names_of_run(self.server, f"{self.run}_"):
                drop(self.server, name)


DATABASES = Databases()


def postgresql_url() -> str | None:
    """The address of an empty PostgreSQL database of this worker, None where there is none.

    None also in a run with SQLite; postgresql_absence() tells the reason.
    """
    return DATABASES.url()


def postgresql_absence() -> str:
    """Why postgresql_url() is None."""
    return DATABASES.absence


@contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database besides that of the worker, gone afterwards."""
    server = plain(str(DATABASES.server))
    name = f"{NAME_PREFIX}{DATABASES.run}_{DATABASES.worker}_{secrets.token_hex(4)}"
    create(server, name)
    parts = urlsplit(server)
    yield urlunsplit(parts._replace(scheme="postgresql+psycopg", path=f"/{name}"))
    drop(server, name)


# ---------------------------------------------------------------------------------- servers


def plain(url: str) -> str:
    """The address without the driver that SQLAlchemy writes into it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{mark}{rest}"


def local_server() -> str | None:
    """The server on the standard port of this machine, where it lets us in without a password."""
    urls = [f"postgresql://{name}@127.0.0.1:5432/postgres" for name in local_roles()]
    return next((url for url in urls if answers(url)), None)


def local_roles() -> Iterable[str]:
    """The roles to try, in this order."""
    return dict.fromkeys(["postgres", getpass.getuser()])


def answers(url: str) -> bool:
    """Whether a server lets us in and this role may create databases there."""
    question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(question).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


# -------------------------------------------------------------------------------- databases


@contextmanager
def connected(server: str) -> Iterator[psycopg.Connection]:
    """A connection that commits each statement by itself."""
    with psycopg.connect(server, autocommit=True) as connection:
        yield connection


def create(server: str, name: str) -> None:
    """An empty database; UTF-8 whatever the server's default is."""
    statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    with connected(server) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def copy(server: str, name: str, to: str) -> None:
    """A database like another one, to which nobody is connected."""
    statement = "CREATE DATABASE {} TEMPLATE {}"
    with connected(server) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(to), sql.Identifier(name)))


def drop(server: str, name: str) -> None:
    """Remove a database, with the connections that a pool may still hold."""
    statement = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
    with connected(server) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def names_of_run(server: str, run: str) -> list[str]:
    """The test databases whose name goes on like this."""
    question = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    with connected(server) as connection:
        return [name for (name,) in connection.execute(question, [NAME_PREFIX + run])]


def drop_of_dead_runs(server: str) -> None:
    """Remove databases of runs on this machine that were killed before they could do it."""
    for name in names_of_run(server, ""):
        run = name.removeprefix(NAME_PREFIX).partition("_")[0]
        if run.isdigit() and not is_alive(int(run)):
            drop(server, name)


def is_alive(process: int) -> bool:
    """Whether a process of this number runs; it may belong to somebody else."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# ------------------------------------------------------------------------------------ hooks


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("databases", "the database of a run")
    group.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", None)
    if given:
        DATABASES.server, DATABASES.run = given["server"], given["run"]
        DATABASES.absence, DATABASES.worker = given["absence"], given["workerid"]
    elif config.getoption("--database") == "postgresql":
        DATABASES.find()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Hand the server to a worker of pytest-xdist."""
    known = {"server": DATABASES.server, "run": DATABASES.run, "absence": DATABASES.absence}
    node.workerinput.update(known)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        DATABASES.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests about the other database, and all of them where the server is missing."""
    database = config.getoption("--database")
    other = [item for item in items if database not in databases_of(item)]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in other]
    if database == "postgresql" and not DATABASES.server:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=DATABASES.absence))


def databases_of(item: pytest.Item) -> tuple[str, ...]:
    """The databases that a test is about."""
    marker = item.get_closest_marker("only_on")
    return marker.args if marker else ("sqlite", "postgresql")
