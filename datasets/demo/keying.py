"""Hours that secretaries of the demonstration entered for others: one begun, sent, agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from datasets.demo.people import Stage
from organizations.models import Organization
from volunteers import operations as hours
from volunteers.models import ServiceSheet, Volunteer
from volunteers.operations import KeyedLine
from volunteers.queries.sheets import records_on
from volunteers.rules import SERVING, ServiceField, WorkKind
from volunteers.rules.sheets import SheetFacts

#: The smallest picture there is: a scan that shows nobody.
SCAN = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080000000"
    "03a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
PEOPLE, PLACES = 4, 3
REASON = "本人没有手机，当天没有签到"
LATE_EVENING, LENGTH = 21, timedelta(minutes=90)


def build_sheets(stage: Stage) -> None:
    """Let some branches under a kept county enter hours: one says that it was not him."""
    built = 0
    for organization_id, keeper in stage.keepers.items():
        organization = db.session.get_one(Organization, organization_id)
        people = _served_long(stage, organization_id, keeper)
        is_branch = organization.county_id not in {None, organization_id}
        if not is_branch or organization.county_id not in stage.keepers or len(people) < PEOPLE:
            continue
        _build(stage, organization, keeper, people)
        built += 1
        if built == PLACES:
            return


def _served_long(stage: Stage, organization_id: int, keeper: Actor) -> Sequence[Volunteer]:
    """Return volunteers of some weeks, not the secretary: nobody enters his own hours."""
    before = stage.today - timedelta(days=30)
    return db.session.scalars(
        select(Volunteer)
        .where(
            Volunteer.organization_id == organization_id,
            Volunteer.status.in_(SERVING),
            Volunteer.entered_on < before,
            Volunteer.person_id != keeper.person_id,
        )
        .order_by(Volunteer.id.desc())
        .limit(PEOPLE)
    ).all()


def _build(
    stage: Stage, organization: Organization, keeper: Actor, people: Sequence[Volunteer]
) -> None:
    county_id = organization.county_id or 0
    done = _sheet(stage, organization, keeper, people, "入户探访", 5, WorkKind.SERVICE)
    hours.send_sheet(done.code, by=keeper, now=stage.at(4, LATE_EVENING))
    records = records_on(done)
    at_county = {"handler_id": county_id, "by": stage.keepers[county_id]}
    codes = [one.code for one in records]
    hours.confirm_sheet(done.code, codes, looked_at=True, now=stage.at(3, 9), **at_county)  # type: ignore[arg-type]
    own = Actor(None, records[-1].person_id)
    hours.disown(records[-1].code, "那天我在外地", by=own, now=stage.at(2, 9))
    waits = _sheet(stage, organization, keeper, people[:2], "季度例会", 3, WorkKind.MEETING)
    hours.send_sheet(waits.code, by=keeper, now=stage.at(2, LATE_EVENING))
    _sheet(stage, organization, keeper, people[1:], "社区义诊", 2, WorkKind.SERVICE)


def _sheet(
    stage: Stage,
    organization: Organization,
    keeper: Actor,
    people: Sequence[Volunteer],
    title: str,
    days_ago: int,
    work: WorkKind,
) -> ServiceSheet:
    """Return a draft about the evening of a day, keyed in that night."""
    start, now = stage.at(days_ago, 19), stage.at(days_ago, LATE_EVENING)
    facts = SheetFacts(title, ServiceField.AID, work, start, start + LENGTH, REASON)
    sheet = hours.begin_sheet(facts, organization=organization, by=keeper, now=now)
    hours.keep_evidence(sheet.code, SCAN, by=keeper, now=now)
    lines = [KeyedLine(one.id, start, start + LENGTH) for one in people]
    hours.keep_lines(sheet.code, lines, by=keeper)
    return sheet
