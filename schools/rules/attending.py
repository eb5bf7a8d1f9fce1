"""Class activities: their kinds, who may be counted, and what is told of one (SCH-08). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules import N_, NN_, RuleViolation, check_line
from schools.rules.pupils import ConsentState, PupilStatus

TITLE_MAX, PLACE_MAX, NOTE_MAX = 60, 60, 200
LONGEST = 1440
#: A camp goes over days: each of its days is an activity of its own.
SHORTEST = 5


class YouthKind(StrEnum):
    """What schools offer (domain.md SCH-08)."""

    MONTH = "month"
    CAMP = "camp"
    LEADERS = "leaders"
    FIRST_AID = "first_aid"
    LIFE = "life"
    DROWNING = "drowning"
    EHL = "ehl"
    RED_CROSS_DAY = "red_cross_day"
    BLOOD = "blood"
    AID = "aid"
    CONTEST = "contest"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KindRules:
    """What holds for a kind: the settings of its ages, whether it can be service, a sentence."""

    ages: tuple[str, str] | None = None
    may_be_service: bool = False
    is_lesson: bool = False
    note: str = ""


#: Lessons teach: their time is no service (domain.md VOL-27). First aid counts lessons apart.
KINDS: Mapping[YouthKind, KindRules] = {
    YouthKind.MONTH: KindRules(may_be_service=True),
    YouthKind.CAMP: KindRules(),
    YouthKind.LEADERS: KindRules(),
    YouthKind.FIRST_AID: KindRules(
        is_lesson=True, note=N_("按人次统计，和领证的人数分开，不相加。")
    ),
    YouthKind.LIFE: KindRules(),
    YouthKind.DROWNING: KindRules(),
    YouthKind.EHL: KindRules(
        ages=("youth.ehl_from", "youth.ehl_until"), note=N_("课程面向规定年龄的学生。")
    ),
    YouthKind.RED_CROSS_DAY: KindRules(may_be_service=True),
    YouthKind.BLOOD: KindRules(
        may_be_service=True, note=N_("学生只做宣传。献血和三献登记只收成年人。")
    ),
    YouthKind.AID: KindRules(may_be_service=True),
    YouthKind.CONTEST: KindRules(),
    YouthKind.OTHER: KindRules(may_be_service=True),
}


class HeldBack(StrEnum):
    """Why a pupil on the roster is not counted as present."""

    NO_CONSENT = "no_consent"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"


class RollStatus(StrEnum):
    """Whether a roll call of a class counts."""

    RECORDED = "recorded"
    UNDONE = "undone"


class RollAction(StrEnum):
    """What is done to a roll call."""

    CORRECT = "correct"
    UNDO = "undo"


ROLL_TRANSITIONS: Mapping[tuple[RollStatus, RollAction], RollStatus] = {
    (RollStatus.RECORDED, RollAction.CORRECT): RollStatus.RECORDED,
    (RollStatus.RECORDED, RollAction.UNDO): RollStatus.UNDONE,
}


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What is told of an activity: kind, name, when, how long, where, whether it was service."""

    kind: YouthKind
    title: str
    starts_at: datetime
    minutes: int
    place: str = ""
    is_service: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Limits:
    """Dated settings: how far back an activity is recorded, and within which time undone."""

    back: timedelta
    undo: timedelta


@dataclass(frozen=True, slots=True)
class Tally:
    """Persons (名) and person-times (人次): counted apart, never added (domain.md STA-04)."""

    activities: int = 0
    persons: int = 0
    times: int = 0
    minutes: int = 0


def check_activity(facts: ActivityFacts, now: datetime, limits: Limits) -> ActivityFacts:
    """Return what is told, squeezed. Raises RuleViolation for what cannot be."""
    title = check_line(facts.title, "title", TITLE_MAX)
    place = check_line(facts.place, "place", PLACE_MAX, "")
    if not SHORTEST <= facts.minutes <= LONGEST:
        raise RuleViolation("minutes", N_("时长要在 5 分钟到 24 小时之间"))
    if facts.ends_at > now:
        raise RuleViolation("day", N_("日期和时间不能晚于现在"))
    if now - facts.starts_at > limits.back:
        days = limits.back.days
        raise RuleViolation("day", NN_("只能补录最近 %(days)d 天的"), days=days)
    if facts.is_service and not KINDS[facts.kind].may_be_service:
        raise RuleViolation("is_service", N_("这一类是学习，不记志愿服务时长"))
    return replace(facts, title=title, place=place)


def held_back(
    status: PupilStatus, consent: ConsentState, age: int | None, ages: tuple[int, int] | None
) -> HeldBack | None:
    """Return why a pupil is not counted, or None: consent first, then the ages of the kind."""
    if status is not PupilStatus.MEMBER or consent is not ConsentState.GIVEN:
        return HeldBack.NO_CONSENT
    if ages is None:
        return None
    if age is None or age < ages[0]:
        return HeldBack.TOO_YOUNG
    return HeldBack.TOO_OLD if age > ages[1] else None


def check_present(present: Collection[str], free: Collection[str]) -> None:
    """Raise RuleViolation where nobody came, or somebody is ticked who may not be counted."""
    if not present:
        raise RuleViolation("", N_("没有人到场，不用登记"))
    if set(present) - set(free):
        raise RuleViolation("", N_("名单刚刚有变化，请再看一遍"))


def check_undo(recorded_at: datetime, now: datetime, limits: Limits) -> None:
    """Raise RuleViolation once the time to undo is over: then it is corrected, with a reason."""
    if now - recorded_at > limits.undo:
        raise RuleViolation("", N_("已经过了撤销的时间，请用更正"))
