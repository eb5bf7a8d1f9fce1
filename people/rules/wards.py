"""Whose consent a pupil needs for joining at school, and what was given (D5, PRI-02). Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation
from people.rules.ages import age_on
from people.rules.consents import ConsentPurpose

_P = ConsentPurpose


class Voice(StrEnum):
    """Who answers."""

    GUARDIAN = "guardian"
    OWN = "own"


#: A purpose, and who said yes to it.
Said = tuple[ConsentPurpose, Voice]


@dataclass(frozen=True, slots=True)
class Ages:
    """From which ages a pupil answers for the own data, and for everything: dated settings."""

    own_data: int
    adult: int


def age_of(born_on: date | None, today: date) -> int:
    """Return the age that counts: of whom no birth day is known, the one most protected."""
    return age_on(born_on, today) if born_on is not None and born_on <= today else 0


def needed(age: int, ages: Ages) -> frozenset[Said]:
    """Return every yes without which a pupil of an age is no member (decisions.md D5)."""
    if age < ages.own_data:
        return frozenset({(_P.DATA, Voice.GUARDIAN), (_P.JOINING, Voice.GUARDIAN)})
    if age < ages.adult:
        return frozenset({(_P.DATA, Voice.OWN), (_P.JOINING, Voice.GUARDIAN)})
    return frozenset({(_P.DATA, Voice.OWN), (_P.JOINING, Voice.OWN)})


def stands(age: int, ages: Ages, said: Collection[Said]) -> bool:
    """Return whether everything that an age needs was said."""
    return needed(age, ages) <= set(said)


def asked_of_guardian(age: int, ages: Ages) -> tuple[ConsentPurpose, ...]:
    """Return what a guardian is asked about a pupil; nothing where the pupil is an adult."""
    return tuple(sorted(purpose for purpose, voice in needed(age, ages) if voice is Voice.GUARDIAN))


def check_ward(age: int, ages: Ages) -> None:
    """Raise RuleViolation for an adult: nobody is asked for a grown-up (PRV-11)."""
    if age >= ages.adult:
        raise RuleViolation("", N_("已满 18 岁，由本人决定，不问监护人"))
