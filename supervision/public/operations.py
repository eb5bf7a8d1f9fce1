"""Publishing statistics and taking them back: decisions of the province (STA-02, STA-05)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from core import clock, crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import UnknownRowError, next_state
from organizations.models import Organization
from supervision.public.models import Edition, EditionEvent, EditionLine
from supervision.public.queries.counting import (
    Moment,
    PublicPlace,
    moment_of,
    numbers_of,
    public_places,
)
from supervision.public.queries.editions import last_number, left_out, standing_edition
from supervision.public.rules import (
    EDITION_TRANSITIONS,
    EditionAction,
    EditionStatus,
    Values,
    check_note,
    check_year,
    discreet,
)


def publish(organization_id: int, year: int, note: str, *, by: Actor, now: datetime) -> Edition:
    """Return a new edition of a year with the numbers of its last month end, frozen.

    Where no month end was kept, or the edition that is corrected told of it already, they are
    those of this moment.

    Where the year has one already this is its correction, and the note says why. Raises
    RuleViolation for another year than this and the last, and for a correction without a reason.
    """
    today = clock.local(now).date()
    check_year(year, today.year)
    place = db.session.get_one(
        Organization, organization_id, with_for_update=True, populate_existing=True
    )
    earlier = standing_edition(year)
    words = check_note(note, field="note") if earlier or note.strip() else ""
    if earlier is not None:
        _step(earlier, EditionAction.CORRECT, words, by, now)
    moment = moment_of(year, today, earlier.as_of if earlier else None)
    edition = Edition(
        code=crypto.opaque_code(8),
        year=year,
        number=last_number(year) + 1,
        as_of=moment.as_of,
        status=EditionStatus.PUBLISHED,
        organization=place,
        published_at=now,
        published_by_id=by.user_id,
        note=words,
    )
    db.session.add(edition)
    db.session.flush()
    _freeze(edition, moment, settings.value("figures.small_group", on=today))
    _note(edition, None, words, by, now)
    audit("statistics.publish", "statistics_edition", edition.id, by=by, year=year)
    return edition


def take_back(code: str, note: str, *, organization_id: int, by: Actor, now: datetime) -> Edition:
    """Return an edition that shows no numbers any more. Raises RuleViolation without a reason."""
    words = check_note(note, field="note")
    edition = db.session.scalars(
        select(Edition)
        .where(Edition.code == code, Edition.organization_id == organization_id)
        .with_for_update()
    ).one_or_none()
    if edition is None:
        raise UnknownRowError(code)
    _step(edition, EditionAction.TAKE_BACK, words, by, now)
    audit("statistics.take_back", "statistics_edition", edition.id, by=by)
    return edition


def lines_of(year: int, floor: int, month: int | None = None) -> list[tuple[PublicPlace, Values]]:
    """Return what an edition of a year would tell, place by place, the province first."""
    places = public_places()
    below: dict[int, list[int]] = {}
    for place in places:
        if place.parent_id is not None:
            below.setdefault(place.parent_id, []).append(place.id)
    shown = discreet(numbers_of(places, year, month), below, floor, left_out(year))
    return [(place, shown[place.id]) for place in _in_order(places, below)]


def _in_order(
    places: Sequence[PublicPlace], below: Mapping[int, Sequence[int]]
) -> list[PublicPlace]:
    """Return every place after the one above it, its own lower places right behind it."""
    known = {place.id: place for place in places}
    found: list[PublicPlace] = []
    waiting = [place for place in reversed(places) if place.parent_id not in known]
    while waiting:
        place = waiting.pop()
        found.append(place)
        waiting += [known[one] for one in reversed(below.get(place.id, ()))]
    return found


def _freeze(edition: Edition, moment: Moment, floor: int) -> None:
    lines = lines_of(edition.year, floor, moment.month)
    rows = [
        {
            "edition_id": edition.id,
            "position": position,
            "place_id": place.id,
            "parent_id": place.parent_id,
            "code": place.code,
            "name": place.short_name,
            "level": place.level,
            "numbers": json.dumps(values),
        }
        for position, (place, values) in enumerate(lines)
    ]
    db.session.execute(EditionLine.__table__.insert(), rows)  # type: ignore[attr-defined]


def _step(edition: Edition, action: EditionAction, note: str, by: Actor, now: datetime) -> None:
    edition.status = next_state(EDITION_TRANSITIONS, edition.status, action)
    _note(edition, action, note, by, now)


def _note(
    edition: Edition, action: EditionAction | None, note: str, by: Actor, now: datetime
) -> None:
    event = EditionEvent(
        edition_id=edition.id,
        action=action,
        to_status=edition.status,
        at=now,
        by_user_id=by.user_id,
        by_post_id=by.post_id,
        note=note,
    )
    db.session.add(event)
    db.session.flush()
