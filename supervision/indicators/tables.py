"""The table of one indicator below a place: what the drill-down shows and an export holds (S43)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core import clock
from core.access.permissions import Level
from core.access.scope import Place, Scope
from core.filters import full_day, share
from core.i18n import gettext as _
from core.paging import Page
from core.rules import N_, RuleViolation
from organizations.figures import STOCK
from organizations.listing import PAGE, Listed, children
from organizations.queries import discretion_of
from organizations.queries.covering import asked_of, with_line
from organizations.rules import Measure
from supervision.indicators import counting, labels
from supervision.indicators.book import Book, Wanted
from supervision.indicators.counting import NIGHTLY_RUN, At
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.definitions import Definition
from supervision.indicators.pace import Gap, before, is_month, last_day
from supervision.indicators.queries import book_of, gap_of
from supervision.indicators.rules import WHOLE, ratio
from supervision.indicators.trends import distribution, line_of, periods_of, trend_of
from supervision.rules import months_before

#: What tells how complete the data of an organization are.
QUALITY = (
    Measure.MISSING_ID,
    Measure.MISSING_PHONE,
    Measure.ADULT_MEMBERS,
    Measure.VOLUNTEERS,
)
#: What an export holds at most: all that stand directly below one organization.
WHOLE_TABLE = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row: an organization below the place, or what the place has itself (no address)."""

    name: str
    code: str | None
    kind: object
    value: str
    gap: str
    tone: str | None
    bar: int | None
    trend: str
    completeness: str

    @property
    def cells(self) -> list[str]:
        return [self.value, self.gap, self.trend, self.completeness]


@dataclass(frozen=True, slots=True)
class Table:
    """An indicator at a place and below it, in words, with the date of its numbers.

    ``problem`` says why there is no number: never counted, or only taken over from elsewhere.
    """

    definition: Definition
    at: At
    value: str
    target: str
    gap: str
    tone: str | None
    day: date | None
    problem: str
    lines: Sequence[Line]
    next_after: str | None = None
    trend: Sequence[Mapping[str, object]] = ()
    parts: Sequence[Mapping[str, object]] = ()
    top: int = 1
    before_head: str = ""
    period_choices: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def as_of(self) -> str:
        """Until when the numbers are, in words; nothing where they were never counted."""
        return full_day(self.day) if self.day else ""

    @property
    def head(self) -> list[str]:
        """The heads of the columns after the name."""
        unit = labels.unit_text(self.definition)
        value = _("数值（%(unit)s）", unit=unit) if unit else _("数值")
        return [value, _("与目标的差距"), self.before_head, _("资料完整度")]

    @property
    def rows(self) -> list[list[str]]:
        """The rows as they are shown: the name first."""
        return [[line.name, *line.cells] for line in self.lines]


def table_of(
    scope: Scope, code: str, period: str = "", after: str = "", *, whole: bool = False
) -> Table:
    """Return the table of an indicator below the place of a scope: three statements and settings.

    Raises RuleViolation for an indicator or a period that does not exist. ``whole`` gives every
    row and not the first page, for files.
    """
    today = clock.today()
    if code not in INDICATORS:
        raise RuleViolation("metric", N_("没有这个指标"))
    place = scope.place
    page: Page[Listed] = Page([])
    if place.level is not Level.UNIT:
        page = children(place, after, WHOLE_TABLE if whole else PAGE)
    at = counting.at_of(INDICATORS[code], period, today)

    is_whole = bool(page.rows) and not after and page.next_after is None

    def wanted(known: Sequence[Definition]) -> Wanted:
        return _wanted(known[0], at, scope, page.rows, today, is_whole=is_whole)

    book, (definition,) = book_of([code], today, wanted)
    return _View(scope, definition, at, book, today).table(page, after)


def _wanted(
    definition: Definition,
    at: At,
    scope: Scope,
    rows: Sequence[Listed],
    today: date,
    *,
    is_whole: bool,
) -> Wanted:
    whole, parts = counting.measures_of([definition])
    place, month = scope.place, months_before(today.year, today.month, 2)[0]
    months: list[int] = []
    if not definition.is_flow:
        months = [at.month, before(at.month)] if at.month else [month]
    earlier = [before(at.period)] if definition.is_flow else []
    line = line_of(definition, at, today)
    flow_line, stock_line = (line, []) if definition.is_flow else ([], line)
    measures = [*whole, *(one for one in QUALITY if one not in whole)]
    periods = sorted({STOCK, at.period, *earlier})
    paths = (place.path, *(row.path for row in rows))
    asked = asked_of(paths, measures, discretion_of(scope, today), periods, months)
    return Wanted(
        place.id,
        [place.id, *(row.id for row in rows)],
        measures,
        parts=parts,
        periods=periods,
        months=months,
        line=flow_line,
        line_measures=whole,
        series=stock_line,
        series_measures=whole,
        own=[*whole, *parts],
        below=() if at.month else [at.key, *earlier],
        below_months=months,
        years=[at.year or today.year],
        cover=with_line(asked, place.path, whole, flow_line, stock_line),
        is_whole=is_whole,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """One look: who looks, at what, with what was read."""

    scope: Scope
    definition: Definition
    at: At
    book: Book
    today: date

    def table(self, page: Page[Listed], after: str) -> Table:
        place, definition = self.scope.place, self.definition
        known = counting.is_known(definition, self.book, place.id, self.at)
        total, found = self._value(place.id, place.path, place.level) if known else ("—", None)
        is_hidden = self._is_hidden(place.id, place.path, self.at)
        lines: list[Line] = []
        if known:
            has_own = not after and page.rows and self._has_own(place)
            lines = [self._line(-place.id, None)] if has_own else []
            lines += [self._line(row.id, row) for row in page.rows]
        return Table(
            definition,
            self.at,
            total,
            labels.with_unit(definition, found.target.value) if found else "",
            labels.gap_text(definition, found),
            labels.TONES[found.standing] if found else None,
            self._day(),
            "" if known else self._problem(),
            lines,
            page.next_after,
            trend_of(definition, self.at, self.book, place, self.today)
            if known and not is_hidden
            else (),
            () if is_hidden else distribution(definition, self.at, self.book, place.id),
            max((line.bar or 0 for line in lines), default=0) or 1,
            self._before_head(),
            periods_of(definition, self.today),
        )

    def _is_hidden(self, one: int, path: str, at: At) -> bool:
        return counting.is_hidden(self.definition, self.book, one, path, at)

    def _has_own(self, place: Place) -> bool:
        """Return whether what a place has itself is a line: of a hidden number no line told 0."""
        found = counting.reading(self.definition, self.book, -place.id, self.at)
        return bool(found.top or found.bottom) or self._is_hidden(-place.id, place.path, self.at)

    def _value(self, one: int, path: str, level: Level | None) -> tuple[str, Gap | None]:
        """Return a value in words and its gap; of too few people neither."""
        definition, book, at = self.definition, self.book, self.at
        if self._is_hidden(one, path, at):
            return labels.few(), None
        found = counting.reading(definition, book, one, at)
        return labels.value_text(definition, found.value), self._gap(one, level, found.value)

    def _gap(self, one: int, level: Level | None, value: int | None) -> Gap | None:
        """Return the gap to the target of the year; a month and an own line have none."""
        in_month = is_month(self.at.period) and not self.at.month
        if level is None or value is None or in_month:
            return None
        year = self.at.year or self.today.year
        found = counting.reading(self.definition, self.book, one, self.at)
        return gap_of(self.definition, self.book, found, (one, level), year, self.today)

    def _line(self, one: int, row: Listed | None) -> Line:
        path = row.path if row else self.scope.place.path
        text, found = self._value(one, path, row.level if row else None)
        is_hidden = text == labels.few()
        value = counting.reading(self.definition, self.book, one, self.at).value
        return Line(
            row.short_name if row else _("本级直属"),
            row.code if row else None,
            row.kind if row else None,
            text,
            labels.gap_text(self.definition, found),
            labels.TONES[found.standing] if found else None,
            None if is_hidden or value is None else max(value, 0),
            "—" if is_hidden or row is None else self._change(one, path, value),
            "—" if row is None else completeness(self.book, one, path),
        )

    def _change(self, one: int, path: str, value: int | None) -> str:
        """Return how a value changed since the period before; of one that goes on, that one's.

        Of a stock of people, or a share of them, that tells how many came or went: few are not
        told.
        """
        earlier = self._earlier()
        if not self._is_kept(one, earlier):
            return "—"
        if self._is_hidden(one, path, earlier):
            return "—"
        was = counting.reading(self.definition, self.book, one, earlier).value
        if was is None or value is None:
            return "—"
        if self._goes_on():
            return labels.value_text(self.definition, was)
        if counting.is_small_change(self.definition, self.book, one, self.at, earlier):
            return labels.few()
        return labels.signed(self.definition, value - was)

    def _is_kept(self, one: int, earlier: At) -> bool:
        return not earlier.month or any(
            key[0] == one and key[3] == earlier.month for key in self.book.stocks
        )

    def _earlier(self) -> At:
        if self.definition.is_flow:
            return At(before(self.at.period))
        month = before(self.at.month or self.today.year * 100 + self.today.month)
        return At(month, month)

    def _goes_on(self) -> bool:
        return self.definition.is_flow and last_day(self.at.period) >= self.today

    def _before_head(self) -> str:
        if not self.definition.is_flow:
            return str(_("比上月末"))
        if is_month(self.at.period):
            return str(_("上月全月") if self._goes_on() else _("比上月"))
        return str(_("上年全年") if self._goes_on() else _("比上年"))

    def _day(self) -> date | None:
        if self.at.month:
            return last_day(self.at.month)
        if self.definition.is_nightly:
            day = self.book.runs.get(NIGHTLY_RUN)
            return date.fromisoformat(day) if day else None
        end = last_day(self.at.period) if self.at.period else self.today
        return min(end, self.today)

    def _problem(self) -> str:
        if self.definition.is_imported:
            return str(_("这个指标由别的系统提供，这里没有点数，只看公开数据"))
        if self.at.month:
            return str(_("没有这个月末的数"))
        return str(_("还没有点过数，每晚点一次"))


def completeness(book: Book, one: int, path: str) -> str:
    """Return which share of ID numbers and phones of an organization's people are there.

    Both are asked of adult members and of volunteers, not of pupils.
    """
    read = {measure: book.numbers.get((one, measure.value, "", STOCK), 0) for measure in QUALITY}
    no_id, no_phone, adults, serving = read.values()
    asked = 2 * (adults + serving)
    if not asked:
        return "—"
    if any(book.cover.hides(path, measure, value) for measure, value in read.items()):
        return labels.few()
    return share(ratio(max(asked - no_id - no_phone, 0), asked, WHOLE))
