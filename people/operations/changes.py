"""Corrections: asked for by the person, decided by who keeps him, never by himself (PRI-11)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.operations.letters import News, tell_people
from accounts.queries import handler_without, stuck_with
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from people import presence
from people.models import ChangeRequest, Person
from people.operations.amending import amend, check_wanted, kept_value
from people.operations.checks import confirm
from people.queries import guardian_accounts
from people.rules import is_minor_on
from people.rules.changes import (
    CHANGE_TRANSITIONS,
    ChangeAction,
    ChangeField,
    ChangeStatus,
    check_why,
    masked,
)
from people.rules.checks import CheckWay

OPEN = ChangeStatus.SUBMITTED


def request_change(
    person: Person,
    field: ChangeField,
    value: Mapping[str, Any],
    why: str,
    *,
    by: Actor,
    now: datetime,
) -> ChangeRequest:
    """Return the request of a person for a value in canonical form.

    A phone was proven by a code. Raises UnknownRowError for somebody whom no organization keeps,
    RuleViolation for what is kept already, for another age band, and where the field waits
    already. Whether others have a number is neither asked nor told (security.md PRV-06).
    """
    text, today = check_why(why), clock.local(now).date()
    check_wanted(person, field, value, today)
    home_id = presence.home_of(person.id)
    if home_id is None or by.user_id is None:
        raise UnknownRowError
    _check_none_waits(person.id, field)
    home = db.session.get_one(Organization, home_id)
    days = settings.value("changes.working_days", today, home.path)
    request = ChangeRequest(
        code=crypto.opaque_code(8),
        person_id=person.id,
        field=field,
        status=OPEN,
        organization=home,
        handler=_handler(home, person.id, by.user_id, now),
        before=_stored(masked(field, kept_value(person, field))),
        after=_stored(masked(field, value)),
        why=text,
        requested_by_id=by.user_id,
        requested_at=now,
        due_on=clock.add_working_days(today, days),
    )
    request.seal_value(_stored(value))
    db.session.add(request)
    _flush()
    figures.add(request.handler.path, Measure.CHANGES_WAITING, 1)
    record("changes.request", "change_request", request.id, by=by, field=field)
    return request


def withdraw_change(person_id: int, code: str, *, by: Actor, now: datetime) -> ChangeRequest:
    """Return a request that its person took back. Raises UnknownRowError for another's."""
    request = _locked(ChangeRequest.code == code, ChangeRequest.person_id == person_id)
    if request is None:
        raise UnknownRowError(code)
    _settle(request, ChangeAction.WITHDRAW, by=by, now=now)
    return request


def approve_change(code: str, *, handler_id: int, by: Actor, now: datetime) -> ChangeRequest:
    """Return a request whose value the person has from now on, with all that follows from it.

    Raises UnknownRowError where others answer, RuleViolation for one's own and for a value that
    can no longer be kept, IllegalTransition for one that was answered before.
    """
    request = _to_answer(code, handler_id, by, now)
    person = db.session.get_one(
        Person, request.person_id, with_for_update=True, populate_existing=True
    )
    value = json.loads(request.plain_value) if request.value else {}
    _settle(request, ChangeAction.APPROVE, by=by, now=now)
    amend(person, request.field, value, by=by, now=now)
    confirm(person.id, way=CheckWay.KEEPER, by=by, now=now)
    _tell(request, LetterKind.CHANGE_MADE, request.handler, now)
    return request


def return_change(
    code: str, note: str, *, handler_id: int, by: Actor, now: datetime
) -> ChangeRequest:
    """Return a request that was not followed, with the reason in words."""
    text = check_why(note)
    request = _to_answer(code, handler_id, by, now)
    _settle(request, ChangeAction.RETURN, by=by, now=now)
    request.answer = text
    _tell(request, LetterKind.CHANGE_RETURNED, request.handler, now)
    db.session.flush()
    return request


def reassign_changes(organization_ids: Iterable[int], *, now: datetime) -> None:
    """Give open requests at organizations to who answers there from now on."""
    ids = list(organization_ids)
    stuck = stuck_with(ChangeRequest.handler_id, ChangeRequest.requested_by_id, ids)
    for request in _all_locked(or_(ChangeRequest.organization_id.in_(ids), stuck)):
        _hand_over(request, request.organization, now)


def follow_home(person_id: int, *, now: datetime) -> None:
    """Let open requests go along with a person who moved; one whom nobody keeps has none."""
    waiting = _all_locked(ChangeRequest.person_id == person_id)
    home_id = presence.home_of(person_id) if waiting else None
    for request in waiting:
        if home_id is None:
            _settle(request, ChangeAction.CLOSE, by=SYSTEM, now=now)
            _tell(request, LetterKind.CHANGE_CLOSED, request.organization, now)
        elif home_id != request.organization_id:
            request.organization = db.session.get_one(Organization, home_id)
            _hand_over(request, request.organization, now)


def _hand_over(request: ChangeRequest, home: Organization, now: datetime) -> None:
    handler = _handler(home, request.person_id, request.requested_by_id, now)
    if handler.id != request.handler_id:
        figures.add(request.handler.path, Measure.CHANGES_WAITING, -1)
        figures.add(handler.path, Measure.CHANGES_WAITING, 1)
        request.handler = handler
        record("changes.reassign", "change_request", request.id, by=SYSTEM, handler=handler.id)
    db.session.flush()


def _handler(home: Organization, person_id: int, user_id: int, now: datetime) -> Organization:
    """Return who answers: the organization, or the county where only barred people keep it."""
    day = clock.local(now).date()
    barred = {user_id, *_guardians(person_id, now)}
    return db.session.get_one(Organization, handler_without(home, barred, day))


def _guardians(person_id: int, now: datetime) -> set[int]:
    born_on = db.session.get_one(Person, person_id).born_on
    is_minor = born_on is not None and is_minor_on(born_on, clock.local(now).date())
    return guardian_accounts(person_id) if is_minor else set()


def _check_none_waits(person_id: int, field: ChangeField) -> None:
    statement = select(ChangeRequest.id).where(
        ChangeRequest.person_id == person_id,
        ChangeRequest.field == field,
        ChangeRequest.status == OPEN,
    )
    if db.session.scalar(statement) is not None:
        raise RuleViolation("", N_("这一项已经有一份更正申请在办，请先等结果或撤回"))


def _flush() -> None:
    """Write. Raises TryAgainError where the same field was asked for at the same moment."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def _to_answer(code: str, handler_id: int, by: Actor, now: datetime) -> ChangeRequest:
    """Return a request that an organization has to answer, first what rests on the person locked.

    Nobody answers his own or his ward's (security.md LED-04).
    """
    asked = ChangeRequest.code == code, ChangeRequest.handler_id == handler_id
    person_id = db.session.scalar(select(ChangeRequest.person_id).where(*asked))
    if person_id is None:
        raise UnknownRowError(code)
    presence.hold(person_id)
    request = _locked(*asked)
    if request is None:
        raise UnknownRowError(code)
    is_own = by.person_id == person_id or by.user_id == request.requested_by_id
    if is_own or by.user_id in _guardians(person_id, now):
        raise RuleViolation("", N_("不能办理自己的更正申请，请别人办"))
    return request


def _locked(*conditions: Any) -> ChangeRequest | None:
    return db.session.scalars(_lock(*conditions)).one_or_none()


def _all_locked(*conditions: Any) -> list[ChangeRequest]:
    statement = _lock(*conditions, ChangeRequest.status == OPEN).order_by(ChangeRequest.id)
    return list(db.session.scalars(statement))


def _lock(*conditions: Any) -> Any:
    return (
        select(ChangeRequest)
        .options(
            joinedload(ChangeRequest.organization, innerjoin=True),
            joinedload(ChangeRequest.handler, innerjoin=True),
        )
        .where(*conditions)
        .with_for_update(of=ChangeRequest)
        .execution_options(populate_existing=True)
    )


def _settle(request: ChangeRequest, action: ChangeAction, *, by: Actor, now: datetime) -> None:
    """Take a request through its table; what was asked for in clear is kept no longer."""
    request.status = next_state(CHANGE_TRANSITIONS, request.status, action)
    request.decided_at, request.decided_by_id, request.value = now, by.user_id, None
    figures.add(request.handler.path, Measure.CHANGES_WAITING, -1)
    record(f"changes.{action}", "change_request", request.id, by=by, field=request.field)
    db.session.flush()


def _tell(request: ChangeRequest, kind: LetterKind, sender: Organization, now: datetime) -> None:
    topic = f"change:{request.code}:{request.status}"
    news = News(kind, sender, topic, {"code": request.code})
    tell_people([(request.person_id, news)], now=now)


def _stored(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
