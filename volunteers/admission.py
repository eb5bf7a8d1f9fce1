"""Binds volunteers to what other packages tell: approval, keepers who come and go, moved trees."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from accounts import handing_over
from accounts.operations.posts import POST_ENDED, POST_STARTED
from activities import standing
from activities.operations.recounting import MINUTES_OF
from core import clock, retention
from core.access.scope import Scope
from core.i18n import pgettext
from members.admission import register
from members.queries.verification import register_verifier
from members.rules import ApplicationKind
from organizations.operations import HANGING, ORGANIZATION_CLOSED, ORGANIZATION_REOPENED
from organizations.operations.moving import SUBTREE_MOVED
from people import counting, endings, erasing, leaving, merging, presence
from people.rules.seeing import SeenAs
from volunteers import matters as volunteers_matters  # noqa: F401 - names what is a case
from volunteers import operations, queries, sources  # noqa: F401 - sources names their list
from volunteers.labels import LABELS
from volunteers.models import ServiceCertificate, ServicePicture, ServiceSheet, Volunteer
from volunteers.operations import endings as life
from volunteers.operations.counting import rows_of
from volunteers.operations.erasing import (
    bare_certificates,
    erase_volunteer,
    past_certificates,
    waiting_of,
)
from volunteers.operations.following import follow_desk, follow_moved
from volunteers.operations.merging import VolunteersHand
from volunteers.operations.persons import (
    VolunteersFollow,
    home_of_volunteer,
    homes_of_volunteers,
)
from volunteers.operations.pictures import forget_pictures, past_pictures
from volunteers.operations.registering import end_authority_of, restore_authority_of
from volunteers.operations.seconds import follow_keeper_of_sheets, follow_moved_sheets
from volunteers.operations.sheets import forget_evidence, past_evidence
from volunteers.queries import facts, shift_facts
from volunteers.queries.cards import verify_volunteer
from volunteers.queries.handover import PARTS
from volunteers.queries.venue_minutes import minutes_at
from volunteers.rules import SERVING, VolunteerStatus
from volunteers.telling import tell_volunteer


def follow_keeper(organization_id: int) -> None:
    """Give what waits at an organization to who handles it from now on: hours, applications."""
    operations.follow_handler(organization_id, now=clock.now())
    follow_keeper_of_sheets(organization_id, now=clock.now())
    follow_desk(organization_id, now=clock.now())


def is_present(scope: Scope, person_id: int) -> bool:
    """Return whether a person stands inside a scope as a volunteer."""
    return queries.is_volunteer_in(scope, person_id, clock.today())


def place_volunteer(person_id: int) -> Iterable[presence.Sighting]:
    """Return where a person is seen as a volunteer: on the roster, and by the hours."""
    home = home_of_volunteer(person_id)
    if home is None:
        return []
    return [presence.Sighting(home, view) for view in (SeenAs.ROSTER, SeenAs.HOURS)]


def tell_standing(person_id: int) -> Iterable[presence.Standing]:
    """Return the line of one's own page about volunteering."""
    volunteer = queries.volunteer_of(person_id)
    if volunteer is None:
        return []
    state = LABELS[VolunteerStatus][volunteer.status]
    text = f"{volunteer.organization.short_name} · {state}"
    return [presence.Standing(pgettext("one", "志愿者"), text, url_for("volunteers.own_volunteer"))]


def stand(person_id: int) -> standing.Standing | None:
    """Return what activities ask of a person: whether and where he serves, in which grade."""
    found = queries.placed_volunteer(person_id)
    if found is None or found.status not in SERVING:
        return None
    return standing.Standing(
        found.organization_id,
        found.county_id,
        found.city_id,
        is_registered=found.status is VolunteerStatus.REGISTERED,
    )


register(ApplicationKind.VOLUNTEER, operations.VolunteerAdmission())
POST_STARTED.append(follow_keeper)
POST_ENDED.append(follow_keeper)
SUBTREE_MOVED.append(operations.follow_move)
SUBTREE_MOVED.append(follow_moved)
SUBTREE_MOVED.append(follow_moved_sheets)
HANGING.append(life.count_hanging)
ORGANIZATION_CLOSED.append(end_authority_of)
ORGANIZATION_CLOSED.append(life.follow_closing)
ORGANIZATION_REOPENED.append(life.follow_reopening)
ORGANIZATION_REOPENED.append(restore_authority_of)
endings.register(
    "volunteers",
    endings.Part(life.end_for_death, life.restore_after_death, life.is_in_charge),
)
handing_over.register(*PARTS)
presence.register(is_present)
counting.register(rows_of)
presence.register_home(home_of_volunteer)
presence.register_follower(VolunteersFollow())
presence.register_placer(place_volunteer)
presence.register_teller(tell_standing)
presence.register_keeper(tell_volunteer)
merging.register(VolunteersHand())
erasing.register(erasing.Part(waiting_of, erase_volunteer))
leaving.register(leaving.Part(Volunteer.person_id, Volunteer.left_on))
retention.register(
    retention.Rule(
        "certificates",
        "privacy.records_years",
        retention.counting(ServiceCertificate, past_certificates),
        retention.until_none(bare_certificates),
    )
)
retention.register(
    retention.Rule(
        "evidence",
        "privacy.photos_years",
        retention.counting(ServiceSheet, past_evidence),
        retention.until_none(forget_evidence),
    )
)
retention.register(
    retention.Rule(
        "service_pictures",
        "privacy.photos_years",
        retention.counting(ServicePicture, past_pictures),
        retention.until_none(forget_pictures),
    )
)
register_verifier(verify_volunteer)
standing.register(stand)
standing.register_homes(homes_of_volunteers)
facts.EXTRA.extend([shift_facts.of_shifts, shift_facts.of_sheets])
facts.EVIDENCE.append(shift_facts.of_evidence)
MINUTES_OF.append(minutes_at)
