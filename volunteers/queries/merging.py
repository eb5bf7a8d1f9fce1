"""What two records have as volunteers, before they become one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.database import db
from core.filters import full_day, in_hours
from core.i18n import gettext, pgettext
from people.merging import Choice, Line, Plan
from people.rules.duplicates import Side, Sighting
from volunteers.labels import LABELS
from volunteers.models import Registration, ServiceRecord, Volunteer, VolunteerTotal
from volunteers.rules import SERVING, Credited, ServiceStatus, VolunteerStatus, overlaps
from volunteers.rules.registering import REGISTRATION_OPEN

VOLUNTEER = "volunteer"


def sightings(person_ids: Collection[int]) -> Iterable[Sighting]:
    """Return where people are or were volunteers: one statement."""
    one = Volunteer
    statement = select(one.person_id, one.organization_id, one.county_id).where(
        one.person_id.in_(person_ids), one.merged_into_id.is_(None)
    )
    return [Sighting(*row) for row in db.session.execute(statement)]


def volunteers_of(person_ids: Collection[int]) -> Sequence[Volunteer]:
    """Return the volunteers that people are or were, those merged away left out."""
    return db.session.scalars(
        select(Volunteer)
        .options(joinedload(Volunteer.organization, innerjoin=True))
        .where(Volunteer.person_id.in_(person_ids), Volunteer.merged_into_id.is_(None))
        .order_by(Volunteer.id)
    ).all()


def records_of(person_ids: Collection[int]) -> Sequence[ServiceRecord]:
    """Return every record of people, with what books need of it."""
    return db.session.scalars(
        select(ServiceRecord)
        .options(joinedload(ServiceRecord.organization, innerjoin=True))
        .options(joinedload(ServiceRecord.handler, innerjoin=True))
        .options(joinedload(ServiceRecord.volunteer, innerjoin=True))
        .where(ServiceRecord.person_id.in_(person_ids))
        .order_by(ServiceRecord.id)
    ).all()


def overlapping(person_ids: Collection[int]) -> list[tuple[ServiceRecord, ServiceRecord]]:
    """Return pairs of confirmed records that cannot both stand: the later one, the one that does.

    Only the intervals of all records are read; the pairs themselves are few.
    """
    one = ServiceRecord
    rows = db.session.execute(
        select(one.id, one.person_id, one.starts_at, one.ends_at, one.decided_at).where(
            one.person_id.in_(person_ids), one.status == ServiceStatus.CONFIRMED
        )
    )
    found = overlaps(Credited(*row) for row in rows)
    if not found:
        return []
    records = {row.id: row for row in records_of(person_ids) if row.id in {*found, *found.values()}}
    return [(records[later], records[first]) for later, first in sorted(found.items())]


def open_registrations(volunteer_ids: Collection[int]) -> Sequence[Registration]:
    """Return the applications of volunteers that nobody has decided: one of each at most."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.volunteer_id.in_(volunteer_ids),
            Registration.status.in_(REGISTRATION_OPEN),
        )
        .order_by(Registration.id)
        .with_for_update()
    ).all()


def serves(volunteer: Volunteer) -> bool:
    """Return whether a volunteer gives service at present."""
    return volunteer.status in SERVING


def kept_place(plan: Plan, found: Sequence[Volunteer]) -> Volunteer:
    """Return the volunteer whose place the person keeps: the only one who serves, or the chosen."""
    serving = [one for one in found if serves(one)]
    if len(serving) == 1:
        return serving[0]
    if VOLUNTEER in plan.kept:
        kept = plan.person_kept(VOLUNTEER)
        return next(one for one in found if one.person_id == kept)
    return min(serving or found, key=lambda one: (one.entered_on, one.id))


def tell(person_id: int) -> list[Line]:
    """Return registration and hours of a record."""
    lines = []
    for one in volunteers_of([person_id]):
        lines.append(Line(pgettext("one", "志愿者"), _text_of(one)))
        confirmed, pending = _minutes([one.id])
        lines.append(Line(gettext("已确认时长"), in_hours(confirmed)))
        lines.append(Line(gettext("待确认时长"), in_hours(pending)))
    return lines


def choices(first_id: int, second_id: int) -> Iterable[Choice]:
    """Return the question where the person stays a volunteer, if both serve at two places."""
    serving = {one.person_id: one for one in volunteers_of([first_id, second_id]) if serves(one)}
    if len(serving) < 2:  # noqa: PLR2004 - one of each record at most
        return
    first, second = serving[first_id], serving[second_id]
    if first.organization_id != second.organization_id:
        default = Side.FIRST if first.entered_on <= second.entered_on else Side.SECOND
        question = gettext("志愿者登记留在哪里")
        yield Choice(VOLUNTEER, question, _text_of(first), _text_of(second), default)


def foretell(plan: Plan) -> Iterable[str]:
    """Say where the volunteer stays, how many hours there are, and which cannot both stand."""
    found = volunteers_of(plan.ids)
    if len(found) > 1:
        place = kept_place(plan, found).organization.name
        yield gettext("志愿者登记留在%(place)s，另一个志愿者编号作废。", place=place)
    if found:
        confirmed, pending = _minutes([one.id for one in found])
        yield gettext(
            "时长合在一起，一分钟不少：已确认 %(confirmed)s，待确认 %(pending)s。",
            confirmed=in_hours(confirmed),
            pending=in_hours(pending),
        )
    for later, first in overlapping(plan.ids):
        yield gettext(
            "时间重叠：『%(later)s』和先确认的『%(first)s』。前一条退回待确认，由组织再核对。",
            later=_record_text(later),
            first=_record_text(first),
        )


def _text_of(volunteer: Volunteer) -> str:
    state = LABELS[VolunteerStatus][volunteer.status]
    return f"{volunteer.number} · {volunteer.organization.name} · {state}"


def _record_text(record: ServiceRecord) -> str:
    return f"{record.title} {full_day(record.served_on)} {in_hours(record.minutes)}"


def _minutes(volunteer_ids: Collection[int]) -> tuple[int, int]:
    total = VolunteerTotal
    row = db.session.execute(
        select(
            func.coalesce(func.sum(total.confirmed_minutes), 0),
            func.coalesce(func.sum(total.pending_minutes), 0),
        ).where(total.volunteer_id.in_(volunteer_ids))
    ).one()
    return int(row[0]), int(row[1])
