"""Forms of looking at a protected value, and of asking to have one put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from wtforms import BooleanField, Form, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core import clock
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import N_, RuleViolation, typed
from people.labels import LABELS
from people.merging import Choice
from people.operations.minors import LookWish
from people.rules import IdType, check_document, check_mobile, check_name
from people.rules.changes import MAX_WHY, check_why
from people.rules.deaths import DeathFacts, DeathProof
from people.rules.duplicates import MAX_REASON as MAX_WORDS
from people.rules.duplicates import Side
from people.rules.reveals import MAX_REASON, RevealField, RevealReason

if TYPE_CHECKING:
    from people.models import Person

MAX_TYPED = 200
Value = Mapping[str, str]


class RevealForm(AppForm):
    """Why somebody looks at one value of one person."""

    field = RadioField(
        _("看什么"),
        choices=[SelectChoice(one.value, LABELS[RevealField][one]) for one in RevealField],
        default=RevealField.PHONE.value,
        validators=[InputRequired(_("请选择看什么"))],
    )
    reason = RadioField(
        _("为什么要看"),
        choices=[SelectChoice(one.value, LABELS[RevealReason][one]) for one in RevealReason],
        validators=[InputRequired(_("请选择原因"))],
    )
    note = StringField(_("说明"), validators=[Length(max=MAX_REASON, message=_("最多 60 个字"))])


class ApprovalForm(AppForm):
    """What a look at a minor is for, and whether it is for this child or for the whole school."""

    reason = RadioField(
        _("为什么要看"),
        choices=[SelectChoice(one.value, LABELS[RevealReason][one]) for one in RevealReason],
        validators=[InputRequired(_("请选择原因"))],
    )
    note = StringField(_("说明"), validators=[Length(max=MAX_REASON, message=_("最多 60 个字"))])
    standing = BooleanField(_("长期申请：本校全部学生"))

    def wish(self, person: Person) -> LookWish:
        """Return what is asked for: this child, or all of the school."""
        whom = None if self.standing.data else person
        return LookWish(whom, RevealReason(self.reason.data), self.note.data or "")


class WhyForm(AppForm):
    """What every request for a correction says besides."""

    why = TextAreaField(_("为什么要改"), validators=[Length(max=4 * MAX_WHY)])

    def reason(self) -> str:
        """Return the reason. Raises RuleViolation."""
        return check_why(self.why.data or "")


class NameChangeForm(WhyForm):
    """The name, as the documents say it."""

    name = StringField(_("正确的姓名"))

    def value(self) -> Value:
        """Return the name. Raises RuleViolation."""
        return {"name": check_name(self.name.data or "")}


class BirthChangeForm(WhyForm):
    """The birth day, where the document does not tell it."""

    born_on = StringField(_("正确的出生日期"), validators=[Length(max=MAX_TYPED)])

    def value(self) -> Value:
        """Return the day. Raises RuleViolation."""
        born_on = parse_date(self.born_on.data or "", "born_on", high=clock.today())
        return {"born_on": born_on.isoformat()}


class DocumentChangeForm(WhyForm):
    """Kind and number of the document, and the birth day that only a resident ID tells."""

    id_type = RadioField(
        _("证件种类"),
        choices=[SelectChoice(kind.value, LABELS[IdType][kind]) for kind in IdType],
        validators=[InputRequired(_("请选择证件种类"))],
    )
    id_number = StringField(_("证件号码"), validators=[Length(max=MAX_TYPED)])
    born_on = StringField(_("出生日期"), validators=[Length(max=MAX_TYPED)])

    def born(self) -> date | None:
        """Return the birth day where the document needs one. Raises RuleViolation."""
        if self.id_type.data == IdType.RESIDENT_ID:
            return None
        return parse_date(self.born_on.data or "", "born_on", high=clock.today())

    def value(self) -> Value:
        """Return the checked document. Raises RuleViolation."""
        today = clock.today()
        kind = IdType(self.id_type.data)
        number = check_document(kind, self.id_number.data or "", today)
        known = {"id_type": kind.value, "id_number": number}
        born_on = self.born()
        return known if born_on is None else {**known, "born_on": born_on.isoformat()}


class NewPhoneForm(AppForm):
    """The phone to which a code goes."""

    phone = StringField(_("新手机号"), validators=[by_rule(check_mobile)])


class PhoneChangeForm(WhyForm):
    """The code that came to the new phone."""

    code = StringField(_("验证码"), validators=[by_rule(lambda text: typed(text, "code"))])


class AnswerForm(AppForm):
    """Why a request is not followed; its person reads it."""

    why = TextAreaField(_("原因"), validators=[Length(max=4 * MAX_WHY)])


class ActForm(AppForm):
    """A button without questions."""


class OwnForm(AppForm):
    """The button that shows one's own values in full."""


class DeathForm(AppForm):
    """When somebody died, and by what the branch knows."""

    died_on = StringField(_("去世日期"), validators=[Length(max=MAX_TYPED)])
    proof = RadioField(_("证明"), validate_choice=False)
    reference = StringField(_("证明编号或说明"), validators=[Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.proof.choices = list(LABELS[DeathProof].items())

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.died_on.data or "", "died_on", today=clock.today())

    def chosen(self) -> DeathProof:
        """Return the kind of proof. Raises RuleViolation."""
        try:
            return DeathProof(self.proof.data or "")
        except ValueError:
            raise RuleViolation("proof", N_("请选一种证明")) from None

    def facts(self) -> DeathFacts:
        """Return what was told. Raises RuleViolation."""
        return DeathFacts(self.day(), self.chosen(), self.reference.data or "")


class CloseForm(AppForm):
    """That somebody is sure to close the account."""

    sure = BooleanField(_("我确定注销账号"))


class ReasonForm(AppForm):
    """Why two records are merged, told apart, or made two again."""

    note = StringField(_("原因"), validators=[Length(max=MAX_WORDS, message=_("最多 100 个字"))])


def keep_form(choices: Iterable[Choice]) -> Form:
    """Return a form with one question for everything that two records tell otherwise.

    It is sent by address: the answers name a side, never a value.
    """
    fields = {
        choice.key: RadioField(
            choice.question,
            choices=[
                SelectChoice(Side.FIRST.value, choice.first),
                SelectChoice(Side.SECOND.value, choice.second),
            ],
            default=choice.default.value,
        )
        for choice in choices
    }
    kind: type[Form] = type("KeepForm", (Form,), fields)
    return kind()
