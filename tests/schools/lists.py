"""Rosters of children nobody knows, as teachers hand them in."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import count

from sqlalchemy import select
from werkzeug.test import TestResponse

from core import clock
from core.database import db
from core.imports.models import Import
from schools.models import Pupil
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.lists import newest
from tests.school_factories import make_school

HEADER = ["姓名", "性别", "身份证号", "班级", "监护人姓名", "关系", "监护人手机号"]
SIGNS = "甲乙丙丁戊己庚辛壬癸"
#: The cell of each thing in a row.
NAME, SEX, ID_NUMBER, CLASS, GUARDIAN, RELATION, PHONE = range(7)
births = count(1)


def child_document(age: int = 9) -> str:
    """Return a valid ID number of a child that nobody has."""
    number = next(births)
    first = date(clock.today().year - age, 1, 1)
    return make.make_id_number(first + timedelta(days=number % 300), number % 499 + 1)


def children(number: int, start: str = "童", in_class: str = "三年级2班") -> list[list[str]]:
    """Return rows of children nobody knows, one class, each with a guardian.

    Up to 3,000 of them have no name and birth day in common.
    """
    rows = []
    for at in range(number):
        hundreds = SIGNS[at // 100 % 10] if at >= len(SIGNS) ** 2 else ""
        name = f"{start}{hundreds}{SIGNS[at // 10 % 10]}{SIGNS[at % 10]}"
        document = child_document()
        sex = "男" if int(document[16]) % 2 else "女"
        rows.append([name, sex, document, in_class, f"家{name[1:]}", "母亲", make.make_phone()])
    return rows


def as_cells(rows: list[list[str]], header: list[str] = HEADER) -> str:
    """Return rows as a spreadsheet copies them."""
    return "\n".join("\t".join(row) for row in [header, *rows])


def school_of(cast: Cast, name: str = "东小学") -> str:
    """Put a school of the cast on its county's list, and return the code of its branch."""
    make_school(cast.organization(name))
    db.session.commit()
    return cast.code(name)


def paste(client: Client, org: str, text: str, into: str = "") -> str:
    """Paste a roster, and return the address it led to."""
    fields = {"text": text, "subject": "pupils", "into": into}
    answer = client.post(f"/o/{org}/imports/paste", fields)
    assert answer.status_code == 303, parsed(answer).select_one("main")
    return answer.location


def upload(client: Client, org: str, content: bytes) -> str:
    """Upload a roster, and return the address it led to."""
    fields = {"file": (BytesIO(content), "list.xlsx"), "subject": "pupils"}
    answer = client.post(f"/o/{org}/imports/new", fields)
    assert answer.status_code == 303, parsed(answer).select_one("main")
    return answer.location


def pupils_of(found: Import | None = None) -> list[Pupil]:
    """Return the pupils that a list brought, the newest where none is told."""
    code = (found or newest()).code
    statement = select(Pupil).where(Pupil.import_code == code).order_by(Pupil.id)
    return list(db.session.scalars(statement))


def words_of(answer: TestResponse) -> str:
    """Return what a page says."""
    main = parsed(answer).select_one("main")
    assert main is not None
    return main.get_text(" ", strip=True)
