"""What a posting must tell before it may be read by everybody (domain.md VOL-15 to 18). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from activities.rules.attendance import HoursRule
from activities.rules.fields import ActivityField, ActivityWork, Ground
from core.rules import N_, NN_, RuleViolation, check_shown

MAX_TITLE, MAX_PLACE, MAX_TEXT, MAX_SHORT, MAX_ROLE = 60, 120, 1000, 200, 30
MAX_SEATS, MAX_AGE, MAX_SHIFTS = 2000, 80, 60
MAX_SHIFT = timedelta(hours=24)
LONG = timedelta(days=31)  # VOL-16: longer than one month


@dataclass(frozen=True, slots=True)
class Posting:
    """What somebody wrote about an activity."""

    title: str
    field: ActivityField
    place: str
    description: str
    risks: str
    bring: str = ""
    min_age: int | None = None
    needs_registered: bool = False
    certificate: str = ""
    grounds: frozenset[Ground] = frozenset()
    policy_number: str = ""
    policy_from: date | None = None
    policy_to: date | None = None
    work: ActivityWork = ActivityWork.SERVICE
    hours_rule: HoursRule = HoursRule.ATTENDED
    venue: str = ""
    budget_fen: int | None = None

    def trimmed(self) -> Posting:
        """Return the posting with its texts trimmed."""
        names = "title", "place", "description", "risks", "bring", "certificate", "policy_number"
        texts: dict[str, str] = {name: str(getattr(self, name)).strip() for name in names}
        return replace(self, **texts)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """When how many are needed for what; ``role`` may be empty."""

    starts_at: datetime
    ends_at: datetime
    seats: int
    role: str = ""

    def moved(self, by: timedelta) -> ShiftPlan:
        """Return the same shift at another time."""
        return replace(self, starts_at=self.starts_at + by, ends_at=self.ends_at + by)


_TEXTS = (
    ("title", MAX_TITLE, N_("请填写活动名称")),
    ("place", MAX_PLACE, N_("请填写地点")),
    ("description", MAX_TEXT, N_("请写清做什么")),
    ("risks", MAX_TEXT, N_("请写明风险和保障，没有也要写明")),
    ("bring", MAX_SHORT, ""),
    ("certificate", MAX_TITLE, ""),
    ("policy_number", MAX_TITLE, ""),
)


def problems_of(posting: Posting) -> Iterator[RuleViolation]:
    """Yield what is wrong with a posting by itself."""
    for name, limit, missing in _TEXTS:
        text = str(getattr(posting, name))
        if missing and not text:
            yield RuleViolation(name, missing)
        elif len(text) > limit:
            yield RuleViolation(name, N_("内容太长，最多 %(limit)d 个字"), limit=limit)
        else:
            yield from _unreadable(text, name)
    if posting.min_age is not None and not 1 <= posting.min_age <= MAX_AGE:
        yield RuleViolation("min_age", N_("应在 %(low)d 到 %(high)d 之间"), low=1, high=MAX_AGE)
    if Ground.DANGER in posting.grounds:
        yield from _uninsured(posting)


def _unreadable(text: str, name: str) -> Iterator[RuleViolation]:
    try:
        check_shown(text, name)
    except RuleViolation as violation:
        yield violation


def _uninsured(posting: Posting) -> Iterator[RuleViolation]:
    """Yield what is missing of the insurance before a dangerous service (VOL-17)."""
    if not posting.policy_number:
        yield RuleViolation("policy_number", N_("有人身危险的服务要先买保险，请填写保单号"))
    if posting.policy_from is None:
        yield RuleViolation("policy_from", N_("请填写保险从哪天起"))
    if posting.policy_to is None:
        yield RuleViolation("policy_to", N_("请填写保险到哪天止"))
    elif posting.policy_from is not None and posting.policy_to < posting.policy_from:
        yield RuleViolation("policy_to", N_("保险结束不能早于开始"))


def problems_of_shift(plan: ShiftPlan) -> Iterator[RuleViolation]:
    """Yield what is wrong with a shift by itself."""
    if plan.ends_at <= plan.starts_at:
        yield RuleViolation("end", N_("结束要晚于开始"))
    elif plan.ends_at - plan.starts_at > MAX_SHIFT:
        yield RuleViolation("end", N_("一场不能超过 24 小时，请分成几场"))
    if not 1 <= plan.seats <= MAX_SEATS:
        yield RuleViolation("seats", N_("应在 %(low)d 到 %(high)d 之间"), low=1, high=MAX_SEATS)
    if len(plan.role) > MAX_ROLE:
        yield RuleViolation("role", N_("内容太长，最多 %(limit)d 个字"), limit=MAX_ROLE)
    else:
        yield from _unreadable(plan.role, "role")


def problems_of_all(
    posting: Posting, days: Sequence[tuple[date, date]], span: timedelta
) -> Iterator[RuleViolation]:
    """Yield where posting and shifts do not fit; ``days`` are first and last day of each shift."""
    if span > LONG and Ground.LONG not in posting.grounds:
        yield RuleViolation("grounds", N_("前后超过一个月的活动要签协议，请勾选"))
    insured = posting.policy_from, posting.policy_to
    if Ground.DANGER in posting.grounds and None not in insured:
        first, last = min(start for start, _ in days), max(end for _, end in days)
        if (posting.policy_from or first) > first or (posting.policy_to or last) < last:
            yield RuleViolation("policy_to", N_("保险要包括活动的每一天"))


def check_first(problems: Iterable[RuleViolation]) -> None:
    """Raise the first of the problems."""
    for problem in problems:
        raise problem


@dataclass(frozen=True, slots=True)
class Notice:
    """Rules over when an activity may be published, from the dated settings."""

    hours: int
    back_days: int


def needs_review(first: datetime, now: datetime, notice: Notice) -> bool:
    """Return whether the level above has to agree: short notice, or entered afterwards.

    Raises RuleViolation for what lies too far back.
    """
    if first < now - timedelta(days=notice.back_days):
        message = NN_("活动已过去 %(days)d 天以上，不能再补录")
        raise RuleViolation("", message, days=notice.back_days)
    return first < now + timedelta(hours=notice.hours)


def check_reason(text: str, field_name: str = "reason") -> str:
    """Return a reason. Raises RuleViolation for none, a long or an unreadable one."""
    text = text.strip()
    if not text:
        raise RuleViolation(field_name, N_("请写明原因"))
    if len(text) > MAX_SHORT:
        raise RuleViolation(field_name, N_("内容太长，最多 %(limit)d 个字"), limit=MAX_SHORT)
    return check_shown(text, field_name)


def is_late_cancel(starts_at: datetime, now: datetime, hours: int) -> bool:
    """Return whether a cancellation comes so late that the keeper is told at once."""
    return now > starts_at - timedelta(hours=hours)
