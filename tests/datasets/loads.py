"""A small tree of its own, and a load into it, for the tests of loads."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app import create_app
from core.audit.operations import SYSTEM
from core.database import db
from datasets.scale.operations import seed
from datasets.scale.sizes import scaled
from datasets.scale.writing import Advance
from organizations import operations
from organizations.rules import read_divisions
from tests.conftest import make_config
from tests.plugins.databases import DATABASES, create, drop, plain
from tests.schema import make_schema

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SIZE = scaled(600, 2_000, busy=12)
SEED = 5
DIVISIONS = Path(__file__).resolve().parents[2] / "data" / "zhejiang_divisions.csv"
COUNTIES = ("330102", "330383", "330822")  # 330383 has villages directly under the county
# PostgreSQL writes the casts of a condition in another way each time it reads them.
CASTS = re.compile(r"::(text|character varying)|[()\[\]]")


class Silent:
    def part(self, name: str, total: int) -> Advance:
        def advance(rows: int) -> None:
            assert 0 <= rows <= total, name

        return advance

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        yield


def import_tree(*, whole: bool) -> None:
    """Bring in the province, or three counties of two cities, with townships and villages."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if (whole or row["code"][:6] in COUNTIES)
            or (row["level"] in {"province", "city"} and row["code"][:4] in {"3300", "3301"})
            or row["code"] in {"330300000000", "330800000000"}
        ]
    operations.import_divisions(list(read_divisions(rows)), NOW.date(), by=SYSTEM)
    operations.found_branches(by=SYSTEM)
    db.session.commit()


@contextmanager
def empty_app(folder: Path, name: str, *, whole: bool = False) -> Iterator[Flask]:
    """Give an app on a database of its own that holds the tree and nobody."""
    folder.mkdir()
    url = None
    if DATABASES.server:
        own = f"redcross_test_{DATABASES.run}_{DATABASES.worker}_{name}"
        drop(DATABASES.server, own)
        create(DATABASES.server, own)
        url = plain(DATABASES.server).rpartition("/")[0] + f"/{own}"
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    app = create_app(make_config(folder, url))
    with app.app_context():
        make_schema()
        import_tree(whole=whole)
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            if DATABASES.server:
                drop(DATABASES.server, own)


def load() -> None:
    seed(SIZE, SEED, now=NOW, progress=Silent())


def structure() -> set[tuple[str, ...]]:
    """Return what stands around the rows: indexes, constraints, triggers."""
    if db.engine.dialect.name == "sqlite":
        question = """
            SELECT type, name, sql FROM sqlite_master
            WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'"""
    else:
        question = """
            SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE convalidated
            UNION SELECT 'trigger', tgname || tgenabled::text, pg_get_triggerdef(oid)
                FROM pg_trigger WHERE NOT tgisinternal"""
    found = {
        tuple(CASTS.sub("", part) for part in row) for row in db.session.execute(text(question))
    }
    db.session.rollback()
    return found
