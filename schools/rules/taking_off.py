"""Why a pupil is taken off a roster: chosen, never written, so that no words about a child stay."""

from __future__ import annotations

from enum import StrEnum

from core.rules import N_, RuleViolation


class OffReason(StrEnum):
    """Why a pupil is taken off a roster."""

    MISTAKE = "mistake"
    MOVED = "moved"
    GUARDIAN = "guardian"
    OTHER = "other"


def read_reason(text: str) -> OffReason:
    """Return the chosen reason. Raises RuleViolation."""
    try:
        return OffReason(text)
    except ValueError:
        raise RuleViolation("reason", N_("请选一个原因")) from None
