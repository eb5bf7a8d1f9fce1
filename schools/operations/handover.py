"""A coordinator hands over: counts that both sign for; a post that ends leaves its own record."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select

from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import UnknownRowError
from organizations.models import Organization
from schools.models import SchoolClass, SchoolHandover
from schools.queries.handover import handover_at, open_handover, open_work, packed
from schools.rules.handover import check_giver, check_taker


def give(organization_id: int, *, by: Actor) -> SchoolHandover:
    """Return what a coordinator leaves open, signed by him. Raises RuleViolation for a second."""
    place = _locked(organization_id)
    check_giver(is_open=open_handover(organization_id) is not None)
    return _begin(place, by)


def take(code: str, *, organization_id: int, by: Actor) -> SchoolHandover:
    """Return a hand-over that the next coordinator signed. Raises RuleViolation for the same."""
    found = handover_at(organization_id, code)
    if found is None:
        raise UnknownRowError(code)
    db.session.refresh(found, with_for_update=True)
    check_taker(found.given_by_id, by.user_id, is_taken=found.taken_at is not None)
    found.taken_at, found.taken_by_id, found.taken_post_id = clock.now(), by.user_id, by.post_id
    db.session.flush()
    audit("handover.take", "school_handover", found.id, by=by)
    return found


def note_ended_post(organization_id: int) -> None:
    """Leave a record for the next coordinator where a post ended and nobody handed over.

    Called with every keeper who ends: only a school with classes has something to hand over.
    """
    has_classes = exists().where(SchoolClass.organization_id == organization_id)
    if not db.session.scalar(select(has_classes)):
        return
    place = _locked(organization_id)
    today = clock.today()
    since = clock.now() - timedelta(days=settings.value("handover.days", today))
    recent = exists().where(
        SchoolHandover.organization_id == organization_id, SchoolHandover.given_at >= since
    )
    if open_handover(organization_id) is None and not db.session.scalar(select(recent)):
        _begin(place, SYSTEM)


def _locked(organization_id: int) -> Organization:
    return db.session.get_one(
        Organization, organization_id, with_for_update=True, populate_existing=True
    )


def _begin(place: Organization, by: Actor) -> SchoolHandover:
    found = SchoolHandover(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        counts=packed(open_work(place, clock.today())),
        given_at=clock.now(),
        given_by_id=by.user_id,
        given_post_id=by.post_id,
    )
    db.session.add(found)
    db.session.flush()
    audit("handover.give", "school_handover", found.id, by=by)
    return found
