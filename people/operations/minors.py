"""Asking to look at a minor, deciding it, and taking it back at once (security.md PRV-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.queries.posts import holders_at
from core import clock, crypto, settings
from core.access.permissions import Level, Permission, Role
from core.access.rights import rights_of
from core.access.scope import Scope
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from organizations.models import Organization
from organizations.queries import organization_of_id
from people.models import MinorApproval, Person
from people.queries.minors import approval_at, approval_for, asked_for, guardians_of
from people.rules.minors import (
    APPROVAL_TRANSITIONS,
    ApprovalAction,
    ApprovalStatus,
    check_other,
    check_refusal,
    check_unnamed,
    is_protected,
)
from people.rules.reveals import RevealReason, reason_text

UNAPPROVED = N_("查看未成年人的信息要先经负责人批准")


@dataclass(frozen=True, slots=True)
class LookWish:
    """Whom somebody wants to look at (all of the school without a person), and what for."""

    person: Person | None
    reason: RevealReason
    note: str


def ask_approval(scope: Scope, wish: LookWish, *, now: datetime) -> MinorApproval:
    """Return the request of a post to look at one minor, or, without one, at all of its school.

    Raises RuleViolation where it was asked before, where the post is not of the organization
    itself (decisions.md D10), and for a standing approval of anybody but the coordinator.
    """
    person, reason, place = wish.person, wish.reason, scope.place
    words = reason_text(reason, wish.note)
    if scope.post.place.id != place.id:
        raise RuleViolation("", N_("未成年人的信息只在本组织查看"))
    if person is None and scope.post.role is not Role.COORDINATOR:
        raise RuleViolation("", N_("只有本校的辅导员可以申请长期查看"))
    check_unnamed(words, _names(person))
    person_id = person.id if person is not None else None
    asker = scope.principal.user_id
    if asked_for(asker, place.id, person_id, now) is not None:
        raise RuleViolation("", N_("已经申请过了，请等负责人批准"))
    today = clock.local(now).date()
    wait = settings.value("minors.request_days", on=today)
    request = MinorApproval(
        code=crypto.opaque_code(8),
        organization_id=place.id,
        handler_id=_handler(organization_of_id(place.id), asker, now),
        person_id=person_id,
        asker_id=asker,
        post_id=scope.post.id,
        purpose=reason,
        note=words.partition(":")[2],
        status=ApprovalStatus.ASKED,
        asked_at=now,
        expires_at=now + timedelta(days=wait),
    )
    db.session.add(request)
    db.session.flush()
    by = Actor.of_scope(scope)
    record("minors.ask", "minor_approval", request.id, by=by, purpose=reason, person=person_id)
    return request


def _names(person: Person | None) -> list[str]:
    """Return the names of a child and of the guardians."""
    if person is None:
        return []
    return [person.name, *(one.name for one in guardians_of(person.id))]


def approve_request(code: str, scope: Scope, *, now: datetime) -> MinorApproval:
    """Let somebody look for the days of the settings; never oneself. Raises UnknownRowError."""
    request = _decidable(code, scope, now)
    today = clock.local(now).date()
    name = "minors.standing_days" if request.is_standing else "minors.look_days"
    _decide(request, ApprovalAction.APPROVE, scope, now)
    request.expires_at = now + timedelta(days=settings.value(name, on=today))
    db.session.flush()
    return request


def refuse_request(code: str, answer: str, scope: Scope, *, now: datetime) -> MinorApproval:
    """Refuse a request with the reason in writing. Raises UnknownRowError, RuleViolation."""
    request = _decidable(code, scope, now)
    request.answer = check_refusal(answer)
    _decide(request, ApprovalAction.REFUSE, scope, now)
    return request


def revoke_approval(code: str, scope: Scope, *, now: datetime) -> MinorApproval:
    """Take an approval back: the next look meets the mask. Raises UnknownRowError."""
    request = _locked(code, scope)
    request.status = next_state(APPROVAL_TRANSITIONS, request.status, ApprovalAction.REVOKE)
    request.ended_at = now
    db.session.flush()
    record("minors.revoke", "minor_approval", request.id, by=Actor.of_scope(scope))
    return request


def check_look(
    person: Person,
    by: Actor,
    now: datetime,
    reason: RevealReason | None = None,
    *,
    protected: bool = False,
) -> None:
    """Raise RuleViolation where an account looks at a minor without an approval in force.

    The approval is for the organization of the post, so nobody above comes by it, and for the
    purpose that was asked for. ``protected`` holds for a child whose birth day is not known.
    """
    today = clock.local(now).date()
    if not (protected and person.born_on is None) and not is_protected(person.born_on, today):
        return
    if by.user_id is None or by.organization_id is None:
        raise RuleViolation("", UNAPPROVED)
    purposes = () if reason is None else (reason,)
    if approval_for(by.user_id, by.organization_id, person.id, now, purposes) is None:
        raise RuleViolation("", UNAPPROVED)


def purpose_of(person_id: int, by: Actor, now: datetime) -> str:
    """Return what an approval in force is for; a paper is seen for nothing else (PRV-10).

    Raises RuleViolation without one.
    """
    held = approval_for(by.user_id or 0, by.organization_id or 0, person_id, now)
    if held is None:
        raise RuleViolation("", UNAPPROVED)
    return reason_text(RevealReason(held.purpose), held.note)


def _decidable(code: str, scope: Scope, now: datetime) -> MinorApproval:
    request = _locked(code, scope)
    if request.handler_id != scope.place.id:
        raise UnknownRowError(code)
    check_other(scope.principal.user_id, request.asker_id)
    if request.status is ApprovalStatus.ASKED and request.expires_at <= now:
        raise RuleViolation("", N_("申请已经过期，请对方重新申请"))
    return request


def _locked(code: str, scope: Scope) -> MinorApproval:
    request = approval_at(scope.place.id, code, lock=True)
    if request is None:
        raise UnknownRowError(code)
    return request


def _decide(request: MinorApproval, action: ApprovalAction, scope: Scope, now: datetime) -> None:
    request.status = next_state(APPROVAL_TRANSITIONS, request.status, action)
    request.decided_by_id, request.decided_at = scope.principal.user_id, now
    db.session.flush()
    record(f"minors.{action}", "minor_approval", request.id, by=Actor.of_scope(scope))


def _handler(place: Organization, asker_id: int, now: datetime) -> int:
    """Return who decides: somebody else responsible at the organization, county or city.

    Nobody decides for himself, so that of the only officer of a county the city decides; where
    nobody else is there at all, the county has it until it has a second one.
    """
    day = clock.local(now).date()
    line = ((place.id, place.level), (place.county_id, Level.COUNTY), (place.city_id, Level.CITY))
    for place_id, level in line:
        if place_id is not None and _has_other(place_id, Level(level), asker_id, day):
            return place_id
    return place.county_id or place.id


def _has_other(place_id: int, level: Level, asker_id: int, day: date) -> bool:
    """Return whether somebody beside an asker may decide at an organization."""
    roles = [one for one in Role if Permission.PUPILS_APPROVE in rights_of(one, level)]
    others = holders_at(place_id, roles, day) if roles else ()
    return any(one.user_id != asker_id for one in others)
