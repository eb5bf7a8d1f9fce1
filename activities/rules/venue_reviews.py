"""Looking at venues: inspections by criteria, and stars by points with evidence (CTR-04). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, Transitions, check_line, check_list

EVIDENCE_MAX, WORDS_MAX, NAME_MAX = 200, 200, 50
CRITERION_MAX, CRITERIA_MAX, SOURCE_MAX = 40, 12, 120


class InspectionPurpose(StrEnum):
    """What an inspection is for."""

    NAMING = "naming"
    YEARLY = "yearly"


class StarItem(StrEnum):
    """What a star review gives points for; how many stands in the settings (CTR-04)."""

    ORGANIZATION = "organization"
    PLACE = "place"
    TEAM = "team"
    ACTIVITIES = "activities"
    FILES = "files"
    SATISFACTION = "satisfaction"


class ReviewStatus(StrEnum):
    """Where a star review is: another person than who proposed it decides."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class ReviewAction(StrEnum):
    """What is done to a star review."""

    CONFIRM = "confirm"
    RETURN = "return"


REVIEW_LIFE: Transitions[ReviewStatus, ReviewAction] = Transitions(
    {
        (ReviewStatus.PROPOSED, ReviewAction.CONFIRM): ReviewStatus.CONFIRMED,
        (ReviewStatus.PROPOSED, ReviewAction.RETURN): ReviewStatus.RETURNED,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a criterion is met, and what shows it."""

    criterion: str
    is_met: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look at a venue, criterion by criterion."""

    held_on: date
    inspector: str
    findings: Sequence[Finding]
    words: str = ""

    @property
    def is_fit(self) -> bool:
        return all(one.is_met for one in self.findings)


@dataclass(frozen=True, slots=True)
class Scored:
    """Points for one item of a star review, and what shows them."""

    item: StarItem
    points: int
    evidence: str


def check_criteria(text: str) -> tuple[str, ...]:
    """Return what is asked of venues, one criterion a line. Raises RuleViolation."""
    return check_list(text, "items", CRITERION_MAX, CRITERIA_MAX)


def check_inspection(facts: Inspection, asked: Sequence[str], today: date) -> Inspection:
    """Return an inspection in canonical form: every criterion answered, each with its evidence.

    Raises RuleViolation.
    """
    if facts.held_on > today:
        raise RuleViolation("held_on", N_("日期不能晚于今天"))
    inspector = check_line(facts.inspector, "inspector", NAME_MAX)
    told = {one.criterion: one for one in facts.findings}
    findings = []
    for criterion in asked:
        one = told.get(criterion)
        if one is None:
            raise RuleViolation(criterion, N_("请选达到或没达到"))
        missing = N_("请写明依据")
        evidence = check_line(one.evidence, f"{criterion}_evidence", EVIDENCE_MAX, missing)
        findings.append(Finding(criterion, one.is_met, evidence))
    words = check_line(facts.words, "words", WORDS_MAX, "")
    return Inspection(facts.held_on, inspector, tuple(findings), words)


def check_scores(scores: Sequence[Scored], most: Mapping[StarItem, int]) -> tuple[Scored, ...]:
    """Return the points of a review, one line per item. Raises RuleViolation."""
    told = {one.item: one for one in scores}
    checked = []
    for item, limit in most.items():
        one = told.get(item)
        if one is None or not 0 <= one.points <= limit:
            raise RuleViolation(item.value, N_("要在 0 到 %(limit)d 之间"), limit=limit)
        missing = N_("请写明依据") if one.points else ""
        evidence = check_line(one.evidence, f"{item.value}_evidence", EVIDENCE_MAX, missing)
        checked.append(Scored(item, one.points, evidence))
    return tuple(checked)


def stars_for(total: int, thresholds: Mapping[int, int]) -> int | None:
    """Return the stars that points are worth, None for too few (CTR-04)."""
    return max((stars for stars, least in thresholds.items() if total >= least), default=None)


def check_not_in_charge(in_charge: Collection[int | None], person_id: int | None) -> None:
    """Raise RuleViolation where somebody would judge the venue that he keeps or leads himself."""
    if person_id is not None and person_id in in_charge:
        raise RuleViolation("", N_("自己负责或领办的场所，要由另一位工作人员办"))


def check_second(proposed_by_id: int | None, user_id: int | None) -> None:
    """Raise RuleViolation where one person would decide what he proposed himself."""
    if proposed_by_id is not None and proposed_by_id == user_id:
        raise RuleViolation("", N_("要由另一位工作人员确认"))
