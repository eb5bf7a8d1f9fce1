"""Binds activities and venues to moved trees, closings, members and posts that end, merges."""

from __future__ import annotations

from flask import url_for

from accounts import handing_over
from accounts.operations import POST_ENDED, POST_STARTED
from activities.labels import LABELS
from activities.models import ActivityPhoto
from activities.operations import appointment_people as appointments
from activities.operations import merging as persons
from activities.operations import venue_following as venues
from activities.operations.erasing import erase_signups, waiting_of
from activities.operations.following import check_ended, follow_closing, follow_move
from activities.operations.reports import forget_photos, past_photos
from activities.operations.venue_people import follow_member, follow_post
from activities.queries import latest_signups
from activities.queries.appointments import own_appointments
from activities.queries.handover import PARTS
from activities.queries.venue_people import served_by
from activities.routes.words import span
from activities.rules import SignupStatus
from activities.rules.venues import Charge
from activities.venue_labels import VENUE_LABELS
from core import retention
from core.filters import full_day
from core.i18n import gettext
from members.operations.memberships import MEMBERSHIP_CHANGED
from organizations.operations import (
    CLOSING_CHECKS,
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
)
from organizations.operations.moving import SUBTREE_MOVED
from people import endings, erasing, merging, presence


def tell_signups(person_id: int) -> list[presence.Section]:
    """Return the latest sign-ups of a person for the page about all that is kept of him."""
    lines = [
        presence.Standing(
            one.shift.activity.title,
            f"{span(one.starts_at, one.ends_at)} · {LABELS[SignupStatus][one.status]}",
            url_for("activities.own_signup", code=one.code),
        )
        for one in latest_signups(person_id)
    ]
    section = presence.Section(gettext("活动报名"), lines, url_for("activities.own_signups"))
    return [section] if lines else []


def tell_appointments(person_id: int) -> list[presence.Section]:
    """Return the latest appointments of a person, with what he came for."""
    url = url_for("activities.own_appointments")
    lines = [
        presence.Standing(
            one.slot.venue.name,
            " · ".join(filter(None, (span(one.slot.starts_at, one.slot.ends_at), one.note))),
            url,
        )
        for one in own_appointments(person_id)
    ]
    return [presence.Section(gettext("我的预约"), lines, url)] if lines else []


def tell_venues(person_id: int) -> list[presence.Section]:
    """Return the venues that a person keeps, leads or works in, and kept before."""
    url = url_for("activities.own_venues")
    lines = [
        presence.Standing(
            one.name,
            f"{VENUE_LABELS[Charge][one.charge] if one.charge else gettext('队员')} · "
            f"{full_day(one.starts_on)} — {full_day(one.ends_on) if one.ends_on else ''}",
            url,
        )
        for one in served_by(person_id)
    ]
    return [presence.Section(gettext("我负责的场所"), lines, url)] if lines else []


handing_over.register(*PARTS)
SUBTREE_MOVED.append(follow_move)
CLOSING_CHECKS.append(check_ended)
ORGANIZATION_CLOSED.append(follow_closing)
merging.register(persons.SignupsHand())
erasing.register(erasing.Part(waiting_of, erase_signups))
endings.register(
    "activities",
    endings.Part(persons.end_for_death, persons.restore_after_death, persons.is_in_charge),
)
presence.register_keeper(tell_signups)
presence.register_keeper(tell_appointments)
presence.register_keeper(tell_venues)

SUBTREE_MOVED.append(venues.follow_move)
ORGANIZATION_CLOSED.append(venues.follow_closing)
ORGANIZATION_REOPENED.append(venues.follow_reopening)
MEMBERSHIP_CHANGED.append(follow_member)
POST_STARTED.append(follow_post)
POST_ENDED.append(follow_post)
merging.register(venues.VenuesHand())
merging.register(appointments.AppointmentsHand())
erasing.register(erasing.Part(appointments.waiting_of, appointments.forget_person))
erasing.register(erasing.Part(venues.waiting_of, venues.forget_person))
retention.register(
    retention.Rule(
        "activity_pictures",
        "privacy.photos_years",
        retention.counting(ActivityPhoto, past_photos),
        retention.until_none(forget_photos),
    )
)
