"""Divisions that end with their organization: what is under them goes on under the heir (DAT-07).

Nothing is kept beside the divisions: where each stood first is told by its code, and who took a
division in by ``successor_code``, so that a merger is taken back after others, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select, update

from core.database import db
from organizations.models import Division
from organizations.rules import division_above


def end_division(code: str, heir: str | None, day: date) -> bool:
    """End a division on the day before one; return whether it held still until then."""
    division = db.session.get(Division, code, with_for_update=True)
    if division is None or division.valid_to is not None:
        return False
    division.valid_to = max(division.valid_from, day - timedelta(days=1))
    division.successor_code = heir
    if heir is not None:
        _hang(_open_under(code), heir)
    db.session.flush()
    return True


def restore_division(code: str) -> None:
    """Let a division hold again, and what stood under it stand there again."""
    division = db.session.get_one(Division, code, with_for_update=True)
    heir, division.valid_to, division.successor_code = division.successor_code, None, None
    db.session.flush()
    if heir is not None:
        after = successors()
        back = [one for one in _open_under(heir) if standing(division_above(one), after) == code]
        _hang(back, code)
    db.session.flush()


def _open_under(code: str) -> list[str]:
    """Return the divisions right under one that hold still; ended ones keep their history."""
    holds: ColumnElement[bool] = Division.valid_to.is_(None)
    return list(
        db.session.scalars(select(Division.code).where(Division.parent_code == code, holds))
    )


def _hang(codes: list[str], parent: str) -> None:
    db.session.execute(update(Division).where(Division.code.in_(codes)).values(parent_code=parent))


def successors() -> dict[str, str]:
    """Return ``code -> code`` of who took each merged division in: one statement."""
    pairs = select(Division.code, Division.successor_code).where(
        Division.successor_code.is_not(None)
    )
    return {code: after for code, after in db.session.execute(pairs) if after is not None}


def standing(code: str | None, after: Mapping[str, str]) -> str | None:
    """Return a division, or who took it in at last by the successors."""
    seen: set[str] = set()
    while code is not None and code in after and code not in seen:
        seen.add(code)
        code = after[code]
    return code
