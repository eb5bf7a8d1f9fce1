"""Letters of an account: its list, and how many wait to be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select, tuple_

from accounts.letters import Contents, Sender
from accounts.models import Letter, UserSession
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization

PAGE = 20


@dataclass(frozen=True, slots=True)
class LetterInList:
    """One line of the list."""

    code: str
    contents: Contents
    shown_at: datetime
    is_read: bool


_PLACE = Letter.shown_at, Letter.id
_LETTERS: Select[*tuple[Any, ...]] = (
    select(
        Letter.code,
        Letter.kind,
        Letter.details,
        Letter.shown_at,
        Letter.read_at,
        Organization.code.label("organization_code"),
        Organization.name,
    )
    .join(Letter.organization)
    .where(Letter.user_id == bindparam("user"), Letter.shown_at <= bindparam("now"))
    .order_by(Letter.shown_at.desc(), Letter.id.desc())
    .limit(PAGE + 1)
)
_ANCHOR = (
    select(*_PLACE)
    .where(Letter.code == bindparam("after"), Letter.user_id == bindparam("user"))
    .subquery()
)
_LETTERS_AFTER = _LETTERS.join(_ANCHOR, tuple_(*_PLACE) < tuple_(_ANCHOR.c.shown_at, _ANCHOR.c.id))


def letters_of(user_id: int, now: datetime, after: str = "") -> Page[LetterInList]:
    """Return a page of an account's letters, newest first.

    One statement, and one more where a digest of several organizations is among them.
    """
    asked = {"user": user_id, "now": now, "after": after}
    rows = db.session.execute(_LETTERS_AFTER if after else _LETTERS, asked).all()
    details = [json.loads(row.details) for row in rows]
    names = names_of(place for one in details for place, _ in one.get("places", ()))
    return page_of(
        [
            LetterInList(
                row.code,
                Contents(row.kind, Sender(row.organization_code, row.name), one, names),
                row.shown_at,
                row.read_at is not None,
            )
            for row, one in zip(rows, details, strict=True)
        ],
        PAGE,
    )


def contents_of(letter: Letter) -> Contents:
    """Return what a letter says."""
    sender = Sender(letter.organization.code, letter.organization.name)
    return Contents(letter.kind, sender, json.loads(letter.details))


def letters_about(topics: Sequence[str]) -> Sequence[Letter]:
    """Return the letters that tell of facts, to whomever."""
    return db.session.scalars(select(Letter).where(Letter.topic.in_(topics))).all()


def names_of(organization_ids: Iterable[int]) -> Mapping[int, str]:
    """Return ``id -> name``; no statement where none is asked."""
    ids = set(organization_ids)
    if not ids:
        return {}
    found = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(found)}


def unread_of_session() -> ScalarSelect[int]:
    """Return how many letters wait to be read, for the statement of a session at ``now``."""
    return (
        select(func.count(Letter.id))
        .where(
            Letter.user_id == UserSession.user_id,
            Letter.read_at.is_(None),
            Letter.shown_at <= bindparam("now"),
        )
        .correlate(UserSession)
        .scalar_subquery()
    )
