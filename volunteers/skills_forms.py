"""Forms of skills, qualifications, training, consents and leaving."""

from __future__ import annotations

from datetime import date

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_hours_to_minutes
from core.rules import MAX_TYPED, N_, RuleViolation
from volunteers.labels import LABELS
from volunteers.rules import MAX_NOTE, ServiceField
from volunteers.rules.agreement_text import SENTENCES
from volunteers.rules.resting import AgreementKind
from volunteers.rules.skills import (
    MAX_SKILLS,
    MAX_TRAINEES,
    QualificationFacts,
    QualificationKind,
    TrainingFacts,
)
from volunteers.rules.teams import MAX_PURPOSE, RescueFacts, TeamFacts, TeamGrade, check_team

LONGEST_LIST = 60 * MAX_TRAINEES


class ProfileForm(AppForm):
    """What a volunteer can do, and in which fields he wants to serve."""

    fields = SelectMultipleField(
        _("想参加哪些服务"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    skills = TextAreaField(_("会做什么"), [Length(max=4 * MAX_SKILLS)])

    def offer(self) -> None:
        """Fill the chips."""
        self.fields.choices = list(LABELS[ServiceField].items())

    def chosen_fields(self) -> list[ServiceField]:
        """Return the fields. Raises RuleViolation for one that does not exist."""
        try:
            return [ServiceField(code) for code in self.fields.data or []]
        except ValueError:
            raise RuleViolation("fields", N_("请选择类别")) from None


class QualificationForm(AppForm):
    """What a certificate says."""

    kind = RadioField(_("什么证书"), validate_choice=False)
    name = StringField(_("证书名称"), [Length(max=MAX_TYPED)])
    number = StringField(_("证书编号"), [Length(max=MAX_TYPED)])
    issuer = StringField(_("发证单位"), [Length(max=MAX_TYPED)])
    issued_on = StringField(_("发证日期"), [Length(max=MAX_TYPED)])
    expires_on = StringField(_("到期日期"), [Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.kind.choices = list(LABELS[QualificationKind].items())

    def chosen_kind(self) -> QualificationKind:
        """Return the kind. Raises RuleViolation where none was chosen."""
        try:
            return QualificationKind(self.kind.data or "")
        except ValueError:
            raise RuleViolation("kind", N_("请选一种证书")) from None

    def first_day(self) -> date:
        """Return the day of issue. Raises RuleViolation."""
        return parse_date(self.issued_on.data or "", "issued_on")

    def last_day(self) -> date | None:
        """Return the last day, None for a certificate without an end. Raises RuleViolation."""
        typed = (self.expires_on.data or "").strip()
        return parse_date(typed, "expires_on") if typed else None

    def facts(self) -> QualificationFacts:
        """Return what the form tells. Raises RuleViolation."""
        return QualificationFacts(
            self.chosen_kind(),
            self.name.data or "",
            self.number.data or "",
            self.issuer.data or "",
            self.first_day(),
            self.last_day(),
        )


class TrainingForm(AppForm):
    """What was taught, when, how long, and who took part."""

    title = StringField(_("培训内容"), [Length(max=MAX_TYPED)])
    held_on = StringField(_("哪天"), [Length(max=MAX_TYPED)])
    hours = StringField(_("多少小时"), [Length(max=MAX_TYPED)])
    people = TextAreaField(_("谁参加了"), [Length(max=LONGEST_LIST)])

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.held_on.data or "", "held_on")

    def minutes(self) -> int:
        """Return the minutes. Raises RuleViolation."""
        return parse_hours_to_minutes(self.hours.data or "", "hours")

    def facts(self) -> TrainingFacts:
        """Return what the form tells. Raises RuleViolation."""
        return TrainingFacts(self.title.data or "", self.day(), self.minutes())


class ReasonForm(AppForm):
    """Why something goes back, or is taken back."""

    note = TextAreaField(_("原因"), [Length(max=4 * MAX_NOTE)])


class AgreementForm(AppForm):
    """To what a volunteer agrees besides, each by itself."""

    kinds = SelectMultipleField(
        _("我同意"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self) -> None:
        """Fill the sentences."""
        self.kinds.choices = [(kind.value, gettext(text)) for kind, text in SENTENCES.items()]

    def chosen(self) -> list[AgreementKind]:
        """Return what was ticked. Raises RuleViolation for what does not exist."""
        try:
            return [AgreementKind(code) for code in dict.fromkeys(self.kinds.data or [])]
        except ValueError:
            raise RuleViolation("kinds", N_("请重新选择")) from None


class LeaveForm(AppForm):
    """That somebody is sure to leave."""

    sure = BooleanField(_("我确定退出志愿者"))


class TeamForm(AppForm):
    """What a founding application tells."""

    name = StringField(_("服务队名称"), [Length(max=MAX_TYPED)])
    purpose = TextAreaField(_("打算做什么"), [Length(max=4 * MAX_PURPOSE)])
    field = SelectField(_("主要服务领域"), validate_choice=False)
    is_rescue = BooleanField(_("这是救援队"))

    def offer(self) -> None:
        """Fill the list of fields."""
        self.field.choices = list(LABELS[ServiceField].items())

    def facts(self) -> TeamFacts:
        """Return what the form tells. Raises RuleViolation."""
        try:
            field = ServiceField(self.field.data or "")
        except ValueError:
            raise RuleViolation("field", N_("请选择类别")) from None
        is_rescue = self.is_rescue.data is True
        return check_team(
            TeamFacts(self.name.data or "", self.purpose.data or "", field, is_rescue)
        )


class RescueForm(AppForm):
    """Registration, grade and next assessment of a rescue team."""

    registration = StringField(_("社会组织登记号"), [Length(max=MAX_TYPED)])
    grade = RadioField(_("等级"), validate_choice=False)
    assessment_on = StringField(_("下次评估日期"), [Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.grade.choices = [("", gettext("没有等级")), *LABELS[TeamGrade].items()]

    def facts(self) -> RescueFacts:
        """Return what the form tells. Raises RuleViolation."""
        typed, code = (self.assessment_on.data or "").strip(), self.grade.data or ""
        try:
            grade = TeamGrade(code) if code else None
        except ValueError:
            raise RuleViolation("grade", N_("请重新选择")) from None
        day = parse_date(typed, "assessment_on") if typed else None
        return RescueFacts(self.registration.data or "", grade, day)
