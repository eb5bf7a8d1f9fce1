"""Recording what a member was honoured with, and taking back what was recorded by mistake."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from accounts.rules.letters import LetterKind
from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from members import letters
from members.models import Honour, Membership
from members.rules import LIVE_STATES, HonourFacts, ReturnReason, check_honour, check_note


def record_honour(
    membership: Membership, facts: HonourFacts, *, by: Actor, now: datetime
) -> Honour:
    """Return a new honour of a member (MEM-46); the same one twice is refused.

    Raises RuleViolation for wrong facts and for one's own record: nobody honours himself.
    """
    if by.user_id is None:
        message = "somebody records an honour, never a clock"
        raise ValueError(message)
    _check_hand(membership, by)
    if membership.status not in LIVE_STATES:
        raise RuleViolation("", N_("已经不是会员，不能再登记荣誉"))
    known = check_honour(facts, membership.joined_on, clock.local(now).date())
    same = select(Honour.id).where(
        Honour.membership_id == membership.id,
        Honour.name == known.name,
        Honour.granted_on == known.granted_on,
        Honour.revoked_at.is_(None),
    )
    if db.session.scalars(same.limit(1)).first() is not None:
        raise RuleViolation("name", N_("这一项已经登记过了"))
    honour = Honour(
        code=crypto.opaque_code(8),
        membership=membership,
        name=known.name,
        level=known.level,
        granted_by=known.granted_by,
        granted_on=known.granted_on,
        document=known.document,
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    db.session.add(honour)
    db.session.flush()
    record("honours.record", "honour", honour.id, by=by)
    letters.tell_honour(honour, LetterKind.HONOUR_RECORDED, now)
    return honour


def revoke_honour(
    code: str, note: str, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> Honour:
    """Return an honour that counts no longer, with the reason in words.

    ``inside`` is the condition for memberships in reach. Raises UnknownRowError for one outside or
    revoked before.
    """
    text = check_note(ReturnReason.OTHER, note)
    honour = db.session.scalars(
        select(Honour)
        .join(Honour.membership)
        .where(Honour.code == code, Honour.revoked_at.is_(None), inside)
        .with_for_update(of=Honour)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if honour is None:
        raise UnknownRowError(code)
    _check_hand(honour.membership, by)
    honour.revoked_at, honour.revoked_by_id, honour.revoked_note = now, by.user_id, text
    record("honours.revoke", "honour", honour.id, by=by)
    letters.tell_honour(honour, LetterKind.HONOUR_REVOKED, now)
    db.session.flush()
    return honour


def _check_hand(membership: Membership, by: Actor) -> None:
    if by.person_id is not None and membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能办理自己的荣誉，请别人办"))
