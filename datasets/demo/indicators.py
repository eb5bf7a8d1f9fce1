"""Targets of this year, and a new version of an indicator that begins later."""

from __future__ import annotations

from datetime import datetime, timedelta

from datasets.demo.people import Stage
from datasets.demo.places import PROVINCE
from organizations.queries import branch_of_division
from supervision.indicators.drafting import Draft
from supervision.indicators.operations import TargetFacts, enter_version, set_target

_SOURCE = "演示：年度工作安排"
#: Indicator, level, value as it is typed.
TARGETS = (
    ("I05", "county", "40"),
    ("I05", "city", "100"),
    ("I09-registered", "county", "10"),
    ("I12", "county", "300"),
    ("I12", "city", "800"),
    ("I12", "province", "1500"),
    ("I21", "county", "5"),
)


def build_indicators(stage: Stage, now: datetime) -> None:
    """Enter targets by level, and what is to count as a member from next month on."""
    province = branch_of_division(PROVINCE)
    if province is None:
        return
    officer = stage.keepers[province.id]
    for code, level, value in TARGETS:
        facts = TargetFacts(code, stage.today.year, level, "", value, _SOURCE)
        set_target(facts, by=officer, now=now)
    draft = Draft(
        "服务场所", "Venues", "现有的服务场所，按类型分", _SOURCE, of=("venues",), out_of=()
    )
    enter_version("I17", draft, stage.today + timedelta(days=30), by=officer, now=now)
