"""Imports against the bare thing: reading a file, inserting rows (performance document, 3).

Each is measured in this process on the database of a size: what the product does with 5,000 rows,
beside a reader that only reads and a driver that only inserts the very rows that the product
wrote, in one transaction as well. The long file of the command line is measured on 20,000 rows:
its cost per row does not depend on how many follow. Counted is the CPU of this process, of the
children that read files, and of the backends of the database.
"""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import Table, delete, func, insert, select, text
from xlsxwriter import Workbook

from accounts.directory import scope_of_account
from accounts.models import Post, User
from bench.machine import backends_of, cpu_seconds
from core import clock, garbage, keyring
from core.access.permissions import Permission
from core.access.scope import Scope
from core.audit.models import AuditEvent
from core.database import db, is_postgresql
from core.imports import operations, stream
from core.imports.models import Import, opened, sealed
from core.imports.operations.writing import CHUNK
from core.imports.reading import read_file
from core.jobs.models import Job
from core.jobs.running import run
from core.messages import Message
from core.settings import DatedSetting
from members.imports import ADULT_MEMBERS
from members.models import (
    Application,
    ApplicationEvent,
    Entry,
    Membership,
    MembershipEvent,
)
from people.models import Person
from people.rules.documents import ID_CHECKS, ID_WEIGHTS

ROWS, LONG = 5000, 20_000
HEADER = ("姓名", "身份证号", "手机号")
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
FIRST = date(1935, 1, 1)
WRITTEN = (
    Person,
    Application,
    ApplicationEvent,
    Entry,
    Membership,
    MembershipEvent,
    Message,
    AuditEvent,
)
AUDIT: Any = AuditEvent.__table__
PERSONS: Any = Person.__table__
BEHIND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Ratio:
    """One comparison: seconds of the product and of the bare thing, and what is allowed."""

    name: str
    ours: float
    bare: float
    goal: float
    is_most: bool
    note: str = ""

    @property
    def value(self) -> float:
        """Return ours to bare as the goal counts it: of time, or of rate."""
        return self.ours / self.bare if self.is_most else self.bare / self.ours

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal if self.is_most else self.value >= self.goal


def measure_imports(app: Flask) -> list[Ratio]:
    """Return the three ratios of the performance document on the database of an app."""
    garbage.let_rest()  # as a worker does when it starts, and the command line
    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        _allow(ROWS)
        scope = _scope()
        check, commit = _page(scope, Path(folder))
        return [check, commit, _command(scope, Path(folder))]


def _allow(rows: int) -> None:
    """Let the page of this database take as many rows as the goal speaks of."""
    now = clock.now()
    db.session.add(
        DatedSetting(
            name="imports.page_rows",
            valid_from=clock.local(now).date(),
            value=rows,
            source="performance document, section 3",
            entered_at=now,
        )
    )
    db.session.commit()


def _page(scope: Scope, folder: Path) -> tuple[Ratio, Ratio]:
    path = folder / "list.xlsx"
    _workbook(path, ROWS, 0)
    bare_read = _seconds(lambda: _read_bare(path))
    marks = _marks()
    now = clock.now()
    began = _spent()
    with path.open("rb") as file:
        found = operations.receive(scope, ADULT_MEMBERS, read_file(file), now=now)
    job = operations.begin_check(found, scope, now=now)
    code, key = found.code, found.id
    _run(job)
    checked = _spent() - began
    began = _spent()
    job = operations.confirm(operations.locked(code, scope), scope, now=now)
    _run(job)
    written = _spent() - began
    assert db.session.get_one(Import, key).made == ROWS
    bare_write = _insert_bare(marks, CHUNK)
    least = f", sealing and indexes alone {_seconds(_seal_all) / bare_read:.1f}"
    return (
        Ratio("check of 5,000 rows : bare reader", checked, bare_read, 2, is_most=True, note=least),
        Ratio("commit of 5,000 rows, rate : bare insert", written, bare_write, 0.5, is_most=False),
    )


def _command(scope: Scope, folder: Path) -> Ratio:
    path = folder / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *_people(LONG, ROWS)])
    marks = _marks()
    began = _spent()
    found = stream.run(path, ADULT_MEMBERS, scope, LONG)
    took = _spent() - began
    assert found.made == LONG
    bare = _insert_bare(marks, stream.CHUNK)
    return Ratio("command line, rate : bare insert", took, bare, 0.25, is_most=False)


def _scope() -> Scope:
    post = db.session.scalars(select(Post).order_by(Post.id).limit(1)).one()
    user = db.session.get_one(User, post.user_id)
    found = scope_of_account(user.id, post.organization.code, Permission.PEOPLE_ENTER)
    assert found is not None
    return found


def _run(job: Job | None) -> None:
    code = job.code if job is not None else ""
    db.session.commit()
    if code:
        run(code)


def _people(number: int, offset: int) -> list[tuple[str, str, str]]:
    rows = []
    for at in range(offset, offset + number):
        name = SIGNS[at % 22] + SIGNS[at // 22 % 22] + SIGNS[at // 484 % 22]
        body = f"999999{FIRST + timedelta(at % 20_000):%Y%m%d}{900 + at // 20_000:03d}"
        total = sum(int(one) * weight for one, weight in zip(body, ID_WEIGHTS, strict=True))
        rows.append((name, body + ID_CHECKS[total % 11], f"1990{at:07d}"))
    return rows


def _workbook(path: Path, number: int, offset: int) -> None:
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, *_people(number, offset)]):
            sheet.write_row(at, 0, row)


def _read_bare(path: Path) -> int:
    book = CalamineWorkbook.from_path(str(path))
    return len(book.get_sheet_by_index(0).to_python())


def _seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        began = _spent()
        work()
        times.append(_spent() - began)
    return min(times)


def _spent() -> float:
    """Return the CPU seconds so far of this process, its ended children, and the backends."""
    now = os.times()
    name = db.engine.url.database if is_postgresql() else None
    backends = cpu_seconds(backends_of(name)) if name else 0.0
    return time.process_time() + now.children_user + now.children_system + backends


def _seal_all() -> None:
    """Do with the rows of a list what no check does without: seal, open, both blind indexes."""
    for at, row in enumerate(_people(ROWS, 0)):
        binding = f"{at:032x}"
        opened(binding, sealed(binding, list(row), {}))
        keyring.index_of(row[1], "id")
        keyring.index_of(row[2], "phone")


def _marks() -> dict[Table, int]:
    """Return the highest key of every table that an import writes."""
    marks = {}
    for model in WRITTEN:
        table: Any = model.__table__
        marks[table] = db.session.scalar(select(func.max(table.c.id))) or 0
    db.session.rollback()
    return marks


def _insert_bare(marks: dict[Table, int], chunk: int) -> float:
    """Return the seconds that inserting what an import wrote takes, in chunks of the same size.

    The rows are read, removed, and put in again as they were.
    """
    kept: dict[Any, list[dict[str, Any]]] = {}
    for table, mark in marks.items():
        found = db.session.execute(select(table).where(table.c.id > mark)).mappings()
        kept[table] = [dict(row) for row in found]
    _remove(marks)
    for row in kept[AUDIT]:  # rows of the chain stay; theirs go in again behind them
        row["id"], row["sequence"] = row["id"] + BEHIND, row["sequence"] + BEHIND
    db.session.commit()
    began = _spent()
    parts = max(-(-len(kept[PERSONS]) // chunk), 1)
    for part in range(parts):
        for table, rows in kept.items():
            some = rows[len(rows) * part // parts : len(rows) * (part + 1) // parts]
            if some:
                db.session.execute(insert(table), some)
        db.session.commit()
    return _spent() - began


def _remove(marks: dict[Table, int]) -> None:
    """Remove what an import wrote, but for the rows of the chain."""
    if is_postgresql():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
    for table in reversed(list(marks)):
        if table is not AUDIT:
            db.session.execute(delete(table).where(table.c.id > marks[table]))
