"""Stars: applied for, checked, noticed, objected to, granted by the clock, refused, revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from core import clock, crypto
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members.operations import take_serial
from organizations.models import Organization
from organizations.rules import ids_of_path
from volunteers import letters
from volunteers.models import StarEvent, StarGrant, Volunteer
from volunteers.operations.admission import lock_volunteer
from volunteers.operations.counting import stars_anew
from volunteers.queries import stars as reading
from volunteers.rules import check_character
from volunteers.rules.stars import (
    STAR_TRANSITIONS,
    StarAction,
    StarReason,
    StarStatus,
    check_chance,
    check_other_hand,
    check_star_note,
)

BATCH = 200


def apply_for_star(person_id: int, *, by: Actor, now: datetime) -> StarGrant:
    """Return the application for the highest star whose hours are there.

    Raises RuleViolation where something is missing for it.
    """
    volunteer = lock_volunteer(person_id)
    if volunteer is None:
        raise UnknownRowError
    today = clock.local(now).date()
    chance = reading.chance(volunteer, reading.grants_of(volunteer.id), today)
    check_chance(chance)
    grant = StarGrant(
        code=crypto.opaque_code(10),
        volunteer=volunteer,
        granter=_granter_of(volunteer, reading.ladder(today)[chance.star - 1].granted_by),
        star=chance.star,
        minutes=reading.counting_minutes(volunteer),
        status=StarStatus.APPLIED,
        applied_at=now,
    )
    db.session.add(grant)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    _note(grant, None, by, now)
    audit("stars.apply", "star_grant", grant.id, by=by, star=grant.star)
    return grant


def check_star(code: str, *, place_id: int, by: Actor, now: datetime) -> StarGrant:
    """Return an application whose hours somebody checked; it goes to whoever grants the star.

    Raises RuleViolation where the hours are no longer there, and for one's own.
    """
    grant = _lock(code)
    place = grant.volunteer
    if place_id not in {place.organization_id, place.county_id, grant.granter_id}:
        raise UnknownRowError(code)
    check_other_hand(reading.holder_of(grant), None, _hand(by))
    _check_doubt(grant, StarAction.CHECK, now)
    grant.checked_by_id = by.user_id
    _step(grant, StarAction.CHECK, by, now)
    return grant


def notice_star(code: str, *, place_id: int, by: Actor, now: datetime) -> StarGrant:
    """Return a star whose public notice begins, by the level that grants it (four eyes)."""
    grant = _at_granter(code, place_id, by)
    _check_doubt(grant, StarAction.NOTICE, now)
    grant.notice_until = reading.notice_end(now)
    _step(grant, StarAction.NOTICE, by, now)
    letters.tell_star(grant, LetterKind.STAR_NOTICED, now)
    return grant


def object_to_star(code: str, note: str, *, by: Actor, now: datetime) -> StarGrant:
    """Return a star whose notice an objection stops, with its words."""
    grant = _lock(code)
    if by.person_id == reading.holder_of(grant):
        raise RuleViolation("", N_("不能对自己的公示提异议"))
    text = check_star_note(note, needed=True)
    if grant.notice_until is None or grant.notice_until < clock.local(now).date():
        raise RuleViolation("", N_("公示已经结束"))
    grant.objection = text
    _step(grant, StarAction.OBJECT, by, now, text)
    return grant


def dismiss_objection(
    code: str, note: str, *, place_id: int, by: Actor, now: datetime
) -> StarGrant:
    """Return a star whose notice begins anew: the objection was looked into and does not hold."""
    grant = _at_granter(code, place_id, by)
    text = check_star_note(note, needed=True)
    _check_doubt(grant, StarAction.DISMISS, now)
    grant.notice_until = reading.notice_end(now)
    _step(grant, StarAction.DISMISS, by, now, text)
    return grant


def refuse_star(
    code: str, reason: StarReason, note: str, *, place_id: int, by: Actor, now: datetime
) -> StarGrant:
    """Return an application that came to nothing, with the reason that the volunteer reads."""
    grant = _lock(code)
    place = grant.volunteer
    checkers = {place.organization_id, place.county_id, grant.granter_id}
    if place_id not in (checkers if grant.status is StarStatus.APPLIED else {grant.granter_id}):
        raise UnknownRowError(code)
    check_other_hand(reading.holder_of(grant), None, _hand(by))
    return _finish(grant, StarAction.REFUSE, reason, note, by, now)


def revoke_star(
    code: str, reason: StarReason, note: str, *, place_id: int, by: Actor, now: datetime
) -> StarGrant:
    """Return a star that counts no longer; false hours bar a new one for some time (VOL-31)."""
    return _finish(_at_granter(code, place_id, by), StarAction.REVOKE, reason, note, by, now)


def grant_due(now: datetime) -> int:
    """Grant stars whose notice is over without objection; return how many notices ended.

    At most a batch. Where hours were taken back meanwhile the clock objects, and the granter
    decides.
    """
    today = clock.local(now).date()
    codes = db.session.scalars(
        select(StarGrant.code)
        .where(StarGrant.status == StarStatus.NOTICED, StarGrant.notice_until < today)
        .order_by(StarGrant.notice_until, StarGrant.id)
        .limit(BATCH)
    ).all()
    for code in codes:
        _grant(_lock(code), now)
    return len(codes)


def _grant(grant: StarGrant, now: datetime) -> None:
    day = clock.local(now).date()
    if grant.status is not StarStatus.NOTICED or grant.notice_until is None:
        return
    if reading.doubt_of(grant, day) is not None:
        grant.objection = ""
        _step(grant, StarAction.OBJECT, SYSTEM, now)
        return
    place = (grant.granter.division_code or "")[:6].ljust(6, "0")
    body = f"{place}{day.year:04d}{take_serial(f'star:{place}:{day.year}'):06d}"
    grant.number, grant.granted_on = f"XJ{body}{check_character(body)}", day
    _step(grant, StarAction.GRANT, SYSTEM, now)
    letters.tell_star(grant, LetterKind.STAR_GRANTED, now)


def _finish(
    grant: StarGrant, action: StarAction, reason: StarReason, note: str, by: Actor, now: datetime
) -> StarGrant:
    grant.reason = reason
    grant.reason_note = check_star_note(note, needed=reason is StarReason.OTHER)
    if reason is StarReason.FALSE_HOURS:
        grant.barred_until = reading.bar_end(now)
    _step(grant, action, by, now, grant.reason_note)
    is_over = action is StarAction.REVOKE
    letters.tell_star(grant, LetterKind.STAR_REVOKED if is_over else LetterKind.STAR_REFUSED, now)
    return grant


def _at_granter(code: str, place_id: int, by: Actor) -> StarGrant:
    grant = _lock(code)
    if grant.granter_id != place_id:
        raise UnknownRowError(code)
    check_other_hand(reading.holder_of(grant), grant.checked_by_id, _hand(by))
    return grant


def _check_doubt(grant: StarGrant, action: StarAction, now: datetime) -> None:
    """Raise IllegalTransition for no step of the table, RuleViolation where hours are gone."""
    next_state(STAR_TRANSITIONS, grant.status, action)
    doubt = reading.doubt_of(grant, clock.local(now).date())
    if doubt is not None:
        raise doubt


def _hand(by: Actor) -> tuple[int, int | None]:
    if by.user_id is None:
        raise RuleViolation("", N_("星级要由有职务的人办理"))
    return by.user_id, by.person_id


def _lock(code: str) -> StarGrant:
    found = db.session.scalars(
        select(StarGrant)
        .options(
            joinedload(StarGrant.volunteer, innerjoin=True),
            joinedload(StarGrant.granter, innerjoin=True),
        )
        .where(StarGrant.code == code)
        .with_for_update(of=StarGrant)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def _granter_of(volunteer: Volunteer, level: str) -> Organization:
    """Return the Red Cross of a level above a volunteer, the next higher where there is none."""
    place = db.session.get_one(Organization, volunteer.organization_id)
    above = {"county": place.county_id or place.city_id, "city": place.city_id}.get(level)
    return db.session.get_one(Organization, above or ids_of_path(place.path)[0])


def _step(grant: StarGrant, action: StarAction, by: Actor, now: datetime, note: str = "") -> None:
    reached = next_state(STAR_TRANSITIONS, grant.status, action)
    held = StarStatus.GRANTED in (grant.status, reached)
    with stars_anew([grant.volunteer] if held else []):
        grant.status = reached
    db.session.flush()
    _note(grant, action, by, now, note)
    audit(f"stars.{action}", "star_grant", grant.id, by=by, star=grant.star)


def _note(
    grant: StarGrant, action: StarAction | None, by: Actor, now: datetime, note: str = ""
) -> None:
    db.session.add(
        StarEvent(
            grant_id=grant.id,
            action=action,
            to_status=grant.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )
    db.session.flush()
