"""Pages of cases, of requests that have no other object, and of switched modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from people.models import Matter
from people.operations import rights
from people.rules.matters import MatterKind
from people.rules.rights import RightsKind
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.dues import membership_of
from tests.e2e.sheets import Sheet, press

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

MATTER_SHEETS = (
    Sheet("people.own_matters", "mia", "/me/matters"),
    Sheet("people.own_matters", "ned", "/me/matters", state="empty"),
    Sheet("people.own_matter", "mia", "/me/matters/{matter}"),
    Sheet("people.gave_matter_secret", "mia", "/me/matters/{matter}", press("查询码"), "secret"),
    Sheet("people.new_request", "mia", "/me/requests/new"),
    Sheet("people.new_request", "mia", "/me/requests/new", press("提交"), "wrong"),
    Sheet("people.own_request", "mia", "/me/requests/{question}"),
    Sheet("people.list_matters", "ben", "/o/{branch}/matters"),
    Sheet("people.show_matter", "ben", "/o/{branch}/matters/{matter}"),
    Sheet("people.gave_matter_receipt", "ben", "/o/{branch}/matters/{matter}", press("给本人回执")),
    Sheet("people.matter_figures", "cora", "/o/{county}/matters/figures"),
    Sheet("people.matter_progress", None, "/matters"),
    Sheet("people.rights_queue", "ben", "/o/{branch}/requests"),
    Sheet("people.rights_request", "ben", "/o/{branch}/requests/{question}"),
    Sheet("organizations.list_switches", "gil", "/o/{province}/modules"),
    Sheet("organizations.switch_module", "gil", "/o/{province}/modules/switch"),
    Sheet(
        "organizations.switch_module",
        "gil",
        "/o/{province}/modules/switch",
        press("看影响到谁"),
        "wrong",
    ),
)


def furnish_matters(scenery: Scenery) -> None:
    """Leave a question of a member of the branch, and its case."""
    person = membership_of("mia").person
    by, now = stage.acting("mia"), clock.now()
    asked = rights.ask(
        person,
        RightsKind.QUESTION,
        "下一次急救培训是什么时候？",
        by=Actor(by.user_id, person.id),
        now=now,
    )
    assert asked.handler_id == organization_named("东一村").id
    db.session.commit()
    case = db.session.scalars(select(Matter).where(Matter.kind == MatterKind.QUESTION)).one()
    scenery.codes.update(question=asked.code, matter=case.number)
