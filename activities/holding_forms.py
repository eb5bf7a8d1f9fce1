"""Forms of what happens at venues: reports, feedback, days, appointments."""

from __future__ import annotations

from datetime import date, timedelta

from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from activities.forms import typed_yuan
from activities.rules.appointments import LENGTHS, MAX_SEATS, Offer
from activities.rules.holding import (
    MAX_CONTENT,
    MAX_PEOPLE,
    MAX_WORDS,
    SCORES,
    DayFacts,
    ReportFacts,
)
from core import clock
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int, parse_yuan
from core.rules import N_, RuleViolation

MAX_TYPED = 200
PAPER = tuple(f"paper_{score}" for score in SCORES)
VISITS = ("groups", "group_visits", "single_visits", "online_visits", "trained")
MONTH = 28


class ReportForm(AppForm):
    """What the keeper tells after an activity; people who checked in are counted already."""

    content = TextAreaField(_("做了什么"), [Length(max=4 * MAX_CONTENT)])
    public_people = StringField(_("没有签到的群众"), [Length(max=MAX_TYPED)])
    spend = StringField(_("花了多少"), [Length(max=MAX_TYPED)])
    paper_5 = StringField(_("5 分"), [Length(max=MAX_TYPED)])
    paper_4 = StringField(_("4 分"), [Length(max=MAX_TYPED)])
    paper_3 = StringField(_("3 分"), [Length(max=MAX_TYPED)])
    paper_2 = StringField(_("2 分"), [Length(max=MAX_TYPED)])
    paper_1 = StringField(_("1 分"), [Length(max=MAX_TYPED)])
    words = TextAreaField(_("纸上写了什么"), [Length(max=4 * MAX_WORDS)])

    def fill(self, content: str, public_people: int, spend_fen: int | None) -> None:
        """Show what was told before."""
        self.content.data, self.spend.data = content, typed_yuan(spend_fen)
        self.public_people.data = str(public_people or "")

    def fill_paper(self, counts: tuple[int, ...], words: str) -> None:
        """Show the scores typed from paper before."""
        self.words.data = words
        for name, count in zip(PAPER, counts, strict=True):
            self._fields[name].data = str(count or "")

    def facts(self) -> ReportFacts | None:
        """Return what is told, or None with every mistake beside its field."""
        readers = [lambda name=name: self._number(name) for name in ("public_people", *PAPER)]
        if not self.reads_well(*readers, self._spend):
            return None
        return ReportFacts(
            content=(self.content.data or "").strip(),
            public_people=self._number("public_people"),
            spend_fen=self._spend(),
            paper=tuple(self._number(name) for name in PAPER),
            words=(self.words.data or "").strip(),
        )

    def _number(self, name: str) -> int:
        return _count(self._fields[name].data, name)

    def _spend(self) -> int | None:
        typed = (self.spend.data or "").strip()
        return parse_yuan(typed, "spend") if typed else None


class PhotoForm(AppForm):
    """A picture with the declaration about faces."""

    file = FileField(_("照片"))
    declared = BooleanField(_("照片上没有不满 14 岁孩子的正脸"))

    def check(self) -> None:
        """Raise RuleViolation without the declaration."""
        if not self.declared.data:
            raise RuleViolation("declared", N_("请先确认照片上没有不满 14 岁孩子的正脸"))


class FeedbackForm(AppForm):
    """How somebody who was there found it."""

    score = RadioField(_("您觉得这次活动怎么样"), validate_choice=False)
    words = TextAreaField(_("想说的话"), [Length(max=4 * MAX_WORDS)])

    def offer(self) -> None:
        """Fill the choices, best first."""
        names = gettext("很好"), gettext("好"), gettext("一般"), gettext("不太好"), gettext("不好")
        self.score.choices = [(str(one), name) for one, name in zip(SCORES, names, strict=True)]

    def chosen(self) -> int:
        """Return the score. Raises RuleViolation for none."""
        typed = self.score.data or ""
        if typed not in {str(score) for score in SCORES}:
            raise RuleViolation("score", N_("请选择一项"))
        return int(typed)


class DayForm(AppForm):
    """What a day at a venue was."""

    day = StringField(_("哪一天"), [Length(max=MAX_TYPED)])
    is_open = BooleanField(_("这天开放了"), default=True)
    single_visits = StringField(_("个人来访"), [Length(max=MAX_TYPED)])
    groups = StringField(_("团体数"), [Length(max=MAX_TYPED)])
    group_visits = StringField(_("团体来访人次"), [Length(max=MAX_TYPED)])
    online_visits = StringField(_("网上参观"), [Length(max=MAX_TYPED)])
    trained = StringField(_("培训了多少人"), [Length(max=MAX_TYPED)])
    note = StringField(_("备注"), [Length(max=MAX_TYPED * 4)])

    def fill(self, day: date, facts: DayFacts | None) -> None:
        """Show a day, with what was entered before."""
        self.day.data = day.isoformat()
        if facts is None:
            return
        self.is_open.data, self.note.data = facts.is_open, facts.note
        for name in VISITS:
            self._fields[name].data = str(getattr(facts, name) or "")

    def chosen_day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.day.data or "", "day", today=clock.today())

    def facts(self) -> DayFacts | None:
        """Return what the day was, or None with every mistake beside its field."""
        readers = [lambda name=name: self._number(name) for name in VISITS]
        if not self.reads_well(self.chosen_day, *readers):
            return None
        numbers = {name: self._number(name) for name in VISITS}
        note = (self.note.data or "").strip()
        return DayFacts(**numbers, is_open=self.is_open.data is True, note=note)

    def _number(self, name: str) -> int:
        return _count(self._fields[name].data, name)


class OfferForm(AppForm):
    """How opening hours are cut into slots."""

    first = StringField(_("从哪天"), [Length(max=MAX_TYPED)])
    last = StringField(_("到哪天"), [Length(max=MAX_TYPED)])
    minutes = RadioField(_("每次多长"), validate_choice=False, default="30")
    seats = StringField(_("同时几位"), [Length(max=MAX_TYPED)], default="1")

    def offer(self) -> None:
        """Fill the choices."""
        choices = [(str(one), gettext("%(minutes)d 分钟", minutes=one)) for one in LENGTHS]
        self.minutes.choices = choices

    def begin(self, today: date) -> None:
        """Show the next four weeks."""
        self.first.data = (today + timedelta(days=1)).isoformat()
        self.last.data = (today + timedelta(days=MONTH)).isoformat()

    def chosen(self) -> tuple[Offer, tuple[date, date]] | None:
        """Return the offer and its days, or None with every mistake beside its field."""
        if not self.reads_well(self._first, self._last, self._seats):
            return None
        typed = self.minutes.data or ""
        minutes = int(typed) if typed in {str(one) for one in LENGTHS} else 0
        return Offer(minutes, self._seats()), (self._first(), self._last())

    def _first(self) -> date:
        return parse_date(self.first.data or "", "first", today=clock.today())

    def _last(self) -> date:
        return parse_date(self.last.data or "", "last", today=clock.today())

    def _seats(self) -> int:
        return parse_int(self.seats.data or "", "seats", low=1, high=MAX_SEATS)


class BookForm(AppForm):
    """What somebody comes for."""

    note = StringField(_("来办什么"), [Length(max=MAX_TYPED)])


class CallerForm(BookForm):
    """Whom the keeper enters, who is on the phone."""

    name = StringField(_("称呼"), [Length(max=MAX_TYPED)])
    phone = StringField(_("电话"), [Length(max=MAX_TYPED)])


def _count(typed: str | None, name: str) -> int:
    text = (typed or "").strip()
    return parse_int(text, name, low=0, high=MAX_PEOPLE) if text else 0
