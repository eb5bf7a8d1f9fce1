"""The workload as a table: who does what, and how it compares with a bare page at most.

The goals are those of the project's performance document, section 3. A job of it whose pages do
not exist yet is missing here: check-in, activities, classes, import and export.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.browser import Pairs
from bench.subjects import Subjects


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that a job may cost against the bare page, and grow from the smallest size.

    ``floor`` compares with the floor instead, ``of_one`` with one approval per person.
    """

    ratio: float
    growth: float
    ratio_sqlite: float | None = None
    per: int = 1
    against: str = "bare"

    def limit(self, kind: str) -> float:
        """Return the most on a kind of database."""
        return self.ratio_sqlite if kind == "sqlite" and self.ratio_sqlite else self.ratio


BARE = Goal(6, 1.1, ratio_sqlite=4, against="floor")
PAGE = Goal(1.5, 1.3)
SEARCH = Goal(2, 2)
HOME = Goal(2, 1.2)
LOG = Goal(4, 1.2)
APPROVE = Goal(4, 1.3)
TWENTY = Goal(0.3, 1.3, per=20, against="approve one")
VERIFY = Goal(1.2, 1.1)
NONE = Goal(0, 0)

Path = Callable[[Subjects], str]
Form = Callable[[Subjects], Pairs]


@dataclass(frozen=True, slots=True)
class Task:
    """One job: its name, who does it, its goal, where, and the form that is sent."""

    name: str
    role: str
    goal: Goal
    path: Path
    form: Form | None = None
    uses_up: bool = False  # a write that cannot be repeated at will is sent less often

    @property
    def status(self) -> int:
        """Return the status of a right answer."""
        return 303 if self.form else 200


def at(place: str, rest: str) -> Path:
    """Return the address of a page in a post: place is unit, county, city or province."""

    def path(subjects: Subjects) -> str:
        code: str = getattr(subjects, place).code
        return f"/o/{code}/{rest.format(s=subjects)}"

    return path


def own(rest: str) -> Path:
    """Return the address of a page of one's own or of a public page."""
    return lambda subjects: rest.format(s=subjects)


TASKS = (
    Task("floor", "nobody", NONE, own("/bench/floor")),
    Task("bare", "secretary", BARE, at("unit", "bench/bare")),
    # volunteer
    Task("home of a volunteer", "volunteer1", HOME, own("/me")),
    Task("log hours, form", "volunteer1", PAGE, own("/me/hours/new")),
    Task("log hours, POST", "volunteer1", LOG, own("/me/hours/new"), Subjects.next_service),
    Task("own hours", "volunteer1", PAGE, own("/me/hours")),
    Task("own record", "volunteer1", PAGE, own("/me/hours/{s.own_record}")),
    Task("own applications", "volunteer1", PAGE, own("/me/applications")),
    # secretary
    Task("home of a unit", "secretary", HOME, at("unit", "home")),
    Task("approval queue of a unit", "secretary", PAGE, at("unit", "applications")),
    Task("application", "secretary", PAGE, at("unit", "applications/{s.application}")),
    Task("hours queue of a unit", "secretary", PAGE, at("unit", "hours")),
    Task("service record", "secretary", PAGE, at("unit", "hours/records/{s.record}")),
    Task("members of a unit", "secretary", PAGE, at("unit", "members")),
    Task("member", "secretary", PAGE, at("unit", "members/{s.member}")),
    Task("volunteers of a unit", "secretary", PAGE, at("unit", "volunteers")),
    Task("volunteer", "secretary", PAGE, at("unit", "volunteers/{s.volunteer}")),
    Task("search name, unit", "secretary", SEARCH, at("unit", "members?q={s.name}")),
    Task("poster", "secretary", PAGE, at("unit", "poster")),
    Task(
        "approve one",
        "secretary",
        APPROVE,
        lambda s: f"/o/{s.unit.code}/applications/{s.waiting.popleft()}/approve",
        lambda _: [],
        uses_up=True,
    ),
    Task(
        "approve 20",
        "secretary",
        TWENTY,
        at("unit", "applications/approve"),
        lambda s: s.take(20),
        uses_up=True,
    ),
    Task(
        "confirm 20 records",
        "secretary",
        TWENTY,
        at("unit", "hours/confirm"),
        lambda s: s.take_hours(20),
        uses_up=True,
    ),
    # county and above
    Task("home of a county", "county", HOME, at("county", "home")),
    Task("home of a city", "city", HOME, at("city", "home")),
    Task("home of the province", "province", HOME, at("province", "home")),
    Task("drill-down, city by province", "province", HOME, at("city", "home")),
    Task("drill-down, county by province", "province", HOME, at("county", "home")),
    Task("indicators of the province", "province", HOME, at("province", "indicators")),
    Task("members by city", "province", HOME, at("province", "supervise?metric=I05")),
    Task("members by county", "city", HOME, at("city", "supervise?metric=I05")),
    Task("members by place", "county", HOME, at("county", "supervise?metric=I05")),
    Task("coverage by city", "province", HOME, at("province", "supervise?metric=I02")),
    Task("alerts of the province", "province", HOME, at("province", "alerts")),
    Task("earlier alerts of the province", "province", HOME, at("province", "alerts/ended")),
    Task("reports below the province", "province", HOME, at("province", "reports/below")),
    Task("orders of the province", "province", HOME, at("province", "orders")),
    Task("comparison of cities", "province", HOME, at("province", "compare")),
    Task("data quality of the province", "province", HOME, at("province", "quality")),
    Task("organizations of a county", "county", PAGE, at("county", "organizations")),
    Task("organizations of the province", "province", PAGE, at("province", "organizations")),
    Task("search organization", "province", SEARCH, at("province", "organizations?q=xi")),
    Task("vacant posts of the province", "province", PAGE, at("province", "vacant")),
    Task("schools of the province", "province", PAGE, at("province", "schools")),
    Task("schools of a county", "county", PAGE, at("county", "schools")),
    Task("approval queue of a county", "county", PAGE, at("county", "applications")),
    Task("hours queue of a county", "county", PAGE, at("county", "hours")),
    Task("filings of a county", "county", PAGE, at("county", "filings")),
    Task("objections of a county", "county", PAGE, at("county", "objections")),
    Task("members of a county", "county", PAGE, at("county", "members")),
    Task("volunteers of a county", "county", PAGE, at("county", "volunteers")),
    Task("search name, county", "county", SEARCH, at("county", "members?q={s.name}")),
    Task("search pinyin, county", "county", SEARCH, at("county", "members?q={s.pinyin}")),
    Task("search digits, county", "county", SEARCH, at("county", "members?q={s.tail}")),
    Task("search nobody, county", "county", SEARCH, at("county", "members?q=zzqx")),
    Task(
        "accept 20 filings",
        "county",
        TWENTY,
        at("county", "filings/accept"),
        lambda s: s.take_filings(20),
        uses_up=True,
    ),
    # public
    Task("verify a card", "nobody", VERIFY, own("/v/{s.card}")),
    Task("find an organization", "nobody", SEARCH, own("/find?q=xihu")),
    Task("public home", "nobody", PAGE, own("/")),
    Task("public organizations, drill-down", "nobody", PAGE, own("/find?in={s.county.code}")),
    Task("public organization", "nobody", PAGE, own("/organizations/{s.unit.code}")),
    Task("public venues, nearest", "nobody", PAGE, own("/venues?at={s.division}")),
    Task("public venue", "nobody", PAGE, own("/venues/{s.venue}")),
    Task("public activities", "nobody", PAGE, own("/activities")),
    Task("public statistics", "nobody", PAGE, own("/statistics")),
    Task("public matter", "nobody", PAGE, own("/services/join-member")),
    Task("public privacy notice", "nobody", PAGE, own("/privacy")),
    Task("join page", "nobody", PAGE, own("/j/{s.unit.code}")),
)

#: Share of each task in the mixed workload (performance document, section 3). What is missing
#: there is shared out among what exists of the same role.
MIX = {
    "home of a volunteer": 12,
    "log hours, form": 11,
    "log hours, POST": 11,
    "own hours": 11,
    "home of a unit": 6,
    "approval queue of a unit": 6,
    "hours queue of a unit": 5,
    "approve one": 4,
    "members of a unit": 5,
    "search name, unit": 4,
    "home of a county": 5,
    "home of the province": 3,
    "drill-down, county by province": 3,
    "organizations of a county": 3,
    "members of a county": 3,
    "search name, county": 3,
    "verify a card": 3,
    "find an organization": 2,
}
