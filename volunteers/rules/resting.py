"""Long without service, and what a volunteer agrees to (VOL-09, VOL-17, decisions.md D5). Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation
from volunteers.rules.states import VolunteerStatus

MONTHS_PER_YEAR = 12


class AgreementKind(StrEnum):
    """What a volunteer agrees to apart from volunteering itself, each by itself."""

    PHOTO = "photo"
    INSURANCE = "insurance"
    CONTACT = "contact"
    SHARING = "sharing"


def months_before(day: date, months: int) -> date:
    """Return the day so many months before, the last of the month where it has no such day."""
    year, month = divmod(day.year * MONTHS_PER_YEAR + day.month - 1 - months, MONTHS_PER_YEAR)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError("every month has 28 days")


def state_awake(registered_on: date | None) -> VolunteerStatus:
    """Return the state to which a volunteer comes back when he serves again: the grade stays."""
    return VolunteerStatus.REGISTERED if registered_on else VolunteerStatus.ENTERED


def check_leaving(*, sure: bool) -> None:
    """Raise RuleViolation where leaving was not confirmed."""
    if not sure:
        raise RuleViolation("sure", N_("请先勾选，再退出"))
