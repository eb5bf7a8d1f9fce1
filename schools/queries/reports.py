"""What the yearly report of a school says, counted from rows, and the reports at a county."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Post
from core import clock
from core.access.permissions import Role
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations import figures
from organizations.lives import council_on
from organizations.models import Organization
from organizations.rules import OPEN_STATES, Measure
from organizations.rules.life import seats_in
from people.models import Person
from schools.models import (
    Pupil,
    PupilEvent,
    School,
    SchoolClass,
    SchoolHonour,
    SchoolReport,
    SchoolReportEvent,
)
from schools.queries.attending import tally_of_school
from schools.rules.attending import YouthKind
from schools.rules.classes import school_year_of
from schools.rules.pupils import PupilAction, PupilStatus
from schools.rules.reports import GradeLine, Honour, ReportFigures, ReportStatus
from volunteers.models import Qualification, Volunteer
from volunteers.rules.skills import QualificationKind, QualificationStatus

PAGE = 20
MOST_HONOURS = 20
_MEASURES = (Measure.CONFIRMED_MINUTES, Measure.DUES_CHARGED, Measure.DUES_PAID)
_GONE = (PupilStatus.GRADUATED, PupilStatus.CONVERTED)


@dataclass(frozen=True, slots=True)
class Due:
    """A school with a branch in the county's list, and its report of the year where there is."""

    code: str
    name: str
    report_code: str
    status: ReportStatus | None


def figures_of(place: Organization, year: int, today: date) -> ReportFigures:
    """Return what a report of a calendar year says now; stock at its end, or today within it."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    school = db.session.scalars(
        select(School).where(School.organization_id == place.id)
    ).one_or_none()
    told = figures.values([place.id], _MEASURES, [year])
    number = {measure: told.get((place.id, measure, year), 0) for measure in _MEASURES}
    grades = _grades(place.id, last)
    all_kinds = tally_of_school(place.id, first, last)
    lessons = tally_of_school(place.id, first, last, YouthKind.FIRST_AID)
    return ReportFigures(
        name=place.name,
        code=school.code if school else "",
        stage=school.stage.value if school else "",
        county=_county(place),
        founded_on=place.founded_on.isoformat() if place.founded_on else "",
        coordinators=_coordinators(place.id, last),
        council=council_of(place.id, last),
        classes=_classes(place.id, last),
        members=sum(line.total for line in grades),
        grades=grades,
        intake=_intake(place.id, first, last),
        graduates=_graduates(place.id, first, last),
        activities=all_kinds.activities,
        pupils=all_kinds.persons,
        times=all_kinds.times,
        service_minutes=number[Measure.CONFIRMED_MINUTES],
        trained=lessons.times,
        certified=_certified(place.id, last),
        dues_charged=number[Measure.DUES_CHARGED],
        dues_paid=number[Measure.DUES_PAID],
        is_covered=bool(school and school.is_in_scope and place.status in OPEN_STATES),
        honours=honours_of(place.id, last),
    )


def council_of(organization_id: int, day: date) -> int | None:
    """Return how many seats of the branch's council are filled on a day; None without one."""
    found = council_on(organization_id, day)
    return None if found is None else seats_in(found)


def honours_of(organization_id: int, last: date) -> tuple[Honour, ...]:
    """Return the honours of a school up to a day that still count, the newest first."""
    honour = SchoolHonour
    rows = db.session.execute(
        select(honour.title, honour.granted_on)
        .join(honour.school)
        .where(School.organization_id == organization_id, honour.granted_on <= last)
        .where(honour.revoked_at.is_(None))
        .order_by(honour.granted_on.desc(), honour.id.desc())
        .limit(MOST_HONOURS)
    )
    return tuple(Honour(title, granted_on.isoformat()) for title, granted_on in rows)


def _county(place: Organization) -> str:
    if place.county_id is None:
        return ""
    return db.session.get_one(Organization, place.county_id).name


def _coordinators(organization_id: int, last: date) -> int:
    statement = select(func.count(func.distinct(Post.user_id))).where(
        Post.organization_id == organization_id,
        Post.role == Role.COORDINATOR,
        Post.starts_on <= last,
        or_(Post.ends_on.is_(None), Post.ends_on >= last),
    )
    return db.session.scalar(statement) or 0


def _classes(organization_id: int, last: date) -> int:
    statement = select(func.count()).where(
        SchoolClass.organization_id == organization_id, SchoolClass.year == school_year_of(last)
    )
    return db.session.scalar(statement) or 0


def _members_on(organization_id: int, last: date) -> list[ColumnElement[bool]]:
    return [
        Membership.organization_id == organization_id,
        Membership.kind == MembershipKind.YOUTH,
        Membership.status != MembershipStatus.REVOKED,
        Membership.joined_on <= last,
        or_(Membership.left_on.is_(None), Membership.left_on > last),
    ]


def _grades(organization_id: int, last: date) -> tuple[GradeLine, ...]:
    """Return members by grade and sex; the grade is that of the year, wherever they are now."""
    moved = SchoolClass.grade - SchoolClass.year + school_year_of(last)
    grade_then = func.coalesce(moved, 0).label("grade_then")
    statement = (
        select(grade_then, Person.sex, func.count(func.distinct(Membership.id)))
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Pupil, Pupil.membership_id == Membership.id)
        .outerjoin(SchoolClass, SchoolClass.id == Pupil.class_id)
        .where(*_members_on(organization_id, last))
        .group_by(grade_then, Person.sex)
    )
    found: dict[int, dict[str, int]] = {}
    for grade, sex, count in db.session.execute(statement):
        line = found.setdefault(max(grade, 0), {})
        key = sex.value if sex is not None else "untold"
        line[key] = line.get(key, 0) + count
    return tuple(GradeLine(grade, **found[grade]) for grade in sorted(found))


def _intake(organization_id: int, first: date, last: date) -> int:
    statement = select(func.count()).where(
        Membership.organization_id == organization_id,
        Membership.kind == MembershipKind.YOUTH,
        Membership.status != MembershipStatus.REVOKED,
        Membership.joined_on.between(first, last),
    )
    return db.session.scalar(statement) or 0


def _graduates(organization_id: int, first: date, last: date) -> int:
    begins, ends = clock.days_bounds(first, last)
    statement = (
        select(func.count(func.distinct(PupilEvent.pupil_id)))
        .join(Pupil, Pupil.id == PupilEvent.pupil_id)
        .where(
            Pupil.organization_id == organization_id,
            Pupil.status.in_(_GONE),
            PupilEvent.action == PupilAction.GRADUATE,
            PupilEvent.at >= begins,
            PupilEvent.at < ends,
        )
    )
    return db.session.scalar(statement) or 0


def _certified(organization_id: int, last: date) -> int:
    """Count persons: pupils of the school with a first-aid certificate that was checked (名)."""
    statement = (
        select(func.count(func.distinct(Pupil.person_id)))
        .join(Volunteer, Volunteer.person_id == Pupil.person_id)
        .join(Qualification, Qualification.volunteer_id == Volunteer.id)
        .where(
            Pupil.organization_id == organization_id,
            Pupil.status == PupilStatus.MEMBER,
            Qualification.kind == QualificationKind.FIRST_AID,
            Qualification.status == QualificationStatus.CHECKED,
            Qualification.issued_on <= last,
            or_(Qualification.expires_on.is_(None), Qualification.expires_on >= last),
        )
    )
    return db.session.scalar(statement) or 0


# ------------------------------------------------------------------------------ reports


def packed(told: ReportFigures) -> str:
    """Return figures as the text that is kept."""
    return json.dumps(asdict(told), ensure_ascii=False, sort_keys=True)


def unpacked(text: str) -> ReportFigures:
    """Return figures that were kept."""
    told = json.loads(text)
    told["grades"] = tuple(GradeLine(**line) for line in told["grades"])
    told["honours"] = tuple(Honour(**one) for one in told["honours"])
    return ReportFigures(**told)


def report_of_year(organization_id: int, year: int) -> SchoolReport | None:
    """Return the report of a school about a year."""
    return db.session.scalars(
        select(SchoolReport).where(
            SchoolReport.organization_id == organization_id, SchoolReport.year == year
        )
    ).one_or_none()


def report_at(county_id: int, code: str) -> SchoolReport | None:
    """Return a report that a county decides or decided."""
    return db.session.scalars(
        select(SchoolReport)
        .options(joinedload(SchoolReport.organization, innerjoin=True))
        .where(SchoolReport.code == code, SchoolReport.county_id == county_id)
    ).one_or_none()


def reports_due(scope: Scope, year: int, after: str = "", limit: int = PAGE) -> Page[Due]:
    """Return a page of a county's schools with a branch and their reports of a year, by name."""
    report, place = SchoolReport, Organization
    own = (report.organization_id == place.id) & (report.year == year)
    statement = (
        select(School.code, School.name, func.coalesce(report.code, ""), report.status)
        .select_from(School)
        .join(place, place.id == School.organization_id)
        .outerjoin(report, own)
        .where(School.county_id == scope.place.id)
        .order_by(School.name, School.code)
        .limit(limit + 1)
    )
    if after:
        name = select(School.name).where(School.code == after).scalar_subquery()
        later = (School.name == name) & (School.code > after)
        statement = statement.where(or_(School.name > name, later))
    return page_of([Due(*row) for row in db.session.execute(statement)], limit)


def steps_of_report(report_id: int) -> Sequence[SchoolReportEvent]:
    """Return what happened to a report, the oldest first."""
    statement = select(SchoolReportEvent).where(SchoolReportEvent.report_id == report_id)
    return db.session.scalars(statement.order_by(SchoolReportEvent.id)).all()
