"""What an activity asks, what is known of a person, and the agreement over a shift."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import joinedload

from activities.models import Activity, Shift, Signup
from activities.queries.own import signups
from activities.rules import Agreement, Applicant, Facts, Terms, agreement_on
from activities.standing import standing_of
from core import crypto, settings
from core.clock import local
from core.database import db
from core.rules import AGE_OF_MAJORITY
from people.models import Person
from people.queries import given_request
from people.rules import age_on


def terms_of(activity: Activity, now: datetime) -> Terms:
    """Return what an activity asks of who signs up."""
    return Terms(
        field=activity.field,
        grounds=activity.ground_set,
        min_age=activity.min_age,
        needs_registered=activity.needs_registered,
        certificate=activity.certificate,
        alone_from=settings.value("volunteers.min_age_alone", local(now).date()),
    )


def applicant_of(person: Person | None, shift: Shift) -> Applicant:
    """Return what is known of a person, the age on the day of the shift."""
    if person is None:
        return Applicant(age=None, is_volunteer=False, is_registered=False)
    standing = standing_of(person.id)
    day = local(shift.starts_at).date()
    age = age_on(person.born_on, day) if person.born_on else None
    is_minor = age is not None and age < AGE_OF_MAJORITY
    return Applicant(
        age=age,
        is_volunteer=standing is not None,
        is_registered=standing is not None and standing.is_registered,
        has_guardian=is_minor and given_request(person.id) is not None,
    )


def agreement_of(activity: Activity, shift: Shift) -> Agreement:
    """Return the agreement that somebody accepts for a shift, in the language of the source."""
    start, end = local(shift.starts_at), local(shift.ends_at)
    policy = ""
    if activity.policy_number:
        policy = f"{activity.policy_number}（{activity.policy_from} 至 {activity.policy_to}）"
    return agreement_on(
        Facts(
            organization=activity.organization.name,
            title=activity.title,
            time=f"{start:%Y-%m-%d %H:%M} 至 {end:%Y-%m-%d %H:%M}",
            place=activity.place,
            risks=activity.risks,
            policy=policy,
        )
    )


def agreement_asked(signup: Signup) -> Agreement | None:
    """Return the agreement that has to be accepted for a sign-up, None where none has."""
    if signup.agree_by is None:
        return None
    return agreement_of(signup.shift.activity, signup.shift)


def signup_of_guardian(token: str) -> Signup | None:
    """Return the sign-up whose agreement is at a guardian's link."""
    return db.session.scalars(
        signups()
        .options(joinedload(Signup.person, innerjoin=True))
        .where(Signup.guardian_digest == crypto.hash_token(token))
    ).one_or_none()


def guardian_phone(signup: Signup) -> str:
    """Return the phone of the guardian who is asked, or nothing."""
    request = given_request(signup.person_id)
    return request.plain_guardian_phone if request else ""
