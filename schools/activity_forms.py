"""Forms of class activities, campaigns and yearly reports."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.i18n import gettext, speaking
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int, parse_time
from core.rules import N_, RuleViolation
from schools.activity_labels import ACTIVITY_LABELS
from schools.labels import LABELS
from schools.rules.attending import LONGEST, NOTE_MAX, SHORTEST, ActivityFacts, YouthKind
from schools.rules.campaigns import THEME_MAX, CampaignFacts
from schools.rules.register import SchoolStage
from schools.rules.reports import REMARK_MAX

MAX_TYPED = 200


class AttendForm(AppForm):
    """What a class did, when and how long; all is there before somebody types."""

    kind = RadioField(_("活动类型"), validate_choice=False)
    title = StringField(_("活动名称"), [Length(max=MAX_TYPED)])
    day = StringField(_("哪天"), [Length(max=MAX_TYPED)])
    start = StringField(_("开始时间"), [Length(max=MAX_TYPED)])
    minutes = StringField(_("多少分钟"), [Length(max=MAX_TYPED)])
    place = StringField(_("地点"), [Length(max=MAX_TYPED)])
    campaign = SelectField(_("属于活动月"), validate_choice=False)
    is_service = BooleanField(_("这是志愿服务，给志愿者学生记时长"))

    def offer(self, campaigns: list[tuple[str, str]]) -> None:
        """Fill the choices."""
        self.kind.choices = list(ACTIVITY_LABELS[YouthKind].items())
        self.campaign.choices = [*campaigns, ("", gettext("不属于活动月"))]

    def begin(self, now: datetime, minutes: int, kind: YouthKind | None, campaign: str) -> None:
        """Show a lesson that ends now, of the kind of the last one."""
        begun = clock.local(now - timedelta(minutes=minutes))
        self.day.data = begun.date().isoformat()
        self.start.data = begun.strftime("%H:%M")
        self.minutes.data = str(minutes)
        self.kind.data = kind or YouthKind.FIRST_AID
        self.campaign.data = campaign

    def chosen_kind(self) -> YouthKind:
        """Return the kind. Raises RuleViolation for none."""
        try:
            return YouthKind(self.kind.data or "")
        except ValueError:
            raise RuleViolation("kind", N_("请选择活动类型")) from None

    def facts(self) -> ActivityFacts | None:
        """Return what the form tells, or None with every mistake beside its field."""
        if not self.reads_well(self.chosen_kind, self._day, self._start, self._minutes):
            return None
        kind = self.chosen_kind()
        return ActivityFacts(
            kind=kind,
            title=(self.title.data or "").strip() or _source_text(kind),
            starts_at=clock.at(self._day(), self._start()),
            minutes=self._minutes(),
            place=self.place.data or "",
            is_service=self.is_service.data is True,
        )

    def _day(self) -> date:
        return parse_date(self.day.data or "", "day")

    def _start(self) -> time:
        return parse_time(self.start.data or "", "start")

    def _minutes(self) -> int:
        return parse_int(self.minutes.data or "", "minutes", low=SHORTEST, high=LONGEST)


def _source_text(kind: YouthKind) -> str:
    """Return the name that an activity has by its kind, in the language of the source."""
    with speaking("zh"):
        return str(ACTIVITY_LABELS[YouthKind][kind])


class RollForm(AppForm):
    """Why a roll call is put right."""

    note = StringField(_("为什么更正"), [Length(max=4 * NOTE_MAX)])


class PhotoForm(AppForm):
    """The declaration that comes with a picture."""

    file = StringField(_("照片"))
    declared = BooleanField(_("照片里看不到未满 14 岁学生的脸，或者监护人已经同意"))

    def check(self) -> None:
        """Raise RuleViolation without the declaration."""
        if self.declared.data is not True:
            raise RuleViolation("declared", N_("没有这一条声明不能上传照片"))


class CampaignForm(AppForm):
    """What schools are called to."""

    name = StringField(_("名称"), [Length(max=MAX_TYPED)])
    theme = TextAreaField(_("主题"), [Length(max=4 * THEME_MAX)])
    first_on = StringField(_("从哪天起"), [Length(max=MAX_TYPED)])
    last_on = StringField(_("到哪天止"), [Length(max=MAX_TYPED)])
    stages = SelectMultipleField(_("面向哪些学校"), validate_choice=False)

    def offer(self) -> None:
        """Fill the choices."""
        self.stages.choices = list(LABELS[SchoolStage].items())

    def fill(self, facts: CampaignFacts) -> None:
        """Show what a campaign tells."""
        self.name.data, self.theme.data = facts.name, facts.theme
        self.first_on.data, self.last_on.data = (
            day.isoformat() for day in (facts.first_on, facts.last_on)
        )
        self.stages.data = list(facts.stages)

    def facts(self) -> CampaignFacts | None:
        """Return what the form tells, or None with every mistake beside its field."""
        if not self.reads_well(self._first, self._last, self._stages):
            return None
        return CampaignFacts(
            self.name.data or "",
            self.theme.data or "",
            self._first(),
            self._last(),
            self._stages(),
        )

    def _first(self) -> date:
        return parse_date(self.first_on.data or "", "first_on")

    def _last(self) -> date:
        return parse_date(self.last_on.data or "", "last_on")

    def _stages(self) -> tuple[SchoolStage, ...]:
        try:
            return tuple(SchoolStage(code) for code in self.stages.data or [])
        except ValueError:
            raise RuleViolation("stages", N_("请重新选择")) from None


class ReportForm(AppForm):
    """The remark of a report: all that is typed in it."""

    remark = TextAreaField(_("说明"), [Length(max=4 * REMARK_MAX)])


class ReturnForm(AppForm):
    """Why a report goes back."""

    note = TextAreaField(_("退回原因"), [Length(max=4 * REMARK_MAX)])
