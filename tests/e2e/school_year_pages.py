"""Pages of the step into a school year and of coming of age, and what stands on them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from accounts.rules import SessionKind
from core import clock
from core.database import db
from members.models import Transfer
from schools.models import Pupil, SchoolClass
from schools.operations import adults, offers
from schools.operations.overdue_offers import escalate_offers
from schools.operations.years import year_now
from schools.queries.register import school_of_branch
from schools.rules.pupils import PupilStatus
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.races.stage import session_of
from tests.school_factories import make_class, make_pupil

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

YEAR_SHEETS = (
    Sheet("schools.show_year", "finn", "/o/{school}/year"),
    Sheet("schools.show_year_class", "finn", "/o/{school}/year/{old_class}"),
    Sheet("schools.plan_pupil", "finn", "/o/{school}/year/pupils/{moving_pupil}"),
    Sheet(
        "schools.plan_pupil",
        "finn",
        "/o/{school}/year/pupils/{moving_pupil}",
        press("保存"),
        "saved",
    ),
    Sheet("schools.show_county_year", "cora", "/o/{county}/schools/year"),
    Sheet("schools.list_owing", "cora", "/o/{county}/schools/owing"),
    Sheet("schools.list_owing", "eve", "/o/{city}/schools/owing", state="empty"),
    Sheet("schools.list_of_age", "finn", "/o/{school}/of-age"),
    Sheet("schools.count_of_age", "cora", "/o/{county}/schools/of-age"),
    Sheet("schools.own_coming_of_age", "grown", "/me/of-age"),
    Sheet("schools.own_coming_of_age", "mia", "/me/of-age", state="nothing to decide"),
    Sheet("schools.offer_pupils", "finn", "/o/{school}/year/offers"),
    Sheet(
        "schools.offer_pupils",
        "finn",
        "/o/{school}/year/offers",
        press("推荐勾选的学生"),
        "wrong",
    ),
    Sheet("schools.list_arrivals", "finn", "/o/{school}/year/arrivals"),
)


def furnish_years(scenery: Scenery) -> None:
    """Leave a school two classes of last year, graduates, arrivals, and somebody of age."""
    place, year, now = organization_named("东小学"), year_now(clock.now()), clock.now()
    classes = [make_class(place, grade=grade, number=1, year=year - 1) for grade in (3, 6)]
    pupils = [_pupil(one) for one in classes for _ in range(3)]
    _pupil(classes[1]).status = PupilStatus.GRADUATED
    other = organization_named("西小学")
    sixth = make_class(other, grade=6, number=1)
    offered, late = _pupil(sixth), _pupil(sixth)
    school = school_of_branch(place.id)
    assert school is not None
    db.session.flush()
    codes = [offered.code, late.code]
    offers.offer(codes, school.code, place=other, by=stage.acting("cora"), now=now)
    overdue = Transfer.membership_id == late.membership_id
    db.session.scalars(select(Transfer).where(overdue)).one().due_on -= timedelta(days=60)
    escalate_offers(now)
    grown = _pupil(classes[0]).person
    today = clock.today()
    grown.born_on = today.replace(year=today.year - 18, day=1)
    db.session.flush()
    adults.ask_adults(0, now)
    scenery.codes.update(old_class=classes[0].code, moving_pupil=pupils[0].code)
    scenery.tokens["grown"] = session_of(make.make_user(grown), SessionKind.PERSON)


def _pupil(school_class: SchoolClass) -> Pupil:
    born = stage.birth().replace(year=clock.today().year - 6 - school_class.grade)
    person = make.make_person(born_on=born, with_id=True)
    return make_pupil(school_class, person, member=True)
