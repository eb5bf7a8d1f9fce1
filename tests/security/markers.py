"""Finds people of the cast in an answer: by name, phone and ID number."""

from __future__ import annotations

import re

from sqlalchemy import select

from core.database import db
from members.models import GroupMembership
from people.models import Guardian, Person
from tests.cast import PARTS


def names_in(text: str) -> set[str]:
    """Return the people of the cast whose name an answer carries."""
    return {name for name in re.findall(r"人([a-z]{3,4})", text) if name in PARTS}


def secrets_of_all() -> dict[str, str]:
    """Return phone and ID number of everybody -> whose it is."""
    found: dict[str, str] = {}
    for person in db.session.scalars(select(Person)):
        for value in (person.plain_phone, person.plain_id_number):
            if value:
                found[value] = person.name
    for guardian in db.session.scalars(select(Guardian)):
        found.setdefault(guardian.plain_phone, guardian.name)
    for unit in db.session.scalars(select(GroupMembership)):
        found[unit.plain_phone] = unit.name
    db.session.rollback()
    return found


def secrets_in(text: str, known: dict[str, str]) -> set[str]:
    """Return whose phone or ID number an answer carries in full."""
    digits = set(re.findall(r"[0-9]{11,18}[0-9Xx]?", text))
    return {known[value] for value in digits & known.keys()}
