"""What anybody may learn from the code on a card (ux.md S08, security.md PRV-12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import keyring
from core.database import db
from members.models import GroupMembership, Membership
from members.rules import LIVE_STATES, MembershipKind
from members.rules.groups import GROUP_LIVE
from people.rules import is_minor_on, mask_name


@dataclass(frozen=True, slots=True)
class Verified:
    """The state of a card in one word, and who stands behind it: a person masked, a unit not.

    Of a unit nothing else is told. ``standing`` says in words what a volunteer is; a member is one.
    """

    valid: bool
    is_replaced: bool
    name: str
    organization: str
    since: date
    is_unit: bool = False
    standing: str = ""


Verifier = Callable[[str, date], Verified | None]

_VERIFIERS: list[Verifier] = []


def register_verifier(verifier: Verifier) -> None:
    """Add what knows the codes of a package further left; called when that is imported."""
    _VERIFIERS.append(verifier)


def verify(token: str, today: date) -> Verified | None:
    """Return what any code says: of a member, a unit, or of what other packages gave a code to."""
    asked = (verify_card, *_VERIFIERS)
    return next((found for one in asked if (found := one(token, today))), None)


def verify_card(token: str, today: date) -> Verified | None:
    """Return what a card's link says; nothing for a wrong, malformed or minor's one alike."""
    digest = keyring.digest_of(token)
    found = db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.person, innerjoin=True),
            joinedload(Membership.organization, innerjoin=True),
        )
        .where(Membership.verify_digest == digest)
    ).one_or_none()
    if found is None:
        return _verify_unit(digest)
    if found.kind is MembershipKind.YOUTH:
        return None
    born_on = found.person.born_on
    if born_on is not None and is_minor_on(born_on, today):
        return None
    return Verified(
        valid=found.status in LIVE_STATES,
        is_replaced=found.replaced_by_id is not None,
        name=mask_name(found.person.name),
        organization=found.organization.name,
        since=found.joined_on,
    )


def _verify_unit(digest: bytes) -> Verified | None:
    """Return what the code on a certificate says; nothing before the unit became a member."""
    unit = db.session.execute(
        select(GroupMembership.name, GroupMembership.status, GroupMembership.joined_on).where(
            GroupMembership.verify_digest == digest, GroupMembership.joined_on.is_not(None)
        )
    ).one_or_none()
    if unit is None or unit[2] is None:
        return None
    return Verified(
        valid=unit[1] in GROUP_LIVE,
        is_replaced=False,
        name=unit[0],
        organization="",
        since=unit[2],
        is_unit=True,
    )
