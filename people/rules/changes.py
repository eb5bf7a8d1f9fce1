"""Corrections that a person asks for: what may be asked, and where a request is (PRI-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core.rules import N_, RuleViolation, check_shown
from people.rules.ages import AgeBand, age_band_on
from people.rules.documents import IdType
from people.rules.masks import mask_id, mask_name, mask_phone

MAX_WHY = 200


class ChangeField(StrEnum):
    """What a person may ask to have put right; the rest follows from it."""

    NAME = "name"
    DOCUMENT = "document"
    BORN_ON = "born_on"
    PHONE = "phone"


class ChangeStatus(StrEnum):
    """Where a request is."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class ChangeAction(StrEnum):
    """What can be done to a request; a clock or a leaving closes it."""

    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    CLOSE = "close"


_S, _A = ChangeStatus, ChangeAction

#: Whoever got a request back hands in a new one: each stands in the history by itself.
CHANGE_TRANSITIONS: Mapping[tuple[ChangeStatus, ChangeAction], ChangeStatus] = {
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.CLOSE): _S.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of somebody, as far as it decides what may be asked."""

    id_type: IdType | None
    has_number: bool
    born_on: date | None


def fields_of(known: Known) -> tuple[ChangeField, ...]:
    """Return what somebody may ask to have put right.

    Only what is kept; the birth day of a resident ID is part of its number (DAT-01).
    """
    fields = [ChangeField.NAME, ChangeField.PHONE]
    if known.has_number:
        fields.append(ChangeField.DOCUMENT)
    if known.born_on is not None and known.id_type is not IdType.RESIDENT_ID:
        fields.append(ChangeField.BORN_ON)
    return tuple(fields)


def check_new_birth(
    known: date | None, asked: date, today: date, field: ChangeField = ChangeField.BORN_ON
) -> None:
    """Raise RuleViolation where another birth day would change who decides for the person.

    Consents, kind of membership and what may be done rest on the age band (decisions.md D5): a
    new band begins at the organization, with the documents on the table, never by a request.
    """
    now = age_band_on(known, today) if known is not None else AgeBand.ADULT
    if asked > today or age_band_on(asked, today) is not now:
        place = "id_number" if field is ChangeField.DOCUMENT else "born_on"
        raise RuleViolation(place, N_("改后的年龄段和现在不同，请带证件到所在组织当面办理"))


def check_why(text: str) -> str:
    """Return the reason in canonical form; it is asked for, and read by who decides."""
    plain = check_shown(" ".join(text.split()), "why")
    if not plain:
        raise RuleViolation("why", N_("请写明为什么要改"))
    if len(plain) > MAX_WHY:
        raise RuleViolation("why", N_("最多 %(limit)d 个字"), limit=MAX_WHY)
    return plain


def check_different(before: object, after: object, field: str) -> None:
    """Raise RuleViolation where nothing would change."""
    if before == after:
        raise RuleViolation(field, N_("和现在登记的一样，不用改"))


def masked(field: ChangeField, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays of a value in the history (security.md PRV-03)."""
    if field is ChangeField.NAME:
        return {"name": mask_name(value["name"])}
    if field is ChangeField.PHONE:
        return {"phone": mask_phone(value["phone"])}
    if field is ChangeField.DOCUMENT:
        return {"id_type": value["id_type"], "id_number": mask_id(value["id_number"])}
    return {"year": date.fromisoformat(value["born_on"]).year}
