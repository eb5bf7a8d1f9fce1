"""Group members of the demonstration: units in every state, entered by phone and by the county."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from core import clock
from core.audit.operations import Actor
from core.database import db
from datasets.demo import names
from datasets.demo.people import Stage
from datasets.demo.places import COUNTIES
from members import operations as joining
from members.models import GroupMembership
from members.queries.dues_due import outstanding_of_group
from members.rules import GradeFacts, MemberGrade
from members.rules.groups import (
    GroupAction,
    GroupFacts,
    GroupKind,
    GroupStatus,
    Visit,
)

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: Serials of phones and codes that nobody else of the demonstration has.
FIRST_SERIAL = 700
#: What a county has done with a unit, in the order in which it is done.
STEPS = (
    GroupStatus.SUBMITTED,
    GroupStatus.VISITED,
    GroupStatus.APPROVED,
    GroupStatus.DUES_PENDING,
    GroupStatus.ACTIVE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A made-up unit: how far it came, and since how many days."""

    name: str
    kind: GroupKind
    start: str
    staff: int
    reaches: GroupStatus
    days_ago: int
    by_contact: bool = False


UNITS = (
    Unit("演示印刷有限公司", GroupKind.ENTERPRISE, "91", 200, GroupStatus.ACTIVE, 300),
    Unit("演示中心医院", GroupKind.INSTITUTION, "12", 1_450, GroupStatus.ACTIVE, 280),
    Unit("演示股份经济合作社", GroupKind.OTHER, "N2", 36, GroupStatus.ACTIVE, 200),
    Unit("演示志愿服务协会", GroupKind.ASSOCIATION, "51", 18, GroupStatus.DUES_PENDING, 30),
    Unit("演示物流有限公司", GroupKind.ENTERPRISE, "91", 640, GroupStatus.VISITED, 9),
    Unit("演示街道办事处", GroupKind.AGENCY, "11", 85, GroupStatus.SUBMITTED, 4),
    Unit("演示餐饮有限公司", GroupKind.ENTERPRISE, "91", 52, GroupStatus.RETURNED, 12, True),
    Unit("演示软件有限公司", GroupKind.ENTERPRISE, "91", 310, GroupStatus.ACTIVE, 150, True),
)
CONTACT = "member"


def build_groups(stage: Stage) -> None:
    """Let units apply at the first county, and the first three of them at the others."""
    serial = FIRST_SERIAL
    for number, county in enumerate(COUNTIES.values()):
        for unit in UNITS if number == 0 else UNITS[:3]:
            serial += 1
            _build(stage, county, unit, serial)


def _build(stage: Stage, county: str, unit: Unit, serial: int) -> None:
    organization = stage.places[county]
    keeper = stage.keepers[organization.id]
    user = stage.users[CONTACT]
    by = Actor(user.id, user.person_id) if unit.by_contact else keeper
    facts = GroupFacts(
        name=unit.name if county == "上城区" else f"{county}{unit.name}",
        credit_code=credit_code(unit.start, serial),
        kind=unit.kind,
        staff=unit.staff,
        representative=names.name_of(serial),
        contact_name=names.name_of(serial + 50),
        contact_phone=names.phone_of(serial),
        address=f"演示路 {serial} 号",
        plan="组织职工学习急救，参加献血和义卖",
    )
    now = stage.at(unit.days_ago)
    owner_id = user.id if unit.by_contact else None
    group = joining.enter_group(organization, facts, owner_id=owner_id, by=by, now=now)
    inside = GroupMembership.id == group.id
    joining.add_group_file(group.code, "证照.png", picture(), inside=inside, by=by, now=now)
    joining.submit_group(group.code, inside=inside, by=by, now=now)
    _handle(stage, group, unit, inside, keeper)


def _handle(
    stage: Stage, group: GroupMembership, unit: Unit, inside: ColumnElement[bool], by: Actor
) -> None:
    """Let the county do what leads to the state of the unit, a day after the other."""
    code = group.code
    if unit.reaches is GroupStatus.RETURNED:
        words, now = "证照照片看不清，请重新上传", stage.at(unit.days_ago - 1)
        joining.act_on_group(code, GroupAction.RETURN, words, inside=inside, by=by, now=now)
        return
    for day, step in enumerate(STEPS[1 : STEPS.index(unit.reaches) + 1], start=1):
        now = stage.at(max(unit.days_ago - day, 0))
        _take(step, code, inside, by, now)
    if unit.reaches is GroupStatus.ACTIVE and unit.kind is GroupKind.INSTITUTION:
        joined = clock.local(now).date() + timedelta(days=1)
        grade = GradeFacts(MemberGrade.SPECIAL, joined, "长期承担急救培训")
        later = stage.at(unit.days_ago - 10)
        joining.set_group_grade(code, grade, inside=inside, by=by, now=later)


def _take(
    step: GroupStatus, code: str, inside: ColumnElement[bool], by: Actor, now: datetime
) -> None:
    day = clock.local(now).date()
    if step is GroupStatus.VISITED:
        visit = Visit("演示考察甲、演示考察乙", day, "证照齐全，有急救箱，职工愿意参加")
        joining.visit_group(code, visit, inside=inside, by=by, now=now)
    elif step is GroupStatus.APPROVED:
        joining.approve_group(code, inside=inside, by=by, now=now)
    elif step is GroupStatus.DUES_PENDING:
        joining.ask_group_dues(code, inside=inside, by=by, now=now)
    elif step is GroupStatus.ACTIVE:
        group = db.session.scalars(
            select(GroupMembership).where(GroupMembership.code == code)
        ).one()
        joining.receive_group_dues(
            code,
            day.year,
            outstanding_of_group(group, day.year),
            f"演示收据 {code[:4].upper()}",
            day,
            inside=inside,
            by=by,
            now=now,
        )


def credit_code(start: str, serial: int) -> str:
    """Return a valid code of a region that does not exist."""
    body = f"{start}990000DEM{serial:06d}"
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[-total % 31]


def picture() -> bytes:
    """Return a small grey picture that stands for a licence."""
    side = 8
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\xb0" * side) * side
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
