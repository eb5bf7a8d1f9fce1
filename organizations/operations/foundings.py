"""Founding an organization step by step: application, reply, meeting, council (ORG-16, ORG-17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from organizations.models import (
    Division,
    FoundingEvent,
    Organization,
    OrganizationCouncil,
    OrganizationFounding,
)
from organizations.operations import councils
from organizations.operations import founding as tree
from organizations.operations.closing import hold
from organizations.rules import (
    OPEN_STATES,
    OrganizationKind,
    check_name,
    check_open_parent,
    check_parent,
    name_taken,
)
from organizations.rules.foundings import (
    FOUNDING_TRANSITIONS,
    UNDER_WAY,
    Asking,
    FoundingAction,
    FoundingStatus,
    Meeting,
    Reply,
    check_asking,
    check_decider,
    check_founded,
    check_meeting,
    check_reply,
    check_return,
)
from organizations.rules.life import Council, LifeAction

CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class NewFounding:
    """What is asked for: kind, name, where it will stand, who replies, who enters it."""

    kind: OrganizationKind
    name: str
    parent: Organization
    decider: Organization
    maker_id: int
    division_code: str | None = None


@dataclass(frozen=True, slots=True)
class FoundingStep:
    """What packages are told of a step: a draft that was begun is told as none."""

    founding: OrganizationFounding
    action: FoundingAction
    by: Actor
    now: datetime
    words: str


#: Called one after the other in the transaction of a step.
FOUNDING_STEPPED: list[Callable[[FoundingStep], None]] = []


def ask(
    new: NewFounding, facts: Asking, *, is_draft: bool, by: Actor, now: datetime
) -> OrganizationFounding:
    """Return the founding that begins with an application, or with its draft. RuleViolation."""
    row = OrganizationFounding(maker_id=new.maker_id)
    _tell(row, new)
    return begin(row, facts, is_draft=is_draft, by=by, now=now)


def begin(
    row: OrganizationFounding, facts: Asking, *, is_draft: bool, by: Actor, now: datetime
) -> OrganizationFounding:
    """Return a new founding whose subject is told. Raises RuleViolation."""
    known = check_asking(facts, clock.local(now).date())
    row.code, row.status = crypto.opaque_code(CODE_LENGTH), FoundingStatus.DRAFT
    row.entered_at, row.entered_by_id = now, by.user_id
    _ask(row, known)
    db.session.add(row)
    _flush()
    if is_draft:
        record("founding.draft", "founding", row.id, by=by)
    else:
        _step(row, FoundingAction.APPLY, by, now, known.words)
    return row


def change(
    row: OrganizationFounding,
    facts: Asking,
    new: NewFounding | None = None,
    *,
    is_draft: bool,
    by: Actor,
    now: datetime,
) -> OrganizationFounding:
    """Return a draft, or what went back, as it is told now; unless a draft, it is handed in.

    Raises RuleViolation, and IllegalTransition where it was handed in already.
    """
    action = FoundingAction.APPLY if row.status is FoundingStatus.DRAFT else FoundingAction.RESUBMIT
    next_state(FOUNDING_TRANSITIONS, row.status, action)
    known = check_asking(facts, clock.local(now).date())
    if new is not None:
        _tell(row, new)
    _ask(row, known)
    if not is_draft:
        row.note = ""
        _step(row, action, by, now, known.words)
    _flush()
    return row


def approve(row: OrganizationFounding, facts: Reply, *, by: Actor, now: datetime) -> None:
    """Record the reply: from now on the founding meeting may be held (ORG-16)."""
    next_state(FOUNDING_TRANSITIONS, row.status, FoundingAction.APPROVE)
    known = check_reply(facts, row.applied_on, clock.local(now).date())
    row.reply_number, row.replied_on = known.number, known.on
    _step(row, FoundingAction.APPROVE, by, now, known.number)


def give_back(row: OrganizationFounding, words: str, *, by: Actor, now: datetime) -> None:
    """Let an application go back to whom it came from, with the reason. Raises RuleViolation."""
    text = check_return(words)
    _step(row, FoundingAction.RETURN, by, now, text)
    row.note = text
    db.session.flush()


def withdraw(row: OrganizationFounding, *, by: Actor, now: datetime) -> None:
    """End a founding that nobody wants any more."""
    _step(row, FoundingAction.WITHDRAW, by, now)


def hold_meeting(
    row: OrganizationFounding,
    facts: Meeting,
    standing: Organization | None = None,
    *,
    by: Actor,
    now: datetime,
) -> Organization:
    """Return the organization that the meeting founded: from now on it counts (ORG-04).

    ``standing`` is one that is there already. Raises RuleViolation.
    """
    next_state(FOUNDING_TRANSITIONS, row.status, FoundingAction.FOUND)
    known = check_meeting(facts, row.replied_on or row.applied_on, clock.local(now).date())
    row.held_on, row.due, row.present = known.held_on, known.due, known.present
    row.method, row.result = known.method, known.result
    row.minutes, row.flag_on = known.minutes, known.flag_on
    row.organization = standing or _found(row, known.held_on, by)
    councils.note(row.organization, LifeAction.FOUND, by=by, now=now, words=row.reply_number)
    _step(row, FoundingAction.FOUND, by, now)
    return row.organization


def seat_council(
    row: OrganizationFounding, facts: Council, *, by: Actor, now: datetime
) -> OrganizationCouncil:
    """Return the first council, elected by the founding meeting. Raises RuleViolation."""
    next_state(FOUNDING_TRANSITIONS, row.status, FoundingAction.SEAT)
    if row.organization is None:
        raise UnknownRowError(row.code)
    hold([row.organization.id])
    if row.organization.status not in OPEN_STATES:
        raise RuleViolation("", N_("组织整顿或者停办时不能换届"))
    if row.held_on is not None and facts.starts_on < row.held_on:
        raise RuleViolation("starts_on", N_("任期不能早于成立大会"))
    council = councils.seat(row.organization, facts, present=row.due or 0, by=by, now=now)
    _step(row, FoundingAction.SEAT, by, now)
    return council


def founding_for(code: str, **place: int) -> OrganizationFounding:
    """Return a founding by its code, locked; ``maker_id`` or ``decider_id`` tells whose it is.

    Raises UnknownRowError for one of any other place.
    """
    found = db.session.scalars(
        select(OrganizationFounding)
        .filter_by(code=code, **place)
        .with_for_update(of=OrganizationFounding)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def _tell(row: OrganizationFounding, new: NewFounding) -> None:
    """Put the subject into a founding. Raises RuleViolation for what could not be founded."""
    name, parent = check_name(new.name), new.parent
    check_founded(new.kind)
    check_parent(new.kind, parent.level)
    check_open_parent(parent.status)
    check_decider(new.kind, parent.path, new.decider.path, new.decider.level)
    if new.division_code and db.session.get(Division, new.division_code) is None:
        raise RuleViolation("division", N_("没有这个区划代码"))
    if tree.has_child_named(parent, name):
        raise name_taken()
    others = select(OrganizationFounding.id).where(
        OrganizationFounding.parent_id == parent.id,
        OrganizationFounding.name == name,
        OrganizationFounding.status.in_(UNDER_WAY),
        OrganizationFounding.id != (row.id or 0),
    )
    with db.session.no_autoflush:
        if db.session.scalars(others.limit(1)).first() is not None:
            raise RuleViolation("name", N_("这个名称已有建会申请在办"))
    row.kind, row.name, row.parent_id = new.kind, name, parent.id
    row.decider_id, row.division_code = new.decider.id, new.division_code


def _ask(row: OrganizationFounding, known: Asking) -> None:
    row.applied_on, row.contact, row.words = known.applied_on, known.contact, known.words


def _found(row: OrganizationFounding, held_on: date, by: Actor) -> Organization:
    parent = db.session.get_one(Organization, row.parent_id)
    new = tree.NewOrganization(
        row.kind, row.name, division_code=row.division_code, founded_on=held_on
    )
    return tree.found(new, parent, by=by)


def _step(
    row: OrganizationFounding, action: FoundingAction, by: Actor, now: datetime, words: str = ""
) -> None:
    row.status = next_state(FOUNDING_TRANSITIONS, row.status, action)
    db.session.add(
        FoundingEvent(
            founding_id=row.id,
            action=action,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=words[:200],
        )
    )
    _flush()
    step = FoundingStep(row, action, by, now, words)
    for told in FOUNDING_STEPPED:
        told(step)
    record(f"founding.{action}", "founding", row.id, by=by)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
