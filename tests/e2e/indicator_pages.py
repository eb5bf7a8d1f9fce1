"""Pages of indicators, targets and comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import clock
from core.database import db
from organizations import figures
from organizations.models import FigureRun, FigureStock
from organizations.rules import Measure, OrganizationKind
from supervision.indicators.operations import TargetFacts, set_target
from supervision.rules import months_before
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press

if TYPE_CHECKING:
    from organizations.models import Organization
    from tests.e2e.scenery import Scenery

_DRILL = "/o/{province}/supervise?metric="
INDICATOR_SHEETS = (
    Sheet("supervision.drill", "gil", _DRILL + "I05"),
    Sheet("supervision.drill", "gil", _DRILL + "I15", state="targets"),
    Sheet("supervision.drill", "gil", _DRILL + "I01", state="parts"),
    Sheet("supervision.drill", "gil", _DRILL + "I12", state="hours"),
    Sheet("supervision.drill", "gil", _DRILL + "I23", state="published only"),
    Sheet("supervision.drill", "ben", "/o/{branch}/supervise?metric=I05", state="branch"),
    Sheet("supervision.drill", "sam", "/o/{county}/supervise?metric=I09", state="read only"),
    Sheet("supervision.drill", "cora", "/o/{county}/supervise?metric=I99", None, "wrong", 404),
    Sheet(
        "supervision.drill",
        "cora",
        "/o/{county}/supervise?metric=I05&period=200701",
        None,
        "no month end",
    ),
    Sheet("supervision.indicators", "gil", "/o/{province}/indicators"),
    Sheet("supervision.indicator", "gil", "/o/{province}/indicator?metric=I15"),
    Sheet("supervision.new_version", "gil", "/o/{province}/indicator/version?metric=I15"),
    Sheet(
        "supervision.new_version",
        "gil",
        "/o/{province}/indicator/version?metric=I15",
        press("保存"),
        "wrong",
    ),
    Sheet("supervision.new_target", "gil", "/o/{province}/indicator/target?metric=I15"),
    Sheet(
        "supervision.new_target",
        "gil",
        "/o/{province}/indicator/target?metric=I15",
        press("保存"),
        "wrong",
    ),
    Sheet("supervision.compare", "cora", "/o/{county}/compare"),
    Sheet("supervision.compare", "gil", "/o/{province}/compare?metric=I21", state="province"),
)


def furnish_indicators(scenery: Scenery) -> None:
    """Put numbers of a year at two cities, a target, and the last nightly count."""
    today, gil = clock.today(), stage.acting("gil")
    months = months_before(today.year, today.month)
    for at, place in enumerate((organization_named("东县"), organization_named("北县"))):
        _numbers(place, at + 1, today.year)
        for count, month in enumerate(months):
            figures.add(place.path, Measure.CONFIRMED_MINUTES, 600 * (count + 1), month)
    for month in months[:-1]:
        for place in (organization_named("东市"), organization_named("测试省")):
            db.session.add(
                FigureStock(
                    organization_id=place.id,
                    measure=Measure.ADULT_MEMBERS,
                    part="",
                    month=month,
                    value=month % 100 * 10,
                )
            )
    db.session.add(FigureRun(name="nightly", as_of=today, finished_at=clock.now()))
    figures.write(db.session())
    facts = TargetFacts("I05", today.year, "city", "", "5000", "省会〔2026〕1号")
    set_target(facts, by=gil, now=clock.now())
    del scenery


def _numbers(place: Organization, times: int, year: int) -> None:
    for measure, value in (
        (Measure.ADULT_MEMBERS, 1_200),
        (Measure.SCHOOLS, 40),
        (Measure.SCHOOL_BRANCHES, 17),
        (Measure.PEOPLE, 2_000),
        (Measure.MISSING_ID, 300),
        (Measure.RESIDENTS, 90_000),
    ):
        figures.add(place.path, measure, value * times)
    figures.add(place.path, Measure.CONFIRMED_MINUTES, 60_000 * times, year)
    for kind in (OrganizationKind.VILLAGE, OrganizationKind.SCHOOL, OrganizationKind.TOWNSHIP):
        figures.add_part(place.path, Measure.ORGANIZATIONS, kind.value, 3 * times)
