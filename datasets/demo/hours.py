"""Service records of the demonstration, in every state, most of them confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import time, timedelta

from sqlalchemy import select

from accounts.rules.packets import Packet
from core.audit.operations import Actor
from core.database import db
from datasets.demo.looking import build_holds
from datasets.demo.people import Stage
from organizations.models import Organization
from volunteers import operations as hours
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import Entry, RefusalReason, ServiceField

#: What was done, how long, and in which field.
DEEDS = (
    ("急救演练", 120, ServiceField.FIRST_AID),
    ("敬老探访", 150, ServiceField.AID),
    ("无偿献血宣传", 180, ServiceField.BLOOD),
    ("防溺水巡查", 240, ServiceField.DROWNING),
    ("社区义诊", 210, ServiceField.HEALTH),
    ("博爱送万家", 90, ServiceField.RELIEF_GOODS),
)
CONFIRMED_DAYS_AGO = (75, 48, 26, 12)
CONFIRMED_AFTER = 2
OBJECTION = "当天签到表上有我的名字，请再看一下"


def build_hours(stage: Stage) -> None:
    """Let every volunteer serve; what is confirmed is confirmed by whoever handles it."""
    volunteers = db.session.scalars(select(Volunteer).order_by(Volunteer.id)).all()
    for turn, days_ago in enumerate(CONFIRMED_DAYS_AGO):
        serving = [
            one
            for index, one in enumerate(volunteers)
            if (index + turn) % 2 == 0 and joined_before(stage, one, days_ago)
        ]
        records = [serve(stage, one, days_ago, turn + one.id) for one in serving]
        confirm_records(stage, records, days_ago - CONFIRMED_AFTER)
    _build_waiting(stage, volunteers)
    _build_disputes(stage, volunteers)
    build_holds(stage)


def joined_before(stage: Stage, volunteer: Volunteer, days_ago: int) -> bool:
    """Return whether somebody was a volunteer before a day in the past."""
    return volunteer.entered_on < stage.today - timedelta(days=days_ago)


def serve(
    stage: Stage,
    volunteer: Volunteer,
    days_ago: int,
    deed: int,
    minutes: int = 0,
    packet: Packet | None = None,
) -> ServiceRecord:
    """Return what a volunteer entered in the evening of the day; the usual length without one."""
    title, usual, field = DEEDS[deed % len(DEEDS)]
    day = stage.today - timedelta(days=days_ago)
    entry = Entry(day, minutes or usual, title, field, start=time(9))
    by = Actor(None, volunteer.person_id)
    now = stage.at(days_ago, 20)
    return hours.log_service(volunteer.person_id, entry, by=by, now=now, packet=packet)


def confirm_records(stage: Stage, records: Sequence[ServiceRecord], days_ago: int) -> None:
    """Confirm records, each handler in one decision; nobody confirms his own."""
    by_handler: dict[int, list[str]] = defaultdict(list)
    for record in records:
        if stage.keepers[record.handler_id].person_id != record.person_id:
            by_handler[record.handler_id].append(record.code)
    for handler_id, codes in by_handler.items():
        by, now = stage.keepers[handler_id], stage.at(days_ago, 18)
        hours.confirm(codes, handler_id=handler_id, by=by, now=now)


def _build_waiting(stage: Stage, volunteers: Sequence[Volunteer]) -> None:
    """Leave records that wait: new, late, kept on a phone, and long ones that need a look."""
    for index, volunteer in enumerate(volunteers):
        if index % 4 == 0:
            serve(stage, volunteer, 1, index)
        elif index % 16 == 1:
            serve(stage, volunteer, 6, index)
        elif index % 16 == 5:  # noqa: PLR2004 - every sixteenth had no network, some a wrong clock
            packet = Packet(stage.at(5, 15), is_doubtful=index % 32 == 5)  # noqa: PLR2004
            serve(stage, volunteer, 5, index, packet=packet)
        elif index % 16 == 2:  # noqa: PLR2004 - every sixteenth is long
            serve(stage, volunteer, 3, index, minutes=600)


def _build_disputes(stage: Stage, volunteers: Sequence[Volunteer]) -> None:
    """Refuse some, object to some, grant one and uphold one, correct one, take one back."""
    by_county: dict[int, list[Volunteer]] = defaultdict(list)
    for volunteer in volunteers:
        if volunteer.organization_id in stage.keepers and joined_before(stage, volunteer, 60):
            by_county[volunteer.county_id or 0].append(volunteer)
    for county_id, found in by_county.items():
        if len(found) < len(_FATES):
            continue
        for volunteer, fate in zip(found[3:], _FATES, strict=False):
            _dispute(stage, volunteer, county_id, fate)


_FATES = ("refused", "objected", "granted", "upheld", "corrected", "withdrawn", "appealed")


def _dispute(stage: Stage, volunteer: Volunteer, county_id: int, fate: str) -> None:
    record = serve(stage, volunteer, 18, volunteer.id + 3)
    keeper, county = stage.keepers[record.handler_id], stage.keepers[county_id]
    own = Actor(None, volunteer.person_id)
    if fate == "withdrawn":
        hours.withdraw(record.code, by=own, now=stage.at(18, 21))
        return
    if fate == "corrected":
        confirm_records(stage, [record], 16)
        _correct(record, keeper, stage)
        return
    handler_id = record.handler_id
    reason, now = RefusalReason.NOT_THERE, stage.at(16, 18)
    hours.refuse([record.code], reason, "", handler_id=handler_id, by=keeper, now=now)
    if fate == "refused":
        return
    hours.object_(record.code, OBJECTION, by=own, now=stage.at(14, 19))
    at_county = {"handler_id": county_id, "by": county, "now": stage.at(10, 10)}
    if fate == "granted":
        hours.grant_objection(record.code, "签到表上有记录", **at_county)  # type: ignore[arg-type]
    elif fate in {"upheld", "appealed"}:
        hours.uphold(record.code, "签到表上没有记录", **at_county)  # type: ignore[arg-type]
    if fate == "appealed":
        hours.appeal(record.code, "同去的人可以证明", by=own, now=stage.at(7, 19))


def _correct(record: ServiceRecord, keeper: Actor, stage: Stage) -> None:
    place: Organization = record.handler
    now, reason = stage.at(15, 18), "多记了半小时"
    hours.correct(
        record.code,
        record.minutes - 30,
        reason,
        organization_id=place.id,
        by=keeper,
        now=now,
    )
