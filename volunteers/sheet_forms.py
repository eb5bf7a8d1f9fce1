"""Forms of hours entered for others: the head of a sheet, and the grid of its people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.i18n import say
from core.parsing import parse_date, parse_hours_to_minutes, parse_int, parse_time
from core.rules import N_, RuleViolation
from volunteers.labels import LABELS
from volunteers.operations import KeyedLine
from volunteers.queries import SheetLine, Volunteer
from volunteers.rules import MAX_NOTE, ServiceField, WorkKind
from volunteers.rules.sheets import (
    MAX_HOURS_TOLD,
    MAX_LINES,
    MAX_PEOPLE,
    SheetFacts,
    SheetKind,
    Times,
    interval_of,
)

MAX_TYPED = 200
MINUTES = 60
OF_ROW = ("who", "start", "end", "hours")


class SheetForm(AppForm):
    """What was done, when, and why somebody else enters it."""

    shift = SelectField(_("是哪个活动"), validate_choice=False)
    title = StringField(_("做了什么"), [Length(max=MAX_TYPED)])
    field = SelectField(_("属于哪一类"), validate_choice=False)
    work = SelectField(_("性质"), validate_choice=False)
    day = StringField(_("哪一天"), [Length(max=MAX_TYPED)])
    start = StringField(_("几点开始"), [Length(max=MAX_TYPED)])
    end = StringField(_("几点结束"), [Length(max=MAX_TYPED)])
    reason = TextAreaField(_("为什么要补"), [Length(max=4 * MAX_NOTE)])
    people = StringField(_("纸上有几个人"), [Length(max=MAX_TYPED)])
    hours = StringField(_("纸上合计多少小时"), [Length(max=MAX_TYPED)])
    file = FileField(_("凭证"))

    def offer(self, shifts: Iterable[tuple[str, str]] = ()) -> None:
        """Fill the lists."""
        self.shift.choices = [("", _("不是活动，自己写")), *shifts]
        self.field.choices = list(LABELS[ServiceField].items())
        self.work.choices = list(LABELS[WorkKind].items())

    def fill(self, facts: SheetFacts) -> None:
        """Show the head of a sheet."""
        start, end = clock.local(facts.starts_at), clock.local(facts.ends_at)
        self.title.data, self.field.data, self.work.data = facts.title, facts.field, facts.work
        self.day.data = start.date().isoformat()
        self.start.data, self.end.data = f"{start:%H:%M}", f"{end:%H:%M}"
        self.reason.data = facts.reason
        self.people.data = "" if facts.people_told is None else str(facts.people_told)
        told = facts.minutes_told
        self.hours.data = "" if told is None else f"{told / MINUTES:g}"

    def facts(self, kind: SheetKind, known: SheetFacts | None, today: date) -> SheetFacts | None:
        """Return the head, or None with every mistake beside its field.

        ``known`` is told by the shift of an activity, and not typed.
        """
        readers: list[Callable[[], object]] = []
        if kind is SheetKind.ROLL:
            readers = [self._people, self._hours]
        if known is None:
            readers += [lambda: self._times(today), self._field, self._work]
        if not self.reads_well(*readers):
            return None
        if known is None:
            starts_at, ends_at = self._times(today)
            title = self.title.data or ""
            known = SheetFacts(title, self._field(), self._work(), starts_at, ends_at)
        is_roll = kind is SheetKind.ROLL
        return SheetFacts(
            known.title,
            known.field,
            known.work,
            known.starts_at,
            known.ends_at,
            self.reason.data or "",
            self._people() if is_roll else None,
            self._hours() if is_roll else None,
        )

    def _times(self, today: date) -> tuple[datetime, datetime]:
        """Return from when to when; an end before the start lies on the next day."""
        day = parse_date(self.day.data or "", "day", high=today, today=today)
        start, end = (
            parse_time(self.start.data or "", "start"),
            parse_time(self.end.data or "", "end"),
        )
        last = date.fromordinal(day.toordinal() + 1) if end <= start else day
        return clock.at(day, start), clock.at(last, end)

    def _field(self) -> ServiceField:
        try:
            return ServiceField(self.field.data or ServiceField.OTHER)
        except ValueError:
            raise RuleViolation("field", N_("请选择类别")) from None

    def _work(self) -> WorkKind:
        try:
            return WorkKind(self.work.data or WorkKind.SERVICE)
        except ValueError:
            raise RuleViolation("work", N_("请选择类别")) from None

    def _people(self) -> int:
        return parse_int(self.people.data or "", "people", low=1, high=MAX_PEOPLE)

    def _hours(self) -> int:
        return parse_hours_to_minutes(self.hours.data or "", "hours", high=MAX_HOURS_TOLD * MINUTES)


class RowForm(Form):  # type: ignore[misc]
    """One person of the grid: named already, or typed; from and to, or how long."""

    code = HiddenField()
    who = StringField(_("姓名"), [Length(max=MAX_TYPED)])
    pick = RadioField(_("是哪一位"), validate_choice=False)
    start = StringField(_("到达"), [Length(max=MAX_TYPED)])
    end = StringField(_("离开"), [Length(max=MAX_TYPED)])
    hours = StringField(_("或时长"), [Length(max=MAX_TYPED)])
    absent = BooleanField(_("没来"))

    def times(self) -> Times:
        """Return what was typed. Raises RuleViolation."""
        start, end, hours = (str(self._fields[name].data or "").strip() for name in OF_ROW[1:])
        return Times(
            parse_time(start, "start") if start else None,
            parse_time(end, "end") if end else None,
            parse_hours_to_minutes(hours, "hours") if hours else None,
        )

    def add_violation(self, violation: RuleViolation) -> None:
        """Put a rule's sentence beside the field it names, else beside the name."""
        found = self._fields.get(violation.field, self.who)
        found.errors = [*found.errors, say(violation)]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows are read beside: the head, whom lines name, and whom typed names may mean."""

    facts: SheetFacts
    kind: SheetKind
    named: Mapping[str, Volunteer]
    like: Mapping[str, Sequence[Volunteer]]


@dataclass
class Grid:
    """What the rows say: lines in their order, and whom the rows with a name mean."""

    lines: list[KeyedLine] = field(default_factory=list)
    rows: list[RowForm] = field(default_factory=list)
    is_whole: bool = True


class GridForm(AppForm):
    """Everybody of a sheet, and the time that fills a whole column."""

    fill_start = StringField(_("到达"), [Length(max=MAX_TYPED)])
    fill_end = StringField(_("离开"), [Length(max=MAX_TYPED)])
    fill_hours = StringField(_("或时长"), [Length(max=MAX_TYPED)])
    rows = FieldList(FormField(RowForm), max_entries=MAX_LINES)

    def forms(self) -> Sequence[RowForm]:
        """Return the rows."""
        return [entry.form for entry in self.rows.entries]

    def show(self, lines: Sequence[SheetLine], blanks: int) -> None:
        """Show the lines that are kept, and empty ones for who came besides."""
        for line in lines:
            row = self._append()
            row.code.data, row.absent.data = line.volunteer.code, line.is_absent
            row.start.data, row.end.data = _clock(line.starts_at), _clock(line.ends_at)
        for _number in range(min(blanks, MAX_LINES - len(lines))):
            self._append()

    def _append(self) -> RowForm:
        form: RowForm = self.rows.append_entry().form
        return form

    def typed_names(self) -> set[str]:
        """Return what was typed where no line names a person yet."""
        return {who for row in self.forms() if not row.code.data and (who := _name(row))}

    def read(self, reading: Reading, *, fill: bool) -> Grid:
        """Return the lines; it is not whole where something beside a row is wrong."""
        grid, whole = Grid(), self._whole_column() if fill else None
        for row in self.forms():
            try:
                line = _line(row, reading, whole)
            except RuleViolation as violation:
                row.add_violation(violation)
                grid.is_whole = False
            else:
                if line is not None:
                    grid.lines.append(line)
                    grid.rows.append(row)
        self.tell_errors()
        return grid

    def tell_errors(self) -> None:
        """Let the summary above the form know what stands beside the rows."""
        self.rows.errors = [row.errors for row in self.forms()]

    def _whole_column(self) -> Times:
        names = ("fill_start", "fill_end", "fill_hours")
        start, end, hours = (str(self._fields[name].data or "").strip() for name in names)
        return Times(
            parse_time(start, "fill_start") if start else None,
            parse_time(end, "fill_end") if end else None,
            parse_hours_to_minutes(hours, "fill_hours") if hours else None,
        )


def _line(row: RowForm, reading: Reading, whole: Times | None) -> KeyedLine | None:
    """Return what a row says, nothing for an empty one; ``whole`` fills a column."""
    times = row.times()
    volunteer = _meant(row, reading, is_timed=not times.is_empty)
    if volunteer is None:
        return None
    if row.absent.data:
        return KeyedLine(volunteer.id, None, None, is_absent=True)
    if times.is_empty and whole is None and reading.kind is SheetKind.ROLL:
        return KeyedLine(volunteer.id, None, None)
    times = whole if times.is_empty and whole is not None else times
    return KeyedLine(volunteer.id, *interval_of(times, reading.facts))


def _meant(row: RowForm, reading: Reading, *, is_timed: bool) -> Volunteer | None:
    """Return whom a row is about. Raises RuleViolation where that is open."""
    if row.code.data:
        return reading.named.get(row.code.data)
    who = _name(row)
    if not who:
        if is_timed:
            raise RuleViolation("who", N_("请写姓名"))
        return None
    found = reading.like.get(who, ())
    if not found:
        message = N_("本组织的志愿者里没有『%(who)s』，换个写法，或写手机后四位、志愿者编号")
        raise RuleViolation("who", message, who=who)
    if len(found) == 1:
        return found[0]
    row.pick.choices = [(one.code, f"{one.person.name} {one.number[-6:]}") for one in found]
    chosen = next((one for one in found if one.code == row.pick.data), None)
    if chosen is None:
        raise RuleViolation("pick", N_("有 %(count)d 位，请选是哪一位"), count=len(found))
    return chosen


def named_on(lines: Collection[SheetLine]) -> Mapping[str, Volunteer]:
    """Return ``code -> volunteer`` of the lines that are kept: a form may name nobody else."""
    return {line.volunteer.code: line.volunteer for line in lines}


def _name(row: RowForm) -> str:
    return " ".join((row.who.data or "").split())


def _clock(instant: datetime | None) -> str:
    return f"{clock.local(instant):%H:%M}" if instant else ""
