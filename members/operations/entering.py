"""Entering people by somebody who keeps their branch: one by one, or many in one transaction.

Each becomes a person, an application and what the application asks for, in one decision. Who
has to be looked at by somebody else becomes an application that waits at another desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.operations.letters import News, tell_people
from accounts.queries import handler_without
from accounts.rules.letters import LetterKind
from core import clock, crypto, keyring, settings
from core.audit.operations import Actor, record_many
from core.bulk import insert_keyed, insert_many
from core.database import db
from core.pinyin import NamePinyin
from core.rules import N_, RuleViolation
from core.transactions import TryAgainError
from members import letters
from members.admission import admission_of
from members.models import (
    Application,
    ApplicationEvent,
    Decision,
    Entry,
    Membership,
    MembershipEvent,
)
from members.operations.flows import Flow, count_flows
from members.operations.handling import open_decision
from members.operations.memberships import (
    MEASURES,
    card_token,
    filing_path,
    number_maker,
)
from members.operations.newcomers import (
    Desk,
    Newcomer,
    application_row,
    entry_row,
    event_rows,
    person_row,
)
from members.rules import (
    ApplicationKind,
    MembershipKind,
    MembershipStatus,
    Paper,
)
from organizations import figures
from organizations.models import Organization
from organizations.rules import OPEN_STATES as OPEN_ORGANIZATIONS
from organizations.rules import Measure
from people.counting import Row, completing, count_rows
from people.models import Person

ENTER = "members.enter"
ADDED_ID, ADDED_PHONE = "id", "phone"
CLOSED = N_("这个组织已经停办，请换一个")


def desk_of(
    organization_id: int,
    *,
    by: Actor,
    now: datetime,
    import_code: str | None = None,
    decision_code: str = "",
    paper: Paper | None = None,
) -> Desk:
    """Return the desk of an organization, with a new decision or one that goes on.

    Raises RuleViolation where the organization admits nobody any more.
    """
    organization = db.session.get_one(Organization, organization_id)
    if organization.status not in OPEN_ORGANIZATIONS:
        raise RuleViolation("", CLOSED)
    if decision_code:
        statement = select(Decision).where(Decision.code == decision_code).with_for_update()
        decision = db.session.scalars(statement).one()
    else:
        decision = open_decision(ENTER, (), (), organization_id, by=by, now=now)
    return Desk(organization, decision, by, now, import_code, paper or Paper())


def enter_members(people: Sequence[Newcomer], desk: Desk) -> None:
    """Enter people as adult members: a handful of statements whatever their number.

    Sets the application of each. Raises TryAgainError where somebody else took a number or
    became a member at the same moment.
    """
    if not people:
        return
    try:
        _write_persons(people, desk)
        _write_applications(people, desk, ApplicationKind.MEMBER)
        admitted = [one for one in people if not one.is_handed]
        _write_memberships(admitted, desk)
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    desk.decision.count += len(admitted)
    desk.decision.left_out += len(people) - len(admitted)
    _write_letters(admitted, desk)
    _write_trail(people, desk)


def enter_as(kind: ApplicationKind, one: Newcomer, desk: Desk) -> Application:
    """Return the application of one person, approved or waiting at another desk.

    The package that keeps what the kind leads to admits him, as after any approval. Raises
    TryAgainError as ``enter_members``.
    """
    try:
        _write_persons([one], desk)
        _write_applications([one], desk, kind)
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    application = db.session.get_one(Application, one.application_id)
    if one.is_handed:
        desk.decision.left_out += 1
    else:
        desk.decision.count += 1
        admission_of(kind).admit(application, by=desk.by, now=desk.now)
        letters.tell_approved([application], desk.decision)
    _write_trail([one], desk)
    return application


def _write_persons(people: Sequence[Newcomer], desk: Desk) -> None:
    fresh = [one for one in people if one.person_id is None]
    if fresh:
        rows = [person_row(one, desk.now) for one in fresh]
        for one, key in zip(fresh, insert_keyed(Person, rows), strict=True):
            one.person_id, one.is_new = key, True
            one.has_id, one.has_phone = one.identity is not None, bool(one.phone)
    known = {one.person_id: one for one in people if not one.is_new}
    if known:
        statement_known = select(Person).where(Person.id.in_(known)).order_by(Person.id)
        persons = db.session.scalars(statement_known.with_for_update()).all()
        with completing(persons):
            for person in persons:
                _complete(person, known[person.id])


def _complete(person: Person, one: Newcomer) -> None:
    """Add to somebody known what he lacked; nothing that stands is written over."""
    added = []
    if one.identity is not None and person.id_index is None:
        person.set_id_number(one.identity.id_type, one.identity.number)
        person.sex = one.identity.sex or person.sex
        added.append(ADDED_ID)
    if one.phone and person.phone_index is None:
        person.set_phone(one.phone)
        added.append(ADDED_PHONE)
    told = one.identity.born_on if one.identity else one.born_on
    person.born_on = person.born_on or told
    one.name, one.match_key = person.name, person.match_key
    one.sound = NamePinyin(person.pinyin, person.initials)
    one.completed = ",".join(added)
    one.has_id, one.has_phone = person.id_index is not None, person.phone_index is not None


def _write_applications(people: Sequence[Newcomer], desk: Desk, kind: ApplicationKind) -> None:
    other_id = desk.organization.id
    handed = [one for one in people if one.is_handed]
    if handed:
        other_id = _other_desk(desk, len(handed))
    rows = [application_row(one, desk, kind, other_id) for one in people]
    events, entries = [], []
    for one, key in zip(people, insert_keyed(Application, rows), strict=True):
        one.application_id = key
        events += event_rows(one, desk)
        entries.append(entry_row(one, desk))
    insert_many(ApplicationEvent, events)
    insert_many(Entry, entries)


def _other_desk(desk: Desk, count: int) -> int:
    """Return who looks at what this account may not decide, and count what waits there."""
    barred = {desk.by.user_id} if desk.by.user_id is not None else set()
    day = clock.local(desk.now).date()
    handler = db.session.get_one(Organization, handler_without(desk.organization, barred, day))
    figures.add(handler.path, Measure.APPLICATIONS_WAITING, count)
    figures.add(handler.path, Measure.APPLICATIONS_DOUBTFUL, count)
    return handler.id


def _write_memberships(people: Sequence[Newcomer], desk: Desk) -> None:
    if not people:
        return
    today = clock.local(desk.now).date()
    next_number = number_maker(desk.organization, MembershipKind.ADULT)
    rows = []
    for one in people:
        code, day = crypto.opaque_code(8), one.joined_on or today
        rows.append(
            {
                "code": code,
                "person_id": one.person_id,
                "organization_id": desk.organization.id,
                "county_id": desk.organization.county_id,
                "city_id": desk.organization.city_id,
                "application_id": one.application_id,
                "kind": MembershipKind.ADULT,
                "status": MembershipStatus.APPROVED,
                "number": next_number(day.year),
                "verify_digest": keyring.digest_of(card_token(code)),
                "joined_on": day,
                "approved_at": desk.now,
                "search_text": f"{one.match_key} {one.sound.full} {one.sound.initials}",
            }
        )
    keys = insert_keyed(Membership, rows)
    events = [
        {
            "membership_id": membership_id,
            "action": None,
            "to_status": MembershipStatus.APPROVED,
            "at": desk.now,
            "by_user_id": desk.by.user_id,
            "by_post_id": desk.by.post_id,
            "note": "",
        }
        for membership_id in keys
    ]
    insert_many(MembershipEvent, events)
    _count(desk.organization, Counter(one.joined_on or today for one in people))
    told = [Row(one.person_id or 0, one.has_id, one.has_phone, needs_phone=True) for one in people]
    count_rows(desk.organization.path, told, 1)


def _count(organization: Organization, joined: Counter[date]) -> None:
    total = joined.total()
    figures.add(organization.path, MEASURES[MembershipKind.ADULT], total)
    figures.add(filing_path(organization), Measure.FILINGS_WAITING, total)
    for day, count in joined.items():
        figures.add_dated(organization.path, Measure.NEW_MEMBERS, count, day)
        count_flows(organization.path, Counter({Flow(Measure.NEW_ADULTS, day): count}))


def _write_letters(people: Iterable[Newcomer], desk: Desk) -> None:
    """Tell the good news to account or phone, held while a decision can be undone."""
    day = clock.local(desk.now).date()
    hold = timedelta(minutes=settings.value("decisions.undo_minutes", on=day))
    told = [
        (
            one.person_id,
            News(
                LetterKind.MEMBER_APPROVED,
                desk.organization,
                letter_of(one.application_id, desk.decision.code),
                phone=partial(str, one.phone),
            ),
        )
        for one in people
        if one.person_id is not None
    ]
    tell_people(told, now=desk.now, hold=hold)


def letter_of(application_id: int, decision_code: str) -> str:
    """Return the topic of the letter to somebody who was entered."""
    return f"entry:{application_id}:{decision_code}"


def _write_trail(people: Sequence[Newcomer], desk: Desk) -> None:
    """Note at every person by whom and out of which list it was entered."""
    ids = [one.person_id for one in people if one.person_id is not None]
    code, decision = desk.import_code or "", desk.decision.code
    record_many(ENTER, "person", ids, by=desk.by, decision=decision, import_code=code)
