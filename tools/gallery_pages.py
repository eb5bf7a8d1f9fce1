"""Which pages the gallery shows of each role: a data table, shown by `make gallery`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """One picture: the name of its file, the address, and what somebody sees there.

    ``{org}`` in an address is the code of the organization in which the role acts.
    """

    name: str
    path: str
    shows: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pictures of one role. ``serial`` is that of its demo account, 0 for who has none."""

    role: str
    serial: int
    views: tuple[View, ...]


GALLERY: tuple[Shelf, ...] = (
    Shelf(
        "public",
        0,
        (
            View("start", "/", "the public area"),
            View("find", "/find", "venues near by"),
            View("statistics", "/statistics", "published statistics"),
            View("matters", "/matters", "how far a case is"),
        ),
    ),
    Shelf(
        "volunteer",
        2,
        (
            View("home", "/me", "own home"),
            View("log", "/me/hours/new", "log hours"),
            View("hours", "/me/hours", "own hours"),
            View("events", "/events", "activities to join"),
        ),
    ),
    Shelf(
        "member",
        1,
        (
            View("home", "/me", "own home"),
            View("card", "/me/card", "member card"),
            View("dues", "/me/dues", "own dues"),
            View("profile", "/me/profile", "own data"),
        ),
    ),
    Shelf(
        "secretary",
        7,
        (
            View("home", "/o/{org}/home", "what waits"),
            View("queue", "/o/{org}/applications", "applications"),
            View("members", "/o/{org}/members", "members"),
            View("venues", "/o/{org}/venues", "venues"),
        ),
    ),
    Shelf(
        "school",
        8,
        (
            View("home", "/o/{org}/home", "home of a school"),
            View("classes", "/o/{org}/classes", "classes"),
            View("consents", "/o/{org}/consents", "consents that are missing"),
            View("report", "/o/{org}/report", "yearly report, computed"),
        ),
    ),
    Shelf(
        "township",
        18,
        (
            View("home", "/o/{org}/home", "home of a township"),
            View("organizations", "/o/{org}/organizations", "organizations below"),
        ),
    ),
    Shelf(
        "county",
        9,
        (
            View("home", "/o/{org}/home", "home of a county"),
            View("orders", "/o/{org}/orders", "supervision orders"),
            View("quality", "/o/{org}/quality", "data quality desk"),
            View("filings", "/o/{org}/filings", "filings"),
            View("schools", "/o/{org}/schools", "schools and coverage"),
            View("signs", "/o/{org}/venue-signs", "vital signs of venues"),
        ),
    ),
    Shelf(
        "city",
        10,
        (
            View("home", "/o/{org}/home", "home of a city"),
            View("alerts", "/o/{org}/alerts", "alerts"),
            View("coverage", "/o/{org}/supervise?metric=I15", "one indicator, county by county"),
            View("reports", "/o/{org}/reports", "reports, computed"),
            View("organizations", "/o/{org}/organizations", "organizations below"),
        ),
    ),
    Shelf(
        "province",
        11,
        (
            View("home", "/o/{org}/home", "home of the province"),
            View("indicators", "/o/{org}/indicators", "all indicators"),
            View("hours", "/o/{org}/supervise?metric=I12", "hours, city by city"),
            View("mergers", "/o/{org}/mergers", "mergers by list"),
            View("exchange", "/o/{org}/exchange", "batches for the national system"),
        ),
    ),
    Shelf(
        "supervisory board",
        12,
        (
            View("home", "/o/{org}/home", "read-only home"),
            View("dues", "/o/{org}/dues", "dues, read-only"),
            View("compare", "/o/{org}/compare", "cities side by side"),
        ),
    ),
    Shelf(
        "personal-information officer",
        26,
        (
            View("home", "/o/{org}/home", "home with requests"),
            View("requests", "/o/{org}/requests", "requests about personal data"),
            View("audits", "/o/{org}/minor-audits", "yearly audit of minors' data"),
        ),
    ),
    Shelf("operator", 13, (View("system", "/o/{org}/system", "state of the installation"),)),
)
