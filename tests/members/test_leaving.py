"""Leaving: free, in force at once, undone for five working days, and nobody can refuse (MEM-43)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock, settings
from core.audit.models import AuditEvent
from core.database import db
from members import operations
from members.models import Membership, Withdrawal
from members.operations import card_token
from members.rules import MembershipKind, MembershipStatus, WithdrawalStatus
from organizations.rules import Measure
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.waiting import figure

Clients = Callable[[str], Client]
BRANCH, LEAVE = "东一村", "/me/membership/leave"


def of_mia(cast: Cast) -> Membership:
    db.session.expire_all()
    person = cast.person("mia")
    return db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()


def withdrawal(cast: Cast) -> Withdrawal:
    return db.session.scalars(
        select(Withdrawal).where(Withdrawal.membership_id == of_mia(cast).id)
    ).one()


def gaps() -> dict[tuple[int, str, str, int], int]:
    """Return by how much the rows of the cast, made without figures, exceed the figures."""
    return {
        (one.organization_id, one.measure, one.part, one.period): one.change
        for one in differences()
    }


def queue(cast: Cast, place: str = BRANCH) -> str:
    return f"/o/{cast.code(place)}/applications"


@pytest.mark.covers("S17", "MEM-43")
def test_a_member_leaves_on_the_phone_and_the_card_is_void_the_same_day(
    client_of: Clients, cast: Cast, app: Flask
) -> None:
    before, unexplained = figure(cast, BRANCH, Measure.ADULT_MEMBERS), gaps()
    card = f"/v/{card_token(of_mia(cast).code)}"
    mia = client_of("mia")
    link = mia.page("/me/card").select_one(f"a[href='{LEAVE}']")
    assert link is not None
    assert "会员证同时作废" in mia.page(LEAVE).text
    answer = mia.post(LEAVE, {"reason": "moved", "note": "去外地了"})
    assert answer.headers["Location"].startswith(LEAVE)
    left = of_mia(cast)
    assert (left.status, left.left_on) == (MembershipStatus.WITHDRAWN, clock.today())
    assert "已作废" in Client(app).page(card).text
    assert mia.page("/me/card").select_one("svg") is None
    assert figure(cast, BRANCH, Measure.ADULT_MEMBERS) == before - 1
    assert gaps() == unexplained
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert "memberships.withdraw" in actions


@pytest.mark.covers("S17")
def test_the_branch_takes_note_and_cannot_refuse(client_of: Clients, cast: Cast) -> None:
    client_of("mia").post(LEAVE, {"note": "<b>再见</b>"})
    ben = client_of("ben")
    assert "退会回执" in ben.page(f"/o/{cast.code(BRANCH)}/home").text
    row = ben.page(queue(cast)).select_one("#leavers tr[data-row]")
    assert row is not None
    assert "<b>再见</b>" in row.text
    assert [button.text.strip() for button in row.select("button")] == ["知晓"]
    path = f"/o/{cast.code(BRANCH)}/withdrawals/{withdrawal(cast).code}/confirm"
    assert ben.post(path).status_code == 303
    assert withdrawal(cast).status is WithdrawalStatus.CONFIRMED
    assert ben.page(queue(cast)).select_one("#leavers") is None
    assert ben.post(path).status_code == 409
    assert of_mia(cast).status is MembershipStatus.WITHDRAWN


@pytest.mark.covers("MEM-43")
@pytest.mark.parametrize("before", [MembershipStatus.ACTIVE, MembershipStatus.APPROVED])
def test_who_thinks_better_of_it_is_what_he_was(
    client_of: Clients, cast: Cast, before: MembershipStatus
) -> None:
    of_mia(cast).status = before
    db.session.commit()
    number, mia, unexplained = of_mia(cast).number, client_of("mia"), gaps()
    mia.post(LEAVE, {})
    assert mia.page(LEAVE).select_one(f"form[action='{LEAVE}/undo']")
    assert mia.post(f"{LEAVE}/undo").headers["Location"].startswith("/me/card")
    back = of_mia(cast)
    assert (back.status, back.number, back.left_on) == (before, number, None)
    assert withdrawal(cast).status is WithdrawalStatus.UNDONE
    assert number in mia.page("/me/card").text
    assert gaps() == unexplained
    assert mia.post(f"{LEAVE}/undo").headers["Location"] == "/me/card"


def settle(app: Flask, settled: int) -> None:
    result = app.test_cli_runner().invoke(args=["members", "file-due"])
    assert f" {settled} withdrawals" in result.output


@pytest.mark.covers("MEM-43")
def test_the_last_day_counts_and_the_day_after_is_too_late(
    client_of: Clients, cast: Cast, app: Flask
) -> None:
    mia, ben = client_of("mia"), client_of("ben")
    mia.post(LEAVE, {})
    days = settings.value("withdrawals.undo_working_days", on=clock.today())
    assert withdrawal(cast).undo_until == clock.add_working_days(clock.today(), days)
    withdrawal(cast).undo_until = clock.today()
    db.session.commit()
    ben.post(f"/o/{cast.code(BRANCH)}/withdrawals/{withdrawal(cast).code}/confirm")
    settle(app, 0)
    assert mia.page(LEAVE).select_one("form[action$='/undo']")
    assert mia.post(f"{LEAVE}/undo").status_code == 303
    mia.post(LEAVE, {})
    newest = db.session.scalars(select(Withdrawal).order_by(Withdrawal.id.desc())).first()
    assert newest is not None
    newest.undo_until = clock.today() - timedelta(days=1)
    db.session.commit()
    answer = mia.post(f"{LEAVE}/undo")
    assert answer.status_code == 422
    assert "重新申请" in parsed(answer).text
    assert of_mia(cast).status is MembershipStatus.WITHDRAWN
    settle(app, 1)
    settle(app, 0)
    assert newest.status is WithdrawalStatus.FILED
    assert mia.page(LEAVE).select_one("form[action$='/undo']") is None
    assert "重新申请" in parsed(mia.post(f"{LEAVE}/undo")).text
    acts = ("withdraw", "undo_withdrawal", "confirm_withdrawal", "file_withdrawal")
    audited = set(db.session.scalars(select(AuditEvent.action)))
    assert audited >= {f"memberships.{act}" for act in acts}


@pytest.mark.covers("MEM-19")
def test_who_became_a_member_elsewhere_meanwhile_stays_there(
    client_of: Clients, cast: Cast
) -> None:
    mia = client_of("mia")
    mia.post(LEAVE, {})
    make.make_membership(cast.person("mia"), cast.organization("东二村"))
    db.session.commit()
    withdrawn = db.session.scalars(select(Withdrawal)).one()
    assert mia.post(f"{LEAVE}/undo").headers["Location"] == "/me/card"
    db.session.expire_all()
    assert withdrawn.status is WithdrawalStatus.REQUESTED


@pytest.mark.covers("UX-R2")
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": "nonsense"}, "reason"),
        ({"note": "长" * 201}, "note"),
        ({"note": "a\x07"}, "note"),
    ],
)
def test_nonsense_changes_nothing(
    client_of: Clients, cast: Cast, sent: dict[str, str], field: str
) -> None:
    answer = client_of("mia").post(LEAVE, sent)
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{field}-error")
    assert of_mia(cast).status is MembershipStatus.ACTIVE


def test_who_is_no_member_and_a_pupil_are_told_where_they_stand(
    client_of: Clients, cast: Cast, newcomer: Callable[..., Client]
) -> None:
    assert "您还不是会员" in newcomer().page(LEAVE).text
    pupil = make.make_membership(
        cast.person("sam"), cast.organization("东小学"), kind=MembershipKind.YOUTH
    )
    db.session.commit()
    sam = client_of("sam")
    assert "学校的红十字老师" in sam.page(LEAVE).text
    assert sam.post(LEAVE, {}).status_code == 200
    with pytest.raises(LookupError):
        operations.leave(cast.person("sam").id, None, "", by=actor_of(cast, "sam"), now=clock.now())
    db.session.refresh(pupil)
    assert pupil.left_on is None


def apply_and_approve(cast: Cast, who: str, place: str, keeper: str) -> str:
    """Let somebody apply and be approved; return the code of the application."""
    organization = cast.organization(place)
    made = make.make_application(cast.person(who), organization, cast.user(who))
    operations.approve(
        [made.code],
        handler_id=organization.id,
        by=actor_of(cast, keeper),
        now=clock.now(),
        doubtful=True,
    )
    db.session.commit()
    return made.code


def test_who_leaves_twice_comes_back_to_where_he_was_last(client_of: Clients, cast: Cast) -> None:
    mia = client_of("mia")
    mia.post(LEAVE, {})
    apply_and_approve(cast, "mia", "东二村", "bea")
    mia.post(LEAVE, {})
    assert "已退会" in mia.page("/me/card").text
    assert mia.post(f"{LEAVE}/undo").status_code == 303
    assert "东二村" in mia.page("/me/card").text


def test_who_applied_elsewhere_withdraws_that_first(client_of: Clients, cast: Cast) -> None:
    mia = client_of("mia")
    mia.post(LEAVE, {})
    made = make.make_application(cast.person("mia"), cast.organization("东二村"), cast.user("mia"))
    db.session.commit()
    assert "入会申请正在办" in parsed(mia.post(f"{LEAVE}/undo")).text
    mia.post(f"/me/applications/{made.code}/withdraw")
    assert mia.post(f"{LEAVE}/undo").status_code == 303


def test_the_county_takes_note_where_nobody_keeps_the_branch(
    client_of: Clients, cast: Cast
) -> None:
    client_of("ned").post(LEAVE, {})
    noa, county = client_of("noa"), cast.code("北县")
    assert "退会回执" in noa.page(f"/o/{county}/home").text
    assert noa.page(queue(cast, "北县")).select_one("#leavers")
    left = db.session.scalars(select(Withdrawal)).one()
    assert noa.post(f"/o/{county}/withdrawals/{left.code}/confirm").status_code == 303


def test_undoing_a_decision_leaves_alone_who_left_meanwhile(client_of: Clients, cast: Cast) -> None:
    branch, stays = cast.organization("东二村"), make.make_person(with_id=True)
    user = make.make_user(stays)
    make.make_membership(
        cast.person("ada"), cast.organization(BRANCH)
    ).status = MembershipStatus.REVOKED
    codes = [
        make.make_application(person, branch, by).code
        for person, by in ((cast.person("ada"), cast.user("ada")), (stays, user))
    ]
    by, now = actor_of(cast, "bea"), clock.now()
    decision = operations.approve(codes, handler_id=branch.id, by=by, now=now, doubtful=True)
    db.session.commit()
    client_of("ada").post(LEAVE, {})
    path = f"/o/{branch.code}/decisions/{decision.code}/undo"
    assert client_of("bea").post(path).status_code == 303
    db.session.expire_all()
    of_other = select(Membership.status).where(Membership.person_id == stays.id)
    assert db.session.scalars(of_other).one() is MembershipStatus.REVOKED
    page = client_of("ada").page(f"/me/applications/{codes[0]}")
    assert "后来退会了" in page.text
    assert "出示会员证" not in page.text


@pytest.mark.covers("LED-04")
def test_nobody_takes_note_of_his_own_leaving(client_of: Clients, cast: Cast) -> None:
    make.make_membership(cast.person("duo"), cast.organization("东二村"))
    db.session.commit()
    duo, place = client_of("duo"), cast.code("东二村")
    duo.post(LEAVE, {})
    left = db.session.scalars(select(Withdrawal)).one()
    assert duo.page(queue(cast, "东二村")).select("#leavers button") == []
    path = f"/o/{place}/withdrawals/{left.code}/confirm"
    assert duo.post(path).status_code == 422
    assert client_of("bea").post(path).status_code == 303
