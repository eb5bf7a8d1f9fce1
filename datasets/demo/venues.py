"""Venues of the demonstration: some of each main kind, on every step of their life."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from activities.models import Venue
from activities.operations import (
    venue_fund,
    venue_hours,
    venue_people,
    venue_reviews,
    venue_steps,
    venues,
)
from activities.queries.venue_rules import criteria_of, points_of
from activities.rules.venue_fund import FundFacts, FundWay
from activities.rules.venue_hours import OtherDay, read_periods
from activities.rules.venue_kinds import KINDS
from activities.rules.venue_reviews import Finding, Inspection, ReviewAction, Scored
from activities.rules.venues import Charge, Naming, VenueFacts, VenueKind
from core.audit.operations import SYSTEM, Actor
from core.database import db
from datasets.demo.people import Stage
from datasets.demo.places import COUNTIES
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations.models import Organization
from people.models import Person

K = VenueKind
ASKED, LOOKED, NAMED, OPENED, STARRED = 320, 300, 290, 285, 40
WORKDAYS, WEEKEND = "9:00-11:30, 13:30-17:00", "9:00-11:30"


@dataclass(frozen=True, slots=True)
class Plan:
    """A venue to show: whose, what it is called, and how far it has come."""

    owner: str
    kind: VenueKind
    name: str
    far: str = "running"
    details: dict[str, str] = field(default_factory=dict)


def build_venues(stage: Stage) -> None:
    """Enter venues in the first two counties, named by who names their kind."""
    first, second = list(COUNTIES.values())[:2]
    for number, plan in enumerate(_plans(first, second), start=1):
        _build(stage, plan, number)


def _plans(first: str, second: str) -> tuple[Plan, ...]:
    host = {"host": "党群服务中心（演示）"}
    return (
        Plan(first, K.MEMBER_SERVICE_CENTRE, "演示会员服务中心", details={"staff": "3"}),
        Plan(f"{first}/村1", K.MEMBER_HOME, "演示会员之家", details={**host, "board": "1"}),
        Plan(f"{first}/校1", K.MEMBER_HOME, "演示校园会员之家", "applied", host),
        Plan(f"{first}/村1", K.MEMBER_WORKSHOP, "演示急救工作室", details={"field": "急救"}),
        Plan(f"{first}/村2", K.MEMBER_WORKSHOP, "演示心理工作室", "planned", {"field": "心理"}),
        Plan(f"{first}/村2", K.FRATERNITY_HOME, "演示博爱家园", details={"teams": "2"}),
        Plan(f"{first}/镇1", K.SERVICE_STATION, "演示红十字服务站", details=host),
        Plan(f"{first}/镇1", K.TRAINING_BASE, "演示培训基地", details={"manikins": "12"}),
        Plan(second, K.LIFE_EDUCATION_HALL, "演示生命教育体验馆", details={"exhibits": "30"}),
        Plan(f"{second}/村1", K.MEMBER_HOME, "演示西湖会员之家", "inspected", host),
        Plan(f"{second}/村1", K.FIRST_AID_POST, "演示景区救护站", "closed", {"staff": "2"}),
    )


def _build(stage: Stage, plan: Plan, number: int) -> None:
    owner = stage.places[plan.owner]
    facts = VenueFacts(
        name=plan.name,
        address=f"演示路 {number} 号",
        phone=f"0571-0000{number:04d}",
        services="咨询、急救培训、会员活动（演示）",
        seats=20 + number,
        area_m2=60 + 10 * number,
        has_aed=number % 2 == 0,
        has_first_aid_kit=True,
        details=plan.details,
    )
    venue = venues.create(plan.kind, owner, facts, by=SYSTEM, now=stage.at(ASKED + 5))
    week = dict.fromkeys(range(5), read_periods(WORKDAYS, ""))
    week[5] = read_periods(WEEKEND, "")
    venue_hours.set_hours(venue, week, by=SYSTEM, now=stage.at(ASKED + 5))
    holiday = OtherDay(stage.today + timedelta(days=20), (), "盘点（演示）")
    venue_hours.set_day(venue, holiday, by=SYSTEM, now=stage.at(0))
    person = _keeper(stage, owner)
    since = stage.today - timedelta(days=ASKED)
    if person is not None:
        venue_people.put_in_charge(venue, Charge.KEEPER, person, since)
    leader = _member(owner)
    if KINDS[plan.kind].has_leader and leader is not None:
        venue_people.put_in_charge(venue, Charge.LEADER, leader, since)
    if person is not None and plan.far != "planned":
        _go(stage, venue, plan, number)


def _go(stage: Stage, venue: Venue, plan: Plan, number: int) -> None:
    owner, decider = venue.organization_id, venue.decider_id
    venue_steps.apply(venue.code, owner_id=owner, by=SYSTEM, now=stage.at(ASKED))
    if plan.far == "applied":
        return
    looked = stage.today - timedelta(days=LOOKED)
    venue_steps.inspect(
        venue.code, _inspection(venue, looked), decider_id=decider, by=SYSTEM, now=stage.at(LOOKED)
    )
    if plan.far == "inspected":
        return
    naming = Naming(f"演牌{number:03d}", stage.today - timedelta(days=NAMED))
    venue_steps.name(venue.code, naming, decider_id=decider, by=SYSTEM, now=stage.at(NAMED))
    opened = stage.today - timedelta(days=OPENED)
    venue_steps.open_doors(venue.code, opened, owner_id=owner, by=SYSTEM, now=stage.at(OPENED))
    if plan.far == "closed":
        venue_steps.shut(venue, "景区改建（演示）", stage.today, by=SYSTEM, now=stage.at(0))
    if plan.kind is K.FRATERNITY_HOME:
        _star_and_fund(stage, venue)


def _star_and_fund(stage: Stage, venue: Venue) -> None:
    day = stage.today - timedelta(days=STARRED)
    scores = [Scored(item, most * 9 // 10, "见档案") for item, most in points_of(day).items()]
    decider, now = venue.decider_id, stage.at(STARRED)
    review = venue_reviews.propose(venue.code, day, scores, decider_id=decider, by=SYSTEM, now=now)
    action, second = ReviewAction.CONFIRM, stage.at(STARRED - 1)
    venue_reviews.decide(review.code, action, "", decider_id=decider, by=SYSTEM, now=second)
    for days, way, fen, words in (
        (30, FundWay.IN, 2_000_000, "爱心企业捐赠（演示）"),
        (12, FundWay.OUT, 150_000, "帮助困难家庭（演示）"),
    ):
        facts = FundFacts(way, fen, stage.today - timedelta(days=days), words)
        owner = venue.organization_id
        venue_fund.enter(venue.code, facts, owner_id=owner, by=SYSTEM, now=stage.at(days))


def _inspection(venue: Venue, day: date) -> Inspection:
    asked = criteria_of(venue.kind, day)
    found = [Finding(one.name, is_met=True, evidence="看过现场（演示）") for one in asked]
    return Inspection(day, "演示查看人", found)


def _keeper(stage: Stage, owner: Organization) -> Person | None:
    """Return who keeps the owner's queue, or a member of its county."""
    actor = stage.keepers.get(owner.id, Actor())
    if actor.person_id is not None:
        return db.session.get(Person, actor.person_id)
    return _member(owner)


def _member(owner: Organization) -> Person | None:
    """Return an active adult member of an organization, of its county where it is one."""
    is_there = Membership.organization_id == owner.id
    if owner.county_id == owner.id:
        is_there = Membership.county_id == owner.id
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            is_there,
            Membership.status == MembershipStatus.ACTIVE,
            Membership.kind == MembershipKind.ADULT,
        )
        .order_by(Membership.id)
        .limit(1)
    ).first()
