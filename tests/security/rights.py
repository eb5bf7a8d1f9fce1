"""Who may do what, by hand from domain.md 1.4 and decisions.md D10, D11 - not from the code.

A principal that does not know an organization is told 404; one that knows it and lacks the right
is told 403. A change of rights is a change of these lines.
"""

from __future__ import annotations

from tests.security.indicator_table import INDICATOR_RIGHTS
from tests.security.life_table import LIFE_RIGHTS
from tests.security.order_table import ORDER_RIGHTS
from tests.security.posts_table import HOLDERS_MET, POSTS_RIGHTS
from tests.security.report_table import REPORT_RIGHTS
from tests.security.school_activity_table import SCHOOL_ACTIVITY_RIGHTS
from tests.security.school_protection_table import PROTECTION_RIGHTS
from tests.security.venues_table import VENUE_RIGHTS

EAST = ["东县", "东镇", "东一村", "东二村", "东小学"]
WEST = ["西县", "西一村", "西小学"]
EAST_CITY = ["东市", *EAST, *WEST]
NORTH = ["北县", "北一村"]
ALL = ["测试省", *EAST_CITY, "北市", *NORTH]

#: Signed in completely, in the order of the cast.
SIGNED_IN = [
    "mia",
    "ada",
    "gus",
    "hana",
    "iko",
    "wes",
    "ned",
    "tess",
    "ben",
    "tom",
    "bea",
    "will",
    "finn",
    "cora",
    "dan",
    "eve",
    "noa",
    "gil",
    "sam",
    "opal",
    "pia",
    "rex",
    "duo",
]
#: Not signed in, or not completely: sent to the sign-in page.
NOT_SIGNED_IN = ("nobody", "sue", "nell")

#: Organizations that exist for a principal because some right of a post reaches them.
KNOWS: dict[str, list[str]] = {
    "tess": ["东一村"],
    "ben": ["东一村"],
    "tom": ["东镇", "东一村"],
    "bea": ["东二村"],
    "duo": ["东二村"],
    "will": ["西一村"],
    "finn": ["东小学"],
    "cora": EAST,
    "dan": WEST,
    "noa": NORTH,
    "eve": EAST_CITY,
    "gil": ALL,
    "sam": EAST,
    "opal": ["测试省"],
    "pia": ALL,
}

_BRANCHES: dict[str, list[str]] = {
    "ben": ["东一村"],
    "tom": ["东镇"],
    "bea": ["东二村"],
    "duo": ["东二村"],
    "will": ["西一村"],
    "finn": ["东小学"],
}
_BRANCHES_BELOW = {**_BRANCHES, "tom": ["东镇", "东一村"]}
_COUNTIES = {"cora": EAST, "dan": WEST, "noa": NORTH}
_COUNTY_DESKS = {"cora": ["东县"], "dan": ["西县"], "noa": ["北县"]}
_OFFICE_DESKS = {"eve": ["东市"], "gil": ["测试省"]}

#: City and province at their own desk, names masked: appeals, units of their own, what the only
#: officer of a county asks for himself.
_OFFICES = {"eve": ["东市"], "gil": ["测试省"]}

#: What a page or an act is about -> principal -> organizations where it is allowed.
RIGHTS: dict[str, dict[str, list[str]]] = {
    "home": {name: places for name, places in KNOWS.items() if name != "opal"},
    "figures": {name: places for name, places in KNOWS.items() if name != "opal"},
    "poster": {**_BRANCHES_BELOW, **_COUNTIES},
    "applications-read": {**_BRANCHES, **_COUNTIES, **_OFFICES},
    "applications-decide": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES},
    "names": {**_BRANCHES_BELOW, **_COUNTIES},
    "expulsions-read": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES},
    "expulsions-propose": {**_BRANCHES, **_COUNTY_DESKS},
    "expulsions-review": {**_COUNTY_DESKS, **_OFFICES},
    "expulsions-appeal": _OFFICES,
    "deaths": {**_BRANCHES, **_COUNTY_DESKS},
    "place": {**_COUNTY_DESKS, **_OFFICES},
    "close": {**_COUNTIES, **_OFFICES},
    "export": {**_BRANCHES_BELOW, **_COUNTIES},
    "export-approve": {**_COUNTY_DESKS, "eve": ["东市"], "gil": ["测试省"]},
    "filters-keep": {**_BRANCHES, **_COUNTY_DESKS},
    "pupils-keep": {"finn": ["东小学"]},
    "enter": {**_BRANCHES, **_COUNTIES},
    "honours": {**_BRANCHES, **_COUNTIES},
    "reveal": {**_BRANCHES, **_COUNTIES},
    "merge": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    "filings-read": _COUNTY_DESKS,
    "filings-decide": _COUNTY_DESKS,
    "hours-read": {**_BRANCHES, **_COUNTIES, **_OFFICES},
    "hours-confirm": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES},
    "hours-enter": {**_BRANCHES, **_COUNTIES},
    "hours-second": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICE_DESKS},
    "volunteers-register": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES},
    "volunteers-authorize": _COUNTIES,
    "qualifications": {**_BRANCHES, **_COUNTY_DESKS},
    "trainings": {**_BRANCHES, **_COUNTY_DESKS},
    "teams-read": {**_BRANCHES_BELOW, **_COUNTIES, **_OFFICES},
    "teams-decide": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES},
    "objections": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    "holds": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    "stars-read": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICE_DESKS},
    "stars-check": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICE_DESKS},
    "stars-grant": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    "certificates": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    "dues-read": {
        name: places for name, places in KNOWS.items() if name not in {"opal", "tess", "pia"}
    },
    "dues-record": {**_BRANCHES, **_COUNTY_DESKS, "eve": ["东市"], "gil": ["测试省"]},
    "dues-set": {"gil": ["测试省"]},
    "groups": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    "grades": {**_COUNTIES, **_OFFICE_DESKS},
    "matters": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES, "pia": ["测试省"]},
    "requests": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES, "pia": ["测试省"]},
    "modules": {"gil": ["测试省"]},
    "changes": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICES},
    "activities-read": {
        name: places for name, places in KNOWS.items() if name not in {"opal", "tess", "pia"}
    },
    "activities-keep": {**_BRANCHES, **_COUNTY_DESKS, **_OFFICE_DESKS},
    "activities-review": {**_COUNTY_DESKS, **_OFFICE_DESKS},
    **INDICATOR_RIGHTS,
    **ORDER_RIGHTS,
    **LIFE_RIGHTS,
    **PROTECTION_RIGHTS,
    **REPORT_RIGHTS,
    **VENUE_RIGHTS,
    "schools-keep": _COUNTY_DESKS,
    "exchange": {"gil": ["测试省"]},
    "statistics": {"gil": ["测试省"]},
    "systems": {"gil": ["测试省"]},
    "pupils": {"finn": ["东小学"]},
    "schools": _COUNTY_DESKS,
    **SCHOOL_ACTIVITY_RIGHTS,
    **POSTS_RIGHTS,
    "system": {"opal": ["测试省"]},
}

#: People that a principal may meet by name anywhere in the product (besides himself).
EAST_VILLAGE = {"mia", "ada", "gus", "ben", "duo"}
MEETS: dict[str, set[str]] = {
    "ben": EAST_VILLAGE,
    "tom": EAST_VILLAGE,
    "finn": {"hana", "iko"},
    "will": {"wes"},
    "cora": EAST_VILLAGE,
    "dan": {"wes"},
    "noa": {"ned"},
}


for _name, _holders in HOLDERS_MET.items():
    MEETS[_name] = MEETS.get(_name, set()) | _holders


def expected(right: str, principal: str, place: str | None) -> int:
    """Return the decision that the table asks for: 200, 303 (to the sign-in page), 403 or 404."""
    if principal in NOT_SIGNED_IN:
        return 303
    if place is None or place not in KNOWS.get(principal, []):
        return 404
    return 200 if place in RIGHTS[right].get(principal, []) else 403
