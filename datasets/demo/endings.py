"""Expulsions at two desks, a death that can be taken back, and a village that was closed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from datasets.demo.joining import hand_in
from datasets.demo.people import Stage
from members import operations as joining
from members.models import Membership
from members.rules import MembershipStatus, Resolution
from organizations.models import Organization
from organizations.operations import Plan, close_organization
from people.operations.deaths import record_death
from people.rules.deaths import DeathFacts, DeathProof

BRANCH, QUIET, CLOSED, COUNTY = "上城区/村1", "上城区/村2", "上城区/村3", "上城区"
PROPOSED_DAYS_AGO, ANSWERED_DAYS_AGO, DECIDED_DAYS_AGO, NEWS_DAYS_AGO = 9, 6, 3, 1
FACTS = "两次以红十字会名义向商户募捐，没有交回款项"
ANSWER = "钱是代收的，已经交给了活动负责人，请再核对"


def build_endings(stage: Stage) -> None:
    """Leave one expulsion with the branch, one with the county; a death; a closed village."""
    branch = stage.places[BRANCH]
    for membership, is_decided in zip(_crowd(branch, 2), (False, True), strict=True):
        _expel(stage, membership, is_decided=is_decided)
    quiet = stage.places[QUIET]
    (gone,) = _crowd(quiet, 1)
    day = stage.today
    facts = DeathFacts(day, DeathProof.HOUSEHOLD, "演示编号 1")
    by, now = stage.keepers[quiet.id], clock.now()
    record_death(gone.person, facts, place_id=quiet.id, by=by, now=now)
    plan = Plan("演示红〔2026〕8号", clock.local(stage.at(NEWS_DAYS_AGO)).date())
    hand_in(stage, stage.places[CLOSED], NEWS_DAYS_AGO + 2)
    county = stage.keepers[stage.places[COUNTY].id]
    close_organization(stage.places[CLOSED], plan, by=county, now=stage.at(NEWS_DAYS_AGO))


def _crowd(place: Organization, number: int) -> Sequence[Membership]:
    """Return filed members of an organization who hold no post and play no part."""
    return db.session.scalars(
        select(Membership)
        .where(
            Membership.organization_id == place.id,
            Membership.status == MembershipStatus.ACTIVE,
        )
        .order_by(Membership.id.desc())
        .limit(number)
    ).all()


def _expel(stage: Stage, membership: Membership, *, is_decided: bool) -> None:
    place_id, by = membership.organization_id, stage.keepers[membership.organization_id]
    made = joining.propose_expulsion(
        membership.code,
        FACTS,
        "演示会议记录 3 号",
        place_id=place_id,
        by=by,
        now=stage.at(PROPOSED_DAYS_AGO),
    )
    himself = Actor(person_id=membership.person_id)
    now = stage.at(ANSWERED_DAYS_AGO)
    joining.answer_expulsion(membership.person_id, ANSWER, by=himself, now=now)
    if is_decided:
        now = stage.at(DECIDED_DAYS_AGO)
        day = clock.local(now).date()
        found = Resolution(day, "", 5, 1, 0)
        joining.decide_expulsion(made.code, found, handler_id=place_id, by=by, now=now)
