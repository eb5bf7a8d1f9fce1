"""The organizations of the demonstration, on real divisions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from core.audit.operations import SYSTEM
from core.crypto import CODE_ALPHABET
from organizations import operations
from organizations.models import Division, Organization
from organizations.operations import NewOrganization
from organizations.queries import branch_of_division, divisions_under
from organizations.rules import DivisionLevel, OrganizationKind, branch_name
from schools.operations.register import NewSchool, record_branch, register_school
from schools.rules.register import TYPE_OF_STAGE, SchoolStage

PROVINCE = "330000000000"
CITIES = {"330100000000": "杭州市", "330200000000": "宁波市"}
COUNTIES = {
    "330102000000": "上城区",
    "330106000000": "西湖区",
    "330203000000": "海曙区",
    "330212000000": "鄞州区",
}
LONGGANG = "330383000000"
#: Schools on the list of each county; the first two have a branch.
SCHOOLS = (
    ("第一小学", SchoolStage.PRIMARY),
    ("第二中学", SchoolStage.JUNIOR),
    ("第三小学", SchoolStage.PRIMARY),
    ("第四中学", SchoolStage.SENIOR),
    ("第五学校", SchoolStage.NINE_YEAR),
)
FOUNDED = 2
ENROLLED = 420
FOUNDED_ON = date(2021, 5, 8)
CODE_LENGTH = 6


@dataclass(slots=True)
class Places:
    """Organizations by what the cast calls them: 上城区/村1, 上城区/校1, 上城区/镇1, 上城区/院."""

    named: dict[str, Organization] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Organization:
        """Return an organization. Raises KeyError for a name nobody gave."""
        return self.named[name]

    def below(self, county: str) -> Iterator[tuple[str, Organization]]:
        """Yield name and organization of everything below a county."""
        for name, organization in self.named.items():
            if name.startswith(f"{county}/"):
                yield name, organization


def build_places() -> Places:
    """Found the grassroots organizations and return all that the cast knows."""
    places = Places({"浙江省": _branch(PROVINCE)})
    for code, name in CITIES.items():
        places.named[name] = _branch(code)
    for code, name in COUNTIES.items():
        places.named[name] = _branch(code)
        _build_county(places, name, code)
    _build_longgang(places)
    return places


def _branch(code: str) -> Organization:
    found = branch_of_division(code)
    if found is None:
        message = f"the branch of {code} is missing: run flask organizations import-divisions"
        raise LookupError(message)
    return found


def _build_county(places: Places, name: str, code: str) -> None:
    county, villages = places[name], 0
    for number, town in enumerate(divisions_under(code, DivisionLevel.TOWNSHIP)[:2], start=1):
        township = _found(OrganizationKind.TOWNSHIP, town, county)
        places.named[f"{name}/镇{number}"] = township
        for village in divisions_under(town.code, DivisionLevel.VILLAGE)[:2]:
            villages += 1
            below = _found(OrganizationKind.VILLAGE, village, township)
            places.named[f"{name}/村{villages}"] = below
    hospital = f"{name}演示医院红十字会"
    places.named[f"{name}/院"] = _found_named(OrganizationKind.HOSPITAL, hospital, county)
    _build_schools(places, name, code, county)


def _build_longgang(places: Places) -> None:
    """龙港 has no townships: its communities stand directly under the county (ORG-05)."""
    county = places.named["龙港市"] = _branch(LONGGANG)
    stand_in = divisions_under(LONGGANG, DivisionLevel.TOWNSHIP)[0]
    for number, village in enumerate(
        divisions_under(stand_in.code, DivisionLevel.VILLAGE)[:2], start=1
    ):
        places.named[f"龙港市/村{number}"] = _found(OrganizationKind.VILLAGE, village, county)
    _build_schools(places, "龙港市", LONGGANG, county)


def _build_schools(places: Places, name: str, code: str, county: Organization) -> None:
    for number, (title, stage) in enumerate(SCHOOLS, start=1):
        full = f"{name}演示{title}"
        serial = f"{code[2:6]}{number:02d}"
        pupils = ENROLLED * number if number <= FOUNDED else None
        new = NewSchool(f"{TYPE_OF_STAGE[stage]}33{serial}", full, stage, enrolled=pupils)
        school = register_school(new, county, by=SYSTEM)
        if number <= FOUNDED:
            branch = _found_named(OrganizationKind.SCHOOL, branch_name(full), county)
            record_branch(school, branch, by=SYSTEM)
            places.named[f"{name}/校{number}"] = branch


def _found(kind: OrganizationKind, division: Division, parent: Organization) -> Organization:
    return _found_named(kind, branch_name(division.name), parent, division.code)


def _found_named(
    kind: OrganizationKind, name: str, parent: Organization, division_code: str | None = None
) -> Organization:
    new = NewOrganization(
        kind,
        name,
        division_code=division_code,
        phone="0571-00000000",
        founded_on=FOUNDED_ON,
        code=_code(f"{parent.division_code} {name}"),
    )
    return operations.found(new, parent, by=SYSTEM)


def _code(text: str) -> str:
    """Return the code of an organization of the demonstration: the same on every installation."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    code = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_ALPHABET))
        code += CODE_ALPHABET[place]
    return code
