"""The life of a venue, step by step: applied, inspected, named, running, reviewed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select

from activities import venue_letters as letters
from activities.models import Venue, VenueFinding, VenueInspection
from activities.operations.appointment_slots import call_off_all
from activities.operations.venue_figures import count_step
from activities.operations.venue_people import end_charges, lead, look_again
from activities.operations.venues import held_by_owner, locked, note
from activities.queries import venue_people as people
from activities.queries.venue_rules import Asked, criteria_of, term_years
from activities.rules.venue_kinds import KINDS
from activities.rules.venue_reviews import (
    Inspection,
    InspectionPurpose,
    check_inspection,
    check_not_in_charge,
    check_second,
)
from activities.rules.venues import (
    VENUE_LIFE,
    Naming,
    VenueAction,
    VenueStatus,
    check_day,
    check_naming,
    check_note,
    check_ready,
    check_term,
    months_later,
    term_end,
)
from core import clock, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation

AT_ONCE = 100
FIT, UNFIT = N_("达到条件"), N_("没有达到条件")


def apply(code: str, *, owner_id: int, by: Actor, now: datetime) -> Venue:
    """Return a venue whose owner applies for its name. Raises RuleViolation."""
    venue = held_by_owner(code, owner_id)
    _check_ready(venue, now)
    _step(venue, VenueAction.APPLY, by=by, now=now)
    venue.applied_by_id = by.user_id
    db.session.flush()
    letters.tell_decider(venue, now)
    return venue


def give_back(code: str, words: str, *, decider_id: int, by: Actor, now: datetime) -> Venue:
    """Return a venue whose application goes back to the owner, with the reason."""
    venue, reason = _decided(code, decider_id), check_note(words)
    _step(venue, VenueAction.RETURN, by=by, now=now, words=reason)
    letters.tell_owner(venue, "returned", now)
    return venue


def inspect(
    code: str, facts: Inspection, *, decider_id: int, by: Actor, now: datetime
) -> VenueInspection:
    """Return what was found at a venue: before its name, or at its review (CTR-01).

    Raises RuleViolation for a criterion without an answer or evidence.
    """
    venue, day = _decided(code, decider_id), clock.local(now).date()
    asked = criteria_of(venue.kind, day)
    known = check_inspection(facts, [one.name for one in asked], day)
    is_naming = venue.status is VenueStatus.APPLIED
    _check_hands(venue, by)
    if is_naming and _is_own(venue):
        check_second(venue.applied_by_id, by.user_id)
    if known.is_fit and not is_naming:
        _check_ready(venue, now)
        check_term(venue.term_ends_on, day)
    if is_naming:
        action = VenueAction.INSPECT if known.is_fit else VenueAction.RETURN
    else:
        action = VenueAction.CONFIRM if known.is_fit else VenueAction.RECTIFY
    words = known.words or (FIT if known.is_fit else UNFIT)
    _step(venue, action, by=by, now=now, words=words)
    if action is VenueAction.CONFIRM:
        _set_review(venue, day)
    purpose = InspectionPurpose.NAMING if is_naming else InspectionPurpose.YEARLY
    row = _kept_inspection(venue, known, purpose, asked)
    row.recorded_at, row.recorded_by_id = now, by.user_id
    db.session.add(row)
    db.session.flush()
    letters.tell_owner(venue, "inspected", now)
    return row


def _kept_inspection(
    venue: Venue, facts: Inspection, purpose: InspectionPurpose, asked: Sequence[Asked]
) -> VenueInspection:
    row = VenueInspection(
        venue=venue,
        purpose=purpose,
        held_on=facts.held_on,
        inspector=facts.inspector,
        words=facts.words,
        is_fit=facts.is_fit,
    )
    for position, (criterion, found) in enumerate(zip(asked, facts.findings, strict=True)):
        row.findings.append(
            VenueFinding(
                criterion=criterion.kept,
                position=position,
                number=criterion.number,
                is_met=found.is_met,
                evidence=found.evidence,
            )
        )
    return row


def name(code: str, facts: Naming, *, decider_id: int, by: Actor, now: datetime) -> Venue:
    """Return a venue that got its plaque (授牌). Raises RuleViolation."""
    venue, day = _decided(code, decider_id), clock.local(now).date()
    check_second(venue.applied_by_id, by.user_id)
    _check_hands(venue, by)
    last = _last_look(venue)
    known = check_naming(facts, last.held_on if last else None, day)
    _check_ready(venue, now)
    _step(venue, VenueAction.NAME, by=by, now=now, words=known.plaque_number)
    _put_name(venue, known)
    letters.tell_owner(venue, "named", now)
    return venue


def open_doors(code: str, opened_on: date, *, owner_id: int, by: Actor, now: datetime) -> Venue:
    """Return a venue that runs from a day on. Raises RuleViolation."""
    venue = held_by_owner(code, owner_id)
    day = clock.local(now).date()
    check_day(opened_on, "opened_on", venue.named_on, day)
    _step(venue, VenueAction.OPEN, by=by, now=now)
    venue.opened_on = opened_on
    _set_review(venue, opened_on)
    db.session.flush()
    return venue


def rename(
    code: str, facts: Naming, leader: str, *, decider_id: int, by: Actor, now: datetime
) -> Venue:
    """Return a venue that was named anew: another term, and at a workshop its leader (S35).

    ``leader`` is the number of a member, nothing for who leads it now. Raises RuleViolation.
    """
    venue, day = _decided(code, decider_id), clock.local(now).date()
    known = check_naming(facts, venue.named_on, day)
    _check_hands(venue, by)
    if _is_own(venue):
        _check_looked_at(venue, by)
    if leader and KINDS[venue.kind].has_leader:
        lead(venue, leader, day)
    _check_ready(venue, now)
    _step(venue, VenueAction.RENAME, by=by, now=now, words=known.plaque_number)
    _put_name(venue, known)
    _set_review(venue, day)
    letters.tell_owner(venue, "renamed", now)
    return venue


def close(
    code: str,
    words: str,
    closed_on: date,
    *,
    by: Actor,
    now: datetime,
    place_id: int,
    is_decider: bool,
) -> Venue:
    """Return a venue that is closed for good (摘牌), by who named it or who owns it.

    Raises RuleViolation.
    """
    whose = Venue.decider_id if is_decider else Venue.organization_id
    venue, reason = locked(Venue.code == code, whose == place_id), check_note(words)
    check_day(closed_on, "closed_on", venue.opened_on, clock.local(now).date())
    shut(venue, reason, closed_on, by=by, now=now)
    letters.tell_owner(venue, "closed", now)
    return venue


def shut(venue: Venue, reason: str, closed_on: date, *, by: Actor, now: datetime) -> None:
    """Close a venue whose row is locked; its history stays."""
    _step(venue, VenueAction.CLOSE, by=by, now=now, words=reason)
    venue.closed_on = closed_on
    venue.keeper_lost_on = venue.leader_lost_on = None
    end_charges(venue, closed_on)
    call_off_all(venue.id, by=by, now=now)
    db.session.flush()


def call_reviews(now: datetime) -> int:
    """Let reviews fall due: after a year, or once a name has run out; return how many at once."""
    day = clock.local(now).date()
    found = db.session.scalars(
        select(Venue)
        .where(
            Venue.status == VenueStatus.RUNNING,
            or_(Venue.review_on <= day, Venue.term_ends_on <= day),
        )
        .order_by(Venue.id)
        .limit(AT_ONCE)
        .with_for_update(of=Venue)
        .execution_options(populate_existing=True)
    ).all()
    for venue in found:
        _step(venue, VenueAction.CALL_REVIEW, by=SYSTEM, now=now)
        letters.tell_review_due(venue, now)
    db.session.flush()
    return len(found)


def _decided(code: str, decider_id: int) -> Venue:
    return locked(Venue.code == code, Venue.decider_id == decider_id)


def _check_ready(venue: Venue, now: datetime) -> None:
    look_again([venue.id], now=now)
    kept = people.with_keeper([venue.id], clock.local(now).date())
    check_ready(
        has_keeper=venue.id in kept,
        needs_leader=KINDS[venue.kind].has_leader,
        has_leader=venue.id in people.with_leader([venue.id]),
    )


def _last_look(venue: Venue) -> VenueInspection | None:
    return db.session.scalars(
        select(VenueInspection)
        .where(VenueInspection.venue_id == venue.id)
        .order_by(VenueInspection.id.desc())
        .limit(1)
    ).one_or_none()


def _is_own(venue: Venue) -> bool:
    """Return whether the organization that decides about a venue owns it, too."""
    return venue.organization_id == venue.decider_id


def _check_hands(venue: Venue, by: Actor) -> None:
    check_not_in_charge((venue.keeper_id, venue.leader_id), by.person_id)


def _check_looked_at(venue: Venue, by: Actor) -> None:
    """Raise RuleViolation where nobody else looked at an own venue since it was named last."""
    last = _last_look(venue)
    is_new = last is not None and (venue.named_on is None or last.held_on >= venue.named_on)
    if last is None or not is_new or last.recorded_by_id == by.user_id:
        raise RuleViolation("", N_("本组织自己的场所，先由另一位工作人员登记复核，再重新命名"))


def _put_name(venue: Venue, facts: Naming) -> None:
    venue.plaque_number, venue.named_on = facts.plaque_number, facts.named_on
    venue.term_ends_on = term_end(facts.named_on, term_years(venue.kind, facts.named_on))
    db.session.flush()


def _set_review(venue: Venue, day: date) -> None:
    venue.review_on = months_later(day, settings.value("venues.review_months", day))


def _step(venue: Venue, action: VenueAction, *, by: Actor, now: datetime, words: str = "") -> None:
    before = venue.status
    venue.status = VENUE_LIFE.next(before, action)
    count_step(venue, before)
    note(venue, action, by=by, now=now, words=words)
    record(f"venue.{action}", "venue", venue.id, by=by)
    db.session.flush()
