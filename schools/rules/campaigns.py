"""Campaigns that a county or the province sets for the schools below (domain.md SCH-08). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line
from schools.rules.register import SchoolStage

NAME_MAX, THEME_MAX = 60, 200
LONGEST_DAYS = 366


class CampaignPhase(StrEnum):
    """Where a campaign is on a day; closing ends it before its last day."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """Name, theme, first and last day, and for which stages; none named means all."""

    name: str
    theme: str
    first_on: date
    last_on: date
    stages: tuple[SchoolStage, ...] = ()


def check_campaign(facts: CampaignFacts, today: date) -> CampaignFacts:
    """Return what is told, squeezed. Raises RuleViolation for what cannot be."""
    name = check_line(facts.name, "name", NAME_MAX)
    theme = check_line(facts.theme, "theme", THEME_MAX)
    if facts.last_on < facts.first_on:
        raise RuleViolation("last_on", N_("最后一天不能早于第一天"))
    if (facts.last_on - facts.first_on).days >= LONGEST_DAYS:
        raise RuleViolation("last_on", N_("最长一年"))
    if facts.last_on < today:
        raise RuleViolation("last_on", N_("最后一天已经过去"))
    return replace(facts, name=name, theme=theme, stages=stages_of(facts.stages))


def stages_of(stages: Iterable[SchoolStage]) -> tuple[SchoolStage, ...]:
    """Return stages in their order, each once; all of them are none."""
    found = tuple(one for one in SchoolStage if one in set(stages))
    return () if len(found) == len(SchoolStage) else found


def is_for_stage(stages: str, stage: str) -> bool:
    """Return whether codes of stages, kept in one text, name a stage; no code means all."""
    return not stages or stage in stages.split(",")


def phase_of(first_on: date, last_on: date, *, is_closed: bool, today: date) -> CampaignPhase:
    """Return where a campaign is."""
    if is_closed:
        return CampaignPhase.CLOSED
    if today < first_on:
        return CampaignPhase.COMING
    return CampaignPhase.RUNNING if today <= last_on else CampaignPhase.OVER


def check_day_of(day: date, first_on: date, last_on: date) -> None:
    """Raise RuleViolation for an activity outside the days of its campaign."""
    if not first_on <= day <= last_on:
        raise RuleViolation("campaign", N_("这一天不在青少年活动月的日期里"))
