"""Hours that a county looks into in the demonstration: to decide, asked about, released."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from core.audit.operations import SYSTEM
from core.database import db
from datasets.demo.people import Stage
from volunteers.models import Hold, ServiceRecord, Volunteer
from volunteers.operations.holds import ask, hold, release
from volunteers.rules import ServiceStatus
from volunteers.rules.patterns import Hit, Pattern

#: What is found over how many confirmed records, newest first, and how many days ago.
FOUND = ((Pattern.SAME_PHOTO, 2, 4), (Pattern.FULL_SHIFT, 3, 6), (Pattern.SAME_PHOTO, 2, 20))
QUESTION, REASON = "这几次是谁带队，有没有现场照片？", "问过带队的人，照片是同一天两场活动的合影"


def build_holds(stage: Stage) -> None:
    """Leave every county with a keeper three holds over confirmed hours."""
    by_county: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(Volunteer.county_id, ServiceRecord.id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            ServiceRecord.status == ServiceStatus.CONFIRMED,
            ServiceRecord.organization_id.in_(list(stage.keepers)),
            ServiceRecord.organization_id != Volunteer.county_id,
        )
        .order_by(ServiceRecord.id.desc())
    )
    for county_id, record_id in rows:
        if county_id in stage.keepers:
            by_county[county_id].append(record_id)
    for county_id, records in by_county.items():
        for turn, (pattern, size, days_ago) in enumerate(FOUND):
            own = [records.pop(0) for _ in range(min(size, len(records)))]
            if len(own) == size:
                hit = Hit(pattern, f"demo{turn}", tuple(own), {"count": size})
                hold([hit], by=SYSTEM, now=stage.at(days_ago, 3))
                _answer(stage, county_id, turn, days_ago)


def _answer(stage: Stage, county_id: int, turn: int, days_ago: int) -> None:
    """Let the county ask about the second and release the third."""
    decide, words = {1: (ask, QUESTION), 2: (release, REASON)}.get(turn, (None, ""))
    statement = select(Hold).where(Hold.desk_id == county_id).order_by(Hold.id.desc())
    found = db.session.scalars(statement).first()
    if decide is None or found is None:
        return
    by, now = stage.keepers[county_id], stage.at(days_ago - 1, 10)
    decide(found.code, words, desk_id=county_id, by=by, now=now)
