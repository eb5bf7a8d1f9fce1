"""The home of a school: its classes with whose consents are missing, and the month (ux.md S34)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from core import clock
from core.access.permissions import Role
from core.database import db
from schools.models import SchoolClass
from schools.operations.attending import Called, record_roll
from schools.rules.attending import ActivityFacts, YouthKind
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.schools.acting import actor_of
from tests.supervision.parts import home, look

Clients = Callable[[str], Client]
MAX_STATEMENTS = 8


def lines(page: Any) -> list[str]:
    return [" ".join(row.text.split()) for row in page.select(".link-rows li")]


@pytest.mark.covers("T1", "T6")
def test_a_coordinator_sees_classes_missing_consents_and_the_month(
    cast: Cast, client_of: Clients
) -> None:
    place = cast.organization("东小学")
    school.make_school(place)
    db.session.commit()
    finn = client_of("finn")
    assert "导入第一个班" in look(finn, home(cast, "东小学")).main.text
    here, other = (school.make_class(place, grade=4, number=n) for n in (2, 1))
    pupils = [school.make_pupil(here, member=is_member) for is_member in (True, True, False)]
    month = clock.at(clock.today().replace(day=1), time.min)
    for title, at in (("上月的课", month - timedelta(days=1)), ("急救课", month)):
        held = Called(ActivityFacts(YouthKind.FIRST_AID, title, at, 40, "操场"), None)
        by, now = actor_of(cast, "finn", "东小学"), clock.now() + timedelta(hours=1)
        record_roll(here, held, [pupils[0].code], by=by, now=now)
    db.session.commit()
    shown = lines(look(finn, home(cast, "东小学")))
    assert shown.index("四年级1班0") + 1 == shown.index("四年级2班还差 1 份同意书2")
    assert [line for line in shown if "急救课" in line]
    assert not [line for line in shown if "上月的课" in line]
    assert other.code in look(finn, home(cast, "东小学")).main.decode()
    assert "四年级2班" not in client_of("cora").get(home(cast, "东小学")).text
    make.make_post(cast.user("duo"), Role.SECRETARY, place)
    db.session.commit()  # who approves looks keeps no roster
    assert "四年级2班" not in client_of("duo").get(home(cast, "东小学")).text


@pytest.mark.covers("T1")
def test_the_home_of_a_school_asks_the_same_for_one_class_and_for_thirty(
    cast: Cast, client_of: Clients, count_statements: Any
) -> None:
    place = cast.organization("东小学")
    school.make_school(place)
    finn, counts, path = client_of("finn"), [], home(cast, "东小学")
    for grade in (1, 2, 3):
        for number in range(1, 11):
            school.make_pupil(_class(place, grade, number))
        db.session.commit()
        finn.get(path)
        with count_statements() as seen:
            assert finn.get(path).status_code == 200
        counts.append(len([one for one in seen if "RELEASE" not in one]))
    assert len(set(counts)) == 1
    assert counts[0] <= MAX_STATEMENTS


def _class(place: Any, grade: int, number: int) -> SchoolClass:
    return school.make_class(place, grade=grade, number=number)
