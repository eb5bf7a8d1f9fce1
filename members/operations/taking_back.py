"""Taking back what a list made, one person after the other; what something hangs on stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from accounts.operations.letters import call_back
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, next_state
from members.models import (
    Application,
    ApplicationEvent,
    Decision,
    Entry,
    Honour,
    Membership,
    MembershipEvent,
    Transfer,
    Withdrawal,
)
from members.operations.entering import ADDED_ID, ADDED_PHONE, letter_of
from members.operations.flows import count_flows, flows_of
from members.operations.handling import count_waiting
from members.operations.memberships import MEASURES, filing_path, membership_of_application
from members.operations.papers import drop_paper
from members.rules import (
    MEMBERSHIP_TRANSITIONS,
    ApplicationStatus,
    MembershipAction,
    MembershipStatus,
)
from organizations import figures
from organizations.rules import Measure
from people.counting import Row, anew, count_rows, row_of
from people.models import Person
from people.operations.matters import drop

TAKE_BACK = "members.take_back"
FILED = N_("县里已经办理备案，没有撤销")
MOVED = N_("已经转到别的组织，没有撤销")
GOES_ON = N_("会籍上又办过别的事，没有撤销")
DECIDED = N_("已经由别的经办人办理，没有撤销")
KNOWN = N_("这个人后来又有别的记录，没有撤销")


def entries_of(import_code: str, after: int, limit: int) -> Sequence[Entry]:
    """Return the next entries of a list, their applications locked (RACE-09)."""
    statement = (
        select(Entry)
        .join(Entry.application)
        .options(
            contains_eager(Entry.application),
            contains_eager(Entry.application).joinedload(Application.organization, innerjoin=True),
            contains_eager(Entry.application).joinedload(Application.handler, innerjoin=True),
        )
        .where(Entry.import_code == import_code, Entry.id > after)
        .order_by(Entry.id)
        .limit(limit)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def take_back(entry: Entry, *, by: Actor, now: datetime) -> None:
    """Remove what an entry made. Raises RuleViolation that names what hangs on it.

    What was approved goes with its membership, what waits leaves the queue; a person whom the
    list brought goes too, of others it takes back what it added. The audit trail stays.
    """
    application = entry.application
    membership = _membership(application, entry)
    person_id, code = application.person_id, entry.import_code
    waited = application.status is ApplicationStatus.SUBMITTED
    letter = _letter(application)
    row = row_of(membership.person, needs_phone=True) if membership is not None else None
    try:
        with db.session.begin_nested():
            _remove(entry, membership, by)
    except IntegrityError as error:
        raise RuleViolation("", KNOWN) from error
    if letter:
        call_back([letter], now=now)
    if membership is not None and row is not None:
        _discount(membership, row)
    elif waited:
        count_waiting(application, application.handler, -1)
    record(TAKE_BACK, "person", person_id, by=by, import_code=code)


def _membership(application: Application, entry: Entry) -> Membership | None:
    """Return the membership that goes too, or None where nobody decided yet."""
    if application.status in {ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED}:
        return None
    if (
        application.decided_by_id != entry.entered_by_id
        or application.decided_at != entry.entered_at
    ):
        raise RuleViolation("", DECIDED)
    membership = membership_of_application(application.id)
    if membership is None:
        raise RuleViolation("", GOES_ON)
    if membership.organization_id != application.organization_id:
        raise RuleViolation("", MOVED)
    try:
        next_state(MEMBERSHIP_TRANSITIONS, membership.status, MembershipAction.REVOKE)
    except IllegalTransition as refusal:
        raise RuleViolation("", FILED) from refusal
    hangs = or_(
        *(
            exists().where(one.membership_id == membership.id)
            for one in (Honour, Transfer, Withdrawal)
        )
    )
    if db.session.scalar(select(hangs)):
        raise RuleViolation("", GOES_ON)
    return membership


def _remove(entry: Entry, membership: Membership | None, by: Actor) -> None:
    application, person_id = entry.application, entry.application.person_id
    if membership is not None:
        events = MembershipEvent.membership_id == membership.id
        db.session.execute(delete(MembershipEvent).where(events))
        db.session.execute(delete(Membership).where(Membership.id == membership.id))
    drop_paper(entry, by=by)
    db.session.execute(delete(Entry).where(Entry.id == entry.id))
    steps = ApplicationEvent.application_id == application.id
    db.session.execute(delete(ApplicationEvent).where(steps))
    drop(Application, [application.id])
    db.session.execute(delete(Application).where(Application.id == application.id))
    if entry.is_new_person:
        db.session.execute(delete(Person).where(Person.id == person_id))
    elif entry.completed:
        with anew([person_id]):
            _forget(db.session.get_one(Person, person_id), entry.completed.split(","))


def _forget(person: Person, added: Sequence[str]) -> None:
    if ADDED_ID in added:
        person.id_type = person.id_number = person.id_index = None
    if ADDED_PHONE in added:
        person.phone = person.phone_index = person.phone_tail_index = None
    db.session.flush()


def _discount(membership: Membership, row: Row) -> None:
    path = membership.organization.path
    figures.add(path, MEASURES[membership.kind], -1)
    figures.add_dated(path, Measure.NEW_MEMBERS, -1, membership.joined_on)
    count_flows(path, flows_of(membership), -1)
    count_rows(path, [row], -1)
    if membership.status is MembershipStatus.APPROVED:
        figures.add(filing_path(membership.organization), Measure.FILINGS_WAITING, -1)


def _letter(application: Application) -> str:
    """Return the topic of the letter that announced an admission, or nothing."""
    if application.decision_id is None:
        return ""
    decision = db.session.get_one(Decision, application.decision_id)
    return letter_of(application.id, decision.code)
