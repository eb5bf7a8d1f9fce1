"""Moving to another organization: never a second membership, rights stay meanwhile (MEM-41)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.operations import end_post
from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from members import operations
from members.models import Membership, MembershipEvent, Transfer, Withdrawal
from members.operations import card_token
from members.operations.memberships import relocate
from members.rules import ApplicationStatus, MembershipStatus, TransferStatus
from organizations import operations as organizations
from organizations.rules import Measure, OrganizationKind, OrganizationStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.test_leaving import gaps
from tests.members.waiting import figure

Clients = Callable[[str], Client]
OLD, NEW, FAR = "东一村", "东二村", "北一村"
OWN = "/me/transfer"


def of_mia(cast: Cast) -> Membership:
    db.session.expire_all()
    person = cast.person("mia")
    return db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()


def the_transfer() -> Transfer:
    db.session.expire_all()
    return db.session.scalars(select(Transfer).order_by(Transfer.id.desc())).first() or (
        pytest.fail("no transfer")
    )


def ask(cast: Cast, client_of: Clients, place: str = NEW) -> Transfer:
    answer = client_of("mia").post(f"/j/{cast.code(place)}/transfer")
    assert answer.headers["Location"].startswith(OWN)
    return the_transfer()


def act(cast: Cast, client: Client, verb: str, **sent: str) -> int:
    transfer = the_transfer()
    path = f"/o/{transfer.handler.code}/transfers/{transfer.code}/{verb}"
    return client.post(path, sent).status_code


@pytest.mark.covers("S14", "MEM-19", "MEM-41")
def test_a_member_who_applies_elsewhere_is_offered_a_transfer_and_moves(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    mia, number, card = client_of("mia"), of_mia(cast).number, card_token(of_mia(cast).code)
    joined, unexplained = of_mia(cast).joined_on, gaps()
    before = [figure(cast, place, Measure.ADULT_MEMBERS) for place in (OLD, NEW, "北县")]
    offered = mia.page(f"/j/{cast.code(NEW)}").select_one(f"a[href='/j/{cast.code(NEW)}/transfer']")
    assert offered is not None
    way = mia.get(f"/j/{cast.code(FAR)}/apply/member/name")
    assert way.headers["Location"] == f"/j/{cast.code(FAR)}/transfer"
    ask(cast, client_of, FAR)
    assert "转会籍" in client_of("ben").page(f"/o/{cast.code(OLD)}/home").text
    assert act(cast, client_of("ben"), "release") == 303
    assert of_mia(cast).organization_id == cast.organization(OLD).id
    assert Client(app).get(f"/v/{card}").status_code == 200
    assert the_transfer().handler_id == cast.organization("北县").id
    assert "转会籍" in client_of("noa").page(f"/o/{cast.code('北县')}/home").text
    assert act(cast, client_of("noa"), "accept") == 303
    moved = of_mia(cast)
    assert moved.organization_id == cast.organization(FAR).id
    assert (moved.number, moved.joined_on) == (number, joined)
    assert moved.county_id == cast.organization(FAR).county_id
    assert moved.status is MembershipStatus.APPROVED
    after = [figure(cast, place, Measure.ADULT_MEMBERS) for place in (OLD, NEW, "北县")]
    assert after == [before[0] - 1, before[1], before[2] + 1]
    assert gaps() == unexplained
    people = select(func.count()).where(Membership.person_id == cast.person("mia").id)
    assert db.session.scalar(people) == 1
    notes = db.session.scalars(select(MembershipEvent.note)).all()
    assert any(OLD in note and FAR in note for note in notes)
    assert "已转入" in mia.page(OWN).text
    assert moved.filed_at is None
    assert clock.local(moved.approved_at).date() == clock.today()


def test_every_step_is_audited_and_a_stale_page_tells_the_truth(
    cast: Cast, client_of: Clients
) -> None:
    ask(cast, client_of)
    act(cast, client_of("ben"), "release")
    act(cast, client_of("bea"), "accept")
    acts = set(db.session.scalars(select(AuditEvent.action)))
    assert acts >= {f"transfers.{act}" for act in ("request", "release", "accept")}
    mia = client_of("mia")
    mia.post(f"{OWN}/cancel")
    assert "已取消" not in mia.page(f"{OWN}?done=cancelled").text


def end_posts(cast: Cast, name: str) -> None:
    for post in cast.user(name).posts:
        end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    db.session.commit()


@pytest.mark.covers("AZ-05")
def test_nobody_else_answers_and_not_before_his_turn(cast: Cast, client_of: Clients) -> None:
    transfer = ask(cast, client_of)
    for who, place in (("bea", NEW), ("cora", "东县"), ("will", "西一村")):
        path = f"/o/{cast.code(place)}/transfers/{transfer.code}/release"
        assert client_of(who).post(path).status_code == 404
    assert act(cast, client_of("ben"), "accept") == 409
    assert act(cast, client_of("ben"), "release") == 303
    assert act(cast, client_of("bea"), "release") == 409
    assert act(cast, client_of("bea"), "accept") == 303
    assert act(cast, client_of("bea"), "accept") == 409
    assert of_mia(cast).organization_id == cast.organization(NEW).id


def test_the_new_organization_says_why_it_takes_nobody_in(cast: Cast, client_of: Clients) -> None:
    ask(cast, client_of)
    act(cast, client_of("ben"), "release")
    bea = client_of("bea")
    assert act(cast, bea, "decline", note="") == 422
    assert act(cast, bea, "decline", note="请转到居住地社区") == 303
    page = client_of("mia").page(OWN)
    assert "请转到居住地社区" in page.text
    assert of_mia(cast).organization_id == cast.organization(OLD).id
    assert ask(cast, client_of, FAR)


def test_the_member_stays_where_he_is_after_all(cast: Cast, client_of: Clients) -> None:
    ask(cast, client_of)
    mia = client_of("mia")
    assert mia.page("/me/card").select_one(f"a[href='{OWN}']")
    assert mia.post(f"{OWN}/cancel").status_code == 303
    assert the_transfer().status is TransferStatus.CANCELLED
    assert act(cast, client_of("ben"), "release") == 409
    assert mia.page("/me/card").select_one(f"a[href='{OWN}']") is None


def test_who_leaves_does_not_arrive(cast: Cast, client_of: Clients) -> None:
    ask(cast, client_of)
    act(cast, client_of("ben"), "release")
    client_of("mia").post("/me/membership/leave", {})
    assert the_transfer().status is TransferStatus.CANCELLED
    assert act(cast, client_of("bea"), "accept") == 409
    assert of_mia(cast).status is MembershipStatus.WITHDRAWN


@pytest.mark.covers("MEM-41")
def test_what_is_not_answered_in_time_goes_to_the_county(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    ask(cast, client_of)
    act(cast, client_of("ben"), "release")
    day = the_transfer().due_on
    for when, late in ((day, "0 transfers"), (day + timedelta(days=1), "1 transfers")):
        result = app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(when)])
        assert late in result.output
    assert the_transfer().handler_id == cast.organization("东县").id
    late = f"/o/{cast.code(NEW)}/transfers/{the_transfer().code}/accept"
    assert client_of("bea").post(late).status_code == 404
    end_posts(cast, "bea")
    assert the_transfer().handler_id == cast.organization("东县").id
    assert "过了期限" in client_of("mia").page(OWN).text
    assert act(cast, client_of("cora"), "accept") == 303


def test_a_transfer_follows_the_keeper(cast: Cast, client_of: Clients) -> None:
    ask(cast, client_of)
    end_posts(cast, "ben")
    assert the_transfer().handler_id == cast.organization("东县").id
    left = operations.leave(
        cast.person("mia").id, None, "", by=actor_of(cast, "mia"), now=clock.now()
    )
    assert left.handler_id == cast.organization("东县").id


@pytest.mark.covers("LED-04")
def test_nobody_handles_his_own_transfer(cast: Cast, client_of: Clients) -> None:
    own = make.make_transfer(
        cast.person("duo"),
        cast.user("duo"),
        cast.organization(OLD),
        cast.organization(NEW),
        TransferStatus.RELEASED,
    )
    db.session.commit()
    path = f"/o/{cast.code(NEW)}/transfers/{own.code}/accept"
    assert client_of("duo").post(path).status_code == 422
    assert (
        client_of("duo").page(f"/o/{cast.code(NEW)}/applications").select("#transfers button") == []
    )
    assert client_of("bea").post(path).status_code == 303


@pytest.mark.parametrize("state", ["unfiled", "closed", "same", "pupil"])
def test_what_cannot_move_stays(cast: Cast, client_of: Clients, state: str) -> None:
    who, place = ("hana", NEW) if state == "pupil" else ("mia", OLD if state == "same" else NEW)
    if state == "unfiled":
        of_mia(cast).status = MembershipStatus.APPROVED
    if state == "closed":
        cast.organization(NEW).status = OrganizationStatus.DISSOLVED
    db.session.commit()
    path = f"/j/{cast.code(place)}/transfer"
    assert client_of(who).page(path).select("#main button[type=submit].button-main") == []
    answer = client_of(who).post(path)
    assert answer.status_code == 422
    assert parsed(answer).select_one("[data-focus]")
    assert db.session.scalars(select(Transfer)).all() == []


def test_an_approval_is_not_undone_after_a_move(cast: Cast) -> None:
    person = make.make_person(with_id=True)
    user = make.make_user(person)
    made = make.make_application(person, cast.organization(OLD), user)
    by, now, place_id = actor_of(cast, "ben"), clock.now(), cast.organization(OLD).id
    decision = operations.approve([made.code], handler_id=place_id, by=by, now=now)
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id)
    ).one()
    membership.status = MembershipStatus.ACTIVE
    relocate(membership, cast.organization(NEW), by=by, now=now)
    with pytest.raises(RuleViolation, match="已经转到别的组织"):
        operations.undo(decision.code, handler_id=place_id, by=by, now=now)


def test_nobody_arrives_where_all_has_closed_meanwhile(cast: Cast, client_of: Clients) -> None:
    ask(cast, client_of)
    act(cast, client_of("ben"), "release")
    cast.organization(NEW).status = OrganizationStatus.DISSOLVED
    db.session.commit()
    with pytest.raises(RuleViolation, match="已经停办"):
        operations.accept(
            the_transfer().code,
            handler_id=the_transfer().handler_id,
            by=actor_of(cast, "cora"),
            now=clock.now(),
        )


@pytest.mark.parametrize("kind", ["transfer", "withdrawal"])
def test_what_waits_follows_a_moved_tree(cast: Cast, client_of: Clients, kind: str) -> None:
    end_posts(cast, "ben")
    if kind == "transfer":
        waiting: Transfer | Withdrawal = ask(cast, client_of)
    else:
        by = actor_of(cast, "mia")
        waiting = operations.leave(cast.person("mia").id, None, "", by=by, now=clock.now())
        db.session.commit()
    assert waiting.handler_id == cast.organization("东县").id
    town, county = cast.organization("东镇"), cast.organization("北县")
    organizations.move(town, county, by=SYSTEM, now=clock.now(), reason="区划调整")
    db.session.commit()
    db.session.refresh(waiting)
    assert waiting.handler_id == cast.organization("北县").id


def test_the_new_organization_gets_its_own_days_after_a_late_release(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    late = ask(cast, client_of).due_on + timedelta(days=1)
    app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(late)])
    assert the_transfer().is_escalated
    assert act(cast, client_of("cora"), "release") == 303
    assert not the_transfer().is_escalated
    assert "过了期限" not in client_of("mia").page(OWN).text


def test_a_withdrawal_follows_the_keeper(cast: Cast, client_of: Clients) -> None:
    client_of("mia").post("/me/membership/leave", {})
    left = db.session.scalars(select(Withdrawal)).one()
    assert left.handler_id == cast.organization(OLD).id
    end_posts(cast, "ben")
    db.session.refresh(left)
    assert left.handler_id == cast.organization("东县").id


def test_one_reads_which_county_files_after_a_move(cast: Cast, client_of: Clients) -> None:
    made = make.make_application(cast.person("mia"), cast.organization(OLD), cast.user("mia"))
    db.session.commit()
    moved = of_mia(cast)
    made.status, moved.application_id = ApplicationStatus.APPROVED, made.id
    relocate(moved, cast.organization(FAR), by=SYSTEM, now=clock.now())
    db.session.commit()
    page = client_of("mia").page(f"/me/applications/{made.code}")
    assert "备案在北县" in page.text


def test_filings_of_a_unit_right_under_the_province_move_along(cast: Cast) -> None:
    province, county = cast.organization("测试省"), cast.organization("东县")
    unit = make.make_organization(OrganizationKind.HOSPITAL, "省测医院", province)
    make.make_membership(make.make_person(), unit, status=MembershipStatus.APPROVED)
    db.session.commit()
    before = waiting_gaps(province.id)
    organizations.move(unit, county, by=SYSTEM, now=clock.now(), reason="区划调整")
    db.session.commit()
    assert waiting_gaps(province.id) == before


def waiting_gaps(organization_id: int) -> dict[int, int]:
    """Return by how much filings that wait exceed their figure, the own ones and all below."""
    return {
        period: gap
        for (one, measure, _, period), gap in gaps().items()
        if (one, measure) == (organization_id, "filings_waiting")
    }
