"""Pages about the life of organizations, and what stands on them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations.operations.life import describe
from organizations.rules.foundings import FoundingStatus
from organizations.rules.life import CouncilStatus, Profile
from tests.cast import organization_named
from tests.e2e.sheets import Sheet, press
from tests.security.life_table import make_asked, make_council, make_member_group

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

ASKED = "/o/{county}/organizations/foundings"
VILLAGE = "/o/{late_village}"

LIFE_SHEETS = (
    Sheet(
        "organizations.list_organizations",
        "cora",
        "/o/{county}/organizations?state=overdue",
        state="overdue",
    ),
    Sheet("organizations.list_foundings", "cora", ASKED),
    Sheet("organizations.new_founding", "cora", "/o/{county}/organizations/new"),
    Sheet(
        "organizations.new_founding",
        "cora",
        "/o/{county}/organizations/new",
        press("提交申请"),
        "wrong",
    ),
    Sheet("organizations.founding", "cora", ASKED + "/{asked_for}"),
    Sheet("organizations.edit_founding", "cora", ASKED + "/{asked_draft}/edit"),
    Sheet("organizations.meet_founding", "cora", ASKED + "/{asked_approved}/meeting"),
    Sheet("organizations.seat_founding", "cora", ASKED + "/{asked_held}/council"),
    Sheet("organizations.card", "bea", VILLAGE + "/card"),
    Sheet("organizations.card", "cora", "/o/{county}/card", state="office"),
    Sheet("organizations.edit_card", "bea", VILLAGE + "/card/edit"),
    Sheet("organizations.set_parent", "cora", VILLAGE + "/parent"),
    Sheet("organizations.suspend", "cora", VILLAGE + "/suspension"),
    Sheet("organizations.list_councils", "bea", VILLAGE + "/councils"),
    Sheet("organizations.reelect", "bea", VILLAGE + "/councils/new"),
    Sheet("organizations.reelect", "bea", VILLAGE + "/councils/new", press("保存"), "wrong"),
    Sheet("organizations.correct_council", "bea", VILLAGE + "/councils/{returned_council}/edit"),
    Sheet("organizations.return_council", "cora", VILLAGE + "/councils/{late_council}/return"),
    Sheet("organizations.show_checklist", "gil", "/o/{province}/checklist"),
    Sheet("organizations.answer_checklist", "bea", VILLAGE + "/checklist/edit"),
    Sheet("organizations.set_checklist", "gil", "/o/{province}/checklist/items"),
    Sheet("organizations.list_groups", "bea", VILLAGE + "/member-groups"),
    Sheet("organizations.new_group", "bea", VILLAGE + "/member-groups/new"),
    Sheet("organizations.edit_group", "bea", VILLAGE + "/member-groups/{member_group}/edit"),
)


def furnish_life(scenery: Scenery) -> None:
    """Leave a village whose term is over, a record that went back, and foundings of each step."""
    village, county = organization_named("东二村"), organization_named("东县")
    late = make_council(village, years_ago=5)
    village.term_ends_on = late.ends_on = clock.today() - timedelta(days=12)
    returned = make_council(village, CouncilStatus.RETURNED)
    village.term_ends_on = late.ends_on
    facts = Profile("0571-85000000", "试联系", "东县东二村 1 号", False, 1, None)
    describe(village, facts, by=SYSTEM, now=clock.now())
    scenery.codes |= {
        "late_village": village.code,
        "late_council": late.code,
        "returned_council": returned.code,
        "member_group": make_member_group(village).code,
        "asked_for": make_asked(county, FoundingStatus.SUBMITTED).code,
        "asked_draft": make_asked(county, FoundingStatus.DRAFT).code,
        "asked_approved": make_asked(county, FoundingStatus.APPROVED).code,
        "asked_held": make_asked(county, FoundingStatus.FOUNDED).code,
    }
    db.session.flush()
