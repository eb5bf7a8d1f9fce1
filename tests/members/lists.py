"""Lists of people nobody knows, and handing them in as a secretary does."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import count

from sqlalchemy import func, select
from xlsxwriter import Workbook

from core.database import db
from core.imports.models import Import, ImportRow
from members.models import Membership
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed

SIGNS = "甲乙丙丁戊己庚辛壬癸"
HEADER = ["姓名", "身份证号", "手机号"]
births = count()


def document(born_on: date | None = None) -> str:
    """Return a valid ID number of somebody of age that nobody has."""
    number = next(births)
    day = born_on or date(1940, 1, 1) + timedelta(days=number % 15_000)
    return make.make_id_number(day, number % 499 + 1)


def people(number: int, start: str = "录") -> list[list[str]]:
    """Return rows of people nobody knows."""
    return [
        [f"{start}{SIGNS[at // 10 % 10]}{SIGNS[at % 10]}", document(), make.make_phone()]
        for at in range(number)
    ]


def as_lines(rows: list[list[str]]) -> str:
    """Return rows as lines of a chat."""
    return "\n".join("，".join(row) for row in rows)


def as_csv(rows: list[list[str]], header: list[str] = HEADER) -> bytes:
    return "\r\n".join(",".join(row) for row in [header, *rows]).encode()


def as_workbook(rows: list[list[object]], header: list[str] = HEADER) -> bytes:
    """Return a workbook as people make it: text as text, numbers as numbers."""
    out = BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def base_of(cast: Cast, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/imports"


def paste(client: Client, cast: Cast, text: str, place: str = "东一村") -> str:
    """Paste a list, and return the address it led to."""
    answer = client.post(f"{base_of(cast, place)}/paste", {"text": text})
    assert answer.status_code == 303, parsed(answer).select_one("main")
    return answer.location


def upload(client: Client, cast: Cast, content: bytes, name: str = "list.csv") -> str:
    """Upload a file, and return the address it led to."""
    answer = client.post(f"{base_of(cast)}/new", {"file": (BytesIO(content), name)})
    assert answer.status_code == 303, parsed(answer).select_one("main")
    return answer.location


def confirm(client: Client, check: str, **fields: str) -> str:
    """Press the button of the check page, and return where the result stands."""
    answer = client.post(check.replace("/check", "/confirm"), fields)
    assert answer.status_code == 303, parsed(answer).select_one("main")
    return answer.location


def newest() -> Import:
    """Return the import that was made last."""
    db.session.expire_all()
    return db.session.scalars(select(Import).order_by(Import.id.desc()).limit(1)).one()


def row_of(number: int) -> ImportRow:
    """Return a row of the newest import by the number in its file."""
    which = ImportRow.import_id == newest().id, ImportRow.number == number
    return db.session.scalars(select(ImportRow).where(*which)).one()


def members_named(start: str) -> int:
    """Return how many memberships people have whose names begin so."""
    statement = select(func.count()).select_from(Membership).join(Membership.person)
    return db.session.scalar(statement.where(Person.name.startswith(start))) or 0
