"""Who has to agree to what was entered for others, and how much one account entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from accounts.models import User
from accounts.queries import handler_without, office_without
from core import clock, settings
from core.database import db
from organizations.models import Organization
from organizations.rules import ids_of_path
from people.models import ConsentRequest
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.rules import ServiceStatus
from volunteers.rules.sheets import MANUAL, Day, second_office


def second_for(
    sheet: ServiceSheet,
    people: Collection[int],
    now: datetime,
    *,
    is_manual: bool,
    is_held: bool = False,
) -> Organization:
    """Return who looks at a sheet: of a manual entry another line, of a roll call another person.

    One that is held, an office above has first. Never those who entered it, are on it or are
    guardians of who is: they are left out of who could decide (security.md LED-04 to LED-06).
    """
    day, organization = clock.local(now).date(), sheet.organization
    barred = {sheet.entered_by_id} | _accounts_of(people)
    handler_id = handler_without(organization, barred, day)
    if not is_manual and not is_held:
        return db.session.get_one(Organization, handler_id)
    is_kept = handler_id == organization.id and not is_held
    chosen = second_office(sheet.line_id, organization.id, _offices(organization), is_kept=is_kept)
    found = db.session.get_one(Organization, chosen)
    if chosen == organization.id:
        return found
    return db.session.get_one(Organization, office_without(found, barred, day))


def _offices(organization: Organization) -> list[int]:
    province = ids_of_path(organization.path)[0]
    above = (organization.county_id, organization.city_id, province)
    return [one for one in above if one is not None]


def _accounts_of(people: Collection[int]) -> set[int]:
    """Return the accounts of people and of those named as their guardians: one statement."""
    guardians = select(ConsentRequest.guardian_phone_index).where(
        ConsentRequest.person_id.in_(people)
    )
    own = or_(User.person_id.in_(people), User.phone_index.in_(guardians))
    return set(db.session.scalars(select(User.id).where(own)))


def entered_on(user_id: int, now: datetime, *, without: int) -> tuple[int, set[int]]:
    """Return how many minutes an account entered by hand today, and for whom: one statement."""
    first, last = clock.day_bounds(clock.local(now).date())
    record, sheet = ServiceRecord, ServiceSheet
    rows = db.session.execute(
        select(record.person_id, func.sum(record.minutes))
        .join(sheet, sheet.id == record.sheet_id)
        .where(
            sheet.entered_by_id == user_id,
            sheet.sent_at >= first,
            sheet.sent_at < last,
            sheet.id != without,
            record.method.in_(MANUAL),
            record.status != ServiceStatus.WITHDRAWN,
        )
        .group_by(record.person_id)
    ).all()
    return sum(int(row[1]) for row in rows), {row[0] for row in rows}


def most_of_a_day(now: datetime) -> Day:
    """Return how much one account may enter by hand on a day without a look (decisions.md D3)."""
    day = clock.local(now).date()
    names = "hours.manual_day_minutes", "hours.manual_day_people"
    return Day(*(settings.value(name, day) for name in names))
