"""Keeping the answers of a join journey for seven days (ux.md S03)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from core.database import changed_rows, db
from core.transactions import TryAgainError
from members.models import JoinDraft
from members.queries.own import DRAFT_DAYS
from members.rules import ApplicationKind
from people.rules import IdType

SEALED = frozenset({"id_number", "guardian_phone"})


def save_draft(
    user_id: int,
    organization_id: int,
    kind: ApplicationKind,
    answers: dict[str, str | date | IdType | None],
    *,
    now: datetime,
) -> None:
    """Keep some answers beside those given before; numbers are encrypted.

    Raises TryAgainError where another tab began the same journey at the same moment.
    """
    key = (user_id, organization_id, kind)
    draft = db.session.get(JoinDraft, key, with_for_update=True)
    if draft is None or draft.updated_at < now - timedelta(days=DRAFT_DAYS):
        if draft is not None:
            db.session.delete(draft)
            db.session.flush()
        draft = JoinDraft(
            user_id=user_id, organization_id=organization_id, kind=kind, updated_at=now
        )
        db.session.add(draft)
    for name, value in answers.items():
        is_sealed = name in SEALED and value
        setattr(draft, name, draft.keep(name, str(value)) if is_sealed else value)
    draft.updated_at = now
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def drop_old_drafts(now: datetime) -> int:
    """Remove drafts that ran out; return how many."""
    oldest = now - timedelta(days=DRAFT_DAYS)
    return changed_rows(delete(JoinDraft).where(JoinDraft.updated_at < oldest))
