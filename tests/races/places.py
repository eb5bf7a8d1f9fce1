"""Races about organizations that merge while somebody joins, serves or merges there (RACE-06)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission, Role
from core.audit.operations import Actor
from core.database import db
from members.models import Application, Membership
from members.rules import LIVE_STATES, ApplicationStatus
from organizations import operations
from organizations.models import Organization
from organizations.rules import Line, OrganizationStatus
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import approving
from tests.races.race import Race
from tests.races.server import Ground
from tests.races.serving import confirming, credits_of
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import ServiceStatus

COUNTY = "东县"


def merging(officer: stage.Somebody, source: str, target: str) -> Post:
    """Return the form that starts a list of one pair, which was looked at before."""
    place = stage.place(COUNTY)
    scope = scope_of_account(officer.user_id, place.code, Permission.ORGANIZATIONS_MERGE)
    assert scope is not None
    lines = [Line(1, stage.place(source).code, stage.place(target).code)]
    decision = operations.Decision("东红〔2026〕6号", clock.today())
    by = Actor.of_scope(scope)
    merger = operations.prepare(place, lines, decision, by=by, now=clock.now())
    return Post(officer.token, f"/o/{place.code}/mergers/{merger.code}/start")


def prepare_merger_and_approval(_ground: Ground, count: int) -> list[Trial]:
    """The secretary approves while the county merges the village."""
    officer, trials = stage.keeper(COUNTY, Role.OFFICER), []
    for _ in range(count):
        source, target = stage.village(), stage.village()
        waiting = stage.application(source)
        secretary = stage.keeper(source)
        posts = [merging(officer, source, target), approving(secretary, waiting, place=source)]
        trials.append(Trial(posts, (waiting.id, stage.place(source).id, stage.place(target).id)))
    return trials


def judge_merger_and_approval(trial: Trial) -> Iterator[str]:
    application_id, source_id, target_id = trial.subject
    application = db.session.get_one(Application, application_id)
    homes = db.session.scalars(
        select(Membership.organization_id).where(
            Membership.person_id == application.person_id, Membership.status.in_(LIVE_STATES)
        )
    ).all()
    yield from _merged(source_id)
    approved = application.status is ApplicationStatus.APPROVED
    if homes != ([target_id] if approved else []):
        yield f"{application.status}, member at {homes}"
    if not approved and application.status is not ApplicationStatus.CLOSED:
        yield f"{application.status} at what merged"


def prepare_merger_and_hours(_ground: Ground, count: int) -> list[Trial]:
    """The secretary confirms hours while the county merges the village."""
    officer, trials = stage.keeper(COUNTY, Role.OFFICER), []
    for _ in range(count):
        source, target = stage.village(), stage.village()
        volunteer, who = stage.volunteer(source)
        record = stage.record(volunteer, who, source)
        secretary = stage.keeper(source)
        posts = [merging(officer, source, target), confirming(secretary, record, source)]
        trials.append(Trial(posts, (record.id, stage.place(source).id, stage.place(target).id)))
    return trials


def judge_merger_and_hours(trial: Trial) -> Iterator[str]:
    record_id, source_id, target_id = trial.subject
    yield from _merged(source_id)
    record = db.session.get_one(ServiceRecord, record_id)
    if credits_of(record_id) != int(record.status is ServiceStatus.CONFIRMED):
        yield f"{record.status}, {credits_of(record_id)} credits"
    if record.status is ServiceStatus.PENDING and record.handler_id != stage.place(COUNTY).id:
        yield "waits where nobody is"
    if db.session.get_one(Volunteer, record.volunteer_id).organization_id != target_id:
        yield "the volunteer was left behind"


def prepare_both_ways(_ground: Ground, count: int) -> list[Trial]:
    """One officer merges A into B while the other merges B into A."""
    officers: Sequence[stage.Somebody] = [stage.keeper(COUNTY, Role.OFFICER) for _ in range(2)]
    trials = []
    for _ in range(count):
        one, other = stage.village(), stage.village()
        posts = [merging(officers[0], one, other), merging(officers[1], other, one)]
        trials.append(Trial(posts, (stage.place(one).id, stage.place(other).id)))
    return trials


def judge_both_ways(trial: Trial) -> Iterator[str]:
    states = [db.session.get_one(Organization, one).status for one in trial.subject]
    if sorted(states) != [OrganizationStatus.ACTIVE, OrganizationStatus.MERGED]:
        yield f"they are {states}"


def _merged(organization_id: int) -> Iterator[str]:
    status = db.session.get_one(Organization, organization_id).status
    if status is not OrganizationStatus.MERGED:
        yield f"the village is {status}"


RACES = (
    Race(
        "merge a village, approve there",
        ("RACE-06", "RACE-08"),
        (),
        prepare_merger_and_approval,
        judge_merger_and_approval,
    ),
    Race(
        "merge a village, confirm hours there",
        ("RACE-06",),
        (),
        prepare_merger_and_hours,
        judge_merger_and_hours,
    ),
    Race("merge both ways", ("RACE-06",), ("lock on places",), prepare_both_ways, judge_both_ways),
)
