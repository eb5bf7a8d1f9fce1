"""Writing the audit chain and the read log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import g, has_request_context, request

from core import chain, clock
from core.audit.models import AuditEvent, ReadEvent
from core.database import db

if TYPE_CHECKING:
    from core.access.scope import Principal, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, and the post and organization where he acts in a post."""

    user_id: int | None = None
    person_id: int | None = None
    post_id: int | None = None
    role: str = ""
    organization_id: int | None = None

    @classmethod
    def of_scope(cls, scope: Scope) -> Actor:
        """Return the actor of a request in a post."""
        principal = scope.principal
        post = scope.post
        return cls(principal.user_id, principal.person_id, post.id, post.role, post.place.id)

    @classmethod
    def of_principal(cls, principal: Principal) -> Actor:
        """Return the actor of a request for oneself."""
        return cls(principal.user_id, principal.person_id)


SYSTEM = Actor()
"""Commands and clocks."""


def record(
    action: str,
    subject_type: str,
    subject_id: int | None,
    *,
    by: Actor,
    result: str = "done",
    **details: object,
) -> None:
    """Append one audit event; details hold codes and ids, never personal data.

    It is written when it commits, sealed: nobody reads it before.
    """
    values = _values(action, subject_type, by, result, details)
    chain.append(db.session(), AuditEvent, [{**values, "subject_id": subject_id}])


def record_many(
    action: str, subject_type: str, subject_ids: Iterable[int], *, by: Actor, **details: object
) -> None:
    """Append one event per subject, alike but for the subject; written when it commits."""
    alike = _values(action, subject_type, by, "done", details)
    events = [{**alike, "subject_id": subject_id} for subject_id in subject_ids]
    chain.append(db.session(), AuditEvent, events)


def _values(
    action: str, subject_type: str, by: Actor, result: str, details: Mapping[str, object]
) -> dict[str, Any]:
    """Return all of an event but its subject."""
    return {
        "at": clock.now(),
        "actor_id": by.user_id,
        "post_id": by.post_id,
        "organization_id": by.organization_id,
        "action": action,
        "subject_type": subject_type,
        "result": result,
        "address": (request.remote_addr or "")[:64] if has_request_context() else "",
        "request_id": g.get("request_id", "") if has_request_context() else "",
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True, default=str),
    }


def record_read(person_id: int, field: str, reason: str, *, by: Actor) -> None:
    """Append one line of the read log, in the transaction that shows the value (PRV-05)."""
    if by.user_id is None or by.post_id is None or by.organization_id is None:
        message = "only a post may read a protected value"
        raise ValueError(message)
    db.session.add(
        ReadEvent(
            at=clock.now(),
            person_id=person_id,
            actor_id=by.user_id,
            post_id=by.post_id,
            organization_id=by.organization_id,
            role=by.role,
            field=field,
            reason=reason,
        )
    )
