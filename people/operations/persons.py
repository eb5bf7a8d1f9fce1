"""Making a person and keeping what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core import crypto
from core.database import db
from core.pinyin import name_pinyin
from people.models import Person
from people.rules import IdType, Sex, check_document, check_resident_id, name_match_key


@dataclass(frozen=True, slots=True)
class Identity:
    """A checked document: its kind, canonical number, and what is known from it."""

    id_type: IdType
    number: str
    born_on: date
    sex: Sex | None = None
    region: str = ""


def read_identity(id_type: IdType, number: str, born_on: date | None, today: date) -> Identity:
    """Return the checked document; birth day and sex of a resident ID come from its number.

    Raises RuleViolation for ``id_number``. ``born_on`` is needed for every other document.
    """
    if id_type is IdType.RESIDENT_ID:
        resident = check_resident_id(number, today)
        region = resident.number[:6] if resident.region_known else ""
        return Identity(id_type, resident.number, resident.born_on, resident.sex, region)
    canonical = check_document(id_type, number, today)
    if born_on is None:
        message = "a document without a birth day needs one beside it"
        raise ValueError(message)
    return Identity(id_type, canonical, born_on)


def create_person(name: str, *, now: datetime, phone: str = "") -> Person:
    """Return a new person with a checked name and, where given, a checked phone."""
    person = Person(code=crypto.opaque_code(8), name="", match_key="", created_at=now)
    set_name(person, name)
    if phone:
        person.set_phone(phone)
    db.session.add(person)
    db.session.flush()
    return person


def set_name(person: Person, name: str) -> None:
    """Keep a checked name with what finds it: match key, pinyin and initials."""
    sound = name_pinyin(name)
    person.name = name
    person.match_key = name_match_key(name)
    person.pinyin, person.initials = sound.full, sound.initials


def set_identity(person: Person, identity: Identity) -> None:
    """Keep a checked document of the person; the unique index speaks when it is written."""
    person.set_id_number(identity.id_type, identity.number)
    person.born_on = identity.born_on
    person.sex = identity.sex or person.sex
