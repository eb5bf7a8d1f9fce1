"""Forms of venues; what only some kinds have, and what is asked on a day, is built from data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from activities.rules.venue_fund import FundFacts, FundWay
from activities.rules.venue_hours import (
    DAYS_OF_WEEK,
    OtherDay,
    Period,
    read_periods,
    text_of,
)
from activities.rules.venue_kinds import KINDS, Detail, DetailType
from activities.rules.venues import (
    AREA_MAX,
    SEATS_MAX,
    TEXT_MAX,
    VenueFacts,
    VenueKind,
    VenueLevel,
)
from activities.venue_labels import VENUE_LABELS
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int, parse_yuan
from core.rules import N_, RuleViolation

MAX_TYPED = 200
LONG = Length(max=4 * TEXT_MAX)
SHORT = Length(max=MAX_TYPED)
WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
LAST_WORKDAY = 5


class VenueForm(AppForm):
    """The file of a venue; a subclass of a kind has a field for every detail."""

    name = StringField(_("名称"), [SHORT])
    address = StringField(_("地址"), [SHORT])
    phone = StringField(_("电话"), [SHORT])
    services = TextAreaField(_("服务内容"), [LONG])
    seats = StringField(_("座位数"), [SHORT])
    area_m2 = StringField(_("面积（平方米）"), [SHORT])
    has_aed = BooleanField(_("有 AED"))
    has_first_aid_kit = BooleanField(_("有急救箱"))
    level = SelectField(_("级别"), validate_choice=False)
    detail_list: Sequence[Detail] = ()

    def offer(self) -> None:
        """Fill the choices."""
        self.level.choices = [("", gettext("没有评定")), *VENUE_LABELS[VenueLevel].items()]

    def detail_fields(self) -> Iterable[Any]:
        """Return the fields that only this kind has."""
        return [self[detail.name] for detail in self.detail_list]

    def fill(self, facts: VenueFacts) -> None:
        """Show what is told of a venue."""
        for name in ("name", "address", "phone", "services", "has_aed", "has_first_aid_kit"):
            self[name].data = getattr(facts, name)
        for name in ("seats", "area_m2"):
            number = getattr(facts, name)
            self[name].data = "" if number is None else str(number)
        self.level.data = facts.level or ""
        for detail in self.detail_list:
            told = facts.details.get(detail.name, "")
            self[detail.name].data = bool(told) if detail.type is DetailType.YES_NO else told

    def facts(self) -> VenueFacts | None:
        """Return what the form tells, or None with every mistake beside its field."""
        if not self.reads_well(self._seats, self._area, self._level):
            return None
        return VenueFacts(
            name=self.name.data or "",
            address=self.address.data or "",
            phone=self.phone.data or "",
            services=self.services.data or "",
            seats=self._seats(),
            area_m2=self._area(),
            has_aed=self.has_aed.data is True,
            has_first_aid_kit=self.has_first_aid_kit.data is True,
            level=self._level(),
            details={one.name: self._detail(one) for one in self.detail_list},
        )

    def _detail(self, detail: Detail) -> str:
        told = self[detail.name].data
        if detail.type is DetailType.YES_NO:
            return "1" if told is True else ""
        return told or ""

    def _seats(self) -> int | None:
        return _number(self.seats.data, "seats", SEATS_MAX)

    def _area(self) -> int | None:
        return _number(self.area_m2.data, "area_m2", AREA_MAX)

    def _level(self) -> VenueLevel | None:
        try:
            return VenueLevel(self.level.data) if self.level.data else None
        except ValueError:
            raise RuleViolation("level", N_("请重新选择")) from None


def venue_form(kind: VenueKind) -> VenueForm:
    """Return the form of a kind, with a field for each of its details."""
    fields: dict[str, Any] = {"detail_list": KINDS[kind].details}
    for detail in KINDS[kind].details:
        words = gettext(detail.label)
        if detail.type is DetailType.YES_NO:
            fields[detail.name] = BooleanField(words)
        else:
            fields[detail.name] = StringField(words, [SHORT])
    form: VenueForm = type("FormOfKind", (VenueForm,), fields)()
    form.offer()
    return form


class ContactForm(AppForm):
    """What a keeper keeps: phone and services."""

    phone = StringField(_("电话"), [SHORT])
    services = TextAreaField(_("服务内容"), [LONG])


class HoursForm(AppForm):
    """The hours of a week, a line for each day; nothing on a line is closed."""

    day_0 = StringField(WEEKDAYS[0], [SHORT])
    day_1 = StringField(WEEKDAYS[1], [SHORT])
    day_2 = StringField(WEEKDAYS[2], [SHORT])
    day_3 = StringField(WEEKDAYS[3], [SHORT])
    day_4 = StringField(WEEKDAYS[4], [SHORT])
    day_5 = StringField(WEEKDAYS[5], [SHORT])
    day_6 = StringField(WEEKDAYS[6], [SHORT])
    alike = BooleanField(_("周二到周五和周一一样"))

    def day_fields(self) -> list[Any]:
        """Return the lines of the days."""
        return [self[f"day_{day}"] for day in range(DAYS_OF_WEEK)]

    def fill(self, week: Mapping[int, Sequence[Period]]) -> None:
        """Show the hours of a venue."""
        for day, line in enumerate(self.day_fields()):
            line.data = text_of(week.get(day, ()))

    def week(self) -> dict[int, Sequence[Period]] | None:
        """Return the hours told, or None with every mistake beside its day."""
        read: dict[int, Sequence[Period]] = {}
        well = True
        for day, line in enumerate(self.day_fields()):
            source = 0 if self.alike.data is True and day < LAST_WORKDAY else day
            try:
                text = self.day_0.data if source == 0 else line.data
                read[day] = read_periods(text or "", f"day_{source}")
            except RuleViolation as violation:
                if source == day:
                    self.add_violation(violation)
                well = False
        return read if well else None


class OtherDayForm(AppForm):
    """A day that differs from its weekday."""

    day = StringField(_("哪天"), [SHORT])
    opens = StringField(_("开放时间"), [SHORT])
    note = StringField(_("说明"), [SHORT])

    def other_day(self) -> OtherDay | None:
        """Return what the form tells, or None with every mistake beside its field."""
        if not self.reads_well(self._day, self._periods):
            return None
        return OtherDay(self._day(), self._periods(), self.note.data or "")

    def _day(self) -> date:
        return parse_date(self.day.data or "", "day")

    def _periods(self) -> tuple[Period, ...]:
        periods = read_periods(self.opens.data or "", "opens")
        if len(periods) > 1:
            raise RuleViolation("opens", N_("这里只写一段时间"))
        return periods


class PhotoForm(AppForm):
    """A picture, what it shows, and the declaration about faces."""

    file = StringField(_("照片"))
    alt = StringField(_("照片里有什么"), [SHORT])
    declared = BooleanField(_("照片里看不到未满 14 岁的人的脸，或者监护人已经同意"))

    def check(self) -> None:
        """Raise RuleViolation without the declaration."""
        if self.declared.data is not True:
            raise RuleViolation("declared", N_("没有这一条声明不能上传照片"))


class KeeperForm(AppForm):
    """Who keeps a venue: somebody with a post here, or a member by number."""

    holder = RadioField(_("本组织任职的人"), validate_choice=False)
    number = StringField(_("或者会员编号"), [SHORT])

    def offer(self, holders: Iterable[tuple[str, str]]) -> None:
        """Fill the choices."""
        self.holder.choices = list(holders)


class LeaderForm(AppForm):
    """Who leads a workshop, by the number of a member."""

    leader = StringField(_("领办人的会员编号"), [SHORT])


class TeamForm(AppForm):
    """Who joins the team of a workshop."""

    member = StringField(_("队员的会员编号"), [SHORT])


class FundForm(AppForm):
    """Money that came to a mutual-aid fund or went."""

    way = RadioField(_("收支"), validate_choice=False)
    amount = StringField(_("金额（元）"), [SHORT])
    happened_on = StringField(_("日期"), [SHORT])
    words = StringField(_("用途或来源"), [SHORT])

    def offer(self) -> None:
        """Fill the choices."""
        self.way.choices = list(VENUE_LABELS[FundWay].items())

    def facts(self) -> FundFacts | None:
        """Return what the form tells, or None with every mistake beside its field."""
        if not self.reads_well(self._way, self._fen, self._day):
            return None
        return FundFacts(self._way(), self._fen(), self._day(), self.words.data or "")

    def _way(self) -> FundWay:
        try:
            return FundWay(self.way.data or "")
        except ValueError:
            raise RuleViolation("way", N_("请选收入或支出")) from None

    def _fen(self) -> int:
        return parse_yuan(self.amount.data or "", "amount")

    def _day(self) -> date:
        return parse_date(self.happened_on.data or "", "happened_on")


def _number(text: str | None, field: str, most: int) -> int | None:
    return parse_int(text, field, low=0, high=most) if text else None
