"""Councils and terms: elected, gone back, put right; each starts the term anew (ORG-10..17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from sqlalchemy import func, select

from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state, violations
from organizations import figures
from organizations.models import Organization, OrganizationCouncil, OrganizationEvent
from organizations.operations.closing import hold
from organizations.rules import OPEN_STATES, Measure
from organizations.rules.foundings import Meeting, check_meeting, meeting_mistakes
from organizations.rules.life import (
    COUNCIL_TRANSITIONS,
    TERM_SETTINGS,
    Body,
    Council,
    CouncilAction,
    CouncilStatus,
    LifeAction,
    check_council,
    check_words,
    council_mistakes,
)

CODE_LENGTH = 8
#: Called in the transaction in which the record of a council goes back.
COUNCIL_RETURNED: list[Callable[[Organization, OrganizationCouncil, datetime], None]] = []
MEMBERS = (Measure.ADULT_MEMBERS, Measure.YOUTH_MEMBERS)


def seat(
    organization: Organization, facts: Council, *, present: int, by: Actor, now: datetime
) -> OrganizationCouncil:
    """Return a council whose election is recorded elsewhere; ``present`` were to elect it."""
    row = OrganizationCouncil(
        code=crypto.opaque_code(CODE_LENGTH),
        organization_id=organization.id,
        status=CouncilStatus.SEATED,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    _fill(row, organization, facts, present, now)
    db.session.add(row)
    db.session.flush()
    _end_term(organization)
    words = f"{facts.starts_on} — {row.ends_on}"
    note(organization, LifeAction.SEAT, by=by, now=now, words=words)
    record("council.seat", "organization", organization.id, by=by)
    return row


def reelect(
    organization: Organization, meeting: Meeting, facts: Council, *, by: Actor, now: datetime
) -> OrganizationCouncil:
    """Return the council that a meeting elected: its term starts anew (scenario 18).

    Raises RuleViolation for a meeting before the term that it ends, and for wrong facts.
    """
    hold([organization.id])
    if organization.status not in OPEN_STATES:
        raise RuleViolation("", N_("组织整顿或者停办时不能换届"))
    known = _check_meeting(organization, meeting, facts, now)
    row = seat(organization, facts, present=known.due, by=by, now=now)
    _elected(row, known)
    return row


def give_back(
    organization: Organization, code: str, words: str, *, by: Actor, now: datetime
) -> OrganizationCouncil:
    """Return the record of a council that went back to be put right: the term before holds.

    Raises RuleViolation for no reason, and for a council that is not the latest.
    """
    hold([organization.id])
    row, text = _council(organization, code), check_words(words)
    reached = next_state(COUNCIL_TRANSITIONS, row.status, CouncilAction.RETURN)
    newer = select(OrganizationCouncil.id).where(
        OrganizationCouncil.organization_id == organization.id,
        OrganizationCouncil.starts_on > row.starts_on,
    )
    if db.session.scalars(newer.limit(1)).first() is not None:
        raise RuleViolation("", N_("只能退回最近一届"))
    row.status, row.note = reached, text
    _end_term(organization)
    note(organization, LifeAction.RETURN, by=by, now=now, words=text)
    for told in COUNCIL_RETURNED:
        told(organization, row, now)
    record("council.return", "organization", organization.id, by=by)
    return row


def correct(
    organization: Organization,
    code: str,
    meeting: Meeting,
    facts: Council,
    *,
    by: Actor,
    now: datetime,
) -> OrganizationCouncil:
    """Return the record of a council that went back, put right. Raises RuleViolation."""
    hold([organization.id])
    row = _council(organization, code)
    reached = next_state(COUNCIL_TRANSITIONS, row.status, CouncilAction.CORRECT)
    known = _check_meeting(organization, meeting, facts, now)
    _fill(row, organization, facts, known.due, now)
    row.status, row.note = reached, ""
    _elected(row, known)
    _end_term(organization)
    note(organization, LifeAction.CORRECT, by=by, now=now)
    record("council.correct", "organization", organization.id, by=by)
    return row


def note(
    organization: Organization, action: LifeAction, *, by: Actor, now: datetime, words: str = ""
) -> None:
    """Keep one step in the history of an organization."""
    db.session.add(
        OrganizationEvent(
            organization_id=organization.id,
            action=action,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=words[:200],
        )
    )
    db.session.flush()


def members_of(organization_id: int) -> int:
    """Return how many members an organization has itself and below it."""
    return sum(figures.values([organization_id], MEMBERS).values())


def body_of(organization: Organization, facts: Council, present: int) -> Body:
    """Return what the rules ask of an organization; as many are members as may elect."""
    on = facts.starts_on
    return Body(
        organization.kind,
        max(members_of(organization.id), present),
        settings.value(TERM_SETTINGS[organization.kind], on=on),
        settings.value("organizations.head_only_below", on=on),
    )


def _fill(
    row: OrganizationCouncil,
    organization: Organization,
    facts: Council,
    present: int,
    now: datetime,
) -> None:
    body = body_of(organization, facts, present)
    known = check_council(facts, body, clock.local(now).date())
    for office, names in known.names().items():
        setattr(row, office, names)
    row.starts_on = known.starts_on
    row.ends_on = known.ends_on or known.starts_on


def mistakes_in(
    organization: Organization, meeting: Meeting, facts: Council, now: datetime
) -> list[RuleViolation]:
    """Return everything that is wrong with the record of a re-election, one for each field."""
    latest, today = _latest(organization.id), clock.local(now).date()
    before = _before(organization, meeting, latest)
    body = body_of(organization, facts, meeting.due)
    found = [
        *violations(*_order_of(meeting, facts, latest, before)),
        *meeting_mistakes(meeting, before, today),
        *council_mistakes(facts, body, today),
    ]
    return list({one.field: one for one in reversed(found)}.values())[::-1]


def _check_meeting(
    organization: Organization, meeting: Meeting, facts: Council, now: datetime
) -> Meeting:
    latest = _latest(organization.id)
    before = _before(organization, meeting, latest)
    for check in _order_of(meeting, facts, latest, before):
        check()
    return check_meeting(meeting, before, clock.local(now).date())


def _before(
    organization: Organization, meeting: Meeting, latest: OrganizationCouncil | None
) -> date:
    """Return the day before which no meeting elects anew."""
    return latest.starts_on if latest else organization.founded_on or meeting.held_on


def _order_of(
    meeting: Meeting, facts: Council, latest: OrganizationCouncil | None, before: date
) -> tuple[Callable[[], None], ...]:
    """Return the checks of what comes after what: the term before, the meeting, the new term."""
    return (
        partial(_check_later, facts, latest),
        partial(_check_not_before, meeting, before),
        partial(_check_after_meeting, meeting, facts),
    )


def _check_later(facts: Council, latest: OrganizationCouncil | None) -> None:
    if latest is not None and facts.starts_on <= latest.starts_on:
        raise RuleViolation("starts_on", N_("要晚于上一届任期的开始"))


def _check_not_before(meeting: Meeting, before: date) -> None:
    if meeting.held_on < before:
        raise RuleViolation("held_on", N_("换届会议不能早于本届任期的开始"))


def _check_after_meeting(meeting: Meeting, facts: Council) -> None:
    if facts.starts_on < meeting.held_on:
        raise RuleViolation("starts_on", N_("任期不能早于换届会议"))


def _elected(row: OrganizationCouncil, known: Meeting) -> None:
    row.held_on, row.due, row.present = known.held_on, known.due, known.present
    row.method, row.result, row.minutes = known.method, known.result, known.minutes
    db.session.flush()


def _council(organization: Organization, code: str) -> OrganizationCouncil:
    found = db.session.scalars(
        select(OrganizationCouncil).where(
            OrganizationCouncil.code == code,
            OrganizationCouncil.organization_id == organization.id,
        )
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def _latest(organization_id: int) -> OrganizationCouncil | None:
    statement = select(OrganizationCouncil).where(
        OrganizationCouncil.organization_id == organization_id,
        OrganizationCouncil.status == CouncilStatus.SEATED,
    )
    newest = statement.order_by(OrganizationCouncil.starts_on.desc()).limit(1)
    return db.session.scalars(newest).first()


def _end_term(organization: Organization) -> None:
    """Let the term of an organization end as its latest council that stands does."""
    db.session.flush()
    organization.term_ends_on = db.session.scalar(
        select(func.max(OrganizationCouncil.ends_on)).where(
            OrganizationCouncil.organization_id == organization.id,
            OrganizationCouncil.status == CouncilStatus.SEATED,
        )
    )
    db.session.flush()
