"""Desks of data quality above: every kind, the sum of the desks below, few people hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from members.rules import MembershipKind
from organizations.models import FigureStock
from organizations.rules import Measure
from people.operations.checks import look_over, mark_unreachable
from people.rules import IdType
from supervision.quality.labels import LABELS
from supervision.quality.queries.rows import counted
from supervision.quality.rules import Kind
from tests import factories as make
from tests.cast import TREE, Cast
from tests.client import Client
from tests.papers import make_entry
from tests.people.pairs import found, twin
from tests.supervision.test_quality import (
    BORN,
    VILLAGE,
    cells,
    incomplete,
    night_count,
)

Clients = Callable[[str], Client]


def kinds_here(cast: Cast) -> None:
    """Let something of each kind be at a village, and what its desk does not count beside it."""
    village = cast.organization(VILLAGE)
    people = [incomplete(cast, f"试补{number}") for number in range(7)]
    make.make_volunteer(people[0], village)  # on two lists of one organization: once
    make.make_volunteer(people[1], cast.organization("东二村"))  # of two organizations: at each
    entry = make_entry(village, "试缺表")
    entry.application.person.born_on = None
    pair = twin(cast), twin(cast)
    assert found(*pair) is not None
    young = make.make_person(
        "试未成年", born_on=clock.today() - timedelta(days=6_000), with_id=False
    )
    make.make_volunteer(young, village)
    pupil = make.make_person("试学生", born_on=BORN, with_id=False)
    make.make_membership(pupil, cast.organization("东小学"), kind=MembershipKind.YOUTH)
    mia, ada = cast.person("mia"), cast.person("ada")
    mia.set_id_number(IdType.RESIDENT_ID, "110101198404121230")
    mia.created_at = clock.now() - timedelta(days=800)
    mark_unreachable(ada, by=SYSTEM, now=clock.now())
    look_over(0, clock.today())
    db.session.commit()


@pytest.mark.covers("STA-06", "S42", "PRI-11")
def test_the_desks_above_tell_the_sum_of_the_desks_below(cast: Cast, client_of: Clients) -> None:
    """Of every kind, of the same people: adults, each once at each organization."""
    kinds_here(cast)
    last = clock.today().replace(day=1) - timedelta(days=1)
    county = cast.organization("东县")
    stock = {"part": "", "month": last.year * 100 + last.month, "value": 5}
    db.session.add(FigureStock(organization_id=county.id, measure=Measure.DESK_NO_ID, **stock))
    night_count()
    below = [
        counted(cast.organization(name).place, clock.today())
        for name in TREE
        if cast.organization(name).path.startswith(county.path)
    ]
    sums = {kind: sum(one.counts[kind] for one in below) for kind in Kind}
    assert min(sums.values()) > 0
    village = counted(cast.organization(VILLAGE).place, clock.today())
    assert (village.counts[Kind.MISSING_ID], sums[Kind.MISSING_ID]) == (10, 11)
    cora, ben = client_of("cora"), client_of("ben")
    above = cora.page(f"/o/{county.code}/quality")
    tree = cells(above, "#tree")
    assert {kind: int(tree[str(LABELS[Kind][kind])][0]) for kind in Kind} == sums
    assert tree["没有证件号"][2] == "+6"
    own = cells(ben.page(f"/o/{cast.code(VILLAGE)}/quality"), "#own")
    row = next(cell for name, cell in cells(above, "#below").items() if name.startswith("东镇"))
    assert row[0] == str(village.people)
    assert [one.split(" ")[0] for one in row[1:]] == [cell[0] for cell in own.values()]
    assert above.select_one(f'#below a[href="/o/{cast.code("东镇")}/quality"]') is not None
    listed = ben.page(f"/o/{cast.code(VILLAGE)}/quality/rows?kind=missing_id")
    assert len(listed.select("#rows tr")) == 10


@pytest.mark.covers("STA-06")
def test_what_no_night_counted_is_not_told_as_nothing(cast: Cast, client_of: Clients) -> None:
    incomplete(cast, "试补全")
    page = client_of("cora").page(f"/o/{cast.code('东县')}/quality")
    assert "还没有点过数" in page.text
    assert not page.select("#tree, #below")


@pytest.mark.covers("AZ-07")
def test_an_own_number_that_covers_another_is_not_told_above(
    cast: Cast, client_of: Clients
) -> None:
    """东一村 has 9, 东二村 3: of both together 12, so that 9 would tell the 3."""
    for place, count in ((VILLAGE, 9), ("东二村", 3)):
        for number in range(count):
            incomplete(cast, f"试{place}{number}", place)
    night_count()

    def told(name: str, place: str) -> str:
        return cells(client_of(name).page(f"/o/{cast.code(place)}/quality"), "#own")["没有证件号"][
            0
        ]

    assert (told("ben", VILLAGE), told("cora", VILLAGE)) == ("9", "9")
    assert told("eve", VILLAGE) == "人数过少"
    above = cells(client_of("eve").page(f"/o/{cast.code('东县')}/quality"), "#tree")
    assert above["没有证件号"][0] == "12"
