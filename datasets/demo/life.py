"""Terms that run, end soon and are over, a re-election, a founding under way, a member group."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from core import clock
from core.audit.operations import SYSTEM
from datasets.demo.people import Stage
from organizations.models import Organization
from organizations.operations import councils, foundings, life
from organizations.rules import OrganizationKind
from organizations.rules.foundings import Asking, Meeting, Reply, VoteMethod
from organizations.rules.life import DEFAULT_ITEMS, Council, Group, Profile, due_until, term_end

COUNTY = "上城区"
YEARS, SOON, LATE, FIRST = 5, 100, 40, 40
BY: dict[str, Any] = {"by": SYSTEM}


def build_life(stage: Stage, now: datetime) -> None:
    """Show each place of an organization in its life, in one county."""
    today = clock.local(now).date()
    village = stage.places[f"{COUNTY}/村1"]
    _seat(stage.places[f"{COUNTY}/镇1"], today + timedelta(days=SOON), now)
    _seat(stage.places[f"{COUNTY}/村2"], today - timedelta(days=LATE), now)
    _seat(village, today - timedelta(days=LATE), now)
    _reelect(village, today, now)
    facts = Profile("0571-85000000", "演示联系人甲", "演示路 1 号", has_party_group=False)
    life.describe(village, facts, now=now, **BY)
    answers = dict.fromkeys(DEFAULT_ITEMS, (True, "演示：每季度一次"))
    life.answer_checklist(village, today.year, answers, now=now, **BY)
    life.add_group(village, Group("演示第一小组", "演示组长甲", 12), now=now, **BY)
    _ask(stage.places[COUNTY], today, now)


def _seat(organization: Organization, ends_on: date, now: datetime) -> None:
    starts_on = due_until(ends_on, -12 * YEARS)
    council = Council(
        "演示会长甲", starts_on, min(ends_on, term_end(starts_on, YEARS)), secretary="演示秘书甲"
    )
    councils.seat(organization, council, present=FIRST, now=now, **BY)


def _reelect(organization: Organization, today: date, now: datetime) -> None:
    held_on = today - timedelta(days=10)
    meeting = Meeting(
        held_on, FIRST, FIRST - 2, VoteMethod.EQUAL_BALLOT, "演示会长乙 38 票当选", "按程序进行"
    )
    council = Council(
        "演示会长乙",
        held_on,
        vice_heads="演示副会长甲、演示副会长乙",
        directors="演示理事甲、演示理事乙",
        secretary="演示秘书乙",
        supervisors="演示监事甲",
    )
    councils.reelect(organization, meeting, council, now=now, **BY)


def _ask(county: Organization, today: date, now: datetime) -> None:
    """Leave a founding that has its reply, and a draft."""
    for name, is_draft in (("演示企业红十字会", False), ("演示协会红十字会", True)):
        kind = OrganizationKind.ASSOCIATION if is_draft else OrganizationKind.COMPANY
        new = foundings.NewFounding(kind, f"{COUNTY}{name}", county, county, county.id)
        asked = Asking(today - timedelta(days=30), "演示筹备丙", "已开过筹备会")
        row = foundings.ask(new, asked, is_draft=is_draft, now=now, **BY)
        if not is_draft:
            reply = Reply("演红〔2026〕7号", today - timedelta(days=12))
            foundings.approve(row, reply, now=now, **BY)
