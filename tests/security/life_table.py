"""What pages of the tree and of the life of organizations need, by hand, and rows for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from organizations.models import (
    MemberGroup,
    Organization,
    OrganizationCouncil,
    OrganizationFounding,
)
from organizations.operations import councils
from organizations.rules import OrganizationKind
from organizations.rules.foundings import FoundingStatus, VoteMethod
from organizations.rules.life import Council, CouncilStatus
from tests.security.activity_table import PUBLIC

_BRANCHES = {
    "ben": ["东一村"],
    "tom": ["东镇"],
    "bea": ["东二村"],
    "duo": ["东二村"],
    "will": ["西一村"],
    "finn": ["东小学"],
}
_DESKS = {
    "cora": ["东县"],
    "dan": ["西县"],
    "noa": ["北县"],
    "eve": ["东市"],
    "gil": ["测试省"],
}

LIFE_RIGHTS: dict[str, dict[str, list[str]]] = {
    "organization-keep": {**_BRANCHES, **_DESKS},
    "foundings": {"tom": ["东镇"], **_DESKS},
    "guide": {
        "cora": ["东县", "东镇", "东一村", "东二村", "东小学"],
        "dan": ["西县", "西一村", "西小学"],
        "noa": ["北县", "北一村"],
        "eve": ["东市"],
        "gil": ["测试省"],
    },
    "checklists-set": {"gil": ["测试省"]},
}

LIFE: dict[str, str] = {
    "organizations.answer_checklist": "organization-keep",
    "organizations.card": "figures",
    "organizations.correct_council": "organization-keep",
    "organizations.edit_card": "organization-keep",
    "organizations.edit_founding": "foundings",
    "organizations.edit_group": "organization-keep",
    "organizations.end_group": "organization-keep",
    "organizations.find": PUBLIC,
    "organizations.founding": "foundings",
    "organizations.list_councils": "figures",
    "organizations.list_foundings": "foundings",
    "organizations.list_groups": "figures",
    "organizations.list_organizations": "figures",
    "organizations.meet_founding": "foundings",
    "organizations.new_founding": "foundings",
    "organizations.new_group": "organization-keep",
    "organizations.reelect": "organization-keep",
    "organizations.reply_to_founding": "foundings",
    "organizations.return_council": "guide",
    "organizations.seat_founding": "foundings",
    "organizations.set_checklist": "checklists-set",
    "organizations.set_parent": "guide",
    "organizations.show_checklist": "figures",
    "organizations.suspend": "guide",
    "organizations.withdraw_founding": "foundings",
}

LIFE_ROWS: dict[str, str] = {
    "organizations.correct_council": "council-returned",
    "organizations.edit_founding": "asked-draft",
    "organizations.edit_group": "member-group",
    "organizations.end_group": "member-group",
    "organizations.founding": "asked",
    "organizations.meet_founding": "asked-approved",
    "organizations.reply_to_founding": "asked",
    "organizations.return_council": "council",
    "organizations.seat_founding": "asked-founded",
    "organizations.withdraw_founding": "asked",
}


def make_asked(place: Organization, status: FoundingStatus) -> OrganizationFounding:
    """Return a founding that a place entered and replies to itself."""
    today = clock.today()
    has_reply = status in {FoundingStatus.APPROVED, FoundingStatus.FOUNDED}
    row = OrganizationFounding(
        code=crypto.opaque_code(8),
        kind=OrganizationKind.COMPANY,
        name=f"{place.short_name}{crypto.opaque_code(6)}公司红十字会",
        parent_id=place.id,
        decider_id=place.id,
        maker_id=place.id,
        status=status,
        applied_on=today - timedelta(days=20),
        contact="试筹备",
        words="已开过筹备会",
        note="缺名单" if status is FoundingStatus.RETURNED else "",
        reply_number="东红〔2026〕5号" if has_reply else "",
        replied_on=today - timedelta(days=10) if has_reply else None,
        entered_at=clock.now(),
    )
    if status is FoundingStatus.FOUNDED:
        row.organization_id, row.held_on = place.id, today - timedelta(days=3)
        row.due, row.present, row.result = 40, 38, "试会长当选"
        row.method = VoteMethod.EQUAL_BALLOT
    db.session.add(row)
    db.session.flush()
    return row


def make_council(
    place: Organization, status: CouncilStatus = CouncilStatus.SEATED, *, years_ago: int = 0
) -> OrganizationCouncil:
    """Return a council of a place, elected by a meeting."""
    starts_on = clock.today() - timedelta(days=30 + 366 * years_ago)
    facts = Council("试会长", starts_on, secretary="试秘书", coordinator="", vice_heads="试副会长")
    if place.kind is OrganizationKind.SCHOOL:
        facts = Council("试校长", starts_on, secretary="试秘书", coordinator="试老师")
    row = councils.seat(place, facts, present=40, by=SYSTEM, now=clock.now())
    row.held_on, row.due, row.present, row.result = starts_on, 40, 38, "试会长当选"
    row.method, row.status = VoteMethod.EQUAL_BALLOT, status
    row.note = "票数不对" if status is CouncilStatus.RETURNED else ""
    db.session.flush()
    return row


def make_member_group(place: Organization) -> MemberGroup:
    """Return a member group of a place."""
    row = MemberGroup(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        name=f"第{crypto.opaque_code(6)}小组",
        leader="试组长",
        heads=12,
        entered_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _asked(status: FoundingStatus) -> Callable[[Organization], str]:
    return lambda place: make_asked(place, status).code


LIFE_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "asked": _asked(FoundingStatus.SUBMITTED),
    "asked-draft": _asked(FoundingStatus.DRAFT),
    "asked-approved": _asked(FoundingStatus.APPROVED),
    "asked-founded": _asked(FoundingStatus.FOUNDED),
    "council": lambda place: make_council(place).code,
    "council-returned": lambda place: make_council(place, CouncilStatus.RETURNED).code,
    "member-group": lambda place: make_member_group(place).code,
}
