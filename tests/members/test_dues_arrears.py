"""Two years unpaid: proposed in January, told, kept with a reason or removed; never by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock, settings
from core.database import db
from core.messages import outbox
from core.rules import IllegalTransition, RuleViolation
from members import operations
from members.models import DuesProposal, Membership, MembershipEvent
from members.operations.memberships import relocate
from members.rules import MemberGrade, MembershipAction, MembershipKind, MembershipStatus
from members.rules import ProposalStatus as P
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members import dues
from tests.members.conftest import actor_of
from tests.members.test_figures import settle

Clients = Callable[[str], Client]


def travel(day: date) -> None:
    """Let it be noon of a day."""
    now = clock.at(day, time(12))
    clock.set_offset_for_tests(now - datetime.now(UTC), production=False)


@pytest.fixture(autouse=True)
def january(database: None) -> Iterator[None]:
    """Let it be the tenth of January next year."""
    travel(date(clock.today().year + 1, 1, 10))
    yield
    clock.set_offset_for_tests(timedelta(0), production=False)


def unpaid(cast: Cast, place: str = "东一村", years: int = 2) -> Membership:
    """Return a member whose last full years are unpaid."""
    membership = dues.member_of(cast, place, years=years)
    for back in range(1, years + 1):
        dues.charge_of(membership, clock.today().year - back)
    return membership


def status(membership: Membership) -> MembershipStatus:
    """Return where a membership is now."""
    return db.session.get_one(Membership, membership.id).status


def listed(app: Flask) -> list[DuesProposal]:
    """Run what the clock runs in January, and return what it listed."""
    db.session.commit()
    run = app.test_cli_runner().invoke
    for command in ("charge-dues", "propose-removals"):
        assert run(args=["members", command]).exit_code == 0
    db.session.expire_all()
    return list(db.session.scalars(select(DuesProposal).order_by(DuesProposal.id)))


@pytest.mark.covers("S16", "MEM-34")
def test_the_list_holds_adults_two_years_unpaid_and_nobody_else(app: Flask, cast: Cast) -> None:
    wanted = unpaid(cast)
    unpaid(cast, years=1)
    lasting, young = unpaid(cast), unpaid(cast)
    lasting.grade, young.kind = MemberGrade.PERMANENT, MembershipKind.YOUTH
    gap = dues.member_of(cast, "东一村", years=3)
    for back in (1, 3):
        dues.charge_of(gap, clock.today().year - back)
    new = dues.member_of(cast, "东一村", years=3)
    new.status = MembershipStatus.APPROVED
    for back in (1, 2):
        dues.charge_of(new, clock.today().year - back)
    db.session.commit()
    settle()
    assert [one.membership_id for one in listed(app)] == [wanted.id]
    assert len(listed(app)) == 1
    assert status(lasting) is MembershipStatus.ACTIVE
    assert status(young) is MembershipStatus.ACTIVE
    assert status(wanted) is MembershipStatus.ARREARS
    assert [one for one in differences() if one.measure == "adult_members"] == []


@pytest.mark.covers("S16", "MEM-34")
def test_the_secretary_keeps_one_and_removes_another_after_notice(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    one, other = unpaid(cast), unpaid(cast)
    db.session.commit()
    settle()
    kept, removed = (proposal.code for proposal in listed(app))
    path, ben = f"/o/{cast.code('东一村')}/dues/proposals", client_of("ben")
    assert "连年未交会费" in ben.page(f"/o/{cast.code('东一村')}/home").text
    assert len(ben.page(path).select("#rows tr")) == 2
    assert ben.post(f"{path}/{kept}/keep", {"note": " "}).status_code == 422
    assert ben.post(f"{path}/{kept}/keep", {"note": "住院一年，家里困难"}).status_code == 303
    assert status(one) is MembershipStatus.ARREARS
    assert ben.post(f"{path}/{removed}/remove").status_code == 409
    assert ben.post(f"{path}/{removed}/notify").status_code == 303
    assert "会费连续 2 年没有交" in outbox(1)[0].text
    early = ben.post(f"{path}/{removed}/remove")
    assert early.status_code == 422
    assert "期限还没有过" in parsed(early).text
    assert status(other) is MembershipStatus.ARREARS
    wait = settings.value("dues.notice_days", on=clock.today()) + 1
    travel(clock.today() + timedelta(days=wait))
    Cast.load()
    assert ben.post(f"{path}/{removed}/remove").status_code == 303
    assert ben.post(f"{path}/{removed}/remove").status_code == 404
    assert status(other) is MembershipStatus.AUTO_WITHDRAWN
    assert other.left_on == clock.today()
    assert differences() == []
    last = db.session.scalars(
        select(MembershipEvent)
        .where(MembershipEvent.membership_id == other.id)
        .order_by(MembershipEvent.id.desc())
        .limit(1)
    ).one()
    assert last.action is MembershipAction.AUTO_WITHDRAW
    states = {one.code: one.status for one in db.session.scalars(select(DuesProposal))}
    assert states == {kept: P.KEPT, removed: P.REMOVED}


@pytest.mark.covers("MEM-34")
def test_only_in_january(app: Flask, cast: Cast) -> None:
    unpaid(cast)
    db.session.commit()
    year = clock.today().year
    run = app.test_cli_runner().invoke
    run(args=["members", "charge-dues"])
    result = run(args=["members", "propose-removals", "--on", f"{year}-02-01"])
    assert (result.exit_code, "January only" in result.output) == (0, True)
    assert db.session.scalars(select(DuesProposal)).all() == []


@pytest.mark.covers("MEM-34", "MEM-33")
def test_paying_takes_somebody_from_the_list(app: Flask, cast: Cast) -> None:
    membership = unpaid(cast)
    db.session.commit()
    settle()
    [proposal] = listed(app)
    due = [dues.charge_of(membership, clock.today().year - back) for back in (2, 1)]
    dues.pay(cast, "ben", due[0])
    assert status(membership) is MembershipStatus.ARREARS
    dues.pay(cast, "ben", due[1])
    db.session.commit()
    assert status(membership) is MembershipStatus.ACTIVE
    assert proposal.status is P.LAPSED
    with pytest.raises(IllegalTransition):
        operations.remove_unpaid(
            proposal.code,
            organization_id=proposal.organization_id,
            by=actor_of(cast, "ben"),
            now=clock.now(),
        )


@pytest.mark.covers("LED-04")
def test_nobody_decides_about_himself(app: Flask, cast: Cast) -> None:
    own = dues.settle_since(
        make.make_membership(cast.person("ben"), cast.organization("东一村")), 2
    )
    for back in (1, 2):
        dues.charge_of(own, clock.today().year - back)
    [proposal] = listed(app)
    code, here, by = proposal.code, proposal.organization_id, actor_of(cast, "ben")
    with pytest.raises(RuleViolation, match="自己"):
        operations.notify_unpaid(code, organization_id=here, by=by, now=clock.now())
    with pytest.raises(RuleViolation, match="自己"):
        operations.keep_unpaid(code, "我", organization_id=here, by=by, now=clock.now())
    with pytest.raises(RuleViolation, match="自己"):
        operations.remove_unpaid(code, organization_id=here, by=by, now=clock.now())


@pytest.mark.covers("MEM-41", "MEM-34")
def test_the_question_goes_along_when_a_member_moves(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    membership = unpaid(cast)
    [proposal] = listed(app)
    target = cast.organization("东二村")
    relocate(membership, target, by=actor_of(cast, "ben"), now=clock.now())
    db.session.commit()
    assert proposal.organization_id == target.id
    here, there = (f"/o/{cast.code(name)}/dues/proposals" for name in ("东一村", "东二村"))
    assert client_of("ben").get(f"{here}/{proposal.code}/keep").status_code == 404
    assert client_of("bea").page(there).select("#rows tr") == []  # the new county files it first


@pytest.mark.covers("MEM-34")
def test_a_new_january_replaces_what_nobody_decided(app: Flask, cast: Cast) -> None:
    unpaid(cast, years=3)
    [old] = listed(app)
    travel(date(clock.today().year + 1, 1, 9))
    found = listed(app)
    assert [one.status for one in found] == [P.LAPSED, P.PROPOSED]
    assert found[0].id == old.id
