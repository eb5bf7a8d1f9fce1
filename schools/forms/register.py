"""Forms of the register of schools, of foundings and of honours."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.parsing import parse_date, parse_int
from core.rules import MAX_TYPED, N_, RuleViolation
from schools.labels import LABELS
from schools.operations.register import NewSchool
from schools.rules.foundings import (
    MINUTES_MAX,
    PRESENT_MAX,
    RESULT_MAX,
    VICE_HEADS_MAX,
    WORDS_MAX,
    Asking,
    Council,
    Meeting,
    Reply,
    VoteMethod,
)
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


class AskingForm(AppForm):
    """A school's application for a branch."""

    applied_on = StringField(_("申请日期"), validators=[Length(max=MAX_TYPED)])
    contact = StringField(_("筹备负责人"), validators=[Length(max=MAX_TYPED)])
    words = TextAreaField(_("筹备情况"), validators=[Length(max=4 * WORDS_MAX)])

    def facts(self) -> Asking:
        """Return what was told. Raises RuleViolation."""
        day = _day(self.applied_on.data, "applied_on")
        return Asking(day, self.contact.data or "", self.words.data or "")


class ReplyForm(AppForm):
    """The county's reply to an application, or why it goes back."""

    number = StringField(_("批复文号"), validators=[Length(max=MAX_TYPED)])
    replied_on = StringField(_("批复日期"), validators=[Length(max=MAX_TYPED)])
    note = StringField(_("退回原因"), validators=[Length(max=4 * WORDS_MAX)])

    def facts(self) -> Reply:
        """Return what was told. Raises RuleViolation."""
        return Reply(self.number.data or "", _day(self.replied_on.data, "replied_on"))


class MeetingForm(AppForm):
    """The record of a founding meeting."""

    held_on = StringField(_("成立大会日期"), validators=[Length(max=MAX_TYPED)])
    due = StringField(_("应到人数"), validators=[Length(max=MAX_TYPED)])
    present = StringField(_("实到人数"), validators=[Length(max=MAX_TYPED)])
    method = RadioField(_("选举办法"), validate_choice=False)
    result = TextAreaField(_("选举结果"), validators=[Length(max=4 * RESULT_MAX)])
    minutes = TextAreaField(_("会议记录"), validators=[Length(max=4 * MINUTES_MAX)])
    flag_on = StringField(_("授旗日期"), validators=[Length(max=MAX_TYPED)])
    branch = SelectField(_("学校红十字会"), validate_choice=False)

    def offer(self, branches: list[tuple[str, str]]) -> None:
        """Fill the chips and the organizations that are there already."""
        self.method.choices = list(LABELS[VoteMethod].items())
        self.branch.choices = [("", gettext("新成立一个")), *branches]

    def told_day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return _day(self.held_on.data, "held_on")

    def told_due(self) -> int:
        """Return how many were due. Raises RuleViolation."""
        return parse_int(self.due.data or "", "due", low=1, high=PRESENT_MAX)

    def told_present(self) -> int:
        """Return how many came. Raises RuleViolation."""
        return parse_int(self.present.data or "", "present", low=1, high=PRESENT_MAX)

    def told_method(self) -> VoteMethod:
        """Return how they elected. Raises RuleViolation."""
        try:
            return VoteMethod(self.method.data or "")
        except ValueError:
            raise RuleViolation("method", N_("请选一种选举办法")) from None

    def facts(self) -> Meeting:
        """Return what was told. Raises RuleViolation."""
        flag = (self.flag_on.data or "").strip()
        return Meeting(
            self.told_day(),
            self.told_due(),
            self.told_present(),
            self.told_method(),
            self.result.data or "",
            self.minutes.data or "",
            _day(flag, "flag_on") if flag else None,
        )


class CouncilForm(AppForm):
    """Who leads the branch for a term."""

    head = StringField(_("会长（校长）"), validators=[Length(max=MAX_TYPED)])
    vice_heads = StringField(_("副会长"), validators=[Length(max=VICE_HEADS_MAX * MAX_TYPED)])
    secretary = StringField(_("秘书长"), validators=[Length(max=MAX_TYPED)])
    coordinator = StringField(_("辅导员"), validators=[Length(max=MAX_TYPED)])
    starts_on = StringField(_("任期开始"), validators=[Length(max=MAX_TYPED)])

    def facts(self) -> Council:
        """Return what was told. Raises RuleViolation."""
        return Council(
            self.head.data or "",
            self.vice_heads.data or "",
            self.secretary.data or "",
            self.coordinator.data or "",
            _day(self.starts_on.data, "starts_on"),
        )


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
