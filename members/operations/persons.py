"""What memberships keep of their persons, and where a person stands as a member."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select, update

from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from organizations.models import Organization
from people.models import Person


class MembershipsFollow:
    """Memberships hold the text by which rosters find a person."""

    def hold(self, person_id: int) -> None:
        """Lock the memberships of a person, ended ones too."""
        memberships = select(Membership.id).where(Membership.person_id == person_id)
        db.session.execute(memberships.order_by(Membership.id).with_for_update())

    def follow(self, person: Person) -> None:
        """Find the person by the new name from now on."""
        db.session.execute(
            update(Membership)
            .where(Membership.person_id == person.id)
            .values(search_text=person.search_text)
            .execution_options(synchronize_session=False)
        )


def home_of_member(person_id: int) -> int | None:
    """Return the organization of a person's live membership."""
    return db.session.scalar(
        select(Membership.organization_id).where(
            Membership.person_id == person_id, Membership.status.in_(LIVE_STATES)
        )
    )


def rows_of(person_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Return what selects the rows of people on lists of members (people.counting)."""
    return (
        select(
            Organization.path,
            Membership.person_id,
            Person.id_index.is_not(None),
            Person.phone_index.is_not(None),
            Membership.kind == MembershipKind.ADULT,
        )
        .join(Membership.organization)
        .join(Membership.person)
        .where(Membership.person_id.in_(person_ids), Membership.status.in_(LIVE_STATES))
    )
