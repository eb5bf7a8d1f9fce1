"""Short ways to hours that somebody of the cast enters for others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core import clock
from core.database import db
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.units import png
from tests.volunteers.desk import BRANCH, acting
from volunteers import operations as hours
from volunteers.models import ServiceRecord, ServiceSheet, Volunteer
from volunteers.operations import KeyedLine
from volunteers.queries.sheets import records_on
from volunteers.rules import ServiceField, WorkKind
from volunteers.rules.sheets import SheetFacts

REASON = "本人没有手机，当天没有签到"


def ago(days: int, hour: int = 9) -> datetime:
    """Return an hour of a day some days ago."""
    day = clock.today() - timedelta(days=days)
    return clock.day_bounds(day)[0] + timedelta(hours=hour)


def facts(
    back: int = 1, minutes: int = 120, hour: int = 9, work: WorkKind = WorkKind.SERVICE
) -> SheetFacts:
    """Return the head of a sheet about some days ago."""
    start = ago(back, hour)
    end = start + timedelta(minutes=minutes)
    return SheetFacts("义诊服务", ServiceField.HEALTH, work, start, end, REASON)


def helpers(cast: Cast, size: int, place: str = BRANCH) -> list[Volunteer]:
    """Return as many new volunteers of an organization."""
    organization = cast.organization(place)
    return [make.make_volunteer(make.make_person(), organization) for _ in range(size)]


def volunteer_of(person: Person) -> Volunteer:
    """Return the volunteer that a person is."""
    return db.session.query(Volunteer).filter_by(person_id=person.id).one()


def draft(
    cast: Cast,
    people: Sequence[Volunteer] | None = None,
    *,
    by: str = "ben",
    place: str = BRANCH,
    head: SheetFacts | None = None,
    now: datetime | None = None,
    evidence: bytes | None = None,
) -> ServiceSheet:
    """Return a draft with everybody at the time of its head, and with evidence."""
    now, head = now or clock.now(), head or facts()
    actor, organization = acting(cast, by), cast.organization(place)
    sheet = hours.begin_sheet(head, organization=organization, by=actor, now=now)
    photo = png(2, 3) if evidence is None else evidence
    if photo:
        hours.keep_evidence(sheet.code, photo, by=actor, now=now)
    chosen = [volunteer_of(cast.person("ada"))] if people is None else people
    lines = [KeyedLine(one.id, head.starts_at, head.ends_at) for one in chosen]
    hours.keep_lines(sheet.code, lines, by=actor)
    db.session.commit()
    return sheet


def send(
    cast: Cast, sheet: ServiceSheet, by: str = "ben", now: datetime | None = None
) -> list[ServiceRecord]:
    """Return the records of a sheet that was sent."""
    hours.send_sheet(sheet.code, by=acting(cast, by), now=now or clock.now())
    db.session.commit()
    return list(records_on(sheet))


def confirm(
    cast: Cast,
    sheet: ServiceSheet,
    by: str = "cora",
    place: str = "东县",
    now: datetime | None = None,
) -> str:
    """Return the code of the decision by which somebody agreed to all of a sheet."""
    decision = hours.confirm_sheet(
        sheet.code,
        [one.code for one in records_on(sheet)],
        handler_id=cast.organization(place).id,
        by=acting(cast, by),
        now=now or clock.now(),
        looked_at=True,
    )
    db.session.commit()
    return decision.code
