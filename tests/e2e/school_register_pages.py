"""Pages of the register of schools, and what they show."""

from __future__ import annotations

from typing import Protocol

from core.audit.operations import SYSTEM
from organizations.rules.foundings import FoundingStatus
from schools.operations.counting import open_year
from schools.operations.register import NewSchool, register_school
from schools.rules.register import SchoolStage
from tests.cast import organization_named
from tests.e2e.sheets import Sheet, press
from tests.security.school_register_table import (
    listed_school,
    make_founding,
    make_school_honour,
)

SCHOOL = "/o/{county}/schools/{listed}"
FOUNDING = "/o/{county}/foundings"

SCHOOL_REGISTER_SHEETS = (
    Sheet("schools.list_schools", "cora", "/o/{county}/schools?scope=all&branch=none"),
    Sheet("schools.list_schools", "cora", "/o/{county}/schools?q=zzz", state="none found"),
    Sheet("schools.list_schools", "gil", "/o/{province}/schools"),
    Sheet("schools.show_coverage", "cora", "/o/{county}/schools/coverage"),
    Sheet("schools.list_missing", "gil", "/o/{province}/schools/missing"),
    Sheet("schools.new_school", "cora", "/o/{county}/schools/new"),
    Sheet("schools.new_school", "cora", "/o/{county}/schools/new", press("保存"), "wrong"),
    Sheet("schools.show_school", "cora", SCHOOL),
    Sheet("schools.show_school", "eve", SCHOOL, state="read only"),
    Sheet("schools.show_school", "cora", "/o/{county}/schools/{honoured}", state="honoured"),
    Sheet("schools.edit_school", "cora", SCHOOL + "/edit"),
    Sheet("schools.end_school", "cora", SCHOOL + "/end"),
    Sheet("schools.end_school", "cora", SCHOOL + "/end", press("确定"), "wrong"),
    Sheet("schools.record_honour", "cora", SCHOOL + "/honours/new"),
    Sheet("schools.revoke_honour", "cora", "/o/{county}/school-honours/{school_honour}/revoke"),
    Sheet("schools.apply_founding", "cora", SCHOOL + "/founding"),
    Sheet("schools.show_founding", "cora", FOUNDING + "/{asked_founding}"),
    Sheet("schools.show_founding", "cora", FOUNDING + "/{held_founding}", state="founded"),
    Sheet("schools.reapply_founding", "cora", FOUNDING + "/{returned_founding}/again"),
    Sheet("schools.record_meeting", "cora", FOUNDING + "/{approved_founding}/meeting"),
    Sheet(
        "schools.record_meeting",
        "cora",
        FOUNDING + "/{approved_founding}/meeting",
        press("确定成立"),
        "wrong",
    ),
    Sheet("schools.seat_council", "cora", FOUNDING + "/{held_founding}/council"),
)


class Codes(Protocol):
    """What holds the codes of the rows on stage."""

    codes: dict[str, str]


def furnish_register(scenery: Codes) -> None:
    """Put schools, foundings and an honour on the list of a county."""
    county = organization_named("东县")
    new = NewSchool("2133009901", "东县名录小学", SchoolStage.PRIMARY, enrolled=820)
    scenery.codes["listed"] = register_school(new, county, by=SYSTEM).code
    out = NewSchool("3633009902", "东县成人夜校", SchoolStage.VOCATIONAL, False, "没有在校青少年")
    register_school(out, county, by=SYSTEM)
    listed_school(county)
    for key, status in (
        ("asked_founding", FoundingStatus.SUBMITTED),
        ("returned_founding", FoundingStatus.RETURNED),
        ("approved_founding", FoundingStatus.APPROVED),
        ("held_founding", FoundingStatus.FOUNDED),
    ):
        scenery.codes[key] = make_founding(county, status).code
    honour = make_school_honour(county)
    scenery.codes |= {"school_honour": honour.code, "honoured": honour.school.code}
    open_year()
