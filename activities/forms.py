"""Forms of activities: posting, shifts, signing up, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from activities.labels import LABELS
from activities.rules import (
    MAX_SEATS,
    MAX_SHORT,
    MAX_TEXT,
    ActivityField,
    ActivityWork,
    Ground,
    HoursRule,
    Posting,
    ShiftPlan,
    problems_of,
    problems_of_shift,
)
from core import clock
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int, parse_time, parse_yuan
from core.rules import N_, RuleViolation

MAX_TYPED = 200
DAYS_AHEAD = 7
MAX_AGE = 80
MAX_VENUE = 12
PLAIN = ("title", "place", "description", "risks", "bring", "certificate", "policy_number")


class PostingForm(AppForm):
    """What an activity is, who may come, and the six check boxes."""

    title = StringField(_("活动名称"), [Length(max=MAX_TYPED)])
    field = SelectField(_("属于哪一类"), validate_choice=False)
    work = SelectField(_("性质"), validate_choice=False)
    venue = SelectField(_("在哪个场所"), validate_choice=False)
    place = StringField(_("地点"), [Length(max=MAX_TYPED)])
    budget = StringField(_("预算"), [Length(max=MAX_TYPED)])
    description = TextAreaField(_("做什么"), [Length(max=4 * MAX_TEXT)])
    risks = TextAreaField(_("风险和保障"), [Length(max=4 * MAX_TEXT)])
    bring = StringField(_("要带什么"), [Length(max=4 * MAX_SHORT)])
    min_age = StringField(_("最低年龄"), [Length(max=MAX_TYPED)])
    needs_registered = BooleanField(_("只收注册志愿者"))
    certificate = StringField(_("要有的证书"), [Length(max=MAX_TYPED)])
    grounds = SelectMultipleField(_("有没有下面的情形"), validate_choice=False)
    policy_number = StringField(_("保单号"), [Length(max=MAX_TYPED)])
    policy_from = StringField(_("保险从哪天起"), [Length(max=MAX_TYPED)])
    policy_to = StringField(_("保险到哪天止"), [Length(max=MAX_TYPED)])
    hours_rule = RadioField(_("时长怎么算"), validate_choice=False, default=HoursRule.ATTENDED)

    def offer(self, venues: Sequence[tuple[str, str]] = ()) -> None:
        """Fill the choices; ``venues`` are codes and names."""
        self.venue.choices = [("", gettext("不在场所")), *venues]
        self.field.choices = [(code, words) for code, words in LABELS[ActivityField].items()]
        self.work.choices = [(code, words) for code, words in LABELS[ActivityWork].items()]
        self.hours_rule.choices = [(code, words) for code, words in LABELS[HoursRule].items()]
        self.grounds.choices = [(code, words) for code, words in LABELS[Ground].items()]

    def fill(self, posting: Posting) -> None:
        """Show what an activity tells."""
        for name in PLAIN:
            self._fields[name].data = getattr(posting, name)
        self.field.data, self.work.data = posting.field, posting.work
        self.min_age.data = str(posting.min_age or "")
        self.needs_registered.data = posting.needs_registered
        self.grounds.data = sorted(posting.grounds)
        self.hours_rule.data = posting.hours_rule
        self.venue.data = posting.venue
        self.budget.data = typed_yuan(posting.budget_fen)
        self.policy_from.data = _iso(posting.policy_from)
        self.policy_to.data = _iso(posting.policy_to)

    def posting(self) -> Posting | None:
        """Return what was written, or None with every mistake beside its field."""
        days = self._first_day, self._last_day
        readers = self._age, *days, self._field, self._work, self._grounds, self._budget
        if not self.reads_well(*readers):
            return None
        texts = {name: str(self._fields[name].data or "") for name in PLAIN}
        texts["place"] = texts["place"] or self._venue_name()
        found = Posting(
            field=self._field(),
            min_age=self._age(),
            needs_registered=self.needs_registered.data is True,
            grounds=self._grounds(),
            policy_from=self._first_day(),
            policy_to=self._last_day(),
            work=self._work(),
            hours_rule=self._rule(),
            venue=(self.venue.data or "").strip()[:MAX_VENUE],
            budget_fen=self._budget(),
            **texts,
        ).trimmed()
        problems = list(problems_of(found))
        for problem in problems:
            self.add_violation(problem)
        return None if problems else found

    def _age(self) -> int | None:
        typed = (self.min_age.data or "").strip()
        return parse_int(typed, "min_age", low=1, high=MAX_AGE) if typed else None

    def _venue_name(self) -> str:
        """Return the name of the venue that was chosen: where it is needs no typing."""
        return next((name for code, name in self.venue.choices if code == self.venue.data), "")

    def _budget(self) -> int | None:
        typed = (self.budget.data or "").strip()
        return parse_yuan(typed, "budget") if typed else None

    def _first_day(self) -> date | None:
        return _day(self.policy_from.data, "policy_from")

    def _last_day(self) -> date | None:
        return _day(self.policy_to.data, "policy_to")

    def _field(self) -> ActivityField:
        try:
            return ActivityField(self.field.data or "")
        except ValueError:
            raise RuleViolation("field", N_("请选择类别")) from None

    def _work(self) -> ActivityWork:
        try:
            return ActivityWork(self.work.data or ActivityWork.SERVICE)
        except ValueError:
            raise RuleViolation("work", N_("请选择类别")) from None

    def _rule(self) -> HoursRule:
        typed = self.hours_rule.data or ""
        return HoursRule(typed) if typed in set(HoursRule) else HoursRule.ATTENDED

    def _grounds(self) -> frozenset[Ground]:
        try:
            return frozenset(Ground(code) for code in self.grounds.data or ())
        except ValueError:
            raise RuleViolation("grounds", N_("请重新勾选")) from None


class ShiftForm(AppForm):
    """When, how many, and for what."""

    day = StringField(_("哪一天"), [Length(max=MAX_TYPED)])
    start = StringField(_("几点开始"), [Length(max=MAX_TYPED)])
    end = StringField(_("几点结束"), [Length(max=MAX_TYPED)])
    end_day = StringField(_("结束在另一天"), [Length(max=MAX_TYPED)])
    seats = StringField(_("要几个人"), [Length(max=MAX_TYPED)])
    role = StringField(_("岗位"), [Length(max=MAX_TYPED)])

    def fill_shift(self, plan: ShiftPlan, *, keeps_day: bool = True) -> None:
        """Show a shift; without its day where it is to be held again."""
        start, end = clock.local(plan.starts_at), clock.local(plan.ends_at)
        self.start.data, self.end.data = f"{start:%H:%M}", f"{end:%H:%M}"
        self.seats.data, self.role.data = str(plan.seats), plan.role
        if keeps_day:
            self.day.data = start.date().isoformat()
            if end.date() != start.date():
                self.end_day.data = end.date().isoformat()

    def plan(self) -> ShiftPlan | None:
        """Return the shift, or None with every mistake beside its field."""
        readers = self._day, self._start, self._end_day, self._end, self._seats
        if not self.reads_well(*readers):
            return None
        first, last = self._day(), self._end_day() or self._day()
        begin, end = clock.at(first, self._start()), clock.at(last, self._end())
        found = ShiftPlan(begin, end, self._seats(), (self.role.data or "").strip())
        problems = list(problems_of_shift(found))
        for problem in problems:
            self.add_violation(problem)
        return None if problems else found

    def _day(self) -> date:
        return parse_date(self.day.data or "", "day", today=clock.today())

    def _start(self) -> time:
        return parse_time(self.start.data or "", "start")

    def _end_day(self) -> date | None:
        return _day(self.end_day.data, "end_day")

    def _end(self) -> time:
        return parse_time(self.end.data or "", "end")

    def _seats(self) -> int:
        return parse_int(self.seats.data or "", "seats", low=1, high=MAX_SEATS)


class NewActivityForm(PostingForm, ShiftForm):
    """An activity with its first shift (S31)."""

    like = HiddenField()


class ReasonForm(AppForm):
    """Why something is not held, not accepted or not agreed to."""

    reason = TextAreaField(_("原因"), [Length(max=4 * MAX_SHORT)])


class SignUpForm(AppForm):
    """What is said on signing up."""

    has_certificate = BooleanField(_("我有这个证书"))
    agrees = BooleanField(_("我看过并同意这份志愿服务协议"))
    digest = HiddenField()


def typed_yuan(fen: int | None) -> str:
    """Return an amount as a field holds it."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}".removesuffix(".00")


def days_ahead(today: date) -> Sequence[tuple[str, str]]:
    """Return the chips of the days to come: tomorrow, the day after, the same day next week."""
    return [
        ((today + timedelta(days=1)).isoformat(), gettext("明天")),
        ((today + timedelta(days=2)).isoformat(), gettext("后天")),
        ((today + timedelta(days=DAYS_AHEAD)).isoformat(), gettext("下周今天")),
    ]


def _day(typed: str | None, name: str) -> date | None:
    text = (typed or "").strip()
    return parse_date(text, name, today=clock.today()) if text else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
