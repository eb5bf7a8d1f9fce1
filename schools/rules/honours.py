"""Honours of schools: national model schools and the like (domain.md SCH-09). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line

TITLE_MAX, GRANTER_MAX, DOCUMENT_MAX, NOTE_MAX = 60, 60, 60, 200


class SchoolHonourLevel(StrEnum):
    """Who honours: each level of the society."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class SchoolHonourFacts:
    """What a school was honoured with, by whom and by which document."""

    title: str
    level: SchoolHonourLevel
    granted_by: str
    document: str
    granted_on: date


def check_school_honour(facts: SchoolHonourFacts, today: date) -> SchoolHonourFacts:
    """Return the facts in canonical form. Raises RuleViolation."""
    if facts.granted_on > today:
        raise RuleViolation("granted_on", N_("日期不能晚于今天"))
    return SchoolHonourFacts(
        check_line(facts.title, "title", TITLE_MAX),
        facts.level,
        check_line(facts.granted_by, "granted_by", GRANTER_MAX),
        check_line(facts.document, "document", DOCUMENT_MAX, N_("请填写文件号，最多 60 字")),
        facts.granted_on,
    )


def check_revoking(note: str) -> str:
    """Return why an honour counts no longer. Raises RuleViolation for no reason."""
    return check_line(note, "note", NOTE_MAX, N_("请写明原因，最多 200 字"))
