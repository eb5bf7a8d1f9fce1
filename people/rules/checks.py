"""When data of a person were last looked at, and what is wrong with a value. Pure (I21)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from core.rules import RuleViolation
from people.rules.documents import IdType, check_document
from people.rules.phones import check_mobile


class CheckWay(StrEnum):
    """Who said that the data are still right."""

    SELF = "self"
    KEEPER = "keeper"


class FlagField(StrEnum):
    """Values that can be there and wrong."""

    ID_NUMBER = "id_number"
    PHONE = "phone"


class FlagReason(StrEnum):
    """What is wrong with a value."""

    NOT_VALID = "not_valid"  # a document that its rule refuses
    NOT_MOBILE = "not_mobile"
    UNREACHABLE = "unreachable"


def wrong_document(id_type: IdType, number: str, today: date) -> FlagReason | None:
    """Return why a document number is refused, None where it is right (DAT-01 to DAT-03)."""
    try:
        check_document(id_type, number, today)
    except RuleViolation:
        return FlagReason.NOT_VALID
    return None


def wrong_phone(phone: str) -> FlagReason | None:
    """Return why a phone is refused, None where it is right; one abroad begins with a plus."""
    if phone.startswith("+"):
        return None
    try:
        check_mobile(phone)
    except RuleViolation:
        return FlagReason.NOT_MOBILE
    return None
