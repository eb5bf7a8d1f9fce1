"""Forms of hours: entering, refusing, correcting, objecting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from core.filters import in_hours
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import (
    MINUTES_PER_DAY,
    parse_date,
    parse_hours_to_minutes,
    parse_int,
    parse_time,
)
from core.rules import N_, RuleViolation
from volunteers.labels import LABELS
from volunteers.queries import Recent
from volunteers.rules import (
    CHOSEN_REASONS,
    MAX_NOTE,
    RefusalReason,
    ServiceField,
    check_reason,
)
from volunteers.rules.certificates import (
    REASONS,
    CertificateAction,
    CertificateReason,
    Period,
    PeriodChoice,
    check_period,
    period_of,
)
from volunteers.rules.registering import RegistrationReturn
from volunteers.rules.stars import StarReason

CHIP_MINUTES = tuple(range(30, 241, 30))
USUAL_MINUTES = 120
MAX_TYPED = 200


class ServiceForm(AppForm):
    """What was done, when and how long: chips first; what is typed beside a chip counts."""

    day = RadioField(_("哪天"), validate_choice=False)
    other_day = StringField(_("其他日期"), [Length(max=MAX_TYPED)])
    what = RadioField(_("做了什么"), validate_choice=False)
    title = StringField(_("其他服务"), [Length(max=MAX_TYPED)])
    field = SelectField(_("属于哪一类"), validate_choice=False)
    length = RadioField(_("多长时间"), validate_choice=False)
    hours = StringField(_("其他时长"), [Length(max=MAX_TYPED)])
    start = StringField(_("开始时间"), [Length(max=MAX_TYPED)])
    note = TextAreaField(_("备注"), [Length(max=4 * MAX_NOTE)])
    again = BooleanField(_("再记一条"))

    def offer(self, today: date, recent: Sequence[Recent]) -> None:
        """Fill the chips: the last three days, the volunteer's own titles, halves of hours."""
        days = [gettext("今天"), gettext("昨天"), gettext("前天")]
        self.day.choices = [
            ((today - timedelta(days=back)).isoformat(), words) for back, words in enumerate(days)
        ]
        self.what.choices = [(one.code, one.title) for one in recent]
        self.field.choices = [(code, words) for code, words in LABELS[ServiceField].items()]
        usual = {recent[0].minutes} if recent else set()
        self.length.choices = [
            (str(minutes), in_hours(minutes)) for minutes in sorted({*CHIP_MINUTES, *usual})
        ]

    def chosen_day(self, today: date) -> date:
        """Return the day. Raises RuleViolation."""
        typed = self.other_day.data or ""
        if typed.strip():
            return parse_date(typed, "other_day", today=today)
        return parse_date(self.day.data or "", "day", today=today)

    def chosen_minutes(self) -> int:
        """Return the minutes, typed or of a chip. Raises RuleViolation."""
        typed = self.hours.data or ""
        if typed.strip():
            return parse_hours_to_minutes(typed, "hours")
        return parse_int(self.length.data or "", "length", low=1, high=MINUTES_PER_DAY)

    def chosen_start(self) -> time | None:
        """Return the time of day at which it began, or None. Raises RuleViolation."""
        typed = self.start.data or ""
        return parse_time(typed, "start") if typed.strip() else None

    def chosen_field(self) -> ServiceField:
        """Return the field of a typed title. Raises RuleViolation for one that does not exist."""
        try:
            return ServiceField(self.field.data or ServiceField.OTHER)
        except ValueError:
            raise RuleViolation("field", N_("请选择类别")) from None


class MinutesForm(AppForm):
    """How long one was at a shift: halves of hours, what was counted, or none."""

    length = RadioField(_("记多长时间"), validate_choice=False)

    def offer(self, most: int) -> None:
        """Fill the chips up to the most that may be given."""
        halves = range(0, max(most, 0) + 1, 30)
        self.length.choices = [("", gettext("按签到计"))] + [
            (str(minutes), in_hours(minutes) if minutes else gettext("不记")) for minutes in halves
        ]

    def chosen(self) -> int | None:
        """Return the minutes of the chip; none counts them again. Raises RuleViolation."""
        if not (self.length.data or ""):
            return None
        return parse_int(self.length.data, "length", low=0, high=MINUTES_PER_DAY)


class RefusalForm(AppForm):
    """Why a record is not accepted."""

    reason = RadioField(_("原因"), validate_choice=False)
    note = TextAreaField(_("补充说明"), [Length(max=4 * MAX_NOTE)])

    def offer(self) -> None:
        """Fill the chips."""
        self.reason.choices = [(code, LABELS[RefusalReason][code]) for code in CHOSEN_REASONS]

    def chosen_reason(self) -> RefusalReason:
        """Return the reason. Raises RuleViolation where none was chosen."""
        chosen = next((one for one in CHOSEN_REASONS if one == self.reason.data), None)
        if chosen is None:
            raise RuleViolation("reason", N_("请选一个原因"))
        return chosen


class CorrectionForm(AppForm):
    """The right length of a confirmed record, and why it was wrong."""

    hours = StringField(_("改成多少小时"), [Length(max=MAX_TYPED)])
    reason = TextAreaField(_("为什么要改"), [Length(max=4 * MAX_NOTE)])

    def chosen_minutes(self) -> int:
        """Return the minutes. Raises RuleViolation."""
        return parse_hours_to_minutes(self.hours.data or "", "hours")

    def given_reason(self) -> str:
        """Return the reason. Raises RuleViolation where none was given."""
        return check_reason(self.reason.data or "")


class ObjectionForm(AppForm):
    """What a volunteer says to a refusal, with a photo where he has one."""

    note = TextAreaField(_("想说明什么"), [Length(max=4 * MAX_NOTE)])
    file = FileField(_("照片"))


class AnswerForm(AppForm):
    """What the county answers to an objection."""

    reason = TextAreaField(_("答复"), [Length(max=4 * MAX_NOTE)])


class HoldForm(AppForm):
    """What the desk writes about hours that it looks at, and what a branch answers."""

    note = TextAreaField(_("说明"), [Length(max=4 * MAX_NOTE)])


class CertificateForm(AppForm):
    """Which days a certificate is about: a choice, or the first and the last day."""

    period = StringField(validators=[Length(max=MAX_TYPED)])
    first = StringField(_("从哪天"), [Length(max=MAX_TYPED)])
    last = StringField(_("到哪天"), [Length(max=MAX_TYPED)])

    def chosen(self, today: date, first_ever: date | None) -> Period:
        """Return the days. Raises RuleViolation."""
        if self.period.data != PeriodChoice.CHOSEN:
            choices = {choice.value: choice for choice in PeriodChoice}
            choice = choices.get(self.period.data or "", PeriodChoice.THIS_YEAR)
            return period_of(choice, today, first_ever)
        first = parse_date(self.first.data or "", "first", today=today)
        return check_period(first, parse_date(self.last.data or "", "last", today=today), today)


class CertificateEndForm(AppForm):
    """Why a certificate is replaced or revoked."""

    reason = RadioField(_("原因"), validate_choice=False)
    note = TextAreaField(_("补充说明"), [Length(max=4 * MAX_NOTE)])

    def offer(self, action: CertificateAction) -> None:
        """Fill the chips."""
        self.reason.choices = [(code, LABELS[CertificateReason][code]) for code in REASONS[action]]

    def chosen_reason(self) -> CertificateReason:
        """Return the reason. Raises RuleViolation where none was chosen."""
        try:
            return CertificateReason(self.reason.data or "")
        except ValueError:
            raise RuleViolation("reason", N_("请选一个原因")) from None


class ClearanceForm(AppForm):
    """What was found behind a certificate that ended for false hours."""

    note = TextAreaField(_("核实结果"), [Length(max=4 * MAX_NOTE)])


class RegistrationReturnForm(AppForm):
    """Why an application for the registered grade goes back."""

    reason = RadioField(_("原因"), validate_choice=False)
    note = TextAreaField(_("补充说明"), [Length(max=4 * MAX_NOTE)])

    def offer(self) -> None:
        """Fill the chips."""
        self.reason.choices = list(LABELS[RegistrationReturn].items())

    def chosen_reason(self) -> RegistrationReturn:
        """Return the reason. Raises RuleViolation where none was chosen."""
        try:
            return RegistrationReturn(self.reason.data or "")
        except ValueError:
            raise RuleViolation("reason", N_("请选一个原因")) from None


class StarEndForm(AppForm):
    """Why a star is refused or revoked."""

    reason = RadioField(_("原因"), validate_choice=False)
    note = TextAreaField(_("补充说明"), [Length(max=4 * MAX_NOTE)])

    def offer(self) -> None:
        """Fill the chips."""
        self.reason.choices = list(LABELS[StarReason].items())

    def chosen_reason(self) -> StarReason:
        """Return the reason. Raises RuleViolation where none was chosen."""
        try:
            return StarReason(self.reason.data or "")
        except ValueError:
            raise RuleViolation("reason", N_("请选一个原因")) from None


class StarNoteForm(AppForm):
    """What somebody objects to a star, or what came of looking into it."""

    note = TextAreaField(_("说明"), [Length(max=4 * MAX_NOTE)])
