"""Rows of schools as tests need them: a school on the list, a class of this year, a pupil."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from sqlalchemy import func, select

from accounts.models import OneTimeCode
from accounts.rules import RESEND_AFTER
from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from organizations.models import Organization
from people.models import Guardian, Person
from people.operations.consents import Signed, keep_signed
from people.rules.guardians import Relation
from people.rules.wards import Voice, age_of, needed
from schools.models import Campaign, Pupil, School, SchoolClass, SchoolReport
from schools.operations import pupils
from schools.queries.consents import ages_on
from schools.queries.reports import figures_of, packed
from schools.rules.campaigns import CampaignFacts
from schools.rules.classes import school_year_of
from schools.rules.pupils import ConsentState
from schools.rules.register import SchoolStage
from schools.rules.reports import ReportStatus
from tests import factories as make

serial = count(1)


def make_school(
    place: Organization, *, stage: SchoolStage = SchoolStage.NINE_YEAR, in_scope: bool = True
) -> School:
    """Return the school of a branch on its county's list; the one there is, where there is one."""
    found = db.session.scalars(select(School).where(School.organization_id == place.id)).first()
    if found is not None:
        return found
    school = School(
        code=f"21339{next(serial):05d}",
        name=place.name,
        stage=stage,
        county_id=place.county_id,
        organization_id=place.id,
        is_in_scope=in_scope,
    )
    db.session.add(school)
    db.session.flush()
    return school


def make_class(
    place: Organization, *, grade: int = 3, number: int | None = None, year: int | None = None
) -> SchoolClass:
    """Return a class of a school branch, of this school year where none is told."""
    of_year = year if year is not None else school_year_of(clock.today())
    beside = select(func.max(SchoolClass.number)).where(
        SchoolClass.organization_id == place.id,
        SchoolClass.year == of_year,
        SchoolClass.grade == grade,
    )
    found = SchoolClass(
        code=crypto.opaque_code(8),
        organization=place,
        year=of_year,
        grade=grade,
        number=number or (db.session.scalar(beside) or 0) + 1,
        teacher="试老师",
    )
    db.session.add(found)
    db.session.flush()
    return found


def make_pupil(
    school_class: SchoolClass,
    person: Person | None = None,
    *,
    born_on: date | None = None,
    member: bool = False,
) -> Pupil:
    """Return a draft of a class with a guardian, or a youth member where everything is given."""
    today = clock.today()
    born = born_on or date(today.year - 6 - school_class.grade, 3, 1)
    one = person or make.make_person(born_on=born, with_id=True)
    make_guardian(one)
    now = clock.now()
    pupil = pupils.enter_pupil(one, school_class, by=SYSTEM, now=now)
    if member:
        agree_on_paper(pupil)
        pupils.admit(pupil, by=SYSTEM, now=now)
    return pupil


def agree_on_paper(pupil: Pupil) -> None:
    """Let everything stand that a pupil needs, as a signed paper that the school keeps."""
    today = clock.today()
    age, ages = age_of(pupil.person.born_on, today), ages_on(today)
    said = needed(age, ages)
    signed = Signed(
        "试监护",
        "",
        [one for one, voice in said if voice is Voice.GUARDIAN],
        [one for one, voice in said if voice is Voice.OWN],
    )
    pupil.request = keep_signed(
        pupil.person, signed, organization=pupil.organization, by=SYSTEM, now=clock.now()
    )
    pupil.consent = ConsentState.GIVEN
    db.session.flush()


def make_guardian(ward: Person, phone: str | None = None) -> Guardian:
    """Return a guardian of a minor, with a phone that is nobody else's."""
    guardian = Guardian(
        code=crypto.opaque_code(8),
        person=ward,
        name="试监护",
        relation=Relation.MOTHER,
        named_at=clock.now(),
    )
    guardian.set_phone(phone or make.make_phone())
    db.session.add(guardian)
    db.session.flush()
    return guardian


def let_codes_age() -> None:
    """Let every one-time code be so old that the next may be asked for."""
    for earlier in db.session.scalars(select(OneTimeCode)):
        earlier.sent_at -= RESEND_AFTER
    db.session.flush()


def make_campaign(
    office: Organization, *, days: tuple[int, int] = (-5, 20), stages: tuple[SchoolStage, ...] = ()
) -> Campaign:
    """Return a campaign of an office that runs, from so many days before and after today."""
    today = clock.today()
    campaign = Campaign(
        code=crypto.opaque_code(8),
        organization=office,
        called_at=clock.now(),
    )
    first, last = (today + timedelta(days=one) for one in days)
    campaign.tell(CampaignFacts("青少年活动月", "人道 博爱 奉献", first, last, stages))
    db.session.add(campaign)
    db.session.flush()
    return campaign


def make_report(
    county: Organization, place: Organization | None = None, *, year: int | None = None
) -> SchoolReport:
    """Return a report that waits for a county, of a year that has none yet."""
    own = SchoolReport.organization_id == (place or county).id
    first = db.session.scalar(select(func.min(SchoolReport.year)).where(own))
    of_year = year or (first or clock.today().year) - 1
    told = figures_of(place or county, of_year, clock.today())
    report = SchoolReport(
        code=crypto.opaque_code(8),
        organization_id=(place or county).id,
        county_id=county.id,
        year=of_year,
        status=ReportStatus.SUBMITTED,
        figures=packed(told),
        submitted_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    return report


def guardian_of(ward: Person) -> Guardian:
    """Return the guardian of a minor."""
    return db.session.scalars(select(Guardian).where(Guardian.person_id == ward.id)).one()
