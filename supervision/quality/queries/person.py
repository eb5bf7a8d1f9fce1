"""Somebody of an organization, with what is doubtful about the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.access.scope import Place
from core.statements import Kept
from people.models import opened_phone
from people.rules import mask_phone
from people.rules.checks import CheckWay
from supervision.quality.queries import rows
from supervision.quality.rules import Kind


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Who it is, masked, what is doubtful, and when and by whom the data were last looked at."""

    code: str
    name: str
    phone: str
    kinds: Sequence[Kind]
    has_document: bool
    has_birth: bool
    checked_on: date | None
    way: CheckWay | None


_ONE = Kept(rows.one_with_kinds())


def doubtful(place: Place, code: str, today: date) -> Doubtful | None:
    """Return an adult of the organization itself, None for anybody else: one statement."""
    row = _ONE.row({**rows.values(place, today), "code": code})
    if row is None:
        return None
    code, name, phone, has_document, has_birth, checked_on, way, *found = row
    kinds = [kind for kind, is_so in zip(rows.CONDITIONS, found, strict=True) if is_so]
    shown = mask_phone(opened_phone(code, phone)) if phone else ""
    return Doubtful(code, name, shown, kinds, bool(has_document), bool(has_birth), checked_on, way)
