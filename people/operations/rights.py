"""Rights over one's data, complaints and questions: asked, verified, answered in words (PRI-11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from accounts.operations.letters import News, tell_people
from accounts.queries import handler_without, office_without, stuck_with
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.access.permissions import Level
from core.audit.operations import SYSTEM, Actor, record
from core.database import changed_rows, db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from organizations import figures
from organizations.models import Organization
from organizations.queries import top_id
from organizations.rules import Measure, ids_of_path, is_grassroots
from people import presence
from people.models import Person, RightsEvent, RightsRequest
from people.queries import guardian_accounts
from people.rules import is_minor_on
from people.rules.erasures import Matter as Waiting
from people.rules.rights import (
    OF_DATA,
    RIGHTS_OPEN,
    RIGHTS_TRANSITIONS,
    RightsAction,
    RightsKind,
    RightsStatus,
    check_words,
    matter_of,
)

LEVELS = (Level.COUNTY, Level.CITY, Level.PROVINCE)
MOST_OPEN = 5


def ask(person: Person, kind: RightsKind, words: str, *, by: Actor, now: datetime) -> RightsRequest:
    """Return a new request. Raises RuleViolation where the same waits, or too many do."""
    text, today = check_words(words, "words"), clock.local(now).date()
    if by.user_id is None:
        raise UnknownRowError
    _check_few(person.id, kind)
    home_id = presence.home_of(person.id)
    home = db.session.get_one(Organization, home_id if home_id is not None else top_id())
    days = settings.value(f"matters.{matter_of(kind)}", today, home.path)
    request = RightsRequest(
        code=crypto.opaque_code(8),
        kind=kind,
        person_id=person.id,
        organization=home,
        handler=_handler(kind, home, person.id, by.user_id, now),
        status=RightsStatus.RECEIVED,
        words=text,
        requested_by_id=by.user_id,
        requested_at=now,
        due_on=clock.add_working_days(today, days),
    )
    db.session.add(request)
    db.session.flush()
    _note(request, None, by, now)
    figures.add(request.handler.path, Measure.RIGHTS_WAITING, 1)
    record("rights.ask", "rights_request", request.id, by=by, kind=kind)
    return request


def withdraw(person_id: int, code: str, *, by: Actor, now: datetime) -> RightsRequest:
    """Return a request that its person took back. Raises UnknownRowError for another's."""
    request = _locked(RightsRequest.code == code, RightsRequest.person_id == person_id)
    return _settle(request, RightsAction.WITHDRAW, by=by, now=now)


def verify(code: str, *, handler_id: int, by: Actor, now: datetime) -> RightsRequest:
    """Return a request of which the handler made sure that it comes from the person."""
    request = _to_answer(code, handler_id, by, now)
    request.status = next_state(RIGHTS_TRANSITIONS, request.status, RightsAction.VERIFY)
    _note(request, RightsAction.VERIFY, by, now)
    record("rights.verify", "rights_request", request.id, by=by)
    db.session.flush()
    return request


def answer(
    code: str, words: str, *, refuse: bool, handler_id: int, by: Actor, now: datetime
) -> RightsRequest:
    """Return a request that was followed or refused, always in writing (PRI-05).

    Raises IllegalTransition for one whose sender nobody has verified yet.
    """
    text = check_words(words, "words")
    request = _to_answer(code, handler_id, by, now)
    action = RightsAction.REFUSE if refuse else RightsAction.ANSWER
    request.answer = text
    _settle(request, action, by=by, now=now)
    kind = LetterKind.REQUEST_REFUSED if refuse else LetterKind.REQUEST_ANSWERED
    news = News(kind, request.handler, f"rights:{request.code}", {"code": request.code})
    tell_people([(request.person_id, news)], now=now)
    return request


def reassign_requests(organization_ids: Iterable[int], *, now: datetime) -> None:
    """Give open requests at organizations to who answers them from now on."""
    ids = list(organization_ids)
    stuck = stuck_with(RightsRequest.handler_id, RightsRequest.requested_by_id, ids)
    here = RightsRequest.organization_id.in_(ids), RightsRequest.handler_id.in_(ids)
    statement = _lock(or_(*here, stuck), RightsRequest.status.in_(RIGHTS_OPEN))
    for request in db.session.scalars(statement.order_by(RightsRequest.id)):
        home, asker = request.organization, request.requested_by_id
        handler = _handler(request.kind, home, request.person_id, asker, now)
        if handler.id != request.handler_id:
            figures.add(request.handler.path, Measure.RIGHTS_WAITING, -1)
            figures.add(handler.path, Measure.RIGHTS_WAITING, 1)
            request.handler = handler
            record("rights.reassign", "rights_request", request.id, by=SYSTEM, handler=handler.id)
    db.session.flush()


def open_requests(person_id: int) -> list[Waiting]:
    """Return what keeps an account open: requests that nobody answered yet."""
    mine = RightsRequest.person_id == person_id, RightsRequest.status.in_(RIGHTS_OPEN)
    if db.session.scalars(select(RightsRequest.id).where(*mine).limit(1)).first() is None:
        return []
    return [Waiting(N_("有请求在办"), "people.own_matters")]


def erase_requests(person_id: int) -> int:
    """Return how many requests of a person lost their words."""
    mine = RightsRequest.person_id == person_id
    return changed_rows(update(RightsRequest).where(mine).values(words="", answer=""))


def _handler(
    kind: RightsKind, home: Organization, person_id: int, user_id: int, now: datetime
) -> Organization:
    """Return who answers: for rights over data the office that the setting names.

    A complaint goes above whom it may be about: to the Red Cross of a grassroots organization,
    and from there to the next one.
    """
    day = clock.local(now).date()
    barred = {user_id, *_guardians(person_id, now)}
    if kind is RightsKind.COMPLAINT:
        above_it = home.branch_id if is_grassroots(home.kind) else home.parent_id or home.id
        office = db.session.get_one(Organization, above_it)
        return db.session.get_one(Organization, office_without(office, barred, day))
    if kind not in OF_DATA:
        return db.session.get_one(Organization, handler_without(home, barred, day))
    level = LEVELS[settings.value("rights.answered_by", day, home.path) - 1]
    above = {Level.COUNTY: home.county_id, Level.CITY: home.city_id}.get(level)
    office = db.session.get_one(Organization, above or ids_of_path(home.path)[0])
    return db.session.get_one(Organization, office_without(office, barred, day))


def _guardians(person_id: int, now: datetime) -> set[int]:
    born_on = db.session.get_one(Person, person_id).born_on
    is_minor = born_on is not None and is_minor_on(born_on, clock.local(now).date())
    return guardian_accounts(person_id) if is_minor else set()


def _check_few(person_id: int, kind: RightsKind) -> None:
    statement = select(RightsRequest.kind).where(
        RightsRequest.person_id == person_id, RightsRequest.status.in_(RIGHTS_OPEN)
    )
    waiting = db.session.scalars(statement).all()
    if kind in waiting:
        raise RuleViolation("kind", N_("这类请求已经有一份在办，请先等答复或撤回"))
    if len(waiting) >= MOST_OPEN:
        raise RuleViolation("", N_("在办的请求太多，请先等答复"))


def _to_answer(code: str, handler_id: int, by: Actor, now: datetime) -> RightsRequest:
    """Return a request that an organization has to answer; nobody answers his own (LED-04)."""
    request = _locked(RightsRequest.code == code, RightsRequest.handler_id == handler_id)
    is_own = by.person_id == request.person_id or by.user_id == request.requested_by_id
    if is_own or by.user_id in _guardians(request.person_id, now):
        raise RuleViolation("", N_("不能办理自己的请求，请别人办"))
    return request


def _settle(
    request: RightsRequest, action: RightsAction, *, by: Actor, now: datetime
) -> RightsRequest:
    request.status = next_state(RIGHTS_TRANSITIONS, request.status, action)
    request.decided_at, request.decided_by_id = now, by.user_id
    _note(request, action, by, now)
    figures.add(request.handler.path, Measure.RIGHTS_WAITING, -1)
    record(f"rights.{action}", "rights_request", request.id, by=by, kind=request.kind)
    db.session.flush()
    return request


def _note(request: RightsRequest, action: RightsAction | None, by: Actor, now: datetime) -> None:
    db.session.add(
        RightsEvent(
            request_id=request.id,
            action=action,
            to_status=request.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )


def _locked(*conditions: Any) -> RightsRequest:
    found: RightsRequest | None = db.session.scalars(_lock(*conditions)).one_or_none()
    if found is None:
        raise UnknownRowError
    return found


def _lock(*conditions: Any) -> Any:
    return (
        select(RightsRequest)
        .options(
            joinedload(RightsRequest.organization, innerjoin=True),
            joinedload(RightsRequest.handler, innerjoin=True),
        )
        .where(*conditions)
        .with_for_update(of=RightsRequest)
        .execution_options(populate_existing=True)
    )
