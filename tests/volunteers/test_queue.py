"""The queue as a page: who may open it, groups, pages of equal cost (S26)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.desk import (
    BRANCH,
    COUNTY,
    acting,
    an_entry,
    crowd,
    log,
    queue,
    states,
)
from volunteers import operations as hours
from volunteers.models import Volunteer
from volunteers.rules import ServiceStatus

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
STATUS = ServiceStatus


def rows_only(cast: Cast, size: int, title: str, minutes: int = 120) -> None:
    """Waiting rows for pages that are only read; totals and figures are left as they are."""
    branch = cast.organization(BRANCH)
    start = clock.now() - timedelta(days=3)
    for _ in range(size):
        volunteer = make.make_volunteer(make.make_person(), branch)
        record = make.make_record(volunteer, branch, starts_at=start, minutes=minutes, title=title)
        record.doubts = "long" if minutes > 480 else ""


@pytest.mark.covers("B3", "S26")
def test_single_ones_are_ticked_and_confirmed_together(cast: Cast, client_of: ClientOf) -> None:
    records = [log(cast, "ada", an_entry(back=n, title=f"第{n}次")) for n in range(1, 6)]
    ben = client_of("ben")
    page = ben.page(queue(cast))
    assert page.select("#groups") == []
    boxes = page.select("#singles input[name=ids]")
    oldest_first = [record.code for record in reversed(records)]
    assert [box["value"] for box in boxes] == oldest_first
    everyone = ben.page(f"{queue(cast)}?select=all")
    assert len(everyone.select("#singles input[name=ids][checked]")) == 5
    answer = ben.post(f"{queue(cast)}/confirm", {"ids": [r.code for r in records[:3]]})
    assert answer.status_code == 303
    assert states(*records[:3]) == {STATUS.CONFIRMED}
    assert states(*records[3:]) == {STATUS.PENDING}


@pytest.mark.covers("S26")
def test_doubtful_ones_are_only_confirmed_one_by_one(cast: Cast, client_of: ClientOf) -> None:
    long = log(cast, "ada", an_entry(minutes=600))
    log(cast, "gus", an_entry(minutes=600))
    ben = client_of("ben")
    page = ben.page(queue(cast))
    assert page.select("#groups") == []
    assert page.select("#singles") == []
    rows = page.select("#doubtful tr[data-row]")
    assert len(rows) == 2
    assert "一次时间很长" in rows[0].text
    assert page.select("#doubtful input") == []
    record_page = ben.page(f"{queue(cast)}/records/{long.code}")
    assert "一次时间很长" in record_page.text
    form = record_page.select_one("main form[action$='/hours/confirm']")
    assert form is not None
    in_bulk = ben.post(str(form["action"]), {"ids": long.code})
    assert in_bulk.status_code == 422
    assert "要逐个看的" in in_bulk.text
    looked = {str(node["name"]): str(node["value"]) for node in form.select("input[name]")}
    assert looked["looked_at"] == long.code
    assert ben.post(str(form["action"]), looked).status_code == 303
    assert states(long) == {STATUS.CONFIRMED}


@pytest.mark.covers("LED-04", "AZ-03")
@pytest.mark.parametrize(
    ("name", "status"),
    [("ada", 404), ("tess", 403), ("will", 404), ("eve", 403), ("gil", 403), ("sam", 403)],
)
def test_who_has_no_right_sees_no_queue(
    cast: Cast, client_of: ClientOf, name: str, status: int
) -> None:
    record = log(cast, "ada")
    client = client_of(name)
    assert client.get(queue(cast)).status_code == status
    answer = client.post(f"{queue(cast)}/confirm", {"ids": record.code})
    assert answer.status_code == status
    assert states(record) == {STATUS.PENDING}


@pytest.mark.covers("AZ-05", "S26")
def test_the_county_reads_a_branch_and_does_not_decide_there(
    cast: Cast, client_of: ClientOf
) -> None:
    record = log(cast, "ada")
    cora = client_of("cora")
    page = cora.page(queue(cast))
    assert "人ada" in page.text
    assert page.select("main form[method=post]") == [] or all(
        str(form["action"]).endswith("/hours/confirm") and not form.select("button")
        for form in page.select("main form[method=post]")
    )
    assert cora.post(f"{queue(cast)}/confirm", {"ids": record.code}).status_code == 403
    shown = cora.page(f"{queue(cast, COUNTY)}/records/{record.code}")
    assert shown.select("main form") == []


@pytest.mark.covers("PRV-09")
def test_the_county_does_not_read_the_records_of_minors(cast: Cast, client_of: ClientOf) -> None:
    born = date(clock.today().year - 15, 1, 5)
    person = make.make_person(born_on=born)
    make.make_volunteer(person, cast.organization(BRANCH))
    by = acting(cast, "ada")
    record = hours.log_service(person.id, an_entry(), by=by, now=clock.now())
    db.session.commit()
    path = f"{queue(cast, COUNTY)}/records/{record.code}"
    assert client_of("cora").get(path).status_code == 404
    assert client_of("ben").get(f"{queue(cast)}/records/{record.code}").status_code == 200


@pytest.mark.covers("S26")
def test_a_group_that_grew_is_looked_at_again(cast: Cast, client_of: ClientOf) -> None:
    records = crowd(cast, 2)
    ben = client_of("ben")
    path = f"{queue(cast)}/groups/{records[0].code}"
    assert len(ben.page(path).select("input[name=ids][checked]")) == 2
    records += crowd(cast, 1)
    answer = ben.post(f"{path}/confirm", {"expected": "2"})
    assert answer.status_code == 422
    assert "刚刚有变化" in parsed(answer).text
    assert states(*records) == {STATUS.PENDING}
    assert ben.post(f"{path}/confirm", {"expected": "3"}).status_code == 303
    assert "都确认了" in ben.page(path).text
    nothing = ben.post(f"{queue(cast)}/confirm")
    assert nothing.status_code == 422
    assert "先选要确认的记录" in parsed(nothing).text


def test_more_than_fifty_people_are_looked_at_before(cast: Cast, client_of: ClientOf) -> None:
    rows_only(cast, 51, "急救演练")
    db.session.commit()
    page = client_of("ben").page(queue(cast))
    row = page.select_one("#groups tr[data-row]")
    assert row is not None
    assert row.select("form") == []
    assert "看名单再确认" in row.text


@pytest.mark.covers("PF-04", "S26")
def test_the_queue_costs_the_same_for_ten_and_for_a_hundred(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    ben, counts = client_of("ben"), []
    ben.page(queue(cast))
    for size in (5, 50):
        rows_only(cast, size, "急救演练")
        for number in range(size):
            rows_only(cast, 1, f"单独{size}.{number}")
        db.session.commit()
        with count_statements() as seen:
            ben.page(queue(cast))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def made_for_ben(cast: Cast) -> int:
    """Waiting rows about the secretary and rows he entered, of services that others did too."""
    branch, person, user = cast.organization(BRANCH), cast.person("ben"), cast.user("ben")
    start = clock.now() - timedelta(days=3)
    other = make.make_volunteer(make.make_person(), branch)
    own = db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()
    titles = ("单独05", "单独15", "一起03", "只有我")  # a page ends among those of 15
    for title in titles:
        make.make_record(own, branch, starts_at=start, title=title)
        make.make_record(other, branch, starts_at=start, title=title, submitted_by=user)
    return 2 * len(titles)


@pytest.mark.covers("PF-04")
@pytest.mark.parametrize("his_first", [True, False])
def test_every_part_of_the_queue_goes_on(
    cast: Cast, client_of: ClientOf, *, his_first: bool
) -> None:
    his = made_for_ben(cast) if his_first else 0
    for number in range(23):
        rows_only(cast, 2, f"一起{number:02d}")
        rows_only(cast, 1, f"单独{number:02d}")
    rows_only(cast, 21, "值守", minutes=540)
    his = his or made_for_ben(cast)
    db.session.commit()
    ben = client_of("ben")
    for part, size in (("groups", 23), ("singles", 23 + his), ("doubtful", 21)):
        seen, path = list[str](), queue(cast)
        while path:
            page = ben.page(path)
            seen += [str(row["id"]) for row in page.select(f"#{part} tr[data-row]")]
            more = page.select_one(f"#{part}-more a")
            path = str(more["href"]) if more else ""
        assert len(seen) == len(set(seen)) == size, part


@pytest.mark.covers("S26")
def test_the_county_reads_which_organization_hours_come_from(
    cast: Cast, client_of: ClientOf
) -> None:
    county, village = cast.organization("东县"), cast.organization("东二村")
    volunteer = make.make_volunteer(make.make_person(), village)
    record = make.make_record(volunteer, village, starts_at=clock.now() - timedelta(days=1))
    record.handler_id = county.id
    db.session.commit()
    row = client_of("cora").page(f"/o/{county.code}/hours").select_one("#singles tr[data-row]")
    assert row is not None
    assert "东二村" in row.text
