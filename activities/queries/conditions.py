"""What an activity asks, what is known of a person, and the agreement over a shift."""

from __future__ import annotations

from datetime import datetime

from activities.models import Activity, Shift
from activities.rules import Agreement, Applicant, Facts, Terms, agreement_on
from activities.standing import standing_of
from core import settings
from core.clock import local
from people.models import Person
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
    return Applicant(
        age=age_on(person.born_on, day) if person.born_on else None,
        is_volunteer=standing is not None,
        is_registered=standing is not None and standing.is_registered,
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
