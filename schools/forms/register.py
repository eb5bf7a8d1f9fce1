"""Forms of the register of schools and of honours."""

from __future__ import annotations

from datetime import date

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import MAX_TYPED, N_, RuleViolation
from schools.labels import LABELS
from schools.operations.register import NewSchool
from schools.rules.honours import SchoolHonourFacts, SchoolHonourLevel
from schools.rules.register import (
    ENROLLED_MAX,
    SchoolStage,
    check_code,
    check_school_name,
    check_scope,
)

IN, OUT = "in", "out"


def _day(text: str | None, field: str) -> date:
    return parse_date(text or "", field, today=clock.today())


class ActForm(AppForm):
    """A button without questions."""


class SchoolForm(AppForm):
    """What the list tells of a school."""

    code = StringField(_("学校标识码"), validators=[Length(max=MAX_TYPED)])
    name = StringField(_("学校名称"), validators=[Length(max=4 * MAX_TYPED)])
    stage = RadioField(_("类别"), validate_choice=False)
    scope = RadioField(_("应不应建会"), validate_choice=False)
    reason = StringField(_("不在范围的原因"), validators=[Length(max=4 * MAX_TYPED)])
    enrolled = StringField(_("本学年在校学生人数"), validators=[Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.stage.choices = list(LABELS[SchoolStage].items())
        self.scope.choices = [(IN, _("应建会")), (OUT, _("不在应建会范围"))]

    def told_code(self) -> str:
        """Return the code. Raises RuleViolation."""
        return check_code(self.code.data or "")

    def told_name(self) -> str:
        """Return the name. Raises RuleViolation."""
        return check_school_name(self.name.data or "")

    def told_stage(self) -> SchoolStage:
        """Return the stage. Raises RuleViolation for none."""
        try:
            return SchoolStage(self.stage.data or "")
        except ValueError:
            raise RuleViolation("stage", N_("请选一个类别")) from None

    def told_reason(self) -> str:
        """Return why no branch is expected. Raises RuleViolation."""
        if self.scope.data not in {IN, OUT}:
            raise RuleViolation("scope", N_("请选应不应建会"))
        return check_scope(self.reason.data or "", is_in_scope=self.scope.data == IN)

    def told_enrolled(self) -> int | None:
        """Return the number of pupils, None where nothing was typed. Raises RuleViolation."""
        text = (self.enrolled.data or "").strip()
        return parse_int(text, "enrolled", low=0, high=ENROLLED_MAX) if text else None

    def facts(self) -> NewSchool:
        """Return what was told. Raises RuleViolation."""
        return NewSchool(
            self.told_code(),
            self.told_name(),
            self.told_stage(),
            self.scope.data == IN,
            self.told_reason(),
            self.told_enrolled(),
        )


class EndForm(AppForm):
    """How a school ended: by which document, on which day, and where it goes on."""

    into = SelectField(_("并入哪所学校"), validate_choice=False)
    closed_on = StringField(_("日期"), validators=[Length(max=MAX_TYPED)])
    note = StringField(_("文件号或者原因"), validators=[Length(max=4 * MAX_TYPED)])

    def offer(self, schools: list[tuple[str, str]]) -> None:
        """Fill the choices."""
        self.into.choices = [("", gettext("没有并入，停办")), *schools]

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return _day(self.closed_on.data, "closed_on")


class SchoolHonourForm(AppForm):
    """What a school was honoured with."""

    title = StringField(_("荣誉名称"), validators=[Length(max=MAX_TYPED)])
    level = RadioField(_("级别"), validate_choice=False)
    granted_by = StringField(_("授予单位"), validators=[Length(max=MAX_TYPED)])
    document = StringField(_("文件号"), validators=[Length(max=MAX_TYPED)])
    granted_on = StringField(_("授予日期"), validators=[Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.level.choices = list(LABELS[SchoolHonourLevel].items())

    def facts(self) -> SchoolHonourFacts:
        """Return what was told. Raises RuleViolation."""
        try:
            level = SchoolHonourLevel(self.level.data or "")
        except ValueError:
            raise RuleViolation("level", N_("请选一个级别")) from None
        return SchoolHonourFacts(
            self.title.data or "",
            level,
            self.granted_by.data or "",
            self.document.data or "",
            _day(self.granted_on.data, "granted_on"),
        )


class RevokingForm(AppForm):
    """Why an honour counts no longer."""

    note = StringField(_("原因"), validators=[Length(max=4 * MAX_TYPED)])
