"""The eighteenth birthday: guardians' access ends, the person is asked and answers (MEM-42)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Select, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.operations.letters import News, tell_people
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import AGE_OF_MAJORITY, N_, NN_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members.models import Membership
from members.operations.memberships import make_adult, move
from members.rules import LIVE_STATES, MembershipAction, MembershipKind
from people.models import ConsentRequest, Guardian, Person
from people.operations.consents import close_request
from people.rules.ages import is_minor_on, turns_on
from schools.models import ComingOfAge, Pupil, PupilEvent
from schools.operations.pupils import step
from schools.rules.adults import (
    AGE_TRANSITIONS,
    VERSION,
    AgeAction,
    AgeStatus,
    latest_birthday,
    text_digest,
    undo_until,
)
from schools.rules.pupils import PUPIL_TRANSITIONS, PupilAction, PupilStatus

#: So many rows are looked at in one transaction.
WINDOW = 5_000


class Answer(Protocol):
    """One of the two answers of somebody who is of age."""

    def __call__(self, person_id: int, *, by: Actor, now: datetime) -> ComingOfAge:
        """Keep the answer, or raise UnknownRowError."""


def ask_adults(after: int, now: datetime) -> tuple[int, int] | None:
    """Ask youth members of a window of keys who are of age; return its end and how many.

    None behind the last membership. Doing it twice does no harm: a person is asked once.
    """
    last = db.session.scalar(select(func.max(Membership.id))) or 0
    if after >= last:
        return None
    today = clock.local(now).date()
    asked = exists().where(ComingOfAge.person_id == Membership.person_id)
    found = db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(joinedload(Membership.person, innerjoin=True))
        .options(joinedload(Membership.organization, innerjoin=True))
        .where(
            Membership.id > after,
            Membership.id <= after + WINDOW,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status.in_(LIVE_STATES),
            Person.born_on <= latest_birthday(today),
            ~asked,
        )
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    ).all()
    for membership in found:
        _ask(membership, now)
    _tell(found, now)
    return after + WINDOW, len(found)


def end_guardians(after: int, now: datetime) -> tuple[int, int] | None:
    """End the access of guardians whose ward is of age, of a window of keys; see ``ask_adults``."""
    last = db.session.scalar(select(func.max(Guardian.id))) or 0
    if after >= last:
        return None
    found = db.session.scalars(
        select(Guardian)
        .join(Guardian.person)
        .options(joinedload(Guardian.person, innerjoin=True))
        .where(
            Guardian.id > after,
            Guardian.id <= after + WINDOW,
            Guardian.ended_on.is_(None),
            Person.born_on <= latest_birthday(clock.local(now).date()),
        )
        .order_by(Guardian.id)
        .with_for_update(of=Guardian)
    ).all()
    for guardian in found:
        if guardian.person.born_on is not None:
            guardian.ended_on = turns_on(guardian.person.born_on, AGE_OF_MAJORITY)
    _close_links({guardian.person_id for guardian in found})
    for guardian in found:
        record("guardian.end", "person", guardian.person_id, by=SYSTEM)
    db.session.flush()
    return after + WINDOW, len(found)


def convert(person_id: int, *, by: Actor, now: datetime) -> ComingOfAge:
    """Make somebody an adult member by own consent: same number, joining day, history (MEM-42).

    Raises UnknownRowError for a minor and for whoever is no youth member.
    """
    found = _answer(person_id, AgeAction.CONVERT, now)
    make_adult(found.membership, by=by, now=now)
    _step_pupils(found, PupilAction.CONVERT, by, now)
    record("membership.convert", "membership", found.membership_id, by=by)
    return found


def leave(person_id: int, *, by: Actor, now: datetime) -> ComingOfAge:
    """End the youth membership of somebody who is of age and does not want to stay."""
    found = _answer(person_id, AgeAction.LEAVE, now)
    move(found.membership, MembershipAction.WITHDRAW, by=by, now=now)
    found.membership.left_on = clock.local(now).date()
    _step_pupils(found, PupilAction.WITHDRAW, by, now)
    record("membership.leave_of_age", "membership", found.membership_id, by=by)
    db.session.flush()
    return found


def undo_leaving(person_id: int, *, by: Actor, now: datetime) -> ComingOfAge:
    """Return the question as it was before somebody left: a member again, and asked again.

    Raises UnknownRowError for who did not leave at eighteen, RuleViolation when it is too late and
    for a member of somewhere else by now.
    """
    asked = select(ComingOfAge).where(ComingOfAge.person_id == person_id).with_for_update()
    found = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None or found.status is not AgeStatus.LEFT or found.answered_at is None:
        raise UnknownRowError
    days = settings.value("adults.undo_days", on=clock.local(now).date())
    if now > undo_until(found.answered_at, days):
        raise RuleViolation("", NN_("超过 %(days)d 天，不能撤销"), days=days)
    _check_nowhere(person_id)
    try:
        move(found.membership, MembershipAction.UNDO_WITHDRAWAL, by=by, now=now)
        for pupil in db.session.scalars(_ended_by(found)).all():
            step(pupil, PupilAction.UNDO, by=by, now=now)
    except IntegrityError as error:  # a roster or a membership elsewhere came first
        raise TryAgainError from error
    found.status = next_state(AGE_TRANSITIONS, found.status, AgeAction.UNDO)
    found.answered_at, found.text_version, found.text_digest = None, "", ""
    record("membership.undo_leave_of_age", "membership", found.membership_id, by=by)
    db.session.flush()
    return found


def _check_nowhere(person_id: int) -> None:
    """Raise RuleViolation for a member of any organization."""
    live = Membership.status.in_(LIVE_STATES)
    here = select(Membership.id).where(Membership.person_id == person_id, live)
    if db.session.scalars(here.limit(1)).first() is not None:
        raise RuleViolation("", N_("您已经是别处的会员，不能撤销"))


def _ended_by(left: ComingOfAge) -> Select[Pupil]:
    """Return the statement for the pupil that a leaving ended: its step is of the same moment.

    What a guardian or the pupil ended before, at this school or another one, stays ended.
    """
    step_of_leaving = exists().where(
        PupilEvent.pupil_id == Pupil.id,
        PupilEvent.action == PupilAction.WITHDRAW,
        PupilEvent.at == left.answered_at,
    )
    return select(Pupil).where(
        Pupil.membership_id == left.membership_id,
        Pupil.status == PupilStatus.WITHDRAWN,
        step_of_leaving,
    )


def _ask(membership: Membership, now: datetime) -> ComingOfAge:
    born_on = membership.person.born_on
    if born_on is None:
        raise UnknownRowError
    found = ComingOfAge(
        code=crypto.opaque_code(8),
        person=membership.person,
        membership=membership,
        organization=membership.organization,
        status=AgeStatus.ASKED,
        came_on=turns_on(born_on, AGE_OF_MAJORITY),
        asked_at=now,
    )
    db.session.add(found)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    record("person.of_age", "person", membership.person_id, by=SYSTEM)
    return found


def _tell(found: Sequence[Membership], now: datetime) -> None:
    news = [
        (
            one.person_id,
            News(
                LetterKind.CAME_OF_AGE,
                one.organization,
                f"of-age:{one.code}",
                phone=_phone_of(one.person),
            ),
        )
        for one in found
    ]
    tell_people(news, now=now)


def _phone_of(person: Person) -> Callable[[], str]:
    return lambda: person.plain_phone


def _answer(person_id: int, action: AgeAction, now: datetime) -> ComingOfAge:
    """Return the question to a person, answered; asked now where the night has not come yet."""
    membership = db.session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status.in_(LIVE_STATES),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    person = db.session.get(Person, person_id)
    if membership is None or person is None or person.born_on is None:
        raise UnknownRowError
    if is_minor_on(person.born_on, clock.local(now).date()):
        raise UnknownRowError
    asked = select(ComingOfAge).where(ComingOfAge.person_id == person_id).with_for_update()
    found = db.session.scalars(asked).one_or_none() or _ask(membership, now)
    found.status = next_state(AGE_TRANSITIONS, found.status, action)
    found.answered_at = now
    found.text_version, found.text_digest = VERSION, text_digest()
    return found


def _step_pupils(found: ComingOfAge, action: PupilAction, by: Actor, now: datetime) -> None:
    pupils = db.session.scalars(select(Pupil).where(Pupil.membership_id == found.membership_id))
    for pupil in pupils:
        if (pupil.status, action) in PUPIL_TRANSITIONS:
            step(pupil, action, by=by, now=now)
    db.session.flush()


def _close_links(person_ids: Iterable[int]) -> None:
    """Let links end that nobody answered; those that were answered lead nowhere by themselves."""
    requests = select(ConsentRequest.id).where(ConsentRequest.person_id.in_(person_ids))
    for request_id in db.session.scalars(requests.order_by(ConsentRequest.id)).all():
        close_request(request_id)
