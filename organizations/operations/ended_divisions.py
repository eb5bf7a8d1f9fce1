"""Divisions that end with their organization: what is under them goes on under the heir (DAT-07).

Nothing is kept beside the divisions: where each stood first is told by its code, and who took a
division in by ``successor_code``, so that a merger is taken back after others, too.
"""

from __future__ import annotations

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
        _hang([one for one in _open_under(heir) if _stands_in(one) == code], code)
    db.session.flush()


def _open_under(code: str) -> list[str]:
    """Return the divisions right under one that hold still; ended ones keep their history."""
    holds: ColumnElement[bool] = Division.valid_to.is_(None)
    return list(
        db.session.scalars(select(Division.code).where(Division.parent_code == code, holds))
    )


def _hang(codes: list[str], parent: str) -> None:
    db.session.execute(update(Division).where(Division.code.in_(codes)).values(parent_code=parent))


def _stands_in(code: str) -> str | None:
    """Return where a division stands: in the one that its code names, or in who took that in."""
    above = division_above(code)
    seen: set[str] = set()
    while above is not None and above not in seen:
        seen.add(above)
        successor = select(Division.successor_code).where(Division.code == above)
        after = db.session.scalar(successor)
        if after is None:
            return above
        above = after
    return above
