"""What the code on a volunteer's card says to anybody (ux.md S08, security.md PRV-12)."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import keyring
from core.database import db
from members.queries.verification import Verified
from people.rules import is_minor_on, mask_name
from volunteers.labels import LABELS
from volunteers.models import Volunteer
from volunteers.rules import SERVING, VolunteerStatus

PURPOSE = "volunteer_card"
TOKEN = re.compile(r"([0-9a-z]{8})([0-9a-f]{32})")


def volunteer_token(code: str) -> str:
    """Return the token of a volunteer's card: the code, and 128 bits that need the index key."""
    return code + keyring.paper_code(code, PURPOSE)


def verify_volunteer(token: str, today: date) -> Verified | None:
    """Return what a volunteer's code says; nothing for a wrong one or a minor's alike."""
    parts = TOKEN.fullmatch(token)
    if parts is None or not keyring.is_paper_code(parts[2], parts[1], PURPOSE):
        return None
    found = db.session.scalars(
        select(Volunteer)
        .options(
            joinedload(Volunteer.person, innerjoin=True),
            joinedload(Volunteer.organization, innerjoin=True),
        )
        .where(Volunteer.code == parts[1])
    ).one_or_none()
    if found is None:
        return None
    born_on = found.person.born_on
    if born_on is not None and is_minor_on(born_on, today):
        return None
    return Verified(
        valid=found.status in SERVING,
        is_replaced=found.merged_into_id is not None,
        name=mask_name(found.person.name),
        organization=found.organization.name,
        since=found.entered_on,
        standing=str(LABELS[VolunteerStatus][found.status]),
    )
