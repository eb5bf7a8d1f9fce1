"""Keeping a filter under a name, renaming and deleting it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from core import clock, crypto, settings
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from members.models import SavedFilter
from members.queries.listing import table_of
from members.queries.saved import kept_by, owners_of
from members.rules.exports import ExportSubject
from members.rules.roster import check_filter_name, parameters_of, read_filters


def save_filter(
    scope: Scope,
    subject: ExportSubject,
    name: str,
    parameters: Mapping[str, str],
    *,
    is_shared: bool,
    now: datetime,
) -> SavedFilter:
    """Return a new saved filter of a list.

    Raises RuleViolation for what is no filter, and for too many.

    Kept is what the rules read of the parameters, written anew: nothing that was sent is kept.
    """
    filters = read_filters(parameters, readers=table_of(subject).readers)
    own, shared = owners_of(scope)
    owner = shared if is_shared else own
    # Two at once take turns, so that the limit holds.
    db.session.execute(select(User.id).where(User.id == scope.principal.user_id).with_for_update())
    limit = settings.value("rosters.saved_filters", on=clock.local(now).date())
    of_owner = select(func.count()).where(
        SavedFilter.organization_id == scope.place.id, SavedFilter.owner == owner
    )
    if db.session.execute(of_owner).scalar_one() >= limit:
        raise RuleViolation("", N_("最多存 %(limit)d 个，请先删掉用不着的"), limit=limit)
    saved = SavedFilter(
        code=crypto.opaque_code(8),
        organization_id=scope.place.id,
        subject=subject,
        owner=owner,
        user_id=scope.principal.user_id,
        is_shared=is_shared,
        name=check_filter_name(name),
        parameters_text=json.dumps(parameters_of(filters)),
        created_at=now,
    )
    _keep(saved)
    record("filters.save", "saved_filter", saved.id, by=Actor.of_scope(scope), shared=is_shared)
    return saved


def rename_filter(scope: Scope, code: str, name: str) -> SavedFilter:
    """Return a saved filter under its new name. Raises UnknownRowError, RuleViolation."""
    saved = _locked(scope, code)
    saved.name = check_filter_name(name)
    _keep(saved)
    return saved


def delete_filter(scope: Scope, code: str) -> None:
    """Remove a saved filter. Raises UnknownRowError."""
    saved = _locked(scope, code)
    record("filters.delete", "saved_filter", saved.id, by=Actor.of_scope(scope))
    db.session.execute(delete(SavedFilter).where(SavedFilter.id == saved.id))


def _locked(scope: Scope, code: str) -> SavedFilter:
    found = db.session.scalars(
        select(SavedFilter)
        .where(SavedFilter.code == code, kept_by(scope))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def _keep(saved: SavedFilter) -> None:
    with db.session.no_autoflush:
        same = select(SavedFilter.id).where(
            SavedFilter.organization_id == saved.organization_id,
            SavedFilter.owner == saved.owner,
            SavedFilter.name == saved.name,
        )
        taken = db.session.scalars(same).first()
    if taken is not None and taken != saved.id:
        if saved in db.session:
            db.session.expunge(saved)
        raise RuleViolation("name", N_("已经有这个名字"))
    db.session.add(saved)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
