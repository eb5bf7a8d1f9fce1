"""Who was expelled: admitted again by the county only, and back after an appeal (MEM-44)."""

from __future__ import annotations

import pytest

from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from members import operations
from members.models import Application
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    ExpulsionStatus,
    Flag,
    MembershipStatus,
)
from organizations import operations as organizations
from organizations.rules import OrganizationStatus
from people.rules import IdType
from tests import endings
from tests import factories as make
from tests.accounts.steps import enter_setting
from tests.cast import Cast
from tests.members.conftest import actor_of
from tests.members.test_expulsions import BRANCH, CITY, COUNTY, OWN, Clients, act, expel
from tests.members.test_leaving import gaps
from tests.members.test_transfers import of_mia
from tests.members.waiting import found


@pytest.mark.covers("MEM-44", "PRV-06")
def test_only_the_county_admits_again_whom_it_expelled(cast: Cast, client_of: Clients) -> None:
    expel(cast, client_of)
    mia = cast.person("mia")
    made = operations.submit_application(
        cast.user("mia"),
        cast.organization("东二村"),
        ApplicationKind.MEMBER,
        operations.Answers(name=mia.name),
        by=actor_of(cast, "mia"),
        now=clock.now(),
    )
    db.session.commit()
    assert made.handler_id == cast.organization(COUNTY).id
    assert Flag.EXPELLED in made.flag_list
    bea = client_of("bea")
    assert mia.name not in bea.page(f"/o/{cast.code('东二村')}/applications").text
    assert bea.get(f"/o/{cast.code('东二村')}/applications/{made.code}").status_code == 404
    assert "按规定" in client_of("mia").page(f"/me/applications/{made.code}").text
    post = make.make_post(make.make_user(), Role.SECRETARY, cast.organization("东二村"))
    operations.reassign([cast.organization("东二村").id], by=SYSTEM, now=clock.now())
    assert made.handler_id == cast.organization(COUNTY).id, post
    db.session.commit()
    cora = client_of("cora")
    page = f"/o/{cast.code(COUNTY)}/applications/{made.code}"
    assert "曾被除名" in cora.page(page).text
    assert cora.post(f"{page}/approve").status_code == 303
    assert found(made.code).status is ApplicationStatus.APPROVED


def test_a_new_account_with_the_old_document_is_for_the_county_too(
    cast: Cast, client_of: Clients
) -> None:
    expel(cast, client_of)
    number = cast.person("mia").plain_id_number
    stranger = make.make_person(born_on=cast.person("mia").born_on)
    made = operations.submit_application(
        make.make_user(stranger),
        cast.organization("东二村"),
        ApplicationKind.MEMBER,
        operations.Answers(name=stranger.name, id_type=IdType.RESIDENT_ID, id_number=number),
        by=actor_of(cast, "mia"),
        now=clock.now(),
    )
    assert made.handler_id == cast.organization(COUNTY).id
    assert {Flag.EXPELLED, Flag.ID_IN_USE} <= set(made.flag_list)


def test_a_branch_cannot_approve_who_was_expelled_after_applying(cast: Cast) -> None:
    person = make.make_person(with_id=True)
    made = make.make_application(person, cast.organization(BRANCH), make.make_user(person))
    endings.make_expulsion(cast.organization("东二村"), ExpulsionStatus.EFFECTIVE, person)
    db.session.flush()
    with pytest.raises(RuleViolation, match="县"):
        operations.approve(
            [made.code],
            handler_id=cast.organization(BRANCH).id,
            by=actor_of(cast, "ben"),
            now=clock.now(),
        )
    assert db.session.get_one(Application, made.id).status is ApplicationStatus.SUBMITTED


def test_who_wins_after_his_branch_was_closed_waits_at_the_county(
    cast: Cast, client_of: Clients
) -> None:
    expel(cast, client_of)
    client_of("mia").post(f"{OWN}/appeal", {"words": "事实不清"})
    unexplained = gaps()
    enter_setting("closings.may_wait", 1)
    branch = cast.organization(BRANCH)
    plan = organizations.Plan("东红〔2026〕8号", clock.today())
    organizations.close_organization(branch, plan, by=actor_of(cast, "cora"), now=clock.now())
    db.session.commit()
    assert branch.status is OrganizationStatus.DISSOLVED
    sent = {"outcome": "overturn", "note": "证据不足"}
    assert act(client_of("eve"), cast, CITY, "appeal", **sent) == 303
    back = of_mia(cast)
    assert back.status is MembershipStatus.PENDING_TRANSFER
    assert back.organization_id == cast.organization(COUNTY).id
    assert gaps() == unexplained
