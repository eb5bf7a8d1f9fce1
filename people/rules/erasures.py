"""Closing one's account: what stands against it, and when identity is removed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation


class ErasureStatus(StrEnum):
    """Where the removal of somebody's identity is."""

    ASKED = "asked"
    UNDONE = "undone"
    DONE = "done"


class ErasureAction(StrEnum):
    """What can be done to it."""

    UNDO = "undo"
    ERASE = "erase"


ERASURE_TRANSITIONS: Mapping[tuple[ErasureStatus, ErasureAction], ErasureStatus] = {
    (ErasureStatus.ASKED, ErasureAction.UNDO): ErasureStatus.UNDONE,
    (ErasureStatus.ASKED, ErasureAction.ERASE): ErasureStatus.DONE,
}


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that has to end first: its name, and the page where the person ends it."""

    label: str
    endpoint: str = ""


def check_closing(matters: Sequence[Matter]) -> None:
    """Raise RuleViolation while the person is still something here, or something waits."""
    if matters:
        raise RuleViolation("", N_("还有没办完的事，办完再注销账号"))


def year_alone(born_on: date | None) -> date | None:
    """Return the first day of a year of birth: ages are counted, nobody is found by it."""
    return born_on.replace(month=1, day=1) if born_on else None
