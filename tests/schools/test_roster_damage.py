"""Every damage that a roster may have in one list: mended in place, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.imports.rules import RowOutcome, RowVerdict
from members.models import Membership
from schools.operations.pupils import enter_pupil
from schools.rules.pupils import ConsentState, PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast, phone_of
from tests.client import Client
from tests.members.lists import confirm, row_of
from tests.schools.lists import (
    CLASS,
    ID_NUMBER,
    NAME,
    PHONE,
    SEX,
    as_cells,
    children,
    paste,
    pupils_of,
    school_of,
    words_of,
)
from tests.schools.test_roster_imports import mend, problem

Clients = Callable[[str], Client]


def damaged(cast: Cast) -> tuple[list[list[str]], dict[int, dict[str, str]]]:
    """Return a class with every damage that the work knows, and row -> what belongs there."""
    rows = children(9)
    whole = [list(row) for row in rows]
    rows[0][ID_NUMBER] = "3.30E+17"
    rows[1][NAME], rows[1][ID_NUMBER] = rows[1][ID_NUMBER], rows[1][NAME]
    rows[2][ID_NUMBER], rows[2][SEX] = rows[3][ID_NUMBER], rows[3][SEX]
    rows[4][PHONE] = phone_of("finn")
    rows[5][CLASS] = "十二年级1班"
    rows[6][CLASS] = ""
    rows[7][SEX] = "女" if rows[7][SEX] == "男" else "男"
    right = {
        2: {"id_number": whole[0][ID_NUMBER]},
        3: {"name": whole[1][NAME], "id_number": whole[1][ID_NUMBER]},
        5: {"id_number": whole[2][ID_NUMBER], "sex": whole[2][SEX]},  # the second of a child
        6: {"guardian_phone": whole[4][PHONE]},
        7: {"class_name": whole[5][CLASS]},
        8: {"class_name": whole[6][CLASS]},
        9: {"sex": whole[7][SEX]},
    }
    there = make.make_person(rows[8][NAME], born_on=date(2017, 5, 6), with_id=True)
    rows[8][ID_NUMBER], rows[8][SEX] = there.plain_id_number, ""
    enter_pupil(there, school.make_class(cast.organization("西小学")), by=SYSTEM, now=clock.now())
    db.session.commit()
    return rows, right


@pytest.mark.covers("S21", "S38", "MEM-14")
def test_every_bad_row_is_mended_in_place_nothing_is_lost_and_nobody_half_joined(
    client_of: Clients, cast: Cast
) -> None:
    """All but the child of another school come in; that row is left, and stays to be seen."""
    org, finn = school_of(cast), client_of("finn")
    rows, right = damaged(cast)
    members = db.session.scalar(select(func.count()).select_from(Membership))
    check = paste(finn, org, as_cells(rows))
    told = {number for number in range(2, 11) if problem(number)[0] is RowVerdict.WRONG}
    assert told == {*right, 10}
    for number, cells in right.items():
        mend(finn, check, number, **cells)
    assert "可导入 8 · 要改 1" in words_of(finn.get(check))
    assert "导入了 8 人" in words_of(finn.get(confirm(finn, check)))
    made = pupils_of()
    assert {(one.status, one.consent) for one in made} == {
        (PupilStatus.DRAFT, ConsentState.UNASKED)
    }
    assert len({one.person_id for one in made}) == len(made) == 8
    assert row_of(10).outcome is RowOutcome.OPEN
    assert rows[8][NAME] in row_of(10).opened()[0]
    assert db.session.scalar(select(func.count()).select_from(Membership)) == members
