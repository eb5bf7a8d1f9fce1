"""The queue: foreign rows, races, doubtful ones, one's own hand, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from accounts.operations import end_post
from core import clock
from core.database import db
from members import operations
from members.models import (
    Membership,
    MembershipEvent,
)
from members.rules import ApplicationStatus, Flag, MembershipStatus
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.reading import at, link, undo, words
from tests.members.waiting import KIND, apply, figure, found, queue_of

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.covers("AZ-18")
@pytest.mark.parametrize("foreign", ["another branch", "unknown"])
def test_one_foreign_row_refuses_the_whole_act(
    client_of: Clients, cast: Cast, foreign: str
) -> None:
    mine = apply(cast, number=3)
    other = apply(cast, "东二村")[0] if foreign == "another branch" else "zzzzzzzz"
    answer = client_of("ben").post(f"{queue_of(cast)}/approve", {"ids": [*mine, other]})
    assert answer.status_code == 404
    assert other not in answer.text
    assert {found(code).status for code in mine} == {ApplicationStatus.SUBMITTED}


@pytest.mark.covers("RACE-01", "AZ-18")
def test_who_was_decided_meanwhile_is_left_out_and_counted(client_of: Clients, cast: Cast) -> None:
    codes = apply(cast, number=3)
    ben, again = client_of("ben"), client_of("ben")
    ben.post(f"{queue_of(cast)}/approve", {"ids": codes[:1]})
    answer = again.post(f"{queue_of(cast)}/approve", {"ids": codes})
    toast = words(parsed(again.get(answer.location)), "[data-toast]")
    assert "已通过 2 人" in toast
    assert "其中 1 人刚被处理，已跳过" in toast
    late = again.post(f"{queue_of(cast)}/approve", {"ids": codes})
    assert late.status_code == 409
    memberships = select(func.count()).where(
        Membership.person_id.in_([found(code).person_id for code in codes])
    )
    assert db.session.scalar(memberships) == 3


def test_a_doubtful_one_is_approved_by_itself_only(client_of: Clients, cast: Cast) -> None:
    (safe,), (doubtful,) = apply(cast), apply(cast, flags="duplicate")
    ben = client_of("ben")
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": [safe, doubtful]})
    assert answer.status_code == 422
    assert found(safe).status is ApplicationStatus.SUBMITTED
    assert ben.post(f"{queue_of(cast)}/{doubtful}/approve").status_code == 303
    assert found(doubtful).status is ApplicationStatus.APPROVED


@pytest.mark.covers("S14")
def test_an_id_number_of_another_record_is_approved_by_nobody(
    client_of: Clients, cast: Cast
) -> None:
    taken = cast.person("ned")
    person = make.make_person()
    application = operations.submit_application(
        make.make_user(person),
        cast.organization("东一村"),
        KIND,
        operations.Answers(name=person.name, id_number=taken.plain_id_number),
        by=actor_of(cast, "mia"),
        now=clock.now(),
    )
    db.session.commit()
    answer = client_of("ben").post(f"{queue_of(cast)}/{application.code}/approve")
    assert answer.status_code == 422
    assert taken.name not in answer.text
    assert found(application.code).status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("S14", "RACE-03")
def test_of_two_who_name_one_number_the_first_approved_has_it(
    client_of: Clients, cast: Cast
) -> None:
    number, codes = make.make_id_number(date(1970, 1, 1), 31), list[str]()
    for _ in range(2):
        person = make.make_person()
        application = operations.submit_application(
            make.make_user(person),
            cast.organization("东一村"),
            KIND,
            operations.Answers(name=person.name, id_number=number),
            by=actor_of(cast, "mia"),
            now=clock.now(),
        )
        codes.append(application.code)
    other = apply(cast)
    assert found(codes[0]).flag_list == []
    assert found(codes[1]).flag_list == [Flag.ID_IN_USE]
    ben, doubtful = client_of("ben"), figure(cast, "东一村", Measure.APPLICATIONS_DOUBTFUL)
    assert ben.post(f"{queue_of(cast)}/{codes[1]}/approve").status_code == 303
    in_bulk = ben.post(f"{queue_of(cast)}/approve", {"ids": [codes[0], *other]})
    assert "其中 1 人刚被处理，已跳过" in ben.get(in_bulk.location).text
    assert found(other[0]).status is ApplicationStatus.APPROVED
    left = found(codes[0])
    assert left.status is ApplicationStatus.SUBMITTED
    assert left.flag_list == [Flag.ID_IN_USE]
    assert figure(cast, "东一村", Measure.APPLICATIONS_DOUBTFUL) == doubtful
    assert ben.post(f"{queue_of(cast)}/{codes[0]}/approve").status_code == 422


@pytest.mark.covers("LED-04")
def test_nobody_approves_his_own_application(client_of: Clients, cast: Cast) -> None:
    others = apply(cast, number=2)
    own = make.make_application(
        cast.person("ben"), cast.organization("东一村"), cast.user("ben")
    ).code
    db.session.commit()
    answer = client_of("ben").post(f"{queue_of(cast)}/approve", {"ids": [*others, own]})
    assert answer.status_code == 422
    assert "不能审核自己的申请" in answer.text
    assert {found(code).status for code in (*others, own)} == {ApplicationStatus.SUBMITTED}


def test_the_only_secretary_who_applies_is_decided_by_the_county(cast: Cast) -> None:
    application = operations.submit_application(
        cast.user("will"),
        cast.organization("西一村"),
        KIND,
        operations.Answers(name="人will"),
        by=actor_of(cast, "will"),
        now=clock.now(),
    )
    assert application.handler_id == cast.organization("西县").id


def test_the_next_one_follows_and_both_ways_lead_on(client_of: Clients, cast: Cast) -> None:
    first, second, third = apply(cast, number=3)
    ben = client_of("ben")
    page = ben.page(f"{queue_of(cast)}/{second}")
    assert link(page, "上一个").endswith(first)
    assert link(page, "下一个").endswith(third)
    answer = ben.post(f"{queue_of(cast)}/{first}/approve")
    assert f"/applications/{second}?" in answer.location
    assert "上一位已办好" in ben.get(answer.location).text


@pytest.mark.covers("PRV-06", "AZ-03")
def test_a_possible_duplicate_is_compared_inside_the_reach_only(
    client_of: Clients, cast: Cast
) -> None:
    here = make.make_person("汪小明")
    make.make_membership(here, cast.organization("东一村"))
    far = make.make_person("王晓明")
    make.make_membership(far, cast.organization("北一村"))
    person = make.make_person("王小明")
    application = make.make_application(
        person, cast.organization("东一村"), make.make_user(person), flags="duplicate"
    )
    db.session.commit()
    page = client_of("ben").page(f"{queue_of(cast)}/{application.code}")
    assert "汪小明" in page.text
    assert "王晓明" not in page.text
    assert "别的组织也有" in page.text
    assert here.plain_phone not in str(page)


@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("ben", "东一村", 200),
        ("cora", "东一村", 200),
        ("cora", "东县", 200),
        ("bea", "东一村", 404),
        ("dan", "东一村", 404),
        ("tess", "东一村", 403),
        ("eve", "东一村", 403),
        ("rex", "东一村", 404),
        ("mia", "东一村", 404),
    ],
)
@pytest.mark.covers("AZ-01")
def test_who_sees_the_queue(
    client_of: Clients, cast: Cast, name: str, place: str, status: int
) -> None:
    assert client_of(name).get(queue_of(cast, place)).status_code == status


@pytest.mark.covers("AZ-20")
def test_the_county_reads_the_queue_of_a_branch_and_decides_nothing(
    client_of: Clients, cast: Cast
) -> None:
    (code,) = apply(cast)
    cora = client_of("cora")
    assert not cora.page(queue_of(cast)).find("input", {"name": "ids"})
    assert not cora.page(f"{queue_of(cast)}/{code}").find("button", string="通过")
    for path in ("approve", f"{code}/approve", f"{code}/return", f"{code}/reject"):
        assert cora.post(f"{queue_of(cast)}/{path}", {"ids": [code]}).status_code == 403
    assert found(code).status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("PRV-04")
def test_a_list_of_ten_and_of_a_hundred_asks_the_database_as_often(
    client_of: Clients, cast: Cast, count_statements: Counting
) -> None:
    counts = []
    ben = client_of("ben")
    for more in (10, 90):
        codes = apply(cast, number=more)
        ben.get(queue_of(cast))
        with count_statements() as seen:
            page = ben.page(queue_of(cast))
        counts.append(len(seen))
        assert found(codes[0]).person.plain_phone not in str(page)
    assert counts[0] == counts[1]
    assert counts[0] <= 9
    assert len(page.select("tr[id^=application-]")) == 20
    following = at(page, "#safe-more a", "href")
    assert len(ben.page(following).select("tr[id^=application-]")) == 20


def test_the_history_of_an_undone_member_is_kept(client_of: Clients, cast: Cast) -> None:
    (code,) = apply(cast)
    ben = client_of("ben")
    answer = ben.post(f"{queue_of(cast)}/approve", {"ids": [code]})
    ben.post(undo(parsed(ben.get(answer.location))))
    (membership,) = db.session.scalars(
        select(Membership).where(Membership.person_id == found(code).person_id)
    )
    assert membership.status is MembershipStatus.REVOKED
    events = select(MembershipEvent.to_status).where(MembershipEvent.membership_id == membership.id)
    assert set(db.session.scalars(events)) == {MembershipStatus.APPROVED, MembershipStatus.REVOKED}


def test_applications_follow_the_keeper(cast: Cast) -> None:
    (code,) = apply(cast, "西一村")
    county = cast.organization("西县")
    post = cast.user("will").posts[0]
    end_post(post, clock.today() - timedelta(days=1), by=actor_of(cast, "dan"), now=clock.now())
    db.session.commit()
    assert found(code).handler_id == county.id
    assert figure(cast, "西县", Measure.APPLICATIONS_WAITING) == 1
    assert figure(cast, "西一村", Measure.APPLICATIONS_WAITING) == 0
