"""Pages of data quality and of other systems, for the sheets, and what people typed there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import clock
from core.database import db
from people.operations import checks
from supervision.api.models import SystemToken
from supervision.quality.models import FixTask
from supervision.quality.operations import assign
from supervision.quality.rules import Kind
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.system_factories import make_token

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

TYPED_OF_QUALITY = (SystemToken.system, SystemToken.purpose, FixTask.note)
QUALITY_SHEETS = (
    Sheet("quality.desk", "ben", "/o/{branch}/quality"),
    Sheet("quality.desk", "bea", "/o/{quiet}/quality", state="empty"),
    Sheet("quality.desk", "cora", "/o/{county}/quality"),
    Sheet("quality.desk", "cora", "/o/{branch}/quality", state="below"),
    Sheet("quality.desk", "gil", "/o/{province}/quality"),
    Sheet("quality.list_rows", "ben", "/o/{branch}/quality/rows?kind=missing_id"),
    Sheet("quality.list_rows", "bea", "/o/{quiet}/quality/rows?kind=stale", state="empty"),
    Sheet("quality.mend", "ben", "/o/{branch}/quality/people/{incomplete}"),
    Sheet("quality.mend", "ben", "/o/{branch}/quality/people/{incomplete}", press("保存"), "wrong"),
    Sheet("quality.assign", "cora", "/o/{branch}/quality/assign?kind=missing_phone"),
    Sheet(
        "quality.assign",
        "cora",
        "/o/{branch}/quality/assign?kind=missing_id",
        press("派给这个组织"),
        "wrong",
    ),
    Sheet("systems.list_systems", "gil", "/o/{province}/systems"),
    Sheet("systems.new_system", "gil", "/o/{province}/systems/new"),
    Sheet("systems.new_system", "gil", "/o/{province}/systems/new", press("发令牌"), "wrong"),
    Sheet("systems.revoke_token", "gil", "/o/{province}/systems/{system_token}/revoke"),
)


def furnish_quality(scenery: Scenery) -> None:
    """Leave somebody without a document at the branch, a list to put right, and two tokens."""
    branch, province, now = organization_named("东一村"), organization_named("测试省"), clock.now()
    person = make.make_person("试补全", with_id=False)
    make.make_membership(person, branch)
    checks.mark_unreachable(person, by=stage.acting("ben"), now=now)
    db.session.flush()
    due = clock.today() + timedelta(days=20)
    assign(branch.place, Kind.MISSING_ID, "请补齐", due, by=stage.acting("cora"), now=now)
    live, _ = make_token(province)
    make_token(province, is_revoked=True)
    scenery.codes.update(incomplete=person.code, system_token=live.code)
    db.session.commit()
