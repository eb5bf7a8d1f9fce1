"""Rows of the public area for the access matrix, each made at an organization."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from supervision.public.models import Edition
from supervision.public.rules import EditionStatus

_years = count(1900)


def _edition(organization: Organization) -> str:
    edition = Edition(
        code=crypto.opaque_code(8),
        year=next(_years),
        number=1,
        as_of=clock.today(),
        status=EditionStatus.PUBLISHED,
        organization=organization,
        published_at=clock.now(),
    )
    db.session.add(edition)
    db.session.flush()
    return edition.code


PUBLIC_BUILDERS: dict[str, Callable[[Organization], str]] = {"edition": _edition}
