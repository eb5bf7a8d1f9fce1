"""Honours of members: name, level, granting body, day, document number (domain.md MEM-46)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown

MAX_HONOUR, MAX_BODY, MAX_DOCUMENT = 60, 60, 40


class HonourLevel(StrEnum):
    """How high the body stands that grants an honour."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"
    GRASSROOTS = "grassroots"


@dataclass(frozen=True, slots=True)
class HonourFacts:
    """What is recorded of an honour; a document number where there is a document."""

    name: str
    level: HonourLevel
    granted_by: str
    granted_on: date
    document: str = ""


def check_honour(facts: HonourFacts, joined_on: date, today: date) -> HonourFacts:
    """Return the facts in canonical form.

    Raises RuleViolation for a missing or too long text, a day to come, or one before the person
    joined: what somebody was honoured for as no member yet stands elsewhere.
    """
    if facts.granted_on > today:
        raise RuleViolation("granted_on", N_("授予日期不能晚于今天"))
    if facts.granted_on < joined_on:
        raise RuleViolation("granted_on", N_("授予日期不能早于入会日期"))
    return HonourFacts(
        _text(facts.name, "name", MAX_HONOUR, N_("请填写荣誉名称")),
        facts.level,
        _text(facts.granted_by, "granted_by", MAX_BODY, N_("请填写授予单位")),
        facts.granted_on,
        _text(facts.document, "document", MAX_DOCUMENT),
    )


def _text(text: str, field: str, limit: int, missing: str | None = None) -> str:
    plain = check_shown(" ".join(text.split()), field)
    if missing and not plain:
        raise RuleViolation(field, missing)
    if len(plain) > limit:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=limit)
    return plain
