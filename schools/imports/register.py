"""Schools as rows of a list: the county's yearly list comes in as a workbook (SCH-10, SCH-12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from flask import url_for

from core import clock
from core.access.permissions import Level, Permission
from core.access.scope import Place, Scope
from core.audit.operations import Actor
from core.i18n import lazy_gettext as _
from core.imports.models import Import
from core.imports.rules import Field, RowOutcome, RowVerdict
from core.imports.subjects import Checked, Undone, problem_of
from core.parsing import parse_int
from core.rules import N_, RuleViolation
from organizations.queries import organization_of_id
from schools.operations.register import NewSchool, register_school
from schools.operations.taking_back import take_back
from schools.queries.imports import events_of_import, schools_of_codes
from schools.queries.register import code_rule
from schools.rules.register import (
    ENROLLED_MAX,
    CodeRule,
    SchoolStage,
    check_code,
    check_fit,
    check_school_name,
    check_scope,
)

T = TypeVar("T")

#: How people write a stage; the first word of each is the one that the template offers.
STAGES: Mapping[str, SchoolStage] = {
    "小学": SchoolStage.PRIMARY,
    "初中": SchoolStage.JUNIOR,
    "九年一贯制学校": SchoolStage.NINE_YEAR,
    "高中": SchoolStage.SENIOR,
    "中等职业学校": SchoolStage.VOCATIONAL,
    "高等学校": SchoolStage.UNIVERSITY,
    "特殊教育学校": SchoolStage.SPECIAL,
}
OTHER_WORDS: Mapping[str, SchoolStage] = {
    "初级中学": SchoolStage.JUNIOR,
    "九年一贯制": SchoolStage.NINE_YEAR,
    "九年制": SchoolStage.NINE_YEAR,
    "高级中学": SchoolStage.SENIOR,
    "完全中学": SchoolStage.SENIOR,
    "中职": SchoolStage.VOCATIONAL,
    "职高": SchoolStage.VOCATIONAL,
    "中专": SchoolStage.VOCATIONAL,
    "大学": SchoolStage.UNIVERSITY,
    "高校": SchoolStage.UNIVERSITY,
    "特教": SchoolStage.SPECIAL,
}
YES, NO = frozenset({"", "是", "应建", "应建会", "yes"}), frozenset({"否", "不", "不应建", "no"})

FIELDS = (
    Field(
        "code",
        N_("学校标识码"),
        frozenset({"标识码", "学校代码", "学校机构标识码", "机构标识码", "代码", "code"}),
        required=True,
        sample="2133000001",
    ),
    Field(
        "name",
        N_("学校名称"),
        frozenset({"学校", "名称", "学校全称", "校名", "school", "name"}),
        required=True,
        sample="（请删掉这一行）",
    ),
    Field(
        "stage",
        N_("类别"),
        frozenset({"学校类别", "办学类型", "学段", "类型", "stage"}),
        required=True,
        choices=tuple(STAGES),
        sample="小学",
    ),
    Field(
        "in_scope",
        N_("应建会"),
        frozenset({"是否应建会", "应不应建会", "在范围", "inscope"}),
        choices=("是", "否"),
        sample="是",
    ),
    Field("reason", N_("不在范围的原因"), frozenset({"原因说明", "说明", "不应建原因"})),
    Field(
        "enrolled",
        N_("在校学生人数"),
        frozenset({"在校生", "在校人数", "学生人数", "学生数", "enrolled"}),
        sample="820",
    ),
)


class SchoolLines:
    """Lines of the yearly list of a county; a code that is known changes what is told of it."""

    code = "schools"
    title = _("学校")
    notice = _("名录每年核定。点『导入』就是确认：名录已经和教育部门核对过。")
    example = ""
    permission = Permission.SCHOOLS_KEEP
    next_step = ""
    fields = FIELDS
    counts_people = False
    key_field = "code"
    same_row = N_("和第 %(row)d 行是同一所学校")

    def fits(self, place: Place) -> bool:
        """Return whether the organization keeps a list of schools: a county."""
        return place.level is Level.COUNTY

    def result_url(self, org: str) -> str:
        """Return the address of the list."""
        return url_for("schools.list_schools", org=org)

    def check(self, rows: Sequence[Checked], scope: Scope, now: datetime) -> None:
        """Judge rows: every wrong cell at once, then whose list a code stands on."""
        rule = code_rule(clock.local(now).date())
        for row in rows:
            row.verdict = RowVerdict.GOOD
            row.facts = _read(row)
            row.key = sha256(row.facts.code.encode()).digest() if row.facts else None
        read = [row for row in rows if row.facts is not None]
        known = schools_of_codes([row.facts.code for row in read])
        for row in read:
            school = known.get(row.facts.code)
            if not scope.may(Permission.SCHOOLS_KEEP):
                row.refuse(RuleViolation("", N_("名录由县（市、区）红十字会管")))
            elif school is not None and school.county_id != scope.place.id:
                message = N_("这个标识码已在别的县（市、区）的名录里，请核对")
                row.refuse(RuleViolation("code", message))
            else:
                row.found_id = school.id if school is not None else None
                _check_fit(row, school.stage if school is not None else None, rule)

    def take_up(self, into: str, scope: Scope) -> str:
        """Return nothing: a list of schools is that of the whole county."""
        del into, scope
        return ""

    def offered(self, scope: Scope) -> list[tuple[str, str]]:
        """Return nothing: every row tells all of it."""
        del scope
        return []

    def foretell(self, rows: Iterable[Mapping[str, str]], found: Import, scope: Scope) -> list[str]:
        """Return nothing: schools are all that a list of schools makes."""
        del rows, found, scope
        return []

    def write(self, rows: Sequence[Checked], import_: Import, scope: Scope, now: datetime) -> None:
        """Put rows that were just judged on the list."""
        del now
        by, county = Actor.of_scope(scope), organization_of_id(scope.place.id)
        for row in rows:
            is_known = row.found_id is not None
            school = register_school(row.facts, county, by=by, import_code=import_.code)
            row.made_id = school.id
            row.outcome = RowOutcome.UPDATED if is_known else RowOutcome.NEW

    def take_back(
        self, import_: Import, after: int, limit: int, *, by: Actor, now: datetime
    ) -> Undone:
        """Take back the next lines of an import: what was told before, or the school as a whole."""
        undone = Undone()
        for event in events_of_import(import_.code, after, limit):
            undone.last, school_id = event.id, event.school_id
            try:
                take_back(event, by=by, now=now)
            except RuleViolation as violation:
                undone.kept[school_id] = problem_of(violation)
            else:
                undone.done.append(school_id)
        return undone


def _check_fit(row: Checked, was: SchoolStage | None, rule: CodeRule) -> None:
    """Judge the code of a school that is new, or told to be of another stage than it was."""
    if row.facts.stage is was:
        return
    try:
        check_fit(row.facts.code, row.facts.stage, rule)
    except RuleViolation as violation:
        row.refuse(violation)


def _read(row: Checked) -> NewSchool | None:
    """Return the checked values of a row; None where something is wrong, told at its cell."""
    values, problems = row.values, list[RuleViolation]()
    code = _try(lambda: check_code(values.get("code", "")), problems)
    name = _try(lambda: check_school_name(values.get("name", "")), problems)
    stage = _try(lambda: _stage(values.get("stage", "")), problems)
    is_in_scope = _try(lambda: _is_in_scope(values.get("in_scope", "")), problems)
    enrolled = _try(lambda: _enrolled(values.get("enrolled", "")), problems)
    told = values.get("reason", "")
    reason = _try(lambda: check_scope(told, is_in_scope=is_in_scope is not False), problems)
    for one in problems:
        row.refuse(one)
    if problems or code is None or name is None or stage is None:
        return None
    return NewSchool(code, name, stage, bool(is_in_scope), reason or "", enrolled)


def _stage(text: str) -> SchoolStage:
    word = text.strip()
    found = STAGES.get(word) or OTHER_WORDS.get(word)
    if found is None:
        raise RuleViolation("stage", N_("没有这个类别，请从模板的选项里选"))
    return found


def _is_in_scope(text: str) -> bool:
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise RuleViolation("in_scope", N_("请写是或者否"))


def _enrolled(text: str) -> int | None:
    return parse_int(text, "enrolled", low=0, high=ENROLLED_MAX) if text.strip() else None


def _try(read: Callable[[], T], problems: list[RuleViolation]) -> T | None:
    try:
        return read()
    except RuleViolation as violation:
        problems.append(violation)
        return None


SCHOOL_LINES: Any = SchoolLines()
