"""Races about guardians: a consent withdrawn while the child is admitted (RACE-13)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from sqlalchemy import func, select

from accounts.directory import scope_of_account
from accounts.operations import send_code
from accounts.rules import CodePurpose
from core import clock, crypto
from core.access.permissions import Permission, Role
from core.audit.operations import SYSTEM
from core.database import db
from core.imports import operations
from core.imports.models import Import
from core.imports.reading import read_pasted
from core.messages import outbox
from members.models import Membership
from members.operations import answer_consent
from members.rules import LIVE_STATES
from people.models import ConsentRequest, Guardian, Person
from schools.imports.pupils import FIELDS, PUPILS
from schools.models import Pupil, SchoolClass
from schools.operations import consents
from schools.rules.pupils import ConsentState, PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.members.conftest import years_ago
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, REFUSED, Race
from tests.races.server import Ground
from tests.schools.lists import CLASS, PHONE, as_cells, children

SCHOOL = "东小学"
#: So many children of a list nobody knows.
NEW = 2


def links_of(pupil: Pupil) -> list[tuple[str, ConsentRequest]]:
    """Return the token and the request of every link that goes to a pupil's guardians."""
    sent = consents.ask(pupil, by=SYSTEM, now=clock.now())
    texts = [one.text for one in outbox(sent)]
    tokens = [text.partition("/g/")[2] for text in texts]
    digests = {crypto.hash_token(token): token for token in tokens}
    found = db.session.scalars(
        select(ConsentRequest).where(ConsentRequest.token_digest.in_(digests))
    )
    return [(digests[one.token_digest], one) for one in found]


def answering(token: str, request: ConsentRequest, act: str) -> Post:
    """Return the form by which a guardian answers, the code typed."""
    codes: list[str] = []

    def sentence(code: str) -> str:
        codes.append(code)
        return code

    phone, binding = request.plain_guardian_phone, crypto.hash_token(token)
    send_code(CodePurpose.GUARDIAN, phone, binding, sentence, now=clock.now())
    way = "withdraw" if act == "withdraw" else "answer"
    fields = [("code", codes[0]), ("answer", act)]
    return Post(secrets.token_urlsafe(32), f"/g/{token}/{way}", fields)


def prepare_withdrawal_and_admission(_ground: Ground, count: int) -> list[Trial]:
    """A guardian takes the consent back while the school writes down what was still missing."""
    keeper, here = stage.keeper(SCHOOL, Role.COORDINATOR), school.make_class(stage.place(SCHOOL))
    trials = []
    for _ in range(count):
        pupil = school.make_pupil(here, born_on=years_ago(15))
        ((token, request),) = links_of(pupil)
        answer_consent(request, given=True, now=clock.now())
        path = f"/o/{stage.place(SCHOOL).code}/consents/pupils/{pupil.code}"
        admitting = Post(keeper.token, path, [("act", "own")])
        trials.append(Trial([answering(token, request, "withdraw"), admitting], pupil.id))
    return trials


def judge_no_member(trial: Trial) -> Iterator[str]:
    """Whatever came first, the child is no member afterwards, and the board says why."""
    if trial.answers[0].status != DONE or trial.answers[1].status not in {DONE, REFUSED, CONFLICT}:
        yield f"statuses {trial.statuses()}"
    yield from _is_no_member(trial.subject, {ConsentState.WITHDRAWN})


def _is_no_member(pupil_id: int, states: set[ConsentState]) -> Iterator[str]:
    pupil = db.session.get_one(Pupil, pupil_id)
    if pupil.status not in {PupilStatus.REFUSED, PupilStatus.WITHDRAWN}:
        yield f"the pupil is {pupil.status}"
    if pupil.consent not in states or pupil.due_on is None:
        yield f"consent {pupil.consent}, gone by {pupil.due_on}"
    live = select(func.count()).where(
        Membership.person_id == pupil.person_id, Membership.status.in_(LIVE_STATES)
    )
    if db.session.scalar(live):
        yield "a member without consent"


def list_of(who: stage.Somebody, child: Person) -> Import:
    """Return a roster that is in order: a child who is here already, and others nobody knows."""
    code = stage.place(SCHOOL).code
    scope = scope_of_account(who.user_id, code, Permission.PUPILS_KEEP)
    assert scope is not None
    rows = children(NEW, "竞")
    rows.append([child.name, "", child.plain_id_number, rows[0][CLASS], "试监护", "母亲", ""])
    rows[-1][PHONE] = school.guardian_of(child).plain_phone
    table, _ = read_pasted(as_cells(rows), FIELDS)
    found = operations.receive(scope, PUPILS, table, now=clock.now())
    operations.begin_check(found, scope, now=clock.now())
    return found


def prepare_withdrawal_and_import(_ground: Ground, count: int) -> list[Trial]:
    """A guardian takes the consent back while a roster with the child is being imported."""
    here = school.make_class(stage.place(SCHOOL))
    school.make_school(stage.place(SCHOOL))
    trials = []
    for _ in range(count):
        keeper = stage.keeper(SCHOOL, Role.COORDINATOR)
        pupil = school.make_pupil(here, born_on=years_ago(15))
        ((token, request),) = links_of(pupil)
        answer_consent(request, given=True, now=clock.now())
        found = list_of(keeper, pupil.person)
        base = f"/o/{stage.place(SCHOOL).code}"
        posts = [
            answering(token, request, "withdraw"),
            Post(keeper.token, f"{base}/consents/pupils/{pupil.code}", [("act", "own")]),
            Post(keeper.token, f"{base}/imports/{found.code}/confirm"),
        ]
        trials.append(Trial(posts, pupil.id))
    return trials


def judge_withdrawal_and_import(trial: Trial) -> Iterator[str]:
    """The child is active nowhere; the list made drafts of the others, and at most one of him."""
    yield from judge_no_member(trial)
    pupil = db.session.get_one(Pupil, trial.subject)
    if trial.answers[2].status != DONE:
        yield f"the list was answered with {trial.answers[2].status}"
    code = trial.posts[2].path.split("/")[-2]
    brought = db.session.scalars(select(Pupil).where(Pupil.import_code == code)).all()
    if {one.status for one in brought} != {PupilStatus.DRAFT}:
        yield f"the list made {[one.status for one in brought]}"
    others = [one for one in brought if one.person_id != pupil.person_id]
    if len(others) != NEW or len(brought) - len(others) > 1:
        yield f"{len(brought)} drafts of a list of {NEW + 1}"
    if any(one.consent is not ConsentState.UNASKED for one in brought):
        yield "a draft came with a consent"


def prepare_yes_and_no(_ground: Ground, count: int) -> list[Trial]:
    """Two guardians of one child answer at once, and not alike."""
    here: SchoolClass = school.make_class(stage.place(SCHOOL))
    trials = []
    for _ in range(count):
        pupil = school.make_pupil(here, born_on=years_ago(10))
        school.make_guardian(pupil.person, make.make_phone())
        (first, second) = links_of(pupil)
        posts = [answering(*first, "give"), answering(*second, "refuse")]
        trials.append(Trial(posts, pupil.id))
    return trials


def judge_yes_and_no(trial: Trial) -> Iterator[str]:
    """The no holds: before the yes, after it, or in between."""
    if DONE not in trial.statuses():
        yield f"statuses {trial.statuses()}"
    guardians = select(func.count(Guardian.id)).join(Pupil, Pupil.person_id == Guardian.person_id)
    if db.session.scalar(guardians.where(Pupil.id == trial.subject)) != 2:
        yield "a guardian is gone"
    yield from _is_no_member(trial.subject, {ConsentState.REFUSED, ConsentState.WITHDRAWN})


RACES = (
    Race(
        "a consent is withdrawn, the school admits",
        ("RACE-13", "PRV-09"),
        ("lock on pupils",),
        prepare_withdrawal_and_admission,
        judge_no_member,
    ),
    Race(
        "a consent is withdrawn, a roster with the child is imported",
        ("RACE-13", "PRV-09"),
        ("lock on pupils",),
        prepare_withdrawal_and_import,
        judge_withdrawal_and_import,
    ),
    Race(
        "one guardian agrees, the other refuses",
        ("RACE-13", "PRV-11"),
        (),
        prepare_yes_and_no,
        judge_yes_and_no,
    ),
)
