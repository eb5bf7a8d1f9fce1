"""Numbers counted again: parts, what the night counts, months that are over, all from the rows."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from activities.models import VenuePulse
from activities.operations import venue_steps
from activities.operations.visits import enter_day
from activities.rules.holding import DayFacts
from activities.rules.venues import VenueKind, VenueStatus
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import RuleViolation
from members.models import Application
from members.rules import ApplicationStatus, MembershipStatus
from organizations import figures, figures_runs
from organizations.models import Division
from organizations.operations import (
    Plan,
    close_organization,
    found,
    import_divisions,
    reopen_organization,
    tallies,
)
from organizations.operations.founding import NewOrganization
from organizations.operations.life import resume, suspend
from organizations.operations.moving import move
from organizations.operations.residents import import_residents
from organizations.residents import published
from organizations.rules import DivisionLevel, DivisionRow, Measure, OrganizationKind
from organizations.rules.residents import read_residents
from people.models import Person
from supervision.recount import differences
from supervision.rollup import operations, rules
from supervision.rollup.cli import RESIDENTS_FILE
from supervision.rollup.daily import first_in_time
from tests import factories as make
from tests.cast import Cast
from tests.supervision.test_figures import start_equal
from tests.venue_factories import make_venue
from volunteers.operations import confirm, correct
from volunteers.rules import ServiceMethod

VILLAGE, TOWN, COUNTY, WEST = "东一村", "东镇", "东县", "西县"
ABOVE = (TOWN, COUNTY, "东市", "测试省")
OF_THE_NIGHT = (
    *(Measure.OVERDUE_ELECTIONS, Measure.SILENT_VENUES, Measure.ACTIVE_VOLUNTEERS),
    *(Measure.OVERDUE_APPLICATIONS, Measure.OVERDUE_FILINGS, Measure.STALE_PEOPLE),
)


now, keep = clock.now, db.session.commit


def number(cast: Cast, place: str, measure: Measure, period: int = 0, part: str = "") -> int:
    """Return a kept number, or one part of it."""
    figures.write(db.session())
    one = cast.organization(place).id
    if part:
        return figures.parts([one], [measure], [period]).get((one, measure.value, part, period), 0)
    return figures.values([one], [measure], [period]).get((one, measure.value, period), 0)


def keeper(cast: Cast) -> Actor:
    return Actor(cast.user("ben").id, cast.person("ben").id)


def settled() -> None:
    figures.write(db.session())
    assert differences() == []


@pytest.mark.covers("ORG-02", "ORG-06")
def test_organizations_are_kept_by_kind_whatever_becomes_of_them(cast: Cast) -> None:
    start_equal()
    before = number(cast, COUNTY, Measure.ORGANIZATIONS, part="village")
    new = NewOrganization(OrganizationKind.VILLAGE, "东三村", founded_on=date(2026, 1, 5))
    village = found(new, cast.organization(TOWN), by=SYSTEM)
    settled()
    assert number(cast, COUNTY, Measure.ORGANIZATIONS, part="village") == before + 1
    for turn in (suspend, resume):
        turn(village, "试试看要停一停", by=SYSTEM, now=now())
        settled()
    plan = Plan("东红〔2026〕1 号", clock.today(), cast.organization(VILLAGE))
    close_organization(village, plan, by=SYSTEM, now=now())
    settled()
    assert number(cast, COUNTY, Measure.ORGANIZATIONS, part="village") == before
    reopen_organization(village, by=SYSTEM, now=now())
    move(cast.organization(TOWN), cast.organization(WEST), by=SYSTEM, now=now(), reason="调整")
    settled()
    assert number(cast, WEST, Measure.ORGANIZATIONS, part="village") >= before + 1


@pytest.mark.covers("CTR-01", "CTR-03")
def test_venues_and_what_happened_there_go_with_their_owner(cast: Cast) -> None:
    village = cast.organization(VILLAGE)
    venue = make_venue(village, VenueKind.MEMBER_HOME, keeper=cast.person("ada"))
    plain = make_venue(cast.organization("东二村"), VenueKind.SERVICE_STATION, VenueStatus.PLANNED)
    start_equal()
    day = clock.today()
    month = day.year * 100 + day.month
    facts = DayFacts(groups=1, group_visits=12, single_visits=5, online_visits=90, trained=3)
    enter_day(venue, day, facts, by=SYSTEM, now=now())
    settled()
    assert number(cast, "测试省", Measure.VENUE_TIMES, month) == 20
    heir = cast.organization("东二村")
    plan = Plan("东红〔2026〕2 号", day, heir)
    close_organization(village, plan, by=SYSTEM, now=now())
    settled()
    assert venue.organization_id == heir.id
    assert number(cast, "东二村", Measure.VENUES, part="member_home") == 1
    assert number(cast, "东二村", Measure.VENUE_TIMES, day.year) == 20
    assert number(cast, VILLAGE, Measure.VENUE_TIMES, day.year) == 0
    reopen_organization(village, by=SYSTEM, now=now())
    venue_steps.shut(venue, "摘牌", day, by=SYSTEM, now=now())
    settled()
    assert number(cast, COUNTY, Measure.VENUES) == 0
    assert plain.status is VenueStatus.PLANNED


def test_hours_entered_by_hand_are_told_apart(cast: Cast) -> None:
    village = cast.organization(VILLAGE)
    volunteer = make.make_volunteer(make.make_person(), village)
    records = [make.make_record(volunteer, village) for _ in range(2)]
    first, second = records
    second.starts_at, second.ends_at = (
        one - timedelta(days=1) for one in (second.starts_at, second.ends_at)
    )
    second.served_on = clock.local(second.starts_at).date()
    first.method, second.method = ServiceMethod.ENTERED_FOR, ServiceMethod.SCANNED
    start_equal()
    by = keeper(cast)
    confirm([one.code for one in records], handler_id=village.id, by=by, now=now())
    settled()
    year = first.served_on.year
    assert number(cast, COUNTY, Measure.MANUAL_RECORDS, year) == 1
    correct(first.code, 30, "录错了", organization_id=village.id, by=by, now=now())
    settled()
    assert number(cast, COUNTY, Measure.MANUAL_RECORDS, year) == 1


# ------------------------------------------------------------------------------ from elsewhere


def divisions(cast: Cast) -> None:
    """Give the county of the cast a division with two towns, three villages, and what is none."""
    rows = [
        DivisionRow("990000000000", None, DivisionLevel.PROVINCE, "", "测试省"),
        DivisionRow("990100000000", "990000000000", DivisionLevel.CITY, "", "东市"),
        DivisionRow("990101000000", "990100000000", DivisionLevel.COUNTY, "", "东县"),
        DivisionRow("990101100000", "990101000000", DivisionLevel.TOWNSHIP, "town", "东镇"),
        DivisionRow("990101101000", "990101000000", DivisionLevel.TOWNSHIP, "street", "东街道"),
        DivisionRow("990101400000", "990101000000", DivisionLevel.TOWNSHIP, "quasi", "开发区"),
        DivisionRow(
            "990101198000", "990101000000", DivisionLevel.TOWNSHIP, "town", "东县直辖村级区划"
        ),
    ]
    for number_of, town in enumerate(("100", "101", "198")):
        code = f"990101{town}{number_of + 201:03d}"
        parent = f"990101{town}000"
        rows.append(DivisionRow(code, parent, DivisionLevel.VILLAGE, "village_committee", "村"))
    import_divisions(rows, date(2026, 1, 1), by=SYSTEM)
    for name, code in (
        *(("测试省", "990000000000"), ("东市", "990100000000")),
        *((COUNTY, "990101000000"), (TOWN, "990101100000")),
    ):
        cast.organization(name).division_code = code
    db.session.flush()


@pytest.mark.covers("DAT-06", "DAT-07")
def test_real_townships_and_villages_count_at_the_nearest_red_cross(cast: Cast) -> None:
    divisions(cast)
    tallies.refresh_references(keep=keep)
    for place, towns, villages in (
        ("测试省", 2, 3),
        ("东市", 2, 3),
        (COUNTY, 2, 3),
        (TOWN, 1, 1),
        (WEST, 0, 0),
    ):
        assert number(cast, place, Measure.TOWNSHIP_DIVISIONS) == towns, place
        assert number(cast, place, Measure.VILLAGE_DIVISIONS) == villages, place
    db.session.execute(
        update(Division).where(Division.code == "990101101000").values(valid_to=clock.today())
    )
    tallies.refresh_references(keep=keep)
    assert number(cast, "测试省", Measure.TOWNSHIP_DIVISIONS) == 1


@pytest.mark.covers("DAT-07")
def test_the_shipped_tables_tell_1364_townships_and_64567588_residents() -> None:
    with RESIDENTS_FILE.open(encoding="utf-8") as file:
        rows = list(read_residents(csv.DictReader(file), clock.today()))
    province, *cities = rows
    assert (len(cities), province.people) == (11, sum(one.people for one in cities))
    with (RESIDENTS_FILE.parent / "zhejiang_divisions.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    towns = [one for one in lines if one["level"] == "township" and one["kind"] != "quasi"]
    assert len([one for one in towns if "直辖村级区划" not in one["name"]]) == 1_364


def test_a_county_without_a_published_number_has_none_and_the_latest_counts(cast: Cast) -> None:
    divisions(cast)

    def enter(*lines: tuple[str, int, str]) -> int:
        told = [
            {"code": code, "year": str(year), "people": people, "source": "统计局"}
            for code, year, people in lines
        ]
        rows = read_residents(told, clock.today())
        changed = import_residents(rows, by=SYSTEM, now=now())
        tallies.refresh_references(keep=keep)
        return changed

    assert enter(("990000000000", 2020, "9,000"), ("990100000000", 2020, "8000")) == 2
    assert enter(("990100000000", 2020, "8000")) == 0
    county = cast.organization(COUNTY).id
    assert figures.values([county], [Measure.RESIDENTS]) == {}
    assert published([county]) == {}
    enter(("990101000000", 2021, "700"), ("990100000000", 2022, "8100"))
    assert number(cast, COUNTY, Measure.RESIDENTS) == 700
    assert number(cast, "东市", Measure.RESIDENTS) == 8_100
    assert number(cast, "测试省", Measure.RESIDENTS) == 9_000
    assert number(cast, TOWN, Measure.RESIDENTS) == 0
    city = cast.organization("东市").id
    assert published([city])[city][:2] == (8_100, 2022)
    move(cast.organization(COUNTY), cast.organization("北市"), by=SYSTEM, now=now(), reason="调整")
    assert number(cast, "东市", Measure.RESIDENTS) == 8_100


@pytest.mark.parametrize(
    "line",
    [
        {"code": "990100000000", "year": "2020", "people": "many", "source": "统计局"},
        {"code": "990100000000", "year": "2020", "people": "0", "source": "统计局"},
        {"code": "990100000000", "year": "2999", "people": "5", "source": "统计局"},
        {"code": "990100000000", "year": "2020", "people": "5", "source": " "},
        {"code": "123", "year": "2020", "people": "5", "source": "统计局"},
    ],
)
def test_a_wrong_line_of_residents_is_refused(database: None, line: dict[str, str]) -> None:
    with pytest.raises(RuleViolation):
        import_residents(read_residents([line], clock.today()), by=SYSTEM, now=now())


# ------------------------------------------------------------------------------ every night


def a_night_to_come(cast: Cast) -> Application:
    """Make one of each that the night finds, and one beside it that it does not."""
    today, village = clock.today(), cast.organization(VILLAGE)
    long_ago = clock.now() - timedelta(days=900)
    db.session.execute(update(Person).values(created_at=clock.now()))
    village.term_ends_on = today - timedelta(days=1)
    cast.organization("东二村").term_ends_on = today
    for held_on in (None, today - timedelta(days=3)):
        venue = make_venue(village)
        venue.opened_on = today - timedelta(days=400)
        db.session.add(VenuePulse(venue_id=venue.id, last_held_on=held_on))
    for minutes in (60, 59):
        volunteer = make.make_volunteer(make.make_person(), village)
        record = make.make_record(volunteer, village, minutes=minutes)
        confirm([record.code], handler_id=village.id, by=keeper(cast), now=now())
    late = make.make_application(cast.person("wes"), village, cast.user("wes"))
    late.submitted_at = clock.now() - timedelta(days=40)
    make.make_application(cast.person("ned"), village, cast.user("ned"))
    for days in (40, 1):
        filed = make.make_membership(make.make_person(), village, status=MembershipStatus.APPROVED)
        filed.approved_at = clock.now() - timedelta(days=days)
    both = make.make_person()
    both.created_at = long_ago
    make.make_membership(both, village)
    make.make_volunteer(both, village)
    return late


@pytest.mark.covers("ORG-17", "CTR-03")
def test_the_night_counts_what_changes_with_the_day_and_twice_the_same(cast: Cast) -> None:
    today = clock.today()
    tomorrow = today + timedelta(days=1)
    late = a_night_to_come(cast)
    told: list[Measure] = []
    operations.nightly(today, keep=keep, now=now(), told=lambda one, _: told.append(one))
    assert {Measure.STALE_PEOPLE, Measure.RESIDENTS} <= set(told)
    found = {(place, one): number(cast, place, one) for place in ABOVE for one in OF_THE_NIGHT}
    assert found == {
        (place, one): int(one is not Measure.OVERDUE_FILINGS or place != TOWN)
        for place in ABOVE
        for one in OF_THE_NIGHT
    }
    assert number(cast, VILLAGE, Measure.OVERDUE_FILINGS) == 0
    assert figures_runs.as_of() == today
    assert operations.nightly(today, keep=keep, now=now(), told=lambda *_: None) == 0
    late.status = ApplicationStatus.WITHDRAWN
    operations.nightly(tomorrow, keep=keep, now=now(), told=lambda *_: None)
    assert number(cast, COUNTY, Measure.OVERDUE_APPLICATIONS) == 0
    assert number(cast, COUNTY, Measure.OVERDUE_ELECTIONS) == 2
    assert figures_runs.as_of() == tomorrow


def test_deadlines_and_months_are_told_by_the_calendar() -> None:
    friday = date(2026, 3, 6)
    assert first_in_time(friday, 5) == date(2026, 2, 27)
    assert first_in_time(friday, 0) == friday
    assert rules.months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert rules.months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert rules.months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert rules.month_before(date(2026, 1, 1)) == 202512


@pytest.mark.covers("STA-04", "STA-05")
def test_a_month_is_closed_once_and_says_from_which_day_it_is(cast: Cast) -> None:
    start_equal()
    county = cast.organization(COUNTY).id
    first = date(2031, 4, 1)
    members = number(cast, COUNTY, Measure.ADULT_MEMBERS)
    villages = number(cast, COUNTY, Measure.ORGANIZATIONS, part="village")
    month, kept = operations.close_last_month(first, keep=keep, now=now())
    assert (month, bool(kept)) == (203103, True)
    figures.add(cast.organization(COUNTY).path, Measure.ADULT_MEMBERS, 7)
    db.session.commit()
    late = first + timedelta(days=9)
    assert operations.close_last_month(late, keep=keep, now=now()) == (203103, None)
    asked = [Measure.ADULT_MEMBERS, Measure.ORGANIZATIONS, Measure.NEW_MEMBERS]
    stocks = figures.stocks([county], asked, [203103, 203104])
    assert stocks[county, "adult_members", "", 203103] == members
    assert stocks[county, "organizations", "village", 203103] == villages
    assert {key[1:4:2] for key in stocks} == {
        ("adult_members", 203103),
        ("organizations", 203103),
    }
    operations.close_last_month(date(2031, 5, 20), keep=keep, now=now())
    found = figures.stocks([county], asked, [203104])
    assert found[county, "adult_members", "", 203104] == members + 7
    assert figures_runs.closed_on([203102, 203103, 203104]) == {
        203103: first,
        203104: date(2031, 5, 20),
    }
