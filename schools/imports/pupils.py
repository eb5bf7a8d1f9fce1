"""Pupils as rows of a list: what a row holds, who it is, and the draft it becomes (SCH-05)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from core import clock
from core.access.permissions import Level, Permission
from core.access.scope import Place, Scope
from core.audit.operations import Actor
from core.i18n import lazy_gettext as _
from core.i18n import ngettext
from core.imports.models import Import
from core.imports.rules import Field, FieldKind, RowOutcome, RowVerdict
from core.imports.subjects import NEW, Checked, Undone, problem_of
from core.rules import N_, RuleViolation, UnknownRowError
from schools.operations.drafts import Desk, drafts_of, enter_drafts, take_back
from schools.operations.intake import class_of, judge, read_row
from schools.queries.classes import class_at, classes_of
from schools.queries.intake import Surroundings, meet, surroundings_of
from schools.queries.register import school_of_branch
from schools.rules.class_words import read_class
from schools.rules.classes import school_year_of
from schools.titles import class_title, title_of

FIELDS = (
    Field(
        "name",
        N_("姓名"),
        frozenset({"学生姓名", "名字", "学生", "孩子姓名", "name", "fullname"}),
        FieldKind.NAME,
        required=True,
        sample="（请删掉这一行）",
    ),
    Field(
        "class_name",
        N_("班级"),
        frozenset({"班", "所在班级", "年级班级", "班级名称", "行政班", "class", "classname"}),
        required=True,
        told_once=True,
        sample="三年级2班",
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
                "身份证件号",
                "身份证件号码",
                "学生身份证号",
                "公民身份号码",
                "idnumber",
                "id",
            }
        ),
        FieldKind.ID_NUMBER,
        sample="33010220160307001X",
    ),
    Field(
        "born_on",
        N_("出生日期"),
        frozenset({"生日", "出生年月日", "出生年月", "birthday", "dateofbirth", "bornon"}),
    ),
    Field("sex", N_("性别"), frozenset({"男女", "sex", "gender"}), choices=("男", "女")),
    Field("grade", N_("年级"), frozenset({"所在年级", "grade"})),
    Field(
        "guardian_name",
        N_("监护人姓名"),
        frozenset({"监护人", "家长姓名", "家长", "监护人1姓名", "guardian", "guardianname"}),
        sample="王芳",
    ),
    Field(
        "relation",
        N_("监护人关系"),
        frozenset({"关系", "与学生关系", "监护关系", "家长关系", "与监护人关系", "relation"}),
        choices=("父亲", "母亲", "祖辈", "其他"),
        sample="母亲",
    ),
    Field(
        "guardian_phone",
        N_("监护人手机号"),
        frozenset(
            {
                "手机号",
                "手机",
                "电话",
                "手机号码",
                "联系电话",
                "联系方式",
                "家长电话",
                "家长手机",
                "家长手机号",
                "监护人电话",
                "监护人手机",
                "监护人联系电话",
                "phone",
                "guardianphone",
            }
        ),
        FieldKind.PHONE,
        sample="13800000000",
    ),
)


class Pupils:
    """Children of a school, put on the roster by who keeps it; each waits for consent (MEM-14)."""

    code = "pupils"
    title = _("学生名册")
    notice = _("入会自愿，会费自愿。导入后只是草稿：监护人同意以后才入会。不收学籍号。")
    example = _("例如：李小红 身份证号 监护人手机号")
    next_step = _("现在都是草稿，没有人入会。下一步：请监护人填写同意书。")
    new_hint = _("例如 三年级2班。还没有的班级，导入时一起建好")
    permission = Permission.PUPILS_KEEP
    fields = FIELDS

    def fits(self, place: Place) -> bool:
        """Return whether the organization is a school."""
        return place.level is Level.UNIT and school_of_branch(place.id) is not None

    def result_url(self, org: str) -> str:
        """Return the address of the classes."""
        return url_for("schools.list_classes", org=org)

    def take_up(self, into: str, scope: Scope) -> str:
        """Return the code of the class that a list is for, or grade and number of a new one.

        Raises UnknownRowError for a class that is none, RuleViolation for one the school cannot
        have. A new one is made with its first child, not before.
        """
        if not into.startswith(NEW):
            found = class_at(scope.place.id, into)
            if found is None:
                raise UnknownRowError(into)
            return found.code
        around = _around(scope, clock.now(), "")
        try:
            words = read_class(into[len(NEW) :], around.stage)
        except RuleViolation as violation:
            raise RuleViolation("into_new", violation.message, **violation.params) from violation
        return f"{NEW}{words.grade}-{words.number}"

    def offered(self, scope: Scope) -> list[tuple[str, str]]:
        """Return the classes of this school year."""
        today = clock.today()
        found = classes_of(scope.place.id, school_year_of(today), today)
        return [(one.code, class_title(one)) for one in found]

    def foretell(self, rows: Iterable[Mapping[str, str]], found: Import, scope: Scope) -> list[str]:
        """Return which classes will be made, each with the number of its children."""
        around = _around(scope, clock.now(), found.reference)
        wanted: Counter[tuple[int, int]] = Counter()
        for values in rows:
            words = class_of(Checked(0, values), around)
            wanted[words.grade, words.number] += 1
        return [
            ngettext(
                "会新建班级：%(name)s，%(num)d 人",
                "会新建班级：%(name)s，%(num)d 人",
                count,
                name=title_of(*key),
            )
            for key, count in sorted(wanted.items())
            if key not in around.classes
        ]

    def check(self, rows: Sequence[Checked], scope: Scope, now: datetime) -> None:
        """Judge rows: every wrong cell at once, then where each child stands."""
        today = clock.local(now).date()
        around = _around(scope, now, rows[0].reference if rows else "")
        for row in rows:
            row.verdict = RowVerdict.GOOD
            row.facts = read_row(row, around, today)
            row.key = row.facts.key if row.facts else None
        good = [row for row in rows if row.facts is not None]
        meet(
            around,
            (row.facts.id_index for row in good if row.facts.id_index),
            ((row.facts.match_key, row.facts.born_on) for row in good),
        )
        for row in good:
            judge(row, around)

    def write(self, rows: Sequence[Checked], import_: Import, scope: Scope, now: datetime) -> None:
        """Make drafts of rows that were just judged, with their classes and guardians."""
        desk = Desk(
            scope.place.id,
            school_year_of(clock.local(now).date()),
            Actor.of_scope(scope),
            now,
            import_.code,
        )
        keys = enter_drafts([row.facts for row in rows], desk)
        for row, key in zip(rows, keys, strict=True):
            row.made_id, row.outcome = key, RowOutcome.NEW

    def take_back(
        self, import_: Import, after: int, limit: int, *, by: Actor, now: datetime
    ) -> Undone:
        """Take back the next drafts that an import made; who was asked or joined stays."""
        del now
        undone = Undone()
        for pupil in drafts_of(import_.code, after, limit):
            undone.last = key = pupil.id
            try:
                take_back(pupil, by=by)
            except RuleViolation as violation:
                undone.kept[key] = problem_of(violation)
            else:
                undone.done.append(key)
        return undone


def _around(scope: Scope, now: datetime, reference: str) -> Surroundings:
    """Return what rows of this list meet at the school. Raises UnknownRowError where it is none."""
    today = clock.local(now).date()
    around = surroundings_of(scope.place.id, school_year_of(today), today)
    if around is None:
        raise UnknownRowError(scope.place.code)
    if reference.startswith(NEW):
        grade, _dash, number = reference[len(NEW) :].partition("-")
        around.first = (int(grade), int(number))
    elif reference:
        found = class_at(scope.place.id, reference)
        around.first = (found.grade, found.number) if found else None
    return around


PUPILS: Any = Pupils()
