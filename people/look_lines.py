"""Lines of the read log as they are shown to whom the data are about: never a reader's name."""

from __future__ import annotations

from typing import Any

from core.access.permissions import Role
from people.queries import looks_at
from people.rules.duplicates import LookField
from people.rules.minors import MinorField
from people.rules.reveals import RevealField, read_reason


def looks_of(person_id: int) -> list[dict[str, Any]]:
    """Return who looked at a person, newest first: role and place, what and why."""
    return [_line(event, name) for event, name in looks_at(person_id)]


def _line(event: Any, organization: str) -> dict[str, Any]:
    """Return one line: when, in which role and where, what and why; never the name."""
    reason, words = read_reason(event.reason)
    return {
        "at": event.at,
        "organization": organization,
        "role": Role(event.role) if event.role in set(Role) else None,
        "field": _field(event.field),
        "reason": reason,
        "words": words,
    }


def _field(text: str) -> RevealField | LookField | MinorField | None:
    """Return what was looked at: one value, or a whole record to merge it."""
    for kind in (RevealField, LookField, MinorField):
        if text in set(kind):
            return kind(text)
    return None
