"""Divisions, the tree of organizations, their maintained numbers, and the life of each."""

from organizations.models.life import (
    CheckAnswer,
    CheckList,
    FoundingEvent,
    MemberGroup,
    OrganizationCouncil,
    OrganizationEvent,
    OrganizationFile,
    OrganizationFounding,
)
from organizations.models.tree import (
    PLACE_COLUMNS,
    Division,
    Figure,
    FigureCheck,
    FigurePart,
    FigureRun,
    FigureStock,
    Organization,
    OrganizationClosing,
    OrganizationMove,
    Residents,
)

__all__ = [
    "PLACE_COLUMNS",
    "CheckAnswer",
    "CheckList",
    "Division",
    "Figure",
    "FigureCheck",
    "FigurePart",
    "FigureRun",
    "FigureStock",
    "FoundingEvent",
    "MemberGroup",
    "Organization",
    "OrganizationClosing",
    "OrganizationCouncil",
    "OrganizationEvent",
    "OrganizationFile",
    "OrganizationFounding",
    "OrganizationMove",
    "Residents",
]
