"""Forms of the life of organizations: founding, meeting, council, file, groups, quality list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import MAX_TYPED, N_, RuleViolation
from organizations.labels import LABELS
from organizations.rules import DIVISION_CODE_LENGTH, OrganizationKind
from organizations.rules.foundings import (
    MINUTES_MAX,
    PRESENT_MAX,
    RESULT_MAX,
    WORDS_MAX,
    Asking,
    Meeting,
    Reply,
    VoteMethod,
)
from organizations.rules.life import (
    ADDRESS_MAX,
    COUNT_MAX,
    HEADS_MAX,
    SEATS,
    Council,
    Group,
    Profile,
)

YES, NO = "yes", "no"
Told = TypeVar("Told")
SEATS_TYPED = 4_000


def _day(text: str | None, field: str) -> date:
    return parse_date(text or "", field, today=clock.today())


def _day_or_none(text: str | None, field: str) -> date | None:
    return _day(text, field) if (text or "").strip() else None


def _or(read: Callable[[], Told], otherwise: Told) -> Told:
    """Return what a field tells, or something else where it cannot be read."""
    try:
        return read()
    except RuleViolation:
        return otherwise


class AskingForm(AppForm):
    """An application for an organization."""

    applied_on = StringField(_("申请日期"), validators=[Length(max=MAX_TYPED)])
    contact = StringField(_("筹备负责人"), validators=[Length(max=MAX_TYPED)])
    words = TextAreaField(_("筹备情况"), validators=[Length(max=4 * WORDS_MAX)])

    def told_asking(self) -> date:
        """Return the day of the application. Raises RuleViolation."""
        return _day(self.applied_on.data, "applied_on")

    def facts(self) -> Asking:
        """Return what was told. Raises RuleViolation."""
        day = self.told_asking()
        return Asking(day, self.contact.data or "", self.words.data or "")


class ReplyForm(AppForm):
    """The reply to an application, or why it goes back."""

    number = StringField(_("批复文号"), validators=[Length(max=MAX_TYPED)])
    replied_on = StringField(_("批复日期"), validators=[Length(max=MAX_TYPED)])
    note = StringField(_("退回原因"), validators=[Length(max=4 * WORDS_MAX)])

    def facts(self) -> Reply:
        """Return what was told. Raises RuleViolation."""
        return Reply(self.number.data or "", _day(self.replied_on.data, "replied_on"))


class _ElectionForm(AppForm):
    """The record of a meeting that elects."""

    held_on = StringField(_("换届会议日期"), validators=[Length(max=MAX_TYPED)])
    due = StringField(_("应到人数"), validators=[Length(max=MAX_TYPED)])
    present = StringField(_("实到人数"), validators=[Length(max=MAX_TYPED)])
    method = RadioField(_("选举办法"), validate_choice=False)
    result = TextAreaField(_("选举结果"), validators=[Length(max=4 * RESULT_MAX)])
    minutes = TextAreaField(_("会议记录"), validators=[Length(max=4 * MINUTES_MAX)])

    def offer(self) -> None:
        """Fill the chips."""
        self.method.choices = list(LABELS[VoteMethod].items())

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

    def told_flag(self) -> date | None:
        """Return when the flag was handed over, None for no flag. Raises RuleViolation."""
        return None

    def facts(self) -> Meeting:
        """Return what was told. Raises RuleViolation."""
        return Meeting(
            self.told_day(),
            self.told_due(),
            self.told_present(),
            self.told_method(),
            self.result.data or "",
            self.minutes.data or "",
            self.told_flag(),
        )


class MeetingForm(_ElectionForm):
    """The record of a founding meeting; ``branch`` is an organization that is there already."""

    held_on = StringField(_("成立大会日期"), validators=[Length(max=MAX_TYPED)])
    flag_on = StringField(_("授旗日期"), validators=[Length(max=MAX_TYPED)])
    branch = SelectField(_("学校红十字会"), validate_choice=False)

    def offer_branches(self, branches: Sequence[tuple[str, str]]) -> None:
        """Fill the organizations that are there already."""
        self.branch.choices = [("", gettext("新成立一个")), *branches]

    def told_flag(self) -> date | None:
        """Return when the flag was handed over, None for no flag. Raises RuleViolation."""
        return _day_or_none(self.flag_on.data, "flag_on")


class CouncilForm(AppForm):
    """Who leads an organization for a term."""

    head = StringField(_("会长"), validators=[Length(max=MAX_TYPED)])
    honorary_heads = StringField(_("名誉会长"), validators=[Length(max=SEATS_TYPED)])
    vice_heads = StringField(_("副会长"), validators=[Length(max=SEATS_TYPED)])
    standing_directors = StringField(_("常务理事"), validators=[Length(max=SEATS_TYPED)])
    directors = TextAreaField(_("理事"), validators=[Length(max=SEATS_TYPED)])
    secretary = StringField(_("秘书长"), validators=[Length(max=MAX_TYPED)])
    supervisors = StringField(_("监事"), validators=[Length(max=SEATS_TYPED)])
    coordinator = StringField(_("辅导员"), validators=[Length(max=MAX_TYPED)])
    starts_on = StringField(_("任期开始"), validators=[Length(max=MAX_TYPED)])
    ends_on = StringField(_("任期结束"), validators=[Length(max=MAX_TYPED)])

    def told_start(self) -> date:
        """Return the first day of the term. Raises RuleViolation."""
        return _day(self.starts_on.data, "starts_on")

    def told_end(self) -> date | None:
        """Return the last day of the term, None for the usual one. Raises RuleViolation."""
        return _day_or_none(self.ends_on.data, "ends_on")

    def council(self) -> Council:
        """Return what was told. Raises RuleViolation."""
        names = {office: self._fields[office].data or "" for office in SEATS}
        return Council(starts_on=self.told_start(), ends_on=self.told_end(), **names)


class ReelectionForm(_ElectionForm, CouncilForm):
    """The record of a re-election, and the council that came of it."""

    def readable(self) -> tuple[Meeting, Council]:
        """Return what was told, with something right for what cannot be read."""
        first = _or(self.told_start, None)
        day = _or(self.told_day, first or clock.today())
        due = _or(self.told_due, PRESENT_MAX)
        present = _or(self.told_present, 1)
        method = _or(self.told_method, VoteMethod.EQUAL_BALLOT)
        result, minutes = self.result.data or "", self.minutes.data or ""
        names = {office: self._fields[office].data or "" for office in SEATS}
        start, end = first or day, _or(self.told_end, None)
        meeting = Meeting(day, due, present, method, result, minutes, None)
        return meeting, Council(starts_on=start, ends_on=end, **names)


class FoundingForm(AskingForm):
    """Which organization is asked for, and by whom."""

    kind = RadioField(_("组织类别"), validate_choice=False)
    name = StringField(_("组织名称"), validators=[Length(max=MAX_TYPED)])
    parent = SelectField(_("设在哪里下面"), validate_choice=False)
    decider = RadioField(_("谁批复"), validate_choice=False)
    division = StringField(_("区划代码"), validators=[Length(max=MAX_TYPED)])

    def offer(
        self,
        kinds: Iterable[OrganizationKind],
        parents: Sequence[tuple[str, str]],
        deciders: Sequence[tuple[str, str]],
    ) -> None:
        """Fill the chips."""
        self.kind.choices = [(kind, LABELS[OrganizationKind][kind]) for kind in kinds]
        self.parent.choices = list(parents)
        self.decider.choices = list(deciders)
        if not self.is_submitted():
            self.parent.data = self.parent.data or parents[0][0]
            self.decider.data = self.decider.data or deciders[0][0]

    def told_kind(self) -> OrganizationKind:
        """Return the kind. Raises RuleViolation for none."""
        try:
            return OrganizationKind(self.kind.data or "")
        except ValueError:
            raise RuleViolation("kind", N_("请选一个类别")) from None

    def told_division(self) -> str | None:
        """Return the code of the division, None for none. Raises RuleViolation."""
        code = (self.division.data or "").strip()
        if code and not (len(code) == DIVISION_CODE_LENGTH and code.isascii() and code.isdigit()):
            raise RuleViolation("division", N_("区划代码是 12 位数字"))
        return code or None


class ParentForm(AppForm):
    """Where an organization stands from now on, and why."""

    parent = SelectField(_("移到哪里下面"), validate_choice=False)
    reason = StringField(_("原因"), validators=[Length(max=4 * WORDS_MAX)])

    def offer(self, parents: Sequence[tuple[str, str]]) -> None:
        """Fill the choices."""
        self.parent.choices = list(parents)


class WordsForm(AppForm):
    """Why an organization is stopped, goes on, or gets a record back."""

    words = TextAreaField(_("原因"), validators=[Length(max=4 * WORDS_MAX)])


class ProfileForm(AppForm):
    """What an organization tells of itself."""

    contact = StringField(_("联系人"), validators=[Length(max=MAX_TYPED)])
    phone = StringField(_("联系电话"), validators=[Length(max=MAX_TYPED)])
    address = StringField(_("地址"), validators=[Length(max=4 * ADDRESS_MAX)])
    party_group = RadioField(_("党组"), validate_choice=False)
    party_branches = StringField(_("党支部数"), validators=[Length(max=MAX_TYPED)])
    rescue_teams = StringField(_("救援队数"), validators=[Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.party_group.choices = [("", _("不填")), (YES, _("有")), (NO, _("没有"))]

    def told_branches(self) -> int | None:
        """Return how many Party branches, None where nothing was typed. Raises RuleViolation."""
        return self._count("party_branches")

    def told_teams(self) -> int | None:
        """Return how many rescue teams, None where nothing was typed. Raises RuleViolation."""
        return self._count("rescue_teams")

    def facts(self) -> Profile:
        """Return what was told. Raises RuleViolation."""
        return Profile(
            self.phone.data or "",
            self.contact.data or "",
            self.address.data or "",
            {YES: True, NO: False}.get(self.party_group.data or ""),
            self.told_branches(),
            self.told_teams(),
        )

    def _count(self, name: str) -> int | None:
        text = (self._fields[name].data or "").strip()
        return parse_int(text, name, low=0, high=COUNT_MAX) if text else None


class GroupForm(AppForm):
    """A member group."""

    name = StringField(_("小组名称"), validators=[Length(max=MAX_TYPED)])
    leader = StringField(_("组长"), validators=[Length(max=MAX_TYPED)])
    heads = StringField(_("人数"), validators=[Length(max=MAX_TYPED)])

    def facts(self) -> Group:
        """Return what was told. Raises RuleViolation."""
        heads = parse_int(self.heads.data or "", "heads", low=1, high=HEADS_MAX)
        return Group(self.name.data or "", self.leader.data or "", heads)


class ItemsForm(AppForm):
    """The quality list from a year on."""

    items = TextAreaField(_("内容，一行一条"), validators=[Length(max=4 * WORDS_MAX)])
    from_year = StringField(_("从哪一年起"), validators=[Length(max=MAX_TYPED)])
    source = StringField(_("依据"), validators=[Length(max=4 * ADDRESS_MAX)])

    def told_year(self) -> int:
        """Return the year. Raises RuleViolation."""
        return parse_int(self.from_year.data or "", "from_year", low=2000, high=2999)


class AnswersForm(AppForm):
    """What an organization answers to a quality list, item by item."""

    def offer(self) -> None:
        """Fill the chips."""
        for field in self:
            if isinstance(field, RadioField):
                field.choices = [(YES, _("有")), (NO, _("没有"))]

    def told(self, number: int) -> tuple[bool, str]:
        """Return whether an item is there, and what shows it. Raises RuleViolation for neither."""
        met = self._fields[f"met_{number}"].data
        if met not in {YES, NO}:
            raise RuleViolation(f"met_{number}", N_("请选一项"))
        return met == YES, self._fields[f"words_{number}"].data or ""


def answers_form(items: Sequence[str]) -> type[AnswersForm]:
    """Return the form that asks for every item of a quality list: yes or no, and what shows it."""
    told: dict[str, Any] = {}
    for number, item in enumerate(items):
        told[f"met_{number}"] = RadioField(gettext(item), validate_choice=False)
        words = _("做了什么：%(item)s", item=gettext(item))
        told[f"words_{number}"] = StringField(words, validators=[Length(max=4 * WORDS_MAX)])
    return type("AnswersForm", (AnswersForm,), told)
