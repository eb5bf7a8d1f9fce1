"""A branch that is just being founded, a council in office, an honour, a school out of scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from datasets.demo.people import Stage
from organizations.models import Organization
from organizations.operations import councils
from organizations.rules.foundings import Asking, Reply
from organizations.rules.life import Council, term_end
from schools.models import School
from schools.operations import foundings
from schools.operations.honours import record_school_honour
from schools.operations.register import NewSchool, register_school
from schools.rules.honours import SchoolHonourFacts, SchoolHonourLevel
from schools.rules.register import SchoolStage

COUNTY, TERM_YEARS = "上城区", 3


def build_schools(stage: Stage, now: datetime) -> None:
    """Show each step of a founding in one county, and what a founded school has."""
    county, today = stage.places[COUNTY], clock.local(now).date()
    keeper: dict[str, Any] = {"county_id": county.id, "by": SYSTEM, "now": now}
    third, fourth, _ = [one for one in _of(county) if one.organization_id is None]
    asked = Asking(today - timedelta(days=40), "演示筹备甲", "已向全校老师和家长说明")
    approved = foundings.apply(third.code, asked, **keeper)
    reply = Reply("演红〔2026〕3号", today - timedelta(days=12))
    foundings.approve(approved.code, reply, **keeper)
    foundings.apply(fourth.code, Asking(today - timedelta(days=5), "演示筹备乙"), **keeper)
    _show_council(stage.places[f"{COUNTY}/校1"], now)
    founded = next(one for one in _of(county) if one.organization_id is not None)
    honour = SchoolHonourFacts(
        "红十字示范校（演示）",
        SchoolHonourLevel.PROVINCIAL,
        "浙江省红十字会（演示）",
        "演红〔2025〕1号",
        today - timedelta(days=300),
    )
    record_school_honour(founded.code, honour, **keeper)
    night = f"{COUNTY}演示成人夜校"
    out = NewSchool("3533010299", night, SchoolStage.VOCATIONAL, False, "没有在校青少年")
    register_school(out, county, by=SYSTEM)


def _of(county: Organization) -> list[School]:
    return db.session.query(School).filter_by(county_id=county.id).order_by(School.id).all()


def _show_council(branch: Organization, now: datetime) -> None:
    begins = branch.founded_on
    if begins is None:
        return
    council = Council(
        head="演示校长甲",
        vice_heads="演示副校长甲、演示副校长乙",
        secretary="演示秘书乙",
        coordinator="演示老师甲",
        starts_on=term_end(begins, TERM_YEARS),
    )
    councils.seat(branch, council, present=40, by=SYSTEM, now=now)
