"""That somebody died: told with its proof, taken back for some days (domain.md MEM-45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown

MAX_PROOF = 60


class DeathStatus(StrEnum):
    """Where the record of a death is."""

    RECORDED = "recorded"
    SETTLED = "settled"
    UNDONE = "undone"


class DeathAction(StrEnum):
    """What can be done to it."""

    SETTLE = "settle"
    UNDO = "undo"


class DeathProof(StrEnum):
    """By what a branch knows of a death."""

    CERTIFICATE = "certificate"
    HOUSEHOLD = "household"
    CREMATION = "cremation"
    FAMILY = "family"
    OTHER = "other"


_S, _A = DeathStatus, DeathAction

DEATH_TRANSITIONS: Mapping[tuple[DeathStatus, DeathAction], DeathStatus] = {
    (_S.RECORDED, _A.SETTLE): _S.SETTLED,
    (_S.RECORDED, _A.UNDO): _S.UNDONE,
}

#: A person has at most one record in one of these.
STANDING = (_S.RECORDED, _S.SETTLED)


@dataclass(frozen=True, slots=True)
class DeathFacts:
    """The day, the kind of proof, and its number or who told."""

    died_on: date
    proof: DeathProof
    reference: str = ""


def check_death(facts: DeathFacts, born_on: date | None, today: date) -> DeathFacts:
    """Return the facts in canonical form.

    Raises RuleViolation for a day to come or before the birth, and for the proof "other" that
    nobody describes.
    """
    if facts.died_on > today:
        raise RuleViolation("died_on", N_("日期不能晚于今天"))
    if born_on is not None and facts.died_on < born_on:
        raise RuleViolation("died_on", N_("日期不能早于出生日期"))
    reference = check_shown(" ".join(facts.reference.split()), "reference")
    if len(reference) > MAX_PROOF:
        raise RuleViolation("reference", N_("最多 %(limit)d 个字"), limit=MAX_PROOF)
    if facts.proof is DeathProof.OTHER and not reference:
        raise RuleViolation("reference", N_("请写明是什么证明"))
    return DeathFacts(facts.died_on, facts.proof, reference)


def check_undo_of_death(undo_until: date, today: date) -> None:
    """Raise RuleViolation after the last day on which a mistake can be taken back."""
    if today > undo_until:
        raise RuleViolation("", N_("已过可以撤销的日子，请联系县（市、区）红十字会"))
