"""What tests of venues share: addresses, people, what an inspection tells."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from accounts.models import Letter, UserSession
from accounts.rules import SessionKind
from accounts.rules.letters import LetterKind
from activities.models import Venue, VenueHours
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.sessions import token_digest
from members.models import Membership
from members.operations.memberships import move
from members.rules import MembershipAction
from tests import factories as make
from tests.cast import Cast
from tests.client import Client

Browsers = Callable[[str], Client]
VILLAGE, COUNTY = "东一村", "东县"


def base(cast: Cast, place: str, venue: Venue | None = None) -> str:
    path = f"/o/{cast.organization(place).code}/venues"
    return f"{path}/{venue.code}" if venue else path


def second_officer(app: Flask, cast: Cast, place: str = COUNTY) -> Client:
    """Return a browser of another officer of a county."""
    user = make.make_user(make.make_person())
    make.make_post(user, Role.OFFICER, cast.organization(place))
    token, now = f"second-officer-{user.code}".ljust(43, "x"), clock.now()
    db.session.add(
        UserSession(
            token_digest=token_digest(token),
            user_id=user.id,
            kind=SessionKind.POST,
            created_at=now,
            seen_at=now,
            factor_at=now,
        )
    )
    db.session.flush()
    return Client(app, token)


def member_at(cast: Cast, place: str = VILLAGE) -> Membership:
    return make.make_membership(make.make_person(), cast.organization(place))


def again(venue: Venue) -> Venue:
    db.session.expire_all()
    return db.session.get_one(Venue, venue.id)


def told(name: str, cast: Cast) -> list[LetterKind]:
    mine = select(Letter.kind).where(Letter.user_id == cast.user(name).id).order_by(Letter.id)
    return list(db.session.scalars(mine))


def answers(*criteria: str, met: str = "met") -> dict[str, str]:
    told = {"held_on": clock.today().isoformat(), "inspector": "王查"}
    for name in criteria:
        told |= {name: met, f"{name}_evidence": "看过现场"}
    return told


def leave(membership: Membership) -> None:
    move(membership, MembershipAction.WITHDRAW, by=SYSTEM, now=clock.now())
    db.session.flush()


def hours_of(venue: Venue) -> list[VenueHours]:
    return list(db.session.scalars(select(VenueHours).where(VenueHours.venue_id == venue.id)))
