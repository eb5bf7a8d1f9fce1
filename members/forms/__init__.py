"""Forms of joining, deciding and filing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from core import clock
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import N_, RuleViolation, typed
from members.labels import LABELS
from members.rules import (
    MAX_ANSWER,
    MAX_FACTS,
    MAX_NOTE,
    MAX_RESOLUTION,
    MAX_VOTES,
    HonourFacts,
    HonourLevel,
    Resolution,
    ReturnReason,
    WithdrawalReason,
    check_answer,
    check_facts,
)
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import IdType, check_mobile, check_name, check_resident_id

MAX_TYPED = 200
#: Documents beside the resident ID by which citizens join (domain.md MEM-04, DAT-03).
OTHER_DOCUMENTS = (
    IdType.HK_MACAO_TRAVEL_PERMIT,
    IdType.TAIWAN_TRAVEL_PERMIT,
    IdType.PASSPORT,
)


class NameForm(AppForm):
    """The name, as the documents say it."""

    name = StringField(_("姓名"), validators=[by_rule(check_name)])


class ResidentIdForm(AppForm):
    """The number of the resident ID."""

    id_number = StringField(
        _("身份证号"),
        validators=[by_rule(lambda text: check_resident_id(text, clock.today()).number)],
    )


class OtherDocumentForm(AppForm):
    """Another document, with the birth day that it does not tell."""

    id_type = RadioField(
        _("证件种类"),
        choices=[SelectChoice(kind.value, PEOPLE_LABELS[IdType][kind]) for kind in OTHER_DOCUMENTS],
        validators=[InputRequired(_("请选择证件种类"))],
    )
    id_number = StringField(
        _("证件号码"), validators=[by_rule(lambda text: typed(text, "id_number"))]
    )
    born_on = StringField(
        _("出生日期"),
        validators=[by_rule(lambda text: parse_date(text, "born_on", high=clock.today()))],
    )


class MinorForm(AppForm):
    """Birth day and guardian of somebody under 18."""

    born_on = StringField(
        _("出生日期"),
        validators=[by_rule(lambda text: parse_date(text, "born_on", high=clock.today()))],
    )
    guardian_name = StringField(
        _("监护人姓名"), validators=[by_rule(lambda text: check_name(text, "guardian_name"))]
    )
    guardian_phone = StringField(
        _("监护人手机号"), validators=[by_rule(lambda text: check_mobile(text, "guardian_phone"))]
    )


class SubmitForm(AppForm):
    """The button at the end of the check page."""


class ActForm(AppForm):
    """A button without questions."""


class DriveForm(AppForm):
    """All that is in order, up to the newest that the page counted."""

    until = HiddenField(validators=[InputRequired()])
    sampled = BooleanField(_("抽查过了，没有问题"))


class GuardianAnswerForm(AppForm):
    """The code from the message, and the answer."""

    code = StringField(_("验证码"), validators=[by_rule(lambda text: typed(text, "code"))])
    answer = StringField(validators=[InputRequired()])


class OtherAnswerForm(AppForm):
    """The answer for another child; the code was typed for the first one."""

    answer = StringField(validators=[InputRequired()])


class SelectionForm(AppForm):
    """Ticked rows of a list."""

    ids = SelectMultipleField(
        _("名单"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        validators=[InputRequired(_("还没有选人，请先勾选"))],
    )


class ReturnForm(AppForm):
    """Why an application goes back."""

    reason = RadioField(
        _("原因"),
        validators=[InputRequired(_("请选择原因"))],
    )
    note = TextAreaField(_("说明"), validators=[Length(max=MAX_NOTE, message=_("最多 200 个字"))])

    def offer(self, reasons: Iterable[ReturnReason]) -> None:
        """Leave the reasons that fit."""
        self.reason.choices = [
            SelectChoice(one.value, LABELS[ReturnReason][one]) for one in reasons
        ]


class NoteForm(AppForm):
    """A sentence that somebody else will read."""

    note = TextAreaField(
        _("说明"),
        validators=[
            InputRequired(_("请写明原因")),
            Length(max=MAX_NOTE, message=_("最多 200 个字")),
        ],
    )


class FilingReturnForm(SelectionForm):
    """Ticked filings, and what is wrong with them."""

    note = TextAreaField(
        _("哪里要改"),
        validators=[
            InputRequired(_("请写明原因")),
            Length(max=MAX_NOTE, message=_("最多 200 个字")),
        ],
    )


class FixForm(AppForm):
    """The fields that a returned application opens again; the others are taken out."""

    name = StringField(_("姓名"), validators=[by_rule(check_name)])
    id_number = StringField(
        _("身份证号"),
        validators=[by_rule(lambda text: check_resident_id(text, clock.today()).number)],
    )


class LeavingForm(AppForm):
    """Why somebody leaves; nothing of it has to be told."""

    reason = RadioField(_("为什么退会"), validate_choice=False)
    note = TextAreaField(_("想说的话"), validators=[Length(max=4 * MAX_NOTE)])

    def offer(self) -> None:
        """Fill the chips."""
        self.reason.choices = [(code, words) for code, words in LABELS[WithdrawalReason].items()]

    def chosen_reason(self) -> WithdrawalReason | None:
        """Return the reason, or None. Raises RuleViolation for one that does not exist."""
        text = self.reason.data or ""
        try:
            return WithdrawalReason(text) if text else None
        except ValueError:
            raise RuleViolation("reason", N_("请从上面选一个原因")) from None


class HonourForm(AppForm):
    """What somebody was honoured with."""

    name = StringField(_("荣誉名称"), validators=[Length(max=MAX_TYPED)])
    level = RadioField(_("级别"), validate_choice=False)
    granted_by = StringField(_("授予单位"), validators=[Length(max=MAX_TYPED)])
    granted_on = StringField(_("授予日期"), validators=[Length(max=MAX_TYPED)])
    document = StringField(_("文件号"), validators=[Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.level.choices = [(code, words) for code, words in LABELS[HonourLevel].items()]

    def facts(self) -> HonourFacts:
        """Return what was told. Raises RuleViolation."""
        try:
            level = HonourLevel(self.level.data or "")
        except ValueError:
            raise RuleViolation("level", N_("请选一个级别")) from None
        return HonourFacts(
            self.name.data or "",
            level,
            self.granted_by.data or "",
            parse_date(self.granted_on.data or "", "granted_on", today=clock.today()),
            self.document.data or "",
        )


class ExpulsionForm(AppForm):
    """Why somebody should be expelled."""

    facts = TextAreaField(_("事实和依据"), validators=[Length(max=4 * MAX_FACTS)])
    documents = StringField(_("材料"), validators=[Length(max=4 * MAX_TYPED)])

    def told(self) -> tuple[str, str]:
        """Return facts and documents. Raises RuleViolation."""
        return check_facts(self.facts.data or "", self.documents.data or "")


class WordsForm(AppForm):
    """What a member says to his own expulsion."""

    words = TextAreaField(_("您的意见"), validators=[Length(max=4 * MAX_ANSWER)])

    def said(self) -> str:
        """Return the words. Raises RuleViolation."""
        return check_answer(self.words.data or "")


class ResolutionForm(AppForm):
    """What the council of a branch decided: to expel, or not to."""

    EXPEL, DROP = "expel", "drop"

    outcome = RadioField(_("决定"), validate_choice=False)
    resolved_on = StringField(_("决定日期"), validators=[Length(max=MAX_TYPED)])
    votes_for = StringField(_("赞成"), validators=[Length(max=MAX_TYPED)])
    votes_against = StringField(_("反对"), validators=[Length(max=MAX_TYPED)])
    votes_abstained = StringField(_("弃权"), validators=[Length(max=MAX_TYPED)])
    text = TextAreaField(_("决议内容"), validators=[Length(max=4 * MAX_RESOLUTION)])

    def offer(self) -> None:
        """Fill the chips."""
        self.outcome.choices = [(self.EXPEL, _("除名")), (self.DROP, _("不除名"))]

    @property
    def drops(self) -> bool:
        """Return whether the council decided against it."""
        return bool(self.outcome.data == self.DROP)

    def decided(self) -> str:
        """Return the outcome. Raises RuleViolation."""
        if self.outcome.data not in {self.EXPEL, self.DROP}:
            raise RuleViolation("outcome", N_("请选除名或不除名"))
        return str(self.outcome.data)

    def day(self) -> date:
        """Return the day of the decision. Raises RuleViolation."""
        return parse_date(self.resolved_on.data or "", "resolved_on", today=clock.today())

    def votes(self) -> list[int | None]:
        """Return the votes for, against and abstained, None where not told."""
        fields = (self.votes_for, self.votes_against, self.votes_abstained)
        return [
            parse_int(field.data, field.name, low=0, high=MAX_VOTES) if field.data else None
            for field in fields
        ]

    def resolution(self) -> Resolution:
        """Return what was decided. Raises RuleViolation."""
        return Resolution(self.day(), self.text.data or "", *self.votes())


class AppealForm(AppForm):
    """What is decided about an appeal, with the reason."""

    UPHOLD, OVERTURN = "uphold", "overturn"

    outcome = RadioField(_("决定"), validate_choice=False)
    note = TextAreaField(
        _("理由"),
        validators=[
            InputRequired(_("请写明原因")),
            Length(max=MAX_NOTE, message=_("最多 200 个字")),
        ],
    )

    def offer(self) -> None:
        """Fill the chips."""
        self.outcome.choices = [
            (self.UPHOLD, _("维持除名")),
            (self.OVERTURN, _("撤销除名，恢复会籍")),
        ]

    def decided(self) -> str:
        """Return the outcome. Raises RuleViolation."""
        if self.outcome.data not in {self.UPHOLD, self.OVERTURN}:
            raise RuleViolation("outcome", N_("请选维持或撤销"))
        return str(self.outcome.data)
