"""What a post leaves open to the next one, and who signs for it. Pure."""

from __future__ import annotations

from enum import StrEnum

from core.rules import N_, RuleViolation, Transitions


class OpenWork(StrEnum):
    """What may be open where a post ends; each package counts its own."""

    APPLICATIONS = "applications"
    FILINGS = "filings"
    CHANGES = "changes"
    GROUPS = "groups"
    SERVICE_HOURS = "service_hours"
    OBJECTIONS = "objections"
    HOLDS = "holds"
    REVIEWS = "reviews"
    DUES = "dues"
    REMITTANCES = "remittances"
    EXPORTS = "exports"
    POSTINGS = "postings"
    CHECK_IN_CODES = "check_in_codes"
    TEAMS = "teams"
    DELEGATIONS = "delegations"
    DEPUTIES = "deputies"
    OFFERS = "offers"
    DRAFTS = "drafts"
    CONSENTS = "consents"
    IMPORTS = "imports"
    ACTIVITIES = "activities"
    HOURS = "hours"
    CAMPAIGNS = "campaigns"
    REPORTS = "reports"
    ORDERS = "orders"


class HandoverStatus(StrEnum):
    """Where a hand-over is."""

    DRAFT = "draft"
    GIVEN = "given"
    TAKEN = "taken"
    CALLED_OFF = "called_off"


class HandoverAction(StrEnum):
    """What can be done to it."""

    BEGIN = "begin"
    GIVE = "give"
    TAKE = "take"
    CALL_OFF = "call_off"


_S, _A = HandoverStatus, HandoverAction
HANDOVER_TRANSITIONS = Transitions(
    {
        (_S.DRAFT, _A.GIVE): _S.GIVEN,
        (_S.DRAFT, _A.CALL_OFF): _S.CALLED_OFF,
        (_S.GIVEN, _A.TAKE): _S.TAKEN,
        (_S.GIVEN, _A.CALL_OFF): _S.CALLED_OFF,
    }
)


def check_taker(giver_id: int | None, taker_id: int | None) -> None:
    """Raise RuleViolation where one account would sign for both sides."""
    if taker_id is None or giver_id == taker_id:
        raise RuleViolation("", N_("交接要由另一个人签收"))
