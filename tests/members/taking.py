"""Taking files in tests: asking, downloading, reading back, and rules that differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.settings import DatedSetting
from members.models import Export
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed

Clients = Callable[[str], Client]
FORM: dict[str, Any] = {"purpose": "check", "words": "交县里核对", "format": "xlsx"}
HEAD, FOOT = 4, 1


def ask(client: Client, cast: Cast, place: str = "东一村", query: str = "", **form: Any) -> Any:
    """Send the form of the page; return the answer."""
    path = f"/o/{cast.code(place)}/members/export{query}"
    return client.post(path, {**FORM, **form})


def taken(
    client: Client, cast: Cast, place: str = "东一村", query: str = "", **form: Any
) -> Export:
    """Return the export that a form began."""
    answer = ask(client, cast, place, query, **form)
    assert answer.status_code == 303, parsed(answer).select_one("#main")
    return newest()


def newest() -> Export:
    return db.session.scalars(select(Export).order_by(Export.id.desc()).limit(1)).one()


def download(client: Client, export: Export) -> TestResponse:
    return client.post(f"/me/exports/{export.code}/file")


def rows_of(data: bytes, path: Path) -> list[list[str]]:
    """Return every row of a workbook or of a CSV file."""
    if not data.startswith(b"PK"):
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    path.write_bytes(data)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in rows]


def set_rule(name: str, value: int) -> None:
    """Let a dated setting hold from today on."""
    values = {"valid_from": date(2020, 1, 2), "source": "test", "entered_at": clock.now()}
    db.session.execute(delete(DatedSetting).where(DatedSetting.name == name))
    db.session.add(DatedSetting(name=name, value=value, **values))
    db.session.commit()


def events(action: str) -> int:
    found = select(func.count()).where(AuditEvent.action == action)
    return db.session.execute(found).scalar_one()


def crowd(cast: Cast, number: int, place: str = "东一村") -> None:
    for _ in range(number):
        make.make_membership(make.make_person(with_id=True), cast.organization(place))
    db.session.commit()
