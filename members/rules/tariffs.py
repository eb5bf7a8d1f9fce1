"""Tariff and split of dues as dated data: what holds where and when (domain.md MEM-30, MEM-31).

Amounts are fen. A band of staff begins with its lower edge and ends before the upper one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from core.rules import N_, RuleViolation, check_line
from members.rules.memberships import MembershipKind

PER_MILLE = 1000
MOST_FEN = 1_000_000_00
MOST_STAFF = 10_000_000
MAX_SOURCE = 120


class DuesLevel(StrEnum):
    """Who has a part in dues; the grassroots are units and townships alike."""

    GRASSROOTS = "grassroots"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


class Dated(Protocol):
    """What a tariff and a split have in common: where and when they hold."""

    @property
    def region_id(self) -> int | None: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


class Priced(Dated, Protocol):
    """A line of the tariff."""

    @property
    def kind(self) -> MembershipKind: ...
    @property
    def band_from(self) -> int: ...
    @property
    def band_to(self) -> int | None: ...
    @property
    def amount(self) -> int: ...


class Shared(Dated, Protocol):
    """A line of the split."""

    @property
    def level(self) -> DuesLevel: ...
    @property
    def kind(self) -> MembershipKind | None: ...
    @property
    def permille(self) -> int: ...


@dataclass(frozen=True, slots=True)
class TariffFacts:
    """A line of the tariff: fen a year; ``region_id`` none is the whole province."""

    kind: MembershipKind
    amount: int
    valid_from: date
    source: str
    band_from: int = 0
    band_to: int | None = None
    is_cap: bool = False
    region_id: int | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """What a level sends up of what reaches it, in thousandths; ``kind`` none is every kind."""

    level: DuesLevel
    permille: int
    valid_from: date
    source: str
    kind: MembershipKind | None = None
    region_id: int | None = None
    valid_to: date | None = None


def check_tariff(facts: TariffFacts, others: Iterable[Priced]) -> TariffFacts:
    """Return a line of the tariff in canonical form.

    Raises RuleViolation for a fee of youth members (MEM-33), for a band that is none or stands at
    individuals, for days in the wrong order, and for a line whose kind, band, region and time
    another one has already.
    """
    if not 0 <= facts.amount <= MOST_FEN:
        raise RuleViolation("amount", N_("金额应在 0 到 1000000 元之间"))
    if facts.kind is MembershipKind.YOUTH and facts.amount:
        raise RuleViolation("amount", N_("青少年会员会费自愿，不定金额，请填 0"))
    if facts.kind is not MembershipKind.GROUP and (facts.band_from or facts.band_to is not None):
        raise RuleViolation("band_from", N_("只有团体会员按人数分档"))
    if facts.band_to is not None and facts.band_to <= facts.band_from:
        raise RuleViolation("band_to", N_("人数上限要大于下限"))
    source = _check_dated(facts.valid_from, facts.valid_to, facts.source)
    for other in others:
        same = other.kind is facts.kind and other.region_id == facts.region_id
        if same and _bands_meet(facts, other) and _times_meet(facts, other):
            raise RuleViolation(
                "valid_from",
                N_("同类、同档、同地区已有 %(day)s 起的标准，请先写明它的截止日期"),
                day=other.valid_from.isoformat(),
            )
    return TariffFacts(
        facts.kind,
        facts.amount,
        facts.valid_from,
        source,
        facts.band_from,
        facts.band_to,
        facts.is_cap,
        facts.region_id,
        facts.valid_to,
    )


def check_split(facts: SplitFacts, others: Iterable[Shared]) -> SplitFacts:
    """Return a line of the split in canonical form. Raises RuleViolation, as for tariffs."""
    if not 0 <= facts.permille <= PER_MILLE:
        raise RuleViolation("percent", N_("比例应在 0 到 100 之间"))
    source = _check_dated(facts.valid_from, facts.valid_to, facts.source)
    for other in others:
        same = (other.level, other.kind, other.region_id) == (
            facts.level,
            facts.kind,
            facts.region_id,
        )
        if same and _times_meet(facts, other):
            raise RuleViolation(
                "valid_from",
                N_("同级、同类、同地区已有 %(day)s 起的比例，请先写明它的截止日期"),
                day=other.valid_from.isoformat(),
            )
    return SplitFacts(
        facts.level,
        facts.permille,
        facts.valid_from,
        source,
        facts.kind,
        facts.region_id,
        facts.valid_to,
    )


def check_end(valid_from: date, valid_to: date | None, last_day: date, today: date) -> None:
    """Raise RuleViolation where a line cannot end on a day: ended before, too early, or past."""
    if valid_to is not None:
        raise RuleViolation("valid_to", N_("这一条已经写了截止日期"))
    if last_day < valid_from:
        raise RuleViolation("valid_to", N_("截止日期不能早于开始日期"))
    if last_day < today:
        raise RuleViolation("valid_to", N_("截止日期不能早于今天"))


def _check_dated(valid_from: date, valid_to: date | None, source: str) -> str:
    if valid_to is not None and valid_to < valid_from:
        raise RuleViolation("valid_to", N_("截止日期不能早于开始日期"))
    return check_line(source, "source", MAX_SOURCE, N_("请写明依据，例如文件名和文号"))


def _bands_meet(one: Priced, other: Priced) -> bool:
    ends = MOST_STAFF + 1
    return one.band_from < (other.band_to or ends) and other.band_from < (one.band_to or ends)


def _times_meet(one: Dated, other: Dated) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (
        one.valid_to or date.max
    )


Line = TypeVar("Line", bound=Priced)


def pick_tariff(
    lines: Iterable[Line], kind: MembershipKind, regions: Sequence[int], day: date, staff: int = 0
) -> Line | None:
    """Return the line for a kind and a number of staff on a day: the nearest region has its way.

    ``regions`` are the ids on the path of the organization, from the province down.
    """
    fitting = [
        line
        for line in lines
        if line.kind is kind
        and line.band_from <= staff
        and (line.band_to is None or staff < line.band_to)
        and _holds(line, regions, day)
    ]
    return max(fitting, key=lambda line: _depth(line, regions), default=None)


def pick_permille(
    lines: Iterable[Shared],
    level: DuesLevel,
    kind: MembershipKind,
    regions: Sequence[int],
    day: date,
) -> int:
    """Return what a level sends up on a day: the nearest region first, then the kind named.

    Raises RuleViolation where nothing was laid down for the level.
    """
    fitting = [
        line
        for line in lines
        if line.level is level and line.kind in (kind, None) and _holds(line, regions, day)
    ]
    if not fitting:
        raise RuleViolation("paid_on", N_("这一天还没有会费分成比例，请联系省红十字会"))
    found = max(fitting, key=lambda line: (_depth(line, regions), line.kind is not None))
    return found.permille


def _holds(line: Dated, regions: Sequence[int], day: date) -> bool:
    in_time = line.valid_from <= day and (line.valid_to is None or day <= line.valid_to)
    return in_time and (line.region_id is None or line.region_id in regions)


def _depth(line: Dated, regions: Sequence[int]) -> int:
    return -1 if line.region_id is None else list(regions).index(line.region_id)
