"""Races about applications: decided twice, taken back meanwhile, one document at two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select

from core import keyring
from core.audit.models import AuditEvent
from core.chain import link
from core.database import db
from members.models import Application, Decision, Membership
from members.rules import LIVE_STATES, ApplicationStatus, ReturnReason
from people.models import Person
from people.rules import IdType
from tests import factories as make
from tests.cast import token_of
from tests.races import stage
from tests.races.harness import WIDTH, Post, Trial
from tests.races.race import CONFLICT, DONE, REFUSED, Race
from tests.races.server import Ground

HERE, THERE = "东一村", "西一村"


def queue(place: str) -> str:
    """Return the address of the applications of an organization of the cast."""
    return f"/o/{stage.place(place).code}/applications"


def approving(by: stage.Somebody, *applications: Application, place: str = HERE) -> Post:
    """Return the form that approves ticked applications."""
    fields = [("ids", application.code) for application in applications]
    return Post(by.token, f"{queue(place)}/approve", fields)


def returning(by: stage.Somebody, application: Application) -> Post:
    """Return the form that returns an application."""
    fields = [("reason", ReturnReason.NAME_MISMATCH.value), ("note", "")]
    return Post(by.token, f"{queue(HERE)}/{application.code}/return", fields)


# ------------------------------------------------------------------------------ the same twice


def prepare_double_approval(_ground: Ground, count: int) -> list[Trial]:
    """One application in both hands; in every other trial each hand holds another one as well."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for number in range(count):
        shared, left, right = (stage.application(HERE) for _ in range(3))
        mine, yours = ([shared, left], [shared, right]) if number % 2 else ([shared], [shared])
        posts = [approving(first, *mine), approving(second, *yours)]
        trials.append(Trial(posts, shared.id))
    return trials


def judge_double_approval(trial: Trial) -> Iterator[str]:
    """One hand approves it; the other is told, or its decision says that it left one out."""
    alone = len(trial.posts[0].fields) == 1
    wanted = [DONE, CONFLICT] if alone else [DONE, DONE]
    if sorted(trial.statuses()) != wanted:
        yield f"statuses {trial.statuses()}"
    if memberships_of(trial.subject) != 1:
        yield f"{memberships_of(trial.subject)} memberships"
    if not alone:
        made = decisions(trial)
        if sorted((one.count, one.left_out) for one in made) != [(1, 1), (2, 0)]:
            yield f"decisions {[(one.count, one.left_out) for one in made]}"


def decisions(trial: Trial) -> Sequence[Decision]:
    """Return the decisions that the answers of a trial name."""
    queries = [parse_qs(urlsplit(answer.location).query) for answer in trial.answers]
    codes = [code for query in queries for code in query.get("done", [])]
    return db.session.scalars(select(Decision).where(Decision.code.in_(codes))).all()


def memberships_of(application_id: int) -> int:
    """Return how many live memberships the person of an application has."""
    statement = (
        select(func.count())
        .select_from(Membership)
        .join(Application, Application.person_id == Membership.person_id)
        .where(Application.id == application_id, Membership.status.in_(LIVE_STATES))
    )
    return db.session.scalar(statement) or 0


# ------------------------------------------------------------------------------ different acts


def prepare_approval_and_return(_ground: Ground, count: int) -> list[Trial]:
    """One approves while the other returns."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        shared = stage.application(HERE)
        posts = [approving(first, shared), returning(second, shared)]
        trials.append(Trial(posts, shared.id))
    return trials


def prepare_approval_and_withdrawal(_ground: Ground, count: int) -> list[Trial]:
    """One approves while the applicant takes it back."""
    keeper = stage.keeper(HERE)
    trials = []
    for _ in range(count):
        applicant = stage.somebody()
        shared = stage.application(HERE, applicant)
        taking_back = Post(applicant.token, f"/me/applications/{shared.code}/withdraw")
        trials.append(Trial([approving(keeper, shared), taking_back], shared.id))
    return trials


def judge_one_of_two(trial: Trial) -> Iterator[str]:
    """Either it was approved and there is a membership, or it was not and there is none."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    status = db.session.get_one(Application, trial.subject).status
    approved = trial.answers[0].status == DONE
    if approved is not (status is ApplicationStatus.APPROVED):
        yield f"answered {trial.answers[0].status}, is {status}"
    if memberships_of(trial.subject) != int(approved):
        yield f"{memberships_of(trial.subject)} memberships of one {status}"


# ----------------------------------------------------------------------- one document, two places


def prepare_one_document(_ground: Ground, count: int) -> list[Trial]:
    """The same number is handed in at two counties at once, by two accounts."""
    stage.refresh("ben", "will")
    trials = []
    for _ in range(count):
        number = make.make_id_number(stage.birth())
        posts = []
        for place in (HERE, THERE):
            account = stage.newcomer()
            stage.draft(account, place, number)
            path = f"/j/{stage.place(place).code}/apply/member/submit"
            posts.append(Post(account.token, path))
        trials.append(Trial(posts, keyring.index_of(f"{IdType.RESIDENT_ID}:{number}", "id")))
    return trials


def approve_both(trial: Trial) -> list[Post]:
    """Then both keepers look at what they have and approve it, at once."""
    posts = []
    for post, place, keeper in zip(trial.posts, (HERE, THERE), ("ben", "will"), strict=True):
        application = stage.application_of(post.token)
        if application is not None:
            path = f"{queue(place)}/{application.code}/approve"
            posts.append(Post(token_of(keeper), path))
    return posts


def judge_one_document(trial: Trial) -> Iterator[str]:
    """Both are answered alike; one person holds the number, and becomes a member."""
    if sorted(trial.statuses()) != [DONE, DONE, DONE, REFUSED]:
        yield f"statuses {trial.statuses()}"
    holders = db.session.scalars(select(Person.id).where(Person.id_index == trial.subject)).all()
    if len(holders) != 1:
        yield f"{len(holders)} persons hold the number"
    claims = select(func.count()).where(Application.claimed_id_index == trial.subject)
    if db.session.scalar(claims) != 1:
        yield "the second application does not tell of the first"


# ---------------------------------------------------------------------------- many at once


def prepare_many(_ground: Ground, count: int) -> list[Trial]:
    """Eight keepers approve eight applications: one sequence of numbers, one chain."""
    keepers = [stage.keeper(HERE) for _ in range(WIDTH)]
    trials = []
    for _ in range(count):
        applications = [stage.application(HERE) for _ in keepers]
        posts = [approving(*pair) for pair in zip(keepers, applications, strict=True)]
        trials.append(Trial(posts, applications[0].id))
    return trials


def judge_many(trial: Trial) -> Iterator[str]:
    """Each has a number of its own, and each decision its place in the audit chain."""
    if trial.statuses() != [DONE] * WIDTH:
        yield f"statuses {trial.statuses()}"
    made = [one.id for one in decisions(trial)]
    numbers = (
        select(func.count(Membership.number), func.count(Membership.number.distinct()))
        .join(Application, Application.id == Membership.application_id)
        .where(Application.decision_id.in_(made))
    )
    if db.session.execute(numbers).one() != (WIDTH, WIDTH):
        yield "a number was given out twice, or none"
    yield from unlinked(made)


def unlinked(decision_ids: Sequence[int]) -> Iterator[str]:
    """Yield the audit events of decisions that do not follow the event before them."""
    events = db.session.scalars(
        select(AuditEvent).where(
            AuditEvent.subject_type == "decision", AuditEvent.subject_id.in_(decision_ids)
        )
    ).all()
    if len(events) != len(decision_ids):
        yield f"{len(events)} events of {len(decision_ids)} decisions"
    for event in events:
        before = (event.sequence or 0) - 1
        statement = select(AuditEvent.digest).where(AuditEvent.sequence == before)
        previous = db.session.scalar(statement)
        if not previous or link(previous, before + 1, event.facts()) != event.digest:
            yield f"event {event.id} is not linked"


RACES = (
    Race(
        "two approve one application",
        ("RACE-01", "RACE-16"),
        ("lock on applications",),
        prepare_double_approval,
        judge_double_approval,
    ),
    Race(
        "one approves, the other returns",
        ("RACE-04", "RACE-16"),
        ("lock on applications",),
        prepare_approval_and_return,
        judge_one_of_two,
    ),
    Race(
        "one approves, the applicant withdraws",
        ("RACE-04", "RACE-16"),
        ("lock on applications",),
        prepare_approval_and_withdrawal,
        judge_one_of_two,
    ),
    Race(
        "one document at two places",
        ("RACE-03", "RACE-16"),
        ("unique document",),
        prepare_one_document,
        judge_one_document,
        approve_both,
    ),
    Race(
        "many approvals at once",
        ("RACE-14", "RACE-15", "RACE-16"),
        ("lock on serials", "lock on chains"),
        prepare_many,
        judge_many,
    ),
)
