"""What every step of an expulsion shares: rows locked in order, history, who acts next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.queries import office_without
from core import clock
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError, next_state
from members import notices
from members.models import Expulsion, ExpulsionEvent, Membership
from members.queries.charge import account_id_of, keeper_of
from members.queries.expulsions import seen_at
from members.rules import (
    AT_BRANCH,
    AT_COUNTY,
    EXPULSION_TRANSITIONS,
    RUNNING,
    ExpulsionAction,
    ExpulsionStatus,
)
from organizations.models import Organization
from organizations.rules import ids_of_path

BATCH = 200


def lock_member(code: str) -> Membership | None:
    """Return a membership with its organization and person, its row locked."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.organization)
        .join(Membership.person)
        .options(contains_eager(Membership.organization), contains_eager(Membership.person))
        .where(Membership.code == code)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_expulsion(code: str, place_id: int, action: ExpulsionAction, by: Actor) -> Expulsion:
    """Return an expulsion on which an organization acts, first its membership locked.

    Raises UnknownRowError for one that does not exist there, IllegalTransition for one that
    others have to act on by now, RuleViolation for one's own.
    """
    expulsion = _locked(_found().where(Expulsion.code == code, seen_at(place_id)))
    if expulsion is None:
        raise UnknownRowError(code)
    if by.person_id is not None and expulsion.membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能办理自己的除名，请别人办"))
    if expulsion.handler_id != place_id:
        raise IllegalTransition(expulsion.status, action)
    return expulsion


def lock_own(person_id: int, action: ExpulsionAction) -> Expulsion:
    """Return one's own newest expulsion for an act of oneself, first its membership locked.

    Raises UnknownRowError where there is none, IllegalTransition where it has gone on.
    """
    newest = (
        _found().where(Membership.person_id == person_id).order_by(Expulsion.id.desc()).limit(1)
    )
    expulsion = _locked(newest)
    if expulsion is None:
        raise UnknownRowError
    if (expulsion.status, action) not in EXPULSION_TRANSITIONS:
        raise IllegalTransition(expulsion.status, action)
    return expulsion


def _found() -> Select[int, int]:
    return select(Expulsion.id, Expulsion.membership_id).join(Expulsion.membership)


def _locked(found: Select[int, int]) -> Expulsion | None:
    row = db.session.execute(found).one_or_none()
    if row is None:
        return None
    db.session.execute(
        select(Membership)
        .where(Membership.id == row[1])
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(
        select(Expulsion)
        .options(
            joinedload(Expulsion.membership, innerjoin=True),
            joinedload(Expulsion.organization, innerjoin=True),
        )
        .where(Expulsion.id == row[0])
        .with_for_update(of=Expulsion)
        .execution_options(populate_existing=True)
    ).one()


def step(
    expulsion: Expulsion,
    action: ExpulsionAction,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    back_to: ExpulsionStatus | None = None,
) -> None:
    """Take an expulsion through its table, with history. Raises IllegalTransition."""
    reached = next_state(EXPULSION_TRANSITIONS, expulsion.status, action)
    expulsion.status = back_to or reached
    note_step(expulsion, action, by=by, now=now, note=note)


def note_step(
    expulsion: Expulsion,
    action: ExpulsionAction | None,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Write one step of the history, and the audit event."""
    db.session.add(
        ExpulsionEvent(
            expulsion=expulsion,
            action=action,
            to_status=expulsion.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )
    record(f"expulsions.{action or 'propose'}", "expulsion", expulsion.id, by=by)


# ------------------------------------------------------------------------------ who acts next


def branch_of(expulsion: Expulsion, day: date) -> int:
    """Return who acts for the branch of the member: never himself alone."""
    return keeper_of(expulsion.organization, expulsion.membership.person_id, day)


def reviewer_of(expulsion: Expulsion, branch_id: int, day: date) -> int:
    """Return who reviews: the county, or the next above it where the county acted as branch.

    An office where only the member himself or those who proposed could review is passed over.
    """
    organization = expulsion.organization
    ids = ids_of_path(organization.path)
    county = organization.county_id or organization.city_id or ids[0]
    start = county if county != branch_id else _parent(ids, county)
    return _office(start, expulsion, day)


def appeal_office_of(expulsion: Expulsion, day: date) -> int:
    """Return who decides an appeal: the level above whoever reviewed; the province its own."""
    ids = ids_of_path(expulsion.organization.path)
    return _office(_parent(ids, expulsion.handler_id), expulsion, day)


def _parent(ids: list[int], one: int) -> int:
    return ids[max(ids.index(one) - 1, 0)]


def _office(office_id: int, expulsion: Expulsion, day: date) -> int:
    office = db.session.get_one(Organization, office_id)
    acted = {expulsion.proposed_by_id, expulsion.decided_by_id, expulsion.reviewed_by_id}
    barred = {account_id_of(expulsion.membership.person_id), *(one or 0 for one in acted)}
    return office_without(office, barred, day)


def reassign_expulsions(organization_ids: Iterable[int], *, by: Actor, now: datetime) -> None:
    """Give running expulsions of organizations to who has to act on them from now on."""
    found = db.session.scalars(
        select(Expulsion)
        .options(
            joinedload(Expulsion.membership, innerjoin=True),
            joinedload(Expulsion.organization, innerjoin=True),
        )
        .where(
            Expulsion.organization_id.in_(list(organization_ids)),
            Expulsion.status.in_(RUNNING),
        )
        .order_by(Expulsion.id)
        .with_for_update(of=Expulsion)
        .execution_options(populate_existing=True)
    ).all()
    day = clock.local(now).date()
    for expulsion in found:
        branch_id = branch_of(expulsion, day)
        is_with_branch = expulsion.status in AT_BRANCH
        handler_id = branch_id if is_with_branch else reviewer_of(expulsion, branch_id, day)
        if handler_id != expulsion.handler_id:
            expulsion.handler_id = handler_id
            record("expulsions.reassign", "expulsion", expulsion.id, by=by, handler=handler_id)
    db.session.flush()


# ------------------------------------------------------------- the member goes, the clock runs


def discontinue_expulsion(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Stop the running expulsion of a member who leaves or died: nobody is left to expel."""
    expulsion = _of_membership(membership, *RUNNING)
    if expulsion is None:
        return
    expulsion.stage_before = expulsion.status
    step(expulsion, ExpulsionAction.DISCONTINUE, by=by, now=now)


def resume_expulsion(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Go on where an expulsion stopped: the leaving, or the death, was taken back."""
    expulsion = _of_membership(membership, ExpulsionStatus.DISCONTINUED)
    if expulsion is None:
        return
    before = expulsion.stage_before
    step(expulsion, ExpulsionAction.RESUME, by=by, now=now, back_to=before)
    expulsion.stage_before = None
    day = clock.local(now).date()
    branch_id = branch_of(expulsion, day)
    at_county = expulsion.status in AT_COUNTY
    expulsion.handler_id = reviewer_of(expulsion, branch_id, day) if at_county else branch_id


def _of_membership(membership: Membership, *statuses: ExpulsionStatus) -> Expulsion | None:
    return db.session.scalars(
        select(Expulsion)
        .where(Expulsion.membership_id == membership.id, Expulsion.status.in_(statuses))
        .order_by(Expulsion.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def settle_expulsions(now: datetime) -> int:
    """End hearings nobody answered and appeal periods nobody used; return how many."""
    today = clock.local(now).date()
    due = (
        (ExpulsionStatus.PROPOSED, Expulsion.hearing_until, ExpulsionAction.END_HEARING),
        (ExpulsionStatus.EFFECTIVE, Expulsion.appeal_until, ExpulsionAction.FINISH),
    )
    settled = 0
    for status, until, action in due:
        found = db.session.scalars(
            select(Expulsion)
            .where(Expulsion.status == status, until < today)
            .options(
                joinedload(Expulsion.membership, innerjoin=True),
                joinedload(Expulsion.organization, innerjoin=True),
            )
            .order_by(Expulsion.id)
            .limit(BATCH)
            .with_for_update(of=Expulsion, skip_locked=True)
            .execution_options(populate_existing=True)
        ).all()
        for expulsion in found:
            step(expulsion, action, by=SYSTEM, now=now)
        if action is ExpulsionAction.END_HEARING:
            notices.tell_expulsions(found, action, now)
        settled += len(found)
    db.session.flush()
    return settled
