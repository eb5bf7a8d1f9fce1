"""Pairs of records that may be one person, and merges of them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core import clock, crypto
from core.database import db
from people.models import DuplicateCandidate, Person, PersonMerge
from people.operations.duplicates import look_for
from people.rules.duplicates import DuplicateReason, DuplicateStatus
from tests.factories import make_user


def make_pair(one: Person, other: Person) -> DuplicateCandidate:
    """Return an open pair in the lists of the counties where the two stand."""
    look_for([one.id, other.id], now=clock.now())
    low, high = sorted((one.id, other.id))
    return db.session.scalars(
        select(DuplicateCandidate).where(
            DuplicateCandidate.low_id == low, DuplicateCandidate.high_id == high
        )
    ).one()


def make_merge(survivor: Person, merged: Person, county_id: int) -> PersonMerge:
    """Return a merge of two records that moved nothing."""
    low, high = sorted((survivor.id, merged.id))
    candidate = DuplicateCandidate(
        code=crypto.opaque_code(8),
        low_id=low,
        high_id=high,
        reason=DuplicateReason.SAME_COUNTY,
        status=DuplicateStatus.MERGED,
        found_at=clock.now(),
        decided_at=clock.now(),
    )
    db.session.add(candidate)
    db.session.flush()
    merge = PersonMerge(
        code=crypto.opaque_code(8),
        candidate_id=candidate.id,
        survivor_id=survivor.id,
        merged_id=merged.id,
        organization_id=county_id,
        reason="电话问过本人",
        merged_at=clock.now(),
        merged_by_id=make_user().id,
        undo_until=clock.today() + timedelta(days=30),
    )
    db.session.add(merge)
    db.session.flush()
    return merge
