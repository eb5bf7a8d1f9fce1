"""Doubtful data at one branch and what its county asked, and two systems with a token."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from core import clock
from core.access.marks import ApiScope
from core.database import db
from datasets.demo.people import Stage
from datasets.demo.places import PROVINCE
from members.models import Membership
from members.rules import MembershipKind
from members.rules.memberships import LIVE_STATES
from organizations.models import Organization
from organizations.queries import branch_of_division
from people.models import Person
from people.operations import checks
from people.rules.checks import CheckWay
from supervision.api.operations import issue, revoke
from supervision.quality.operations import assign
from supervision.quality.queries.rows import counted
from supervision.quality.rules import Kind

COUNTY = "上城区"
LONG_AGO, TERM, FEW = 800, 20, 3


def build_quality(stage: Stage, now: datetime) -> None:
    """Show data that were not looked at for long, a dead phone, lists to put right; two tokens."""
    village, county = stage.places[f"{COUNTY}/村1"], stage.places[COUNTY]
    people = _members(village)
    keeper = stage.keepers[village.id]
    for person in people:
        person.created_at = now - timedelta(days=LONG_AGO)
    for person in people[FEW:]:
        checks.confirm(person.id, way=CheckWay.KEEPER, by=keeper, now=now)
    for person in people[:1]:
        checks.mark_unreachable(person, by=keeper, now=now)
    db.session.flush()
    counts = counted(village.place, clock.local(now).date()).counts
    for kind in (Kind.STALE, Kind.INVALID_PHONE):
        if counts[kind]:
            due, by = stage.today + timedelta(days=TERM), stage.keepers[county.id]
            assign(village.place, kind, "演示：请在期限前核对", due, by=by, now=now)
    _give_tokens(stage, now)


def _members(village: Organization) -> list[Person]:
    """Return the adult members of a branch that have a phone."""
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organization_id == village.id,
            Membership.kind == MembershipKind.ADULT,
            Membership.status.in_(LIVE_STATES),
            Person.phone_index.is_not(None),
        )
        .order_by(Person.id)
    )
    return list(db.session.scalars(statement))


def _give_tokens(stage: Stage, now: datetime) -> None:
    """Give out a token that lives and one that is revoked; nobody is told either."""
    province = branch_of_division(PROVINCE)
    if province is None:
        return
    place, by = province.place, stage.keepers[province.id]
    for system, purpose in (
        ("演示驾驶舱", "演示：读全省的数字"),
        ("演示旧驾驶舱", "演示：已经换掉"),
    ):
        made, _token = issue(
            place,
            system,
            purpose,
            reach=province.code,
            api_scopes=list(ApiScope),
            expires_on=stage.today + timedelta(days=180),
            by=by,
            now=now,
        )
    revoke(place, made.code, "演示：换成新的令牌", by=by, now=now)
