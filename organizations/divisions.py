"""Divisions as everybody picks one: where a code stands, and what lies right below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from core.statements import Kept
from organizations.models import Division
from organizations.rules import DivisionLevel

LENGTH = 12
#: How many digits tell province, city, county and township apart.
HEADS = (2, 4, 6, 9, LENGTH)


class Area(NamedTuple):
    """A division in force."""

    code: str
    level: DivisionLevel
    name: str


_AREA = select(Division.code, Division.level, Division.name).where(Division.valid_to.is_(None))
_STEPS = Kept(
    _AREA.where(Division.code.in_(bindparam("codes", expanding=True))).order_by(Division.code)
)
_BELOW = Kept(_AREA.where(Division.parent_code == bindparam("code")).order_by(Division.code))
_TOP = Kept(_AREA.where(Division.parent_code.is_(None)).order_by(Division.code).limit(1))


def steps_to(code: str) -> Sequence[Area]:
    """Return the divisions from the province down to a code; nothing for a code that is none.

    Without a code the province alone.
    """
    if not code:
        return [Area(*row) for row in _TOP.rows({})]
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        return []
    heads = sorted({code[:digits].ljust(LENGTH, "0") for digits in HEADS})
    found = [Area(*row) for row in _STEPS.rows({"codes": heads})]
    return found if found and found[-1].code == code else []


def areas_below(code: str) -> Sequence[Area]:
    """Return the divisions right below one."""
    return [Area(*row) for row in _BELOW.rows({"code": code})]
