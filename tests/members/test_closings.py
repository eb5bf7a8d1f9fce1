"""Closing an organization: members, volunteers, applications, posts at once; undone as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import User
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.messages import outbox
from core.rules import IllegalTransition, RuleViolation
from members import operations as joining
from members.models import Application, Membership, MembershipEvent
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    MembershipStatus,
    TransferStatus,
)
from organizations import operations
from organizations.models import Organization, OrganizationClosing
from organizations.operations import Plan
from organizations.rules import ClosingStatus, Measure, OrganizationStatus
from schools.models import School
from schools.operations.register import NewSchool, record_branch, register_school
from schools.rules.register import SchoolStage
from tests import endings
from tests import factories as make
from tests.accounts.steps import enter_setting
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.test_leaving import gaps
from tests.members.test_letters import kinds
from tests.members.test_transfers import of_mia
from tests.members.waiting import apply, figure
from tests.races import books
from volunteers.models import ServiceRecord, Volunteer

Clients = Callable[[str], Client]
BRANCH, OTHER, COUNTY, SCHOOL = "东一村", "东二村", "东县", "东小学"
DOCUMENT = "东红〔2026〕8号"


def sent(cast: Cast, place: str | None, **changes: str) -> dict[str, str]:
    target = cast.code(place) if place else "none"
    return {
        "document": DOCUMENT,
        "closed_on": clock.today().isoformat(),
        "target": target,
        **changes,
    }


def close(
    cast: Cast, client_of: Clients, target: str | None = OTHER, place: str = BRANCH
) -> OrganizationClosing:
    """Close an organization on the page; return the closing."""
    path = f"/o/{cast.code(place)}/closing"
    answer = client_of("cora").post(path, sent(cast, target))
    assert answer.status_code == 303, parsed(answer).select_one("#main")
    db.session.expire_all()
    return db.session.scalars(
        select(OrganizationClosing).order_by(OrganizationClosing.id.desc())
    ).first() or pytest.fail("not closed")


def undo(cast: Cast, client_of: Clients, place: str = BRANCH) -> int:
    status = client_of("cora").post(f"/o/{cast.code(place)}/closing/undo").status_code
    db.session.expire_all()
    return status


def volunteers_of(cast: Cast, place: str) -> int:
    at = cast.organization(place).id
    found = select(func.count()).select_from(Volunteer).where(Volunteer.organization_id == at)
    return db.session.scalar(found) or 0


@pytest.mark.covers("MEM-45", "ORG-17", "S31", "AZ-10", "LED-10")
def test_people_move_in_one_decision_and_posts_end(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    number, joined = of_mia(cast).number, of_mia(cast).joined_on
    unexplained, orgs = gaps(), figure(cast, COUNTY, Measure.ORGANIZATIONS)
    serving = volunteers_of(cast, BRANCH), volunteers_of(cast, OTHER)
    page = client_of("cora").page(f"/o/{cast.code(BRANCH)}/closing")
    assert "在任职务" in str(page.select_one("#hanging"))
    assert client_of("cora").page(f"/o/{cast.code(BRANCH)}/home").select_one("a[href$='/closing']")
    close(cast, client_of)
    moved = of_mia(cast)
    assert moved.organization_id == cast.organization(OTHER).id
    assert (moved.number, moved.joined_on, moved.status) == (
        number,
        joined,
        MembershipStatus.ACTIVE,
    )
    steps = db.session.scalars(
        select(MembershipEvent.action).where(MembershipEvent.membership_id == moved.id)
    ).all()
    assert list(steps) == ["resettle"]
    assert (volunteers_of(cast, BRANCH), volunteers_of(cast, OTHER)) == (0, sum(serving))
    assert figure(cast, COUNTY, Measure.ORGANIZATIONS) == orgs - 1
    assert gaps() == unexplained
    assert cast.organization(BRANCH).status is OrganizationStatus.DISSOLVED
    assert client_of("ben").get(f"/o/{cast.code(BRANCH)}/home").status_code == 404
    poster = Client(app).page(f"/j/{cast.code(BRANCH)}").text
    assert "撤销" in poster
    assert cast.organization(COUNTY).phone in poster
    assert client_of("cora").get(f"/o/{cast.code(BRANCH)}/members").status_code == 200
    assert BRANCH in client_of("cora").page(f"/o/{cast.code(COUNTY)}/closings").text
    late = clock.now() + timedelta(minutes=30)
    assert joining.tell_resettled(late) == 1
    assert kinds(cast, "mia") == [LetterKind.RESETTLED]
    assert joining.tell_resettled(late) == 0


def test_the_school_counts_no_more_and_again_after_a_mistake(
    cast: Cast, client_of: Clients
) -> None:
    new = NewSchool("2133000001", "东小学", SchoolStage.PRIMARY)
    school = register_school(new, cast.organization(COUNTY), by=SYSTEM)
    record_branch(school, cast.organization(SCHOOL), by=SYSTEM)
    db.session.commit()
    before = figure(cast, COUNTY, Measure.SCHOOL_BRANCHES)
    close(cast, client_of, None, SCHOOL)
    assert figure(cast, COUNTY, Measure.SCHOOL_BRANCHES) == before - 1
    assert undo(cast, client_of, SCHOOL) == 303
    assert figure(cast, COUNTY, Measure.SCHOOL_BRANCHES) == before
    kept = db.session.scalars(select(School.organization_id)).one()
    assert kept == cast.organization(SCHOOL).id


def test_applications_are_given_back_and_transfers_into_it_end(
    cast: Cast, client_of: Clients
) -> None:
    (code,) = apply(cast)
    mover = make.make_person()
    moving = make.make_transfer(
        mover,
        make.make_user(mover),
        cast.organization(OTHER),
        cast.organization(BRANCH),
        TransferStatus.RELEASED,
    )
    volunteer = db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == cast.person("ada").id)
    ).one()
    record = make.make_record(volunteer, cast.organization(BRANCH), submitted_by=cast.user("ada"))
    db.session.commit()
    unexplained = gaps()
    close(cast, client_of)
    given_back = db.session.scalars(select(Application).where(Application.code == code)).one()
    assert given_back.status is ApplicationStatus.CLOSED
    db.session.refresh(moving)
    assert moving.status is TransferStatus.CANCELLED
    assert moving.membership.organization_id == cast.organization(OTHER).id
    waiting = db.session.get_one(ServiceRecord, record.id)
    assert waiting.handler_id == cast.organization(COUNTY).id
    assert waiting.organization_id == cast.organization(BRANCH).id
    assert gaps() == unexplained
    assert "退还" in outbox(1)[0].text
    again = joining.submit_application(
        db.session.get_one(User, given_back.submitted_by_id),
        cast.organization(OTHER),
        given_back.kind,
        joining.Answers(name=given_back.person.name),
        by=actor_of(cast, "mia"),
        now=clock.now(),
    )
    assert again.status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("ORG-17")
def test_a_mistake_is_taken_back_as_a_whole(cast: Cast, client_of: Clients) -> None:
    (code,) = apply(cast)
    unfiled = make.make_membership(
        make.make_person(), cast.organization(BRANCH), status=MembershipStatus.APPROVED
    )
    db.session.commit()
    unexplained, serving = gaps(), volunteers_of(cast, BRANCH)
    queued = len(outbox())
    close(cast, client_of, None)
    assert undo(cast, client_of) == 303
    back = cast.organization(BRANCH)
    assert (back.status, back.closed_on) == (OrganizationStatus.ACTIVE, None)
    assert of_mia(cast).organization_id == back.id
    assert of_mia(cast).status is MembershipStatus.ACTIVE
    db.session.refresh(unfiled)
    assert (unfiled.status, unfiled.organization_id) == (MembershipStatus.APPROVED, back.id)
    assert volunteers_of(cast, BRANCH) == serving
    ben = client_of("ben")
    assert ben.get(f"/o/{back.code}/home").status_code == 200
    assert ben.post(f"/o/{back.code}/applications/{code}/approve").status_code == 303
    assert gaps() == unexplained
    assert len(outbox()) == queued + 1  # the approval; what the closing said was called back
    assert joining.tell_resettled(clock.now() + timedelta(hours=1)) == 2
    assert len(outbox()) == queued + 1
    assert undo(cast, client_of) == 409


def test_once_something_followed_it_stays_closed(cast: Cast, client_of: Clients) -> None:
    close(cast, client_of)
    client_of("mia").post("/me/membership/leave", {})
    answer = client_of("cora").post(f"/o/{cast.code(BRANCH)}/closing/undo")
    assert answer.status_code == 422
    assert "已经有人办了别的事" in parsed(answer).text
    assert cast.organization(BRANCH).status is OrganizationStatus.DISSOLVED


@pytest.mark.parametrize(
    ("place", "changes", "words"),
    [
        (BRANCH, {"document": ""}, "文件号"),
        (BRANCH, {"document": "文" * 61}, "文件号"),
        (BRANCH, {"closed_on": "2999-01-01"}, "日期"),
        (BRANCH, {"closed_on": "2001-01-01"}, "成立"),
        (BRANCH, {"target": ""}, "请选转到哪里"),
        (BRANCH, {"target": "zzzzzz"}, "没有这个组织"),
        ("东镇", {}, "还有组织"),
        (COUNTY, {}, "基层组织"),
    ],
)
def test_what_is_refused(
    cast: Cast, client_of: Clients, place: str, changes: dict[str, str], words: str
) -> None:
    answer = client_of("cora").post(f"/o/{cast.code(place)}/closing", sent(cast, OTHER, **changes))
    assert answer.status_code == 422
    assert words in str(parsed(answer).select_one("#main"))
    assert db.session.scalars(select(OrganizationClosing)).all() == []


@pytest.mark.covers("ORG-17", "MEM-41")
def test_people_whom_another_organization_can_take_in_are_not_left_waiting(
    cast: Cast, client_of: Clients
) -> None:
    books.settle()
    db.session.commit()
    path, cora = f"/o/{cast.code(BRANCH)}/closing", client_of("cora")
    assert "先放在上级红十字会" not in cora.page(path).text
    refused = cora.post(path, sent(cast, None))
    assert refused.status_code == 422
    assert "请先选他们转到哪里" in refused.text
    assert cast.organization(BRANCH).status is OrganizationStatus.ACTIVE
    assert "先放在上级红十字会" in cora.page(f"/o/{cast.code(SCHOOL)}/closing").text  # no school
    enter_setting("closings.may_wait", 1)
    assert cora.post(path, sent(cast, None)).status_code == 303


@pytest.mark.parametrize("target", ["西一村", BRANCH, COUNTY])
def test_people_go_only_to_another_branch_of_the_county(
    cast: Cast, client_of: Clients, target: str
) -> None:
    path = f"/o/{cast.code(BRANCH)}/closing"
    assert client_of("cora").post(path, sent(cast, target)).status_code == 422
    assert of_mia(cast).organization_id == cast.organization(BRANCH).id


def test_a_running_expulsion_comes_first(cast: Cast, client_of: Clients) -> None:
    endings.make_expulsion(cast.organization(BRANCH))
    db.session.commit()
    path = f"/o/{cast.code(BRANCH)}/closing"
    page = client_of("cora").page(path)
    assert "先办完" in page.text
    assert page.select_one("#main form[method=post]") is None
    assert page.select_one(f"#main a[href='/o/{cast.code(BRANCH)}/home']")
    (way,) = page.select("#main a[href$='/expulsions']")
    assert client_of("cora").page(str(way["href"])).select_one("#main [data-row]")
    assert client_of("cora").post(path, sent(cast, OTHER)).status_code == 422


def test_two_clicks_close_once(cast: Cast, client_of: Clients) -> None:
    close(cast, client_of)
    plan = Plan(DOCUMENT, clock.today())
    with pytest.raises(IllegalTransition):
        operations.close_organization(
            cast.organization(BRANCH), plan, by=actor_of(cast, "cora"), now=clock.now()
        )
    again = client_of("cora").post(f"/o/{cast.code(BRANCH)}/closing", sent(cast, OTHER))
    assert again.status_code == 303
    standing = select(func.count()).where(OrganizationClosing.status == ClosingStatus.CLOSED)
    assert db.session.scalar(standing) == 1


def crowd(organization: Organization, number: int) -> None:
    """Write members without figures, many at once."""
    for _ in range(number):
        make.make_membership(make.make_person(), organization)


@pytest.mark.covers("LED-10")
def test_two_thousand_members_move_by_few_statements(
    cast: Cast, count_statements: Callable[[], object]
) -> None:
    crowd(cast.organization(BRANCH), 2000)
    db.session.commit()
    unexplained = gaps()
    plan = Plan(DOCUMENT, clock.today(), cast.organization(OTHER))
    begun = monotonic()
    with count_statements() as seen:  # type: ignore[attr-defined]
        operations.close_organization(
            cast.organization(BRANCH), plan, by=actor_of(cast, "cora"), now=clock.now()
        )
    took = monotonic() - begun
    db.session.commit()
    assert len(seen) < 80, len(seen)
    assert took < 20
    here = select(func.count()).where(Membership.organization_id == cast.organization(BRANCH).id)
    there = select(func.count()).where(Membership.organization_id == cast.organization(OTHER).id)
    assert (db.session.scalar(here), db.session.scalar(there)) == (0, 2001)
    assert gaps() == unexplained


def test_nobody_is_admitted_to_a_closed_organization(cast: Cast, client_of: Clients) -> None:
    (code,) = apply(cast)
    path = f"/o/{cast.code(COUNTY)}/applications/{code}/approve"
    close(cast, client_of)
    assert client_of("cora").post(path).status_code in {404, 409}
    person = make.make_person(with_id=True)
    with pytest.raises(RuleViolation, match="停办"):
        joining.submit_application(
            make.make_user(person),
            cast.organization(BRANCH),
            ApplicationKind.MEMBER,
            joining.Answers(name=person.name),
            by=SYSTEM,
            now=clock.now(),
        )


def test_a_future_post_does_not_begin(cast: Cast, client_of: Clients) -> None:
    user = make.make_user(make.make_person())
    post = make.make_post(user, Role.SECRETARY, cast.organization(BRANCH))
    post.starts_on = clock.today() + timedelta(days=9)
    db.session.commit()
    close(cast, client_of)
    db.session.refresh(post)
    assert post.ends_on == post.starts_on - timedelta(days=1)
    undo(cast, client_of)
    db.session.refresh(post)
    assert post.ends_on is None
