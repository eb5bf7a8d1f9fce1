"""Volunteers who do not serve for long, who leave, and what they agree to (VOL-09)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from accounts.operations.letters import News, tell_people
from accounts.rules.letters import LetterKind
from core import clock, settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation
from organizations.models import Organization
from people.rules import is_minor_on
from volunteers.models import Agreement, ServiceRecord, Volunteer
from volunteers.operations.admission import VolunteerAdmission, lock_volunteer
from volunteers.operations.skills import serving_volunteer
from volunteers.operations.standing import move
from volunteers.queries.resting import agreements_of
from volunteers.rules import MAY_LEAVE, ServiceStatus, VolunteerAction, VolunteerStatus, day_of
from volunteers.rules.agreement_text import digest_of
from volunteers.rules.resting import AgreementKind, check_leaving, months_before, state_awake

CHUNK = 200
_AWAKE = (VolunteerStatus.ENTERED, VolunteerStatus.REGISTERED)


def let_rest(now: datetime) -> int:
    """Note volunteers without confirmed service for the months of the setting; return how many.

    A chunk at a time: call it until it finds none. Who entered later than that is left alone.
    """
    since = months_before(day_of(now), settings.value("volunteers.dormant_months", day_of(now)))
    first = clock.day_bounds(since)[0]
    found = _locked(
        Volunteer.status.in_(_AWAKE), Volunteer.entered_on < since, ~_served_since(first)
    )
    for one in found:
        move(one, VolunteerAction.GO_DORMANT, by=SYSTEM, now=now)
    _tell(found, LetterKind.VOLUNTEER_DORMANT, now)
    db.session.flush()
    return len(found)


def wake(now: datetime) -> int:
    """Give volunteers who serve again the grade that they had; return how many, as above."""
    since = months_before(day_of(now), settings.value("volunteers.dormant_months", day_of(now)))
    first = clock.day_bounds(since)[0]
    found = _locked(Volunteer.status == VolunteerStatus.DORMANT, _served_since(first))
    for one in found:
        back_to = state_awake(one.registered_on)
        move(one, VolunteerAction.WAKE, by=SYSTEM, now=now, back_to=back_to)
    db.session.flush()
    return len(found)


def leave(person_id: int, *, sure: bool, by: Actor, now: datetime) -> None:
    """Let a volunteer leave the same day; hours, records and history stay (VOL-09)."""
    check_leaving(sure=sure)
    volunteer = lock_volunteer(person_id)
    if volunteer is None:
        raise RuleViolation("", N_("还不是志愿者"))
    if volunteer.status not in MAY_LEAVE:
        raise IllegalTransition(volunteer.status, VolunteerAction.WITHDRAW)
    VolunteerAdmission().end(person_id, by=by, now=now)
    _tell([volunteer], LetterKind.VOLUNTEER_LEFT, now)


def set_agreements(
    person_id: int, wanted: Collection[AgreementKind], *, by: Actor, now: datetime
) -> None:
    """Keep to what a volunteer agrees now; what he no longer agrees to ends at once.

    Raises RuleViolation for somebody under 18: his guardian answers for him (decisions.md D5).
    """
    volunteer = serving_volunteer(person_id)
    born_on = volunteer.person.born_on
    if wanted and born_on is not None and is_minor_on(born_on, day_of(now)):
        raise RuleViolation("kinds", N_("未满 18 岁，要由监护人当面同意，请联系组织"))
    held = {one.kind: one for one in agreements_of(volunteer.id)}
    for kind, one in held.items():
        if kind not in wanted or one.text_digest != digest_of(kind):
            one.withdrawn_at, one.withdrawn_by_id = now, by.user_id
            audit("agreements.withdraw", "volunteer", volunteer.id, by=by, kind=kind)
    db.session.flush()
    for kind in wanted:
        if kind in held and held[kind].withdrawn_at is None:
            continue
        digest = digest_of(kind)
        db.session.add(
            Agreement(
                volunteer_id=volunteer.id,
                kind=kind,
                text_digest=digest,
                given_at=now,
                given_by_id=by.user_id,
            )
        )
        audit("agreements.give", "volunteer", volunteer.id, by=by, kind=kind)
    db.session.flush()


def _served_since(first: datetime) -> ColumnElement[bool]:
    return exists().where(
        ServiceRecord.person_id == Volunteer.person_id,
        ServiceRecord.status == ServiceStatus.CONFIRMED,
        ServiceRecord.counts,
        ServiceRecord.starts_at >= first,
    )


def _locked(*conditions: ColumnElement[bool]) -> Sequence[Volunteer]:
    return db.session.scalars(
        select(Volunteer)
        .where(*conditions)
        .order_by(Volunteer.id)
        .limit(CHUNK)
        .with_for_update(of=Volunteer)
        .execution_options(populate_existing=True)
    ).all()


def _tell(volunteers: Sequence[Volunteer], kind: LetterKind, now: datetime) -> None:
    news = [
        (
            one.person_id,
            News(
                kind,
                db.session.get_one(Organization, one.organization_id),
                f"volunteer:{one.code}:{kind}:{now:%Y%m%d}",
            ),
        )
        for one in volunteers
    ]
    tell_people(news, now=now)
