"""Tokens: the one that a request brings, and those that a province gave out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select

from core import clock
from core.access.marks import ApiScope
from core.access.scope import CallingSystem, Place
from core.crypto import hash_token
from core.paging import Page, page_of
from core.statements import Kept
from organizations.models import Organization
from supervision.api.models import SystemToken
from supervision.api.rules import TokenState, token_state

PAGE = 20
LONGEST = 100

_FOUND = Kept(
    select(
        SystemToken.id.label("token_id"),
        SystemToken.api_scopes,
        SystemToken.expires_on,
        SystemToken.revoked_on,
        SystemToken.used_on,
        Organization.id,
        Organization.code,
        Organization.name,
        Organization.path,
        Organization.level,
    )
    .join(Organization, Organization.id == SystemToken.reach_id)
    .where(SystemToken.digest == bindparam("digest"))
)


def calling_system(token: str) -> CallingSystem | None:
    """Return the system behind a token that is live today: one statement."""
    if not token.isascii() or len(token) > LONGEST:
        return None
    row = _FOUND.row({"digest": hash_token(token)})
    if row is None:
        return None
    token_id, api_scopes, expires_on, revoked_on, used_on, *place = row
    if token_state(expires_on, revoked_on, clock.today()) is not TokenState.LIVE:
        return None
    return CallingSystem(token_id, Place(*place), frozenset(api_scopes.split()), used_on)


class Listed(NamedTuple):
    """A token in the list of who gave it out; never the token."""

    code: str
    system: str
    purpose: str
    reach: str
    api_scopes: str
    issued_on: date
    expires_on: date
    used_on: date | None
    revoked_on: date | None
    revoke_note: str

    @property
    def scopes(self) -> Sequence[ApiScope]:
        return [ApiScope(one) for one in self.api_scopes.split()]

    def state(self, today: date) -> TokenState:
        """Return where the token is on a day."""
        return token_state(self.expires_on, self.revoked_on, today)


_LISTED = (
    select(
        SystemToken.code,
        SystemToken.system,
        SystemToken.purpose,
        Organization.short_name,
        SystemToken.api_scopes,
        SystemToken.issued_at,
        SystemToken.expires_on,
        SystemToken.used_on,
        SystemToken.revoked_on,
        SystemToken.revoke_note,
    )
    .join(Organization, Organization.id == SystemToken.reach_id)
    .where(SystemToken.organization_id == bindparam("place"))
)
_ONE = Kept(_LISTED.where(SystemToken.code == bindparam("code")))
_NEWEST = _LISTED.order_by(SystemToken.id.desc()).limit(bindparam("limit"))
_FIRST = Kept(_NEWEST)
_NEXT = Kept(
    _NEWEST.where(
        SystemToken.id
        < select(SystemToken.id)
        .where(
            SystemToken.code == bindparam("after"),
            SystemToken.organization_id == bindparam("place"),
        )
        .scalar_subquery()
    )
)


def tokens_of(organization_id: int, after: str = "") -> Page[Listed]:
    """Return a page of the tokens that an organization gave out, newest first: one statement."""
    asked = {"place": organization_id, "limit": PAGE + 1}
    rows = _NEXT.rows({**asked, "after": after}) if after else _FIRST.rows(asked)
    return page_of([_listed(row) for row in rows], PAGE)


def token_of(organization_id: int, code: str) -> Listed | None:
    """Return one token that an organization gave out."""
    row = _ONE.row({"place": organization_id, "code": code})
    return None if row is None else _listed(row)


def _listed(row: Sequence[object]) -> Listed:
    values = list(row)
    values[5] = clock.local(values[5]).date()  # type: ignore[arg-type]
    return Listed(*values)  # type: ignore[arg-type]
