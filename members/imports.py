"""Adult members as rows of a list: what a row holds, who it is, and what it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask import url_for

from core import clock, settings
from core.access.permissions import Level, Permission
from core.access.scope import Place, Scope
from core.audit.operations import Actor
from core.i18n import lazy_gettext as _
from core.imports.models import Import
from core.imports.rules import Field, FieldKind, RowOutcome, RowVerdict
from core.imports.subjects import Checked, Undone, problem_of
from core.rules import N_, RuleViolation
from members.operations.entering import desk_of, enter_members
from members.operations.intake import TYPES, judge, read_row
from members.operations.newcomers import Newcomer
from members.operations.taking_back import entries_of, take_back
from members.queries.likeness import likeness_of
from members.rules import ApplicationKind

T = TypeVar("T")

FIELDS = (
    Field(
        "name",
        N_("姓名"),
        frozenset({"名字", "会员姓名", "志愿者姓名", "成员", "name", "fullname"}),
        FieldKind.NAME,
        required=True,
        sample="（请删掉这一行）",
    ),
    Field(
        "id_number",
        N_("身份证号"),
        frozenset(
            {
                "身份证",
                "身份证号码",
                "证件号",
                "证件号码",
                "公民身份号码",
                "居民身份证号",
                "idnumber",
                "id",
            }
        ),
        FieldKind.ID_NUMBER,
        required=True,
        sample="33010219900307001X",
    ),
    Field(
        "phone",
        N_("手机号"),
        frozenset(
            {
                "手机",
                "电话",
                "手机号码",
                "联系电话",
                "联系方式",
                "电话号码",
                "phone",
                "mobile",
                "tel",
            }
        ),
        FieldKind.PHONE,
        sample="13800000000",
    ),
    Field(
        "id_type",
        N_("证件种类"),
        frozenset({"证件类型", "idtype", "documenttype"}),
        choices=tuple(TYPES),
        sample="居民身份证",
    ),
    Field(
        "born_on",
        N_("出生日期"),
        frozenset({"生日", "出生年月日", "出生年月", "birthday", "dateofbirth", "bornon"}),
    ),
    Field(
        "joined_on",
        N_("入会日期"),
        frozenset({"入会时间", "加入日期", "加入时间", "joined", "joinedon"}),
        sample="2026-01-15",
    ),
)


class AdultMembers:
    """Members of a branch, entered by who keeps it; each signed a paper before (MEM-10, MEM-14)."""

    code = "members"
    title = _("会员")
    notice = _("入会自愿，会费自愿。点『导入』就是确认：名单上的人都填过纸质申请表，本人同意入会。")
    example = _("例如：李桂香 身份证号 手机号")
    permission = Permission.PEOPLE_ENTER
    next_step = ""
    fields = FIELDS

    def fits(self, place: Place) -> bool:
        """Return whether the organization has adult members: a branch or a county."""
        return place.level in {Level.UNIT, Level.TOWNSHIP, Level.COUNTY}

    def result_url(self, org: str) -> str:
        """Return the address of the members' list."""
        return url_for("members.list_members", org=org)

    def check(self, rows: Sequence[Checked], scope: Scope, now: datetime) -> None:
        """Judge rows: every wrong cell at once, then who they are within the reach."""
        today = clock.local(now).date()
        least = settings.value("members.min_age", on=today)
        for row in rows:
            row.verdict = RowVerdict.GOOD
            row.facts = read_row(row, today, least)
            row.key = row.facts.signs.id_index if row.facts else None
        good = [row for row in rows if row.facts is not None]
        likeness = likeness_of([row.facts.signs for row in good], scope, ApplicationKind.MEMBER)
        for number, row in enumerate(good):
            judge(row, likeness, number, scope)

    def write(self, rows: Sequence[Checked], import_: Import, scope: Scope, now: datetime) -> None:
        """Make members of rows that were just judged, all in the decision of their import."""
        by = Actor.of_scope(scope)
        desk = desk_of(
            scope.place.id,
            by=by,
            now=now,
            import_code=import_.code,
            decision_code=import_.reference,
        )
        import_.reference = desk.decision.code
        people = [row.facts.newcomer for row in rows]
        enter_members(people, desk)
        for row, one in zip(rows, people, strict=True):
            row.made_id = one.application_id
            row.outcome = _outcome(one)

    def take_up(self, into: str, scope: Scope) -> str:
        """Return nothing: no list of members is handed in for a part of a branch."""
        del into, scope
        return ""

    def offered(self, scope: Scope) -> list[tuple[str, str]]:
        """Return nothing: every row tells all of it."""
        del scope
        return []

    def foretell(self, rows: Iterable[Mapping[str, str]], found: Import, scope: Scope) -> list[str]:
        """Return nothing: members are all that a list of members makes."""
        del rows, found, scope
        return []

    def take_back(
        self, import_: Import, after: int, limit: int, *, by: Actor, now: datetime
    ) -> Undone:
        """Take back the next members that an import made."""
        undone = Undone()
        for entry in entries_of(import_.code, after, limit):
            undone.last, made_id = entry.id, entry.application_id
            try:
                take_back(entry, by=by, now=now)
            except RuleViolation as violation:
                undone.kept[made_id] = problem_of(violation)
            else:
                undone.done.append(made_id)
        return undone


def _outcome(one: Newcomer) -> RowOutcome:
    if one.is_handed:
        return RowOutcome.HANDED
    return RowOutcome.NEW if one.is_new else RowOutcome.UPDATED


ADULT_MEMBERS: Any = AdultMembers()
