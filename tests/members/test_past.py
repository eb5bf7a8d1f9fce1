"""The roster as it was on a past day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest

from core import clock
from core.audit.operations import Actor
from core.database import db
from members.models import Membership, MembershipEvent, Transfer
from members.rules import MembershipStatus, TransferStatus
from organizations.models import Organization
from organizations.operations import Plan, close_organization, reopen_organization
from tests import factories as make
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
LONG_AGO = 200


def day(ago: int) -> date:
    return clock.today() - timedelta(days=ago)


def noon(ago: int) -> datetime:
    return clock.day_bounds(day(ago))[0] + timedelta(hours=12)


def member(place: Organization, name: str, joined: int, left: int | None = None) -> Membership:
    """Return a member who joined and perhaps left so many days ago, with that history."""
    status = MembershipStatus.ACTIVE if left is None else MembershipStatus.WITHDRAWN
    found = make.make_membership(make.make_person(name), place, status=status)
    found.joined_on = day(joined)
    step(found, MembershipStatus.ACTIVE, joined)
    if left is not None:
        found.left_on = day(left)
        step(found, MembershipStatus.WITHDRAWN, left)
    return found


def step(membership: Membership, to: MembershipStatus, ago: int) -> None:
    event = MembershipEvent(membership_id=membership.id, to_status=to, at=noon(ago))
    db.session.add(event)
    db.session.flush()


def move(membership: Membership, source: Organization, target: Organization, ago: int) -> None:
    """Let a membership have gone from one organization to another so many days ago."""
    user = make.make_user()
    transfer = Transfer(
        code=f"t{ago}{membership.id}",
        membership=membership,
        from_organization=source,
        to_organization=target,
        handler=target,
        status=TransferStatus.ACCEPTED,
        requested_by_id=user.id,
        requested_at=noon(ago + 3),
        due_on=day(ago - 10),
        settled_at=noon(ago),
    )
    db.session.add(transfer)
    membership.organization_id, membership.county_id = target.id, target.county_id
    membership.city_id = target.city_id
    db.session.flush()


def names(client: Client, cast: Cast, ago: int, place: str = "东一村") -> set[str]:
    page = client.page(f"/o/{cast.code(place)}/members?on={day(ago).isoformat()}")
    return {
        head.find(string=True, recursive=False) or "" for head in page.select("#rows .row-head")
    }


@pytest.mark.covers("S27")
def test_a_past_day_has_who_was_a_member_then_and_where(client_of: Clients, cast: Cast) -> None:
    here, near, far = (cast.organization(name) for name in ("东一村", "东二村", "北一村"))
    member(here, "一直在", 100)
    member(here, "后来走", 100, left=50)
    member(here, "后来入", 40)
    member(here, "没有经过", 100)
    bare = make.make_membership(make.make_person("名册里"), here)
    bare.joined_on = day(100)
    moved = member(here, "转走的", 100)
    move(moved, here, near, 60)
    twice = member(far, "转两次", 120)
    move(twice, far, near, 90)
    move(twice, near, here, 30)
    back = member(here, "撤销退会", 100)
    step(back, MembershipStatus.WITHDRAWN, 70)
    step(back, MembershipStatus.ACTIVE, 65)
    db.session.commit()
    always = {"一直在", "没有经过", "名册里"}
    ben, cora = client_of("ben"), client_of("cora")
    assert names(ben, cast, 80) == always | {"后来走", "转走的", "撤销退会"}
    assert names(ben, cast, 68) == always | {"后来走", "转走的"}
    assert names(ben, cast, 50) == always | {"撤销退会"}
    assert names(ben, cast, 35) == always | {"撤销退会", "后来入"}
    assert names(ben, cast, 29) == always | {"撤销退会", "后来入", "转两次", "人mia"}
    assert names(ben, cast, LONG_AGO) == set()
    assert "转两次" in names(cora, cast, 80, "东县")
    assert "转两次" not in names(cora, cast, 110, "东县")
    assert "转走的" in names(client_of("bea"), cast, 55, "东二村")
    assert names(client_of("bea"), cast, 80, "东二村") == {"转两次"}


@pytest.mark.covers("S31", "MEM-45")
@pytest.mark.parametrize("target", ["东二村", None])
def test_who_was_taken_along_by_a_closing_stands_where_he_was(
    client_of: Clients, cast: Cast, target: str | None
) -> None:
    closed = cast.organization("东一村")
    taken = member(closed, "村里人", 100)
    db.session.commit()
    officer = Actor(cast.user("cora").id)
    to = cast.organization(target) if target else None
    close_organization(closed, Plan("东红8号", clock.today(), to), by=officer, now=clock.now())
    db.session.commit()
    cora, taken_to = client_of("cora"), target or "东县"
    assert "村里人" in names(cora, cast, 1)
    assert "村里人" not in names(cora, cast, 0)
    assert "村里人" in names(cora, cast, 0, taken_to)
    assert "村里人" not in names(client_of("bea"), cast, 1, "东二村")
    rows = cora.page(f"/o/{cast.code('东县')}/members?on={day(1).isoformat()}")
    (row,) = [one for one in rows.select("#rows tr") if "村里人" in one.text]
    assert "东一村" in row.text
    reopen_organization(closed, by=officer, now=clock.now())
    db.session.commit()
    assert "村里人" in names(cora, cast, 1)
    assert "村里人" in names(cora, cast, 0)
    assert taken.organization_id == closed.id


@pytest.mark.covers("S27", "EXP-01", "AZ-03")
def test_a_past_list_is_read_only_and_says_its_day(
    client_of: Clients, cast: Cast, count_statements: Counting
) -> None:
    here = cast.organization("东一村")
    for number in range(25):
        member(here, f"试{number}", 100)
    db.session.commit()
    ben = client_of("ben")
    path = f"/o/{cast.code('东一村')}/members?on={day(50).isoformat()}"
    page = ben.page(f"{path}&cols=phone.sex.age&sex=male&q=x")
    assert f"{day(50).year}年" in page.select_one("h1").text  # type: ignore[union-attr]
    assert [head.text for head in page.select("thead th")] == ["姓名"]
    assert page.select("#rows a") == []
    assert len(page.select("#rows tr")) == 20
    more = page.select_one("#rows-more a")
    assert more is not None
    assert len(ben.page(str(more["href"])).select("#rows tr")) == 5
    with count_statements() as seen:
        ben.get(path)
    with count_statements() as plain:
        ben.get(f"/o/{cast.code('东一村')}/members")
    assert len(seen) <= len(plain)
    printed = ben.page(path.replace("/members?", "/members/print?"))
    assert len(printed.select("tbody tr")) == 25
    assert f"{day(50).day}日的会员名单" in printed.text
    assert client_of("finn").get(path).status_code == 404
    assert names(client_of("cora"), cast, 0, "东小学") == set()
    hana = names(client_of("finn"), cast, 0, "东小学")
    assert hana == set()  # adults of the school; its youth is another list
