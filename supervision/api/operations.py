"""Giving out tokens, revoking them, and noting the day on which one was used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask import g
from sqlalchemy import select, update

from core import clock, crypto, settings
from core.access.marks import ApiScope
from core.access.scope import CallingSystem, Place
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db, write_intent
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from organizations.models import Organization
from organizations.queries import under
from supervision.api.models import SystemToken
from supervision.api.rules import (
    NAME_MAX,
    REASON_MAX,
    TOKEN_TRANSITIONS,
    TokenAction,
    check_expiry,
    check_words,
    token_state,
)

#: A token begins so, that whoever finds one in a log or a repository knows what it is.
MARK = "rcs_"
TOKEN_BITS = 256


def issue(
    place: Place,
    system: str,
    purpose: str,
    *,
    reach: str,
    api_scopes: Sequence[ApiScope],
    expires_on: date,
    by: Actor,
    now: datetime,
) -> tuple[SystemToken, str]:
    """Return what is kept of a new token, and the token itself, which is never told again.

    Raises RuleViolation for a system without a name, a day too far away and a place elsewhere.
    """
    today = clock.local(now).date()
    reached = db.session.scalars(
        select(Organization).where(Organization.code == reach, under(place.path))
    ).one_or_none()
    if reached is None:
        raise RuleViolation("reach", N_("请选一个组织"))
    token = MARK + crypto.random_token(TOKEN_BITS)
    made = SystemToken(
        code=crypto.opaque_code(8),
        digest=crypto.hash_token(token),
        organization_id=place.id,
        reach=reached,
        system=check_words(system, "system", NAME_MAX),
        purpose=check_words(purpose, "purpose", REASON_MAX),
        api_scopes=" ".join(api_scopes),
        issued_at=now,
        issued_by_id=by.user_id,
        expires_on=check_expiry(expires_on, today, settings.value("api.token_days", on=today)),
    )
    db.session.add(made)
    db.session.flush()
    told = {"reach": reached.code, "scopes": made.api_scopes}
    audit("system.issue", "system_token", made.id, by=by, **told)
    return made, token


def revoke(place: Place, code: str, note: str, *, by: Actor, now: datetime) -> SystemToken:
    """Return a token that opens nothing from this moment on.

    Raises RuleViolation without a reason, IllegalTransition for one that is revoked already.
    """
    words = check_words(note, "note", REASON_MAX)
    found = db.session.scalars(
        select(SystemToken)
        .where(SystemToken.code == code, SystemToken.organization_id == place.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    today = clock.local(now).date()
    state = token_state(found.expires_on, found.revoked_on, today)
    next_state(TOKEN_TRANSITIONS, state, TokenAction.REVOKE)
    found.revoked_on = today
    found.revoked_by_id, found.revoke_note = by.user_id, words
    db.session.flush()
    audit("system.revoke", "system_token", found.id, by=by)
    return found


def note_use(system: CallingSystem, today: date) -> None:
    """Keep the day on which a token was used, once a day, after the page in a short transaction."""
    if system.used_on == today:
        return
    db.session.rollback()
    token, g.writes_allowed = write_intent.set(True), True
    try:
        db.session.execute(
            update(SystemToken)
            .where(SystemToken.id == system.token_id)
            .values(used_on=today)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
    finally:
        write_intent.reset(token)
        g.writes_allowed = False
