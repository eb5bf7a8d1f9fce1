"""Binds schools to what others tell: accounts that close, records that merge, people who die."""

from __future__ import annotations

from accounts import handing_over
from core import retention
from organizations.operations import ORGANIZATION_CLOSED, ORGANIZATION_REOPENED, SUBTREE_MOVED
from people import endings, erasing, merging, presence
from schools.models import YouthPhoto
from schools.operations import closing, deaths
from schools.operations.counties import follow_merger, follow_move, follow_reopening
from schools.operations.erasing import erase_pupil, waiting_of
from schools.operations.merging import PupilsHand
from schools.operations.photos import forget_photos, past_photos
from schools.queries.handover import PARTS
from schools.queries.seeing import place_pupil
from schools.telling import tell_pupil

merging.register(PupilsHand())
endings.register(
    "schools",
    endings.Part(deaths.end_for_death, deaths.restore_after_death, deaths.is_in_charge),
)
erasing.register(erasing.Part(waiting_of, erase_pupil))
retention.register(
    retention.Rule(
        "school_pictures",
        "privacy.photos_years",
        retention.counting(YouthPhoto, past_photos),
        retention.until_none(forget_photos),
    )
)
SUBTREE_MOVED.append(follow_move)
ORGANIZATION_CLOSED.append(closing.follow_closing)
ORGANIZATION_CLOSED.append(follow_merger)
ORGANIZATION_REOPENED.append(follow_reopening)
ORGANIZATION_REOPENED.append(closing.follow_reopening)
handing_over.register(*PARTS)
presence.register_placer(place_pupil)
presence.register_keeper(tell_pupil)
