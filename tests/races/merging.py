"""Races about records that become one person while somebody else works on one of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from core import crypto
from core.access.permissions import Role
from core.database import db
from members.models import Application, Membership
from members.rules import ApplicationStatus
from people.models import Person, PersonMerge
from tests import factories as make
from tests import twins as pairs
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.joining import HERE, approving
from tests.races.race import DONE, Race
from tests.races.server import Ground
from tests.races.serving import confirming, credits_of
from volunteers.models import ServiceRecord, Volunteer, VolunteerTotal
from volunteers.rules import ServiceStatus

COUNTY, OTHER = "东县", "东二村"


def twins(count: int) -> list[Person]:
    """Return records of one person, without a document."""
    name, born_on = f"试{crypto.opaque_code(6)}", stage.birth()
    return [make.make_person(name, born_on=born_on) for _ in range(count)]


def merging(by: stage.Somebody, one: Person, other: Person, *, kept: str = "") -> Post:
    """Return the form that merges two records."""
    pair = pairs.make_pair(one, other)
    path = f"/o/{stage.place(COUNTY).code}/duplicates/{pair.code}/merge{kept}"
    return Post(by.token, path, [("note", "电话问过本人")])


def merges_among(person_id: int) -> list[PersonMerge]:
    """Return the merges that a person was part of."""
    statement = select(PersonMerge).where(
        or_(PersonMerge.survivor_id == person_id, PersonMerge.merged_id == person_id)
    )
    return list(db.session.scalars(statement))


def left_behind(person_id: int) -> Iterator[str]:
    """Yield what still belongs to a record that was merged away, and ways that lead nowhere."""
    person = db.session.get_one(Person, person_id)
    if person.merged_into_id is None:
        return
    if db.session.get_one(Person, person.merged_into_id).merged_into_id is not None:
        yield "was merged into a record that is merged away itself"
    for model in (Membership, ServiceRecord, Application):
        if db.session.scalar(select(model.id).where(model.person_id == person_id).limit(1)):
            yield f"{model.__tablename__} left behind"
    kept = Volunteer.person_id == person_id, Volunteer.merged_into_id.is_(None)
    if db.session.scalar(select(Volunteer.id).where(*kept)):
        yield "volunteer left behind"


def prepare_overlapping_pairs(_ground: Ground, count: int) -> list[Trial]:
    """Two officers merge two pairs that have one record in common."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        people = twins(3)
        for person in people:
            make.make_membership(person, stage.place(HERE))
        posts = [merging(first, people[0], people[1]), merging(second, people[1], people[2])]
        trials.append(Trial(posts, people[1].id))
    return trials


def judge_overlapping_pairs(trial: Trial) -> Iterator[str]:
    """What was done is whole: every membership is with a record that stands."""
    done = [status for status in trial.statuses() if status == DONE]
    found = merges_among(trial.subject)
    if not done or len(done) != len(found):
        yield f"statuses {trial.statuses()}, {len(found)} merges"
    for merge in found:
        yield from left_behind(merge.merged_id)


def prepare_both_ways(_ground: Ground, count: int) -> list[Trial]:
    """Two officers merge one pair, each into the other record."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        people = twins(2)
        for person in people:
            make.make_volunteer(person, stage.place(HERE))
        posts = [
            merging(first, people[0], people[1], kept="?record=first"),
            merging(second, people[0], people[1], kept="?record=second"),
        ]
        trials.append(Trial(posts, people[0].id))
    return trials


def judge_both_ways(trial: Trial) -> Iterator[str]:
    """One merge was done; the other officer was told."""
    if trial.statuses().count(DONE) != 1 or len(merges_among(trial.subject)) != 1:
        yield f"statuses {trial.statuses()}"
    for merge in merges_among(trial.subject):
        yield from left_behind(merge.merged_id)


def prepare_merge_and_confirmation(_ground: Ground, count: int) -> list[Trial]:
    """Hours of a record are confirmed while it is merged."""
    officer, secretary = stage.keeper(COUNTY, Role.OFFICER), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        kept, gone = twins(2)
        make.make_volunteer(kept, stage.place(OTHER))
        volunteer = make.make_volunteer(gone, stage.place(HERE))
        record = make.make_record(volunteer, stage.place(HERE), starts_at=stage.quiet_hour())
        posts = [merging(officer, kept, gone), confirming(secretary, record)]
        trials.append(Trial(posts, record.id))
    return trials


def judge_merge_and_confirmation(trial: Trial) -> Iterator[str]:
    """Both happened: the hours are credited once, and stand in the totals of who stays."""
    record = db.session.get_one(ServiceRecord, trial.subject)
    if trial.statuses() != [DONE, DONE]:
        yield f"statuses {trial.statuses()}"
    if record.status is not ServiceStatus.CONFIRMED or credits_of(record.id) != 1:
        yield f"{credits_of(record.id)} credits of one {record.status}"
    volunteer = db.session.get_one(Volunteer, record.volunteer_id)
    if volunteer.merged_into_id is not None or volunteer.person_id != record.person_id:
        yield "the record is with a volunteer that is merged away"
    totals = db.session.scalars(
        select(VolunteerTotal.confirmed_minutes).where(VolunteerTotal.volunteer_id == volunteer.id)
    )
    if sum(totals) != record.minutes:
        yield "the totals lack the record"


def prepare_merge_and_approval(_ground: Ground, count: int) -> list[Trial]:
    """An application is approved while its applicant's record is merged into that of a member."""
    officer, secretary = stage.keeper(COUNTY, Role.OFFICER), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        kept, gone = twins(2)
        make.make_membership(kept, stage.place(OTHER))
        user = make.make_user(gone)
        make.make_user(kept)
        application = make.make_application(gone, stage.place(HERE), user)
        posts = [merging(officer, kept, gone), approving(secretary, application)]
        trials.append(Trial(posts, application.id))
    return trials


def judge_merge_and_approval(trial: Trial) -> Iterator[str]:
    """The merge was done; the applicant became no second member, whoever was first."""
    application = db.session.get_one(Application, trial.subject)
    if trial.statuses()[0] != DONE:
        yield f"statuses {trial.statuses()}"
    if application.status not in (ApplicationStatus.APPROVED, ApplicationStatus.WITHDRAWN):
        yield f"application {application.status}"
    for merge in merges_among(application.person_id):
        yield from left_behind(merge.merged_id)


RACES = (
    Race(
        "two officers merge pairs with one record in common",
        ("RACE-06",),
        (),
        prepare_overlapping_pairs,
        judge_overlapping_pairs,
    ),
    Race(
        "two officers merge one pair both ways",
        ("RACE-06",),
        (),
        prepare_both_ways,
        judge_both_ways,
    ),
    Race(
        "a record is merged, its hours are confirmed",
        ("RACE-06",),
        (),
        prepare_merge_and_confirmation,
        judge_merge_and_confirmation,
    ),
    Race(
        "a record is merged, its application is approved",
        ("RACE-06", "RACE-03"),
        (),
        prepare_merge_and_approval,
        judge_merge_and_approval,
    ),
)
