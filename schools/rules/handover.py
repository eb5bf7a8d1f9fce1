"""What a coordinator leaves open to the next one, and who may sign for it (T-hand-over). Pure."""

from __future__ import annotations

from enum import StrEnum

from core.rules import N_, RuleViolation


class OpenWork(StrEnum):
    """What may be open at a school when a post ends."""

    DRAFTS = "drafts"
    CONSENTS = "consents"
    IMPORTS = "imports"
    ACTIVITIES = "activities"
    HOURS = "hours"
    CAMPAIGNS = "campaigns"
    REPORTS = "reports"


def check_giver(*, is_open: bool) -> None:
    """Raise RuleViolation where a hand-over waits already."""
    if is_open:
        raise RuleViolation("", N_("已经有一份交接等接手"))


def check_taker(giver_id: int | None, taker_id: int | None, *, is_taken: bool) -> None:
    """Raise RuleViolation where one account would sign for both sides, or it was signed."""
    if is_taken:
        raise RuleViolation("", N_("这份交接已经签收"))
    if taker_id is None or giver_id == taker_id:
        raise RuleViolation("", N_("交接要由另一位辅导员签收"))
