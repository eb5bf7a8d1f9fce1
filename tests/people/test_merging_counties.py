"""Two records in two counties: the level above both decides, masked; totals stay true (MEM-19)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.audit.models import ReadEvent
from core.database import db
from core.rules import RuleViolation, UnknownRowError
from members.models import Membership
from organizations.rules import Measure
from people.models import DuplicatePlace, Person, PersonMerge
from people.rules.changes import ChangeStatus
from people.rules.duplicates import Side
from tests import endings
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.people.pairs import (
    BOTH,
    NAME,
    account_of,
    live_of,
    merge,
    pair_of,
    part,
    rows_now,
    twin,
)
from tests.races import books
from tests.volunteers.desk import figure
from volunteers.models import ServiceRecord, Volunteer

Clients = Callable[[str], Client]
PHONE = "19912345678"
MEASURES = (Measure.ADULT_MEMBERS, Measure.VOLUNTEERS)


@pytest.fixture(autouse=True)
def _books(database: None) -> None:
    books.settle()
    db.session.commit()


def twins(cast: Cast, far: str = "西一村", **more: object) -> tuple[Person, Person]:
    """Return two records of one person, in two counties."""
    first = twin(cast, roles=BOTH, phone=PHONE, **more)  # type: ignore[arg-type]
    second = twin(cast, far, roles=BOTH, phone=PHONE)
    books.settle()
    db.session.commit()
    return first, second


def totals(cast: Cast, *places: str) -> list[int]:
    return [figure(cast, place, measure) for place in places for measure in MEASURES]


@pytest.mark.covers("MEM-19", "AZ-16")
@pytest.mark.parametrize(
    ("far", "office", "who", "others"),
    [
        ("西一村", "东市", "eve", ("东县", "西县", "测试省")),
        ("北一村", "测试省", "gil", ("东县", "北县", "东市")),
    ],
)
def test_the_level_above_both_merges_and_nobody_else(
    cast: Cast, far: str, office: str, who: str, others: tuple[str, ...]
) -> None:
    first, second = twins(cast, far)
    pair_of(first, second)
    held = set(db.session.scalars(select(DuplicatePlace.county_id)))
    assert cast.organization(office).id in held
    deciding = {"东县": "cora", "西县": "dan", "北县": "noa", "东市": "eve", "测试省": "gil"}
    for place in others:
        with pytest.raises((RuleViolation, UnknownRowError)):
            merge(cast, first, second, by=deciding[place], place=place)
        db.session.rollback()
    near, away = totals(cast, "东县"), totals(cast, far)
    done = merge(cast, first, second, {"membership": Side.SECOND}, by=who, place=office)
    assert done.organization_id == cast.organization(office).id
    assert [one.organization_id for one in live_of(first)] == [cast.organization(far).id]
    assert totals(cast, far)[0] == away[0]
    assert totals(cast, "东县")[0] == near[0] - 1
    assert books.problems() == []
    reads = db.session.scalars(select(ReadEvent)).all()
    assert {row.person_id for row in reads} == {first.id, second.id}


@pytest.mark.covers("AZ-16", "LED-04")
def test_an_undo_gives_both_counties_back_what_they_had(cast: Cast) -> None:
    first, second = twins(cast)
    kept = rows_now(Person, Membership, Volunteer, ServiceRecord)
    before = totals(cast, "东县", "西县", "东市", "测试省")
    done = merge(cast, first, second, by="eve", place="东市")
    assert totals(cast, "东市") != before[4:6]
    for place, name in (("东县", "cora"), ("西县", "dan")):
        with pytest.raises(UnknownRowError):
            part(cast, done, by=name, place=place)
        db.session.rollback()
    part(cast, done, by="eve", place="东市")
    assert totals(cast, "东县", "西县", "东市", "测试省") == before
    assert rows_now(Person, Membership, Volunteer, ServiceRecord) == kept
    assert books.problems() == []


@pytest.mark.covers("AZ-03", "PRV-04")
def test_the_city_sees_masked_names_and_what_is_alike(cast: Cast, client_of: Clients) -> None:
    first, second = twins(cast)
    path = f"/o/{cast.code('东市')}/duplicates"
    pair, eve = f"{path}/{pair_of(first, second).code}", client_of("eve")
    for page in (path, pair, f"{pair}/merge"):
        shown = eve.page(page).text
        for hidden in (NAME, "1984", PHONE, first.masked_phone):
            assert hidden not in shown, page
    assert "试**" in eve.page(path).text
    rows = {row.th.text: row for row in eve.page(pair).select("tbody tr") if row.th}
    assert any("手机号相同" in label for label in rows)
    assert eve.post(f"{pair}/merge", {"note": "两县核对过"}).status_code == 303
    merges = eve.page(f"/o/{cast.code('东市')}/merges").text
    assert NAME not in merges
    assert "试**" in merges
    assert client_of("eve").get(f"/o/{cast.code('东县')}/duplicates").status_code == 403


@pytest.mark.covers("AZ-03", "D10")
def test_who_does_not_decide_learns_nothing_of_the_other_record(
    cast: Cast, client_of: Clients
) -> None:
    first, second = twins(cast)
    make.make_change(second, cast.organization("西一村"))
    endings.make_death(cast.organization("西一村"), second)
    db.session.commit()
    code = pair_of(first, second).code
    told = {}
    for name, place in (("cora", "东县"), ("eve", "东市")):
        path = f"/o/{cast.code(place)}/duplicates/{code}"
        told[place] = "".join(client_of(name).page(path + end).text for end in ("", "/merge"))
    assert "已登记去世" in told["东市"]
    assert "共同的上级" in told["东县"]
    assert "已登记去世" not in told["东县"]


@pytest.mark.covers("AZ-16")
def test_no_account_is_gained_across_counties(cast: Cast) -> None:
    first, second = twins(cast, account=True)
    user = account_of(first)
    assert user is not None
    done = merge(cast, first, second, by="eve", place="东市")
    assert done.survivor_id == first.id
    kept = account_of(first)
    assert kept is not None
    assert (kept.id, account_of(second)) == (user.id, None)


@pytest.mark.covers("MEM-45", "PRV-18")
def test_a_death_or_an_open_correction_bars_it_above_as_well(cast: Cast) -> None:
    first, second = twins(cast)
    request = make.make_change(second, cast.organization("西一村"))
    db.session.commit()
    with pytest.raises(RuleViolation, match="更正申请"):
        merge(cast, first, second, by="eve", place="东市")
    db.session.rollback()
    request.status = ChangeStatus.WITHDRAWN
    endings.make_death(cast.organization("西一村"), second)
    db.session.commit()
    with pytest.raises(RuleViolation, match="已登记去世"):
        merge(cast, first, second, by="eve", place="东市")
    db.session.rollback()
    assert db.session.scalars(select(PersonMerge)).all() == []


@pytest.mark.covers("MEM-19", "AZ-03")
def test_one_county_alone_does_not_tell_a_shared_pair_apart(cast: Cast, client_of: Clients) -> None:
    pair = pair_of(*twins(cast))
    note = {"note": "问过，是两个人"}
    for name, place in (("cora", "东县"), ("dan", "西县")):
        path = f"/o/{cast.code(place)}/duplicates/{pair.code}"
        assert client_of(name).page(path).select(f"a[href='{path}/dismiss']") == []
        refused = client_of(name).post(f"{path}/dismiss", note)
        assert refused.status_code == 422
        assert "共同的上级红十字会" in refused.text
    path = f"/o/{cast.code('东市')}/duplicates/{pair.code}/dismiss"
    assert client_of("eve").post(path, note).status_code == 303
