"""Entries of the mutual-aid fund of a fraternity home; mistakes are reversed (domain.md 5)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from activities.models import Venue, VenueFundEntry
from activities.operations.venues import held_by_owner, locked
from activities.rules.venue_fund import FundFacts, check_balance, check_fund_entry
from activities.rules.venue_kinds import KINDS
from activities.rules.venues import OPEN_TO_PEOPLE, check_note
from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError


def enter(
    code: str, facts: FundFacts, *, owner_id: int, by: Actor, now: datetime
) -> VenueFundEntry:
    """Return an entry; the balance is never below zero. Raises RuleViolation."""
    venue = held_by_owner(code, owner_id)
    if not KINDS[venue.kind].has_fund or venue.status not in OPEN_TO_PEOPLE:
        raise RuleViolation("", N_("开放着的博爱家园才记互助金"))
    known = check_fund_entry(facts, venue.fund_fen, clock.local(now).date())
    return _add(venue, known.change, known.happened_on, known.words, by=by, now=now)


def reverse(
    entry_code: str, words: str, *, owner_id: int, by: Actor, now: datetime
) -> VenueFundEntry:
    """Return the entry that takes another one back, once. Raises RuleViolation."""
    found = db.session.scalars(
        select(VenueFundEntry).where(VenueFundEntry.code == entry_code)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(entry_code)
    venue = locked(Venue.id == found.venue_id, Venue.organization_id == owner_id)
    reason = check_note(words)
    if found.reverses_id is not None:
        raise RuleViolation("", N_("冲正的记录不能再冲正，请重新登记"))
    twin = select(VenueFundEntry.id).where(VenueFundEntry.reverses_id == found.id)
    if db.session.scalar(twin) is not None:
        raise RuleViolation("", N_("这一笔已经冲正过了"))
    check_balance(venue.fund_fen - found.change_fen)
    day = clock.local(now).date()
    return _add(venue, -found.change_fen, day, reason, by=by, now=now, reverses=found)


def _add(
    venue: Venue,
    change: int,
    day: date,
    words: str,
    *,
    by: Actor,
    now: datetime,
    reverses: VenueFundEntry | None = None,
) -> VenueFundEntry:
    venue.fund_fen += change
    entry = VenueFundEntry(
        code=crypto.opaque_code(8),
        venue_id=venue.id,
        happened_on=day,
        change_fen=change,
        balance_fen=venue.fund_fen,
        words=words[:100],
        reverses_id=reverses.id if reverses else None,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(entry)
    db.session.flush()
    record("venue.fund", "venue", venue.id, by=by, entry=entry.id)
    return entry
