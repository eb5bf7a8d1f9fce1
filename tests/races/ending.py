"""Races about expulsions and closed organizations, against each other and against the members."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core import clock
from core.access.permissions import Role
from core.database import db
from members.models import Application, Expulsion, Membership, Resettlement
from members.rules import (
    LIVE_STATES,
    ApplicationStatus,
    ExpulsionStatus,
    MembershipStatus,
)
from organizations.models import Organization, OrganizationClosing
from organizations.rules import ClosingStatus
from tests import endings
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE, approving
from tests.races.moving import LEAVE, member
from tests.races.race import CONFLICT, DONE, Race
from tests.races.server import Ground

COUNTY, TARGET = "东县", "东二村"


def case(status: ExpulsionStatus, place: str) -> tuple[Expulsion, stage.Somebody]:
    """Return an expulsion that waits at an organization of the cast, and its member."""
    who = stage.somebody()
    made = endings.make_expulsion(stage.place(HERE), status, stage.person_of(who))
    made.handler_id = stage.place(place).id
    db.session.flush()
    return made, who


def deciding(by: stage.Somebody, made: Expulsion, outcome: str) -> Post:
    """Return the form in which a secretary records what the council decided."""
    path = f"/o/{stage.place(HERE).code}/expulsions/{made.code}/decision"
    fields = [
        ("outcome", outcome),
        ("resolved_on", clock.today().isoformat()),
        ("text", "全体通过"),
    ]
    return Post(by.token, path, fields)


def prepare_two_decisions(_ground: Ground, count: int) -> list[Trial]:
    """Two secretaries record opposite decisions about one expulsion."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        made, _who = case(ExpulsionStatus.HEARD, HERE)
        posts = [deciding(first, made, "expel"), deciding(second, made, "drop")]
        trials.append(Trial(posts, made.id))
    return trials


def judge_two_decisions(trial: Trial) -> Iterator[str]:
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    made = db.session.get_one(Expulsion, trial.subject)
    running = made.membership.status is MembershipStatus.EXPULSION_PROPOSED
    if running != (made.status is ExpulsionStatus.DECIDED):
        yield f"expulsion {made.status}, membership {made.membership.status}"


def prepare_leaving_and_review(_ground: Ground, count: int) -> list[Trial]:
    """The member leaves while the county confirms that he is expelled."""
    officer, trials = stage.keeper(COUNTY, Role.OFFICER), []
    for _ in range(count):
        made, who = case(ExpulsionStatus.DECIDED, COUNTY)
        path = f"/o/{stage.place(COUNTY).code}/expulsions/{made.code}/confirm"
        posts = [Post(officer.token, path), Post(who.token, LEAVE)]
        trials.append(Trial(posts, made.id))
    return trials


def judge_leaving_and_review(trial: Trial) -> Iterator[str]:
    made = db.session.get_one(Expulsion, trial.subject)
    ends = made.status, made.membership.status
    if ends not in {
        (ExpulsionStatus.EFFECTIVE, MembershipStatus.EXPELLED),
        (ExpulsionStatus.DISCONTINUED, MembershipStatus.WITHDRAWN),
    }:
        yield f"expulsion {ends[0]}, membership {ends[1]}"


def closing(by: stage.Somebody, village: str, target: str = TARGET) -> Post:
    """Return the form in which the county closes an organization."""
    fields = [
        ("target", stage.place(target).code),
        ("document", "东红〔2026〕8号"),
        ("closed_on", clock.today().isoformat()),
    ]
    return Post(by.token, f"/o/{stage.place(village).code}/closing", fields)


def prepare_approval_and_closing(_ground: Ground, count: int) -> list[Trial]:
    """A secretary approves while the county closes the organization."""
    officer, trials = stage.keeper(COUNTY, Role.OFFICER), []
    for _ in range(count):
        village = stage.village()
        secretary, waiting = stage.keeper(village), stage.application(village)
        posts = [approving(secretary, waiting, place=village), closing(officer, village)]
        trials.append(Trial(posts, waiting.id))
    return trials


def judge_approval_and_closing(trial: Trial) -> Iterator[str]:
    application = db.session.get_one(Application, trial.subject)
    if application.status not in {ApplicationStatus.APPROVED, ApplicationStatus.CLOSED}:
        yield f"application {application.status}"
    at_closed = select(func.count()).where(
        Membership.organization_id == application.organization_id,
        Membership.status.in_(LIVE_STATES),
    )
    if db.session.scalar(at_closed):
        yield "a member of a closed organization"
    admitted = select(func.count()).where(Membership.person_id == application.person_id)
    if (db.session.scalar(admitted) == 1) != (application.status is ApplicationStatus.APPROVED):
        yield f"application {application.status}, {db.session.scalar(admitted)} memberships"


def prepare_two_closings(_ground: Ground, count: int) -> list[Trial]:
    """Two officers close one organization, with different targets."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        village = stage.village()
        member(village, MembershipStatus.ACTIVE)
        posts = [closing(first, village), closing(second, village, HERE)]
        trials.append(Trial(posts, stage.place(village).id))
    return trials


def judge_two_closings(trial: Trial) -> Iterator[str]:
    standing = db.session.scalars(
        select(OrganizationClosing).where(
            OrganizationClosing.organization_id == trial.subject,
            OrganizationClosing.status == ClosingStatus.CLOSED,
        )
    ).all()
    if len(standing) != 1:
        yield f"{len(standing)} closings"
        return
    moved = db.session.scalars(
        select(Resettlement).where(Resettlement.from_organization_id == trial.subject)
    ).all()
    if [one.to_organization_id for one in moved] != [standing[0].target_id]:
        yield f"moved to {[one.to_organization_id for one in moved]}"
    organization = db.session.get_one(Organization, trial.subject)
    if organization.closed_on != clock.today():
        yield f"closed on {organization.closed_on}"


RACES = (
    Race(
        "two secretaries decide an expulsion",
        ("RACE-01",),
        ("lock on expulsions",),
        prepare_two_decisions,
        judge_two_decisions,
    ),
    Race(
        "one leaves, the county expels",
        ("RACE-04",),
        (),
        prepare_leaving_and_review,
        judge_leaving_and_review,
    ),
    Race(
        "a branch approves, the county closes it",
        ("RACE-04",),
        ("lock on applications",),
        prepare_approval_and_closing,
        judge_approval_and_closing,
    ),
    Race(
        "two officers close an organization",
        ("RACE-01",),
        (),
        prepare_two_closings,
        judge_two_closings,
    ),
)
