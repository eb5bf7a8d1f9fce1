"""What anybody may learn from the code on a card (ux.md S08, security.md PRV-12)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from people.rules import is_minor_on, mask_name


@dataclass(frozen=True, slots=True)
class Verified:
    """The state of a card in one word, and who stands behind it, masked."""

    valid: bool
    name: str
    organization: str
    since: date


def verify_card(token: str, today: date) -> Verified | None:
    """Return what a card's link says; nothing for a wrong, malformed or minor's one alike."""
    digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
    found = db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.person, innerjoin=True),
            joinedload(Membership.organization, innerjoin=True),
        )
        .where(Membership.verify_digest == digest)
    ).one_or_none()
    if found is None or found.kind is MembershipKind.YOUTH:
        return None
    born_on = found.person.born_on
    if born_on is not None and is_minor_on(born_on, today):
        return None
    return Verified(
        valid=found.status in LIVE_STATES,
        name=mask_name(found.person.name),
        organization=found.organization.name,
        since=found.joined_on,
    )
