"""Teams: founded by volunteers, decided by the local Red Cross, reviewed yearly (VOL-10). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import AGE_OF_MAJORITY, N_, RuleViolation, check_line, check_shown
from volunteers.rules.states import ServiceField

MAX_TEAM_NAME, MAX_PURPOSE, MAX_REGISTRATION = 40, 200, 40


class TeamStatus(StrEnum):
    """Where a team is (domain.md, state machines)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACTIVE = "active"
    REVIEW_DUE = "review_due"
    RECTIFYING = "rectifying"
    WITHDRAWN = "withdrawn"
    DISSOLVED = "dissolved"


class TeamAction(StrEnum):
    """What can be done to a team."""

    RETURN = "return"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    FALL_DUE = "fall_due"
    KEEP = "keep"
    RECTIFY = "rectify"
    DISSOLVE = "dissolve"
    GRADE = "grade"


_T, _TA = TeamStatus, TeamAction

#: States in which a team is asked for.
TEAM_FOUNDING = (_T.SUBMITTED, _T.RETURNED)
#: States in which a team exists.
TEAM_LIVE = (_T.ACTIVE, _T.REVIEW_DUE, _T.RECTIFYING)
#: States in which the Red Cross has something to do.
TEAM_WAITING = (_T.SUBMITTED, _T.REVIEW_DUE)
TEAM_TRANSITIONS: Mapping[tuple[TeamStatus, TeamAction], TeamStatus] = {
    (_T.SUBMITTED, _TA.APPROVE): _T.ACTIVE,
    (_T.SUBMITTED, _TA.RETURN): _T.RETURNED,
    (_T.SUBMITTED, _TA.WITHDRAW): _T.WITHDRAWN,
    (_T.RETURNED, _TA.RESUBMIT): _T.SUBMITTED,
    (_T.RETURNED, _TA.WITHDRAW): _T.WITHDRAWN,
    (_T.ACTIVE, _TA.FALL_DUE): _T.REVIEW_DUE,
    (_T.REVIEW_DUE, _TA.KEEP): _T.ACTIVE,
    (_T.REVIEW_DUE, _TA.RECTIFY): _T.RECTIFYING,
    (_T.RECTIFYING, _TA.KEEP): _T.ACTIVE,
    **{(one, _TA.DISSOLVE): _T.DISSOLVED for one in TEAM_LIVE},
    **{(one, _TA.GRADE): one for one in TEAM_LIVE},
}
#: Acts of a keeper that need a reason in words.
TEAM_REASONS = (_TA.RETURN, _TA.RECTIFY, _TA.DISSOLVE)
#: Acts that a keeper decides.
TEAM_DECISIONS = (_TA.APPROVE, _TA.RETURN, _TA.KEEP, _TA.RECTIFY, _TA.DISSOLVE)


class TeamGrade(StrEnum):
    """Grade of a rescue team as a social organisation (domain.md VOL-12)."""

    A1 = "1a"
    A2 = "2a"
    A3 = "3a"
    A4 = "4a"
    A5 = "5a"


class TeamRole(StrEnum):
    """What somebody is in a team."""

    LEADER = "leader"
    MEMBER = "member"


class SeatStatus(StrEnum):
    """Where somebody's belonging to a team is."""

    ASKED = "asked"
    IN = "in"
    DECLINED = "declined"
    LEFT = "left"


SEAT_OPEN = (SeatStatus.ASKED, SeatStatus.IN)


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What a founding application tells."""

    name: str
    purpose: str
    field: ServiceField
    is_rescue: bool


def check_team(facts: TeamFacts) -> TeamFacts:
    """Return the facts in canonical form. Raises RuleViolation for the first that is wrong."""
    return TeamFacts(
        check_line(facts.name, "name", MAX_TEAM_NAME),
        check_line(facts.purpose, "purpose", MAX_PURPOSE),
        facts.field,
        facts.is_rescue,
    )


@dataclass(frozen=True, slots=True)
class RescueFacts:
    """Registration, grade and next assessment of a rescue team (VOL-12)."""

    registration: str
    grade: TeamGrade | None
    assessment_on: date | None


def check_rescue(facts: RescueFacts) -> RescueFacts:
    """Return the facts in canonical form; a grade needs the day of the next assessment."""
    if facts.grade is not None and facts.assessment_on is None:
        raise RuleViolation("assessment_on", N_("有等级的，要写下次评估日期"))
    registration = check_shown(" ".join(facts.registration.split()), "registration")
    if len(registration) > MAX_REGISTRATION:
        raise RuleViolation("registration", N_("最多 %(limit)d 个字"), limit=MAX_REGISTRATION)
    return RescueFacts(registration, facts.grade, facts.assessment_on)


def check_seat(*, is_rescue: bool, age: int | None) -> None:
    """Raise RuleViolation for somebody under 18, or of unknown age, in a rescue team (VOL-04)."""
    if is_rescue and (age is None or age < AGE_OF_MAJORITY):
        raise RuleViolation("", N_("救援队有危险，按法律只能由年满 18 岁的人参加"))


def check_leaders(roles: Sequence[TeamRole]) -> None:
    """Raise RuleViolation where those who stay have no leader."""
    if roles and TeamRole.LEADER not in roles:
        raise RuleViolation("", N_("您是唯一的队长，先请一位队员当队长，再退出"))
