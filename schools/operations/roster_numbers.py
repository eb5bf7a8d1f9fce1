"""How many pupils stand on the rosters of a school, and how many graduated (domain.md I06, I16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from core import clock
from core.database import db
from core.local_days import local_day
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from schools.models import Pupil, PupilEvent, PupilYear
from schools.rules.pupils import PupilAction, PupilStatus


def count_pupils(organization_id: int, change: int) -> None:
    """Count children who came onto the rosters of a school, or left them."""
    if change:
        figures.add(_path(organization_id), Measure.PUPILS, change)


def count_graduates(organization_id: int, change: int, day: date) -> None:
    """Count members who graduated on a day."""
    if change:
        figures.add_dated(_path(organization_id), Measure.GRADUATED_YOUTH, change, day)


def count_leavers(gone: Mapping[int, int], graduates: Mapping[int, int], now: datetime) -> None:
    """Count who left the rosters of schools by a step into the next year, by school."""
    for organization_id, count in gone.items():
        count_pupils(organization_id, -count)
        count_graduates(organization_id, graduates.get(organization_id, 0), clock.local(now).date())


def count_back(organization_id: int, *conditions: ColumnElement[bool]) -> None:
    """Count back whom an undone step brings back, before it does; by the days of graduation."""
    later = aliased(PupilEvent)
    undone = select(func.max(later.id)).where(
        later.pupil_id == Pupil.id, later.action == PupilAction.GRADUATE
    )
    day = local_day(PupilEvent.at)
    rows = (
        select(Pupil.status, day, func.count())
        .select_from(Pupil)
        .join(PupilYear, PupilYear.pupil_id == Pupil.id)
        .outerjoin(PupilEvent, PupilEvent.id == undone.correlate(Pupil).scalar_subquery())
        .where(Pupil.organization_id == organization_id, *conditions)
        .group_by(Pupil.status, day)
    )
    came, days = 0, Counter[date]()
    for status, graduated_on, count in db.session.execute(rows):
        came += count
        if status is PupilStatus.GRADUATED and graduated_on is not None:
            days[_day(graduated_on)] += count
    count_pupils(organization_id, came)
    for one, count in days.items():
        count_graduates(organization_id, -count, one)


def _day(told: date | str) -> date:
    return date.fromisoformat(told) if isinstance(told, str) else told


def _path(organization_id: int) -> str:
    return db.session.get_one(Organization, organization_id).path
