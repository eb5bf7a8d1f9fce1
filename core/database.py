"""The two databases behind one session: SQLite by default, PostgreSQL by configuration."""

from __future__ import annotations

import enum
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    String,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, joinedload, mapped_column
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Delete, Dialect, Update
    from sqlalchemy.engine import Connection, CursorResult
    from sqlalchemy.orm import MappedColumn

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

#: Whether the transaction about to begin may write. Requests that only read set it to False.
write_intent: ContextVar[bool] = ContextVar("write_intent", default=True)


class Base(DeclarativeBase):
    """Base of every model: one metadata, named constraints."""

    metadata = MetaData(naming_convention=NAMING)


class ReadingSession(Session):
    """Reads pages on PostgreSQL statement by statement, without a transaction around them.

    At READ COMMITTED each statement sees its own state of the database anyway; BEGIN and ROLLBACK
    are two journeys more for a page of five. What may write is in one transaction as ever.
    """

    def get_bind(self, *arguments: Any, **options: Any) -> Engine | Connection:
        """Return the engine of a statement."""
        engine = super().get_bind(*arguments, **options)
        reads = not write_intent.get() and isinstance(engine, Engine)
        if reads and engine.dialect.name == "postgresql":
            return _without_transaction(engine)
        return engine


@lru_cache(maxsize=4)
def _without_transaction(engine: Any) -> Engine:
    found: Engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    return found


db = SQLAlchemy(
    metadata=Base.metadata, disable_autonaming=True, session_options={"class_": ReadingSession}
)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a naive value raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""Primary key of large tables: SQLite numbers only plain INTEGER keys by itself."""

ByteOrdered = String(255).with_variant(String(255, collation="C"), "postgresql")
"""Text compared byte by byte, so that a prefix is a range."""

Digest = LargeBinary(32)


def enum_column(
    kind: type[enum.StrEnum], *, check: str | None = None, is_copy: bool = False, **options: Any
) -> MappedColumn[Any]:
    """Return a column for the enum's codes: VARCHAR(32) with a named CHECK on both databases.

    ``check`` names the constraint where a table has two columns of one kind. One that ``is_copy``
    is filled by the database from a column that has the CHECK, and needs none of its own.
    """
    column_type = Enum(
        kind,
        native_enum=False,
        length=32,
        create_constraint=not is_copy,
        name=check or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return mapped_column(column_type, **options)


#: Of so many statements a connection of SQLite remembers the plan; pages know a few hundred.
STATEMENTS = 512


#: How long one statement may take (LOAD-07): of a page, and of a command or job, which count and
#: move whole tables while nobody waits for a page.
PAGE_MILLISECONDS, COMMAND_MILLISECONDS = 5_000, 900_000


def connect_options(url: str, *, is_command: bool = False) -> Mapping[str, Any]:
    """Return engine options for the database behind the URL, of the server or of a command."""
    if url.startswith("sqlite"):
        local = {"timeout": 15, "cached_statements": STATEMENTS}
        return {"hide_parameters": True, "connect_args": local}
    limit = COMMAND_MILLISECONDS if is_command else PAGE_MILLISECONDS
    return {
        "pool_size": 4,
        "max_overflow": 4,
        "pool_recycle": 1800,
        "hide_parameters": True,
        "connect_args": {
            "options": f"-c statement_timeout={limit} -c lock_timeout=4000 -c timezone=UTC"
            # A page asks for few rows: starting helpers or a compiler costs more than it gives.
            " -c max_parallel_workers_per_gather=0 -c jit=off",
        },
    }


def beside(relationship: Any, *columns: Any) -> Any:
    """Return the option that reads a related row in the same statement, of it these columns."""
    return joinedload(relationship, innerjoin=True).load_only(*columns)


def insert_or(model: type[Any]) -> Any:
    """Return an insert into a table that may say what happens where the row is there already."""
    dialect = postgresql if is_postgresql() else sqlite
    return dialect.insert(model)


def escaped(text: str) -> str:
    """Return a text to look for with LIKE, ``/`` before each sign that means something there."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return text


SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=134217728",
    "PRAGMA temp_store=MEMORY",
)


def prepare_engine(engine: Engine) -> None:
    """Attach the connection rules of this product to an engine (once)."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if write_intent.get():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # takes no lock yet: there is nothing that the toolkit would have to tell of it
            connection.connection.cursor().execute("BEGIN")


def is_postgresql() -> bool:
    """Return whether the session speaks to PostgreSQL."""
    return db.engine.dialect.name == "postgresql"


def changed_rows(statement: Update | Delete) -> int:
    """Return how many rows a bulk statement changed or removed; loaded objects are not touched."""
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount


def until_done(step: Callable[[], int]) -> int:
    """Return how many rows a step treated, called and committed until it finds none."""
    total = 0
    while treated := step():
        db.session.commit()
        total += treated
    db.session.rollback()
    return total
