"""Levels, kinds and which organization may stand under which (domain.md 1.1, ORG-01..07). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation

PROVINCE, CITY, COUNTY, TOWNSHIP, UNIT = "province", "city", "county", "township", "unit"


class DivisionLevel(StrEnum):
    """Levels of the administrative divisions."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class OrganizationKind(StrEnum):
    """What an organization is; its level follows from it."""

    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    COMPANY = "company"
    AGENCY = "agency"
    ASSOCIATION = "association"


class OrganizationStatus(StrEnum):
    """Where an organization is in its life."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    MERGED = "merged"
    DISSOLVED = "dissolved"


class OrganizationAction(StrEnum):
    """What stops or ends an organization, and what takes that back (ORG-17)."""

    SUSPEND = "suspend"
    RESUME = "resume"
    DISSOLVE = "dissolve"
    MERGE = "merge"
    REOPEN = "reopen"


class ClosingStatus(StrEnum):
    """Where the closing of an organization is."""

    CLOSED = "closed"
    UNDONE = "undone"


class Hanging(StrEnum):
    """What may still hang on an organization that is to be closed."""

    BELOW = "below"
    ADULTS = "adults"
    PUPILS = "pupils"
    VOLUNTEERS = "volunteers"
    APPLICATIONS = "applications"
    TRANSFERS = "transfers"
    WITHDRAWALS = "withdrawals"
    EXPULSIONS = "expulsions"
    HOURS = "hours"
    POSTS = "posts"


LEVEL_OF_KIND = {
    OrganizationKind.PROVINCIAL: PROVINCE,
    OrganizationKind.CITY: CITY,
    OrganizationKind.COUNTY: COUNTY,
    OrganizationKind.TOWNSHIP: TOWNSHIP,
}

_BRANCHES = frozenset({PROVINCE, CITY, COUNTY})

#: Which levels an organization of a kind may stand under. A village may stand directly under a
#: county: 龙港 has no townships (ORG-05). Schools and units stand under county, city or province
#: (ORG-06); a township may hold units of its own area.
PARENT_LEVELS: dict[OrganizationKind, frozenset[str]] = {
    OrganizationKind.PROVINCIAL: frozenset(),
    OrganizationKind.CITY: frozenset({PROVINCE}),
    OrganizationKind.COUNTY: frozenset({CITY}),
    OrganizationKind.TOWNSHIP: frozenset({COUNTY}),
    OrganizationKind.VILLAGE: frozenset({COUNTY, TOWNSHIP}),
    OrganizationKind.SCHOOL: _BRANCHES | {TOWNSHIP},
    OrganizationKind.HOSPITAL: _BRANCHES | {TOWNSHIP},
    OrganizationKind.COMPANY: _BRANCHES | {TOWNSHIP},
    OrganizationKind.AGENCY: _BRANCHES | {TOWNSHIP},
    OrganizationKind.ASSOCIATION: _BRANCHES | {TOWNSHIP},
}


def level_of(kind: OrganizationKind) -> str:
    """Return the level of a kind: everything at the grassroots below the township is a unit."""
    return LEVEL_OF_KIND.get(kind, UNIT)


def is_grassroots(kind: OrganizationKind) -> bool:
    """Return whether the kind is below the county (domain.md ORG-02)."""
    return level_of(kind) in {TOWNSHIP, UNIT}


def check_parent(kind: OrganizationKind, parent_level: str | None) -> None:
    """Raise RuleViolation where an organization of the kind may not stand under the level."""
    if parent_level is None:
        if kind is not OrganizationKind.PROVINCIAL:
            raise RuleViolation("parent", N_("只有省红十字会没有上级"))
        return
    if parent_level not in PARENT_LEVELS[kind]:
        raise RuleViolation("parent", N_("这类组织不能设在这一级下面"))


def child_path(parent_path: str, organization_id: int) -> str:
    """Return the path of an organization under its parent: ``1/4/9/``."""
    return f"{parent_path}{organization_id}/"


def ids_of_path(path: str) -> list[int]:
    """Return the ids on a path, from the province down to the organization itself."""
    return [int(part) for part in path.split("/") if part]


def branch_of(county_id: int | None, city_id: int | None, path: str) -> int:
    """Return the Red Cross that an organization belongs to: county, else city, else province."""
    return county_id or city_id or ids_of_path(path)[0]


def subtree_range(path: str) -> tuple[str, str]:
    """Return the half-open range of paths at and under a path: '0' follows '/' in byte order."""
    return path, path[:-1] + "0"


def moved_path(path: str, old_prefix: str, new_prefix: str) -> str:
    """Return the path of a node whose ancestor moved from the old prefix to the new one."""
    if not path.startswith(old_prefix):
        message = f"{path} is not under {old_prefix}"
        raise ValueError(message)
    return new_prefix + path.removeprefix(old_prefix)


def check_move(path: str, new_parent_path: str) -> None:
    """Raise RuleViolation where an organization would be moved under itself."""
    if new_parent_path.startswith(path):
        raise RuleViolation("parent", N_("不能移到自己的下级"))


ORGANIZATION_TRANSITIONS: Mapping[
    tuple[OrganizationStatus, OrganizationAction], OrganizationStatus
] = {
    (OrganizationStatus.ACTIVE, OrganizationAction.SUSPEND): OrganizationStatus.SUSPENDED,
    (OrganizationStatus.SUSPENDED, OrganizationAction.RESUME): OrganizationStatus.ACTIVE,
    (OrganizationStatus.ACTIVE, OrganizationAction.DISSOLVE): OrganizationStatus.DISSOLVED,
    (OrganizationStatus.SUSPENDED, OrganizationAction.DISSOLVE): OrganizationStatus.DISSOLVED,
    (OrganizationStatus.ACTIVE, OrganizationAction.MERGE): OrganizationStatus.MERGED,
    (OrganizationStatus.SUSPENDED, OrganizationAction.MERGE): OrganizationStatus.MERGED,
    (OrganizationStatus.MERGED, OrganizationAction.REOPEN): OrganizationStatus.ACTIVE,
    (OrganizationStatus.DISSOLVED, OrganizationAction.REOPEN): OrganizationStatus.ACTIVE,
}

#: States in which an organization counts and may get members, posts and children.
OPEN_STATES = frozenset({OrganizationStatus.ACTIVE})

NAME_MIN, NAME_MAX = 2, 120
SOCIETY = "红十字会"
SHORT_MAX = 60


def check_name(text: str) -> str:
    """Return the name of an organization, outer spaces gone; RuleViolation for no name."""
    name = " ".join(text.split())
    if not NAME_MIN <= len(name) <= NAME_MAX or not name.isprintable():
        raise RuleViolation("name", N_("组织名称要 2 到 120 个字"))
    return name


def check_open_parent(status: OrganizationStatus) -> None:
    """Raise RuleViolation where an organization that is not active would get a child."""
    if status not in OPEN_STATES:
        raise RuleViolation("parent", N_("上级组织已经停止，不能设下级"))


def name_taken() -> RuleViolation:
    """Return the refusal of a name that the parent already has among its children."""
    return RuleViolation("name", N_("同一个上级下面已有这个名称的组织"))


def branch_name(division_name: str) -> str:
    """Return the name of the Red Cross at a division: 杭州市红十字会."""
    return f"{division_name}{SOCIETY}"


def short_name_of(name: str) -> str:
    """Return the name as people say it: without the society's own word, at most 60 characters."""
    return (name.removesuffix(SOCIETY) or name)[:SHORT_MAX]


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One line of an edition of the division codes."""

    code: str
    parent_code: str | None
    level: DivisionLevel
    kind: str
    name: str

    def values(self) -> dict[str, str | None]:
        """Return the columns by name."""
        return {
            "code": self.code,
            "parent_code": self.parent_code,
            "level": self.level,
            "kind": self.kind,
            "name": self.name,
        }


REASON_MAX = 200
MAX_WORDS = 5


def check_reason(text: str) -> str:
    """Return the reason of a move; RuleViolation where there is none."""
    reason = " ".join(text.split())
    if not 1 <= len(reason) <= REASON_MAX:
        raise RuleViolation("reason", N_("请写明原因，最多 200 字"))
    return reason


def search_words(text: str) -> list[str]:
    """Return what to look for: lower case, without the society's own word, at most five words."""
    words = unicodedata.normalize("NFKC", text).lower().split()[:MAX_WORDS]
    bare = [word.removesuffix("会").removesuffix("红十字") for word in words]
    return [short if SOCIETY[:3] in word else word for word, short in zip(words, bare, strict=True)]


DIVISION_CODE_LENGTH = 12
#: How many digits of a code name village, township, county, city and province.
_DIGITS = (9, 6, 4, 2)


def division_above(code: str) -> str | None:
    """Return the code of the division that a code stands in by its digits, None for a province."""
    above = (code[:digits].ljust(DIVISION_CODE_LENGTH, "0") for digits in _DIGITS)
    return next((one for one in above if one != code), None)


#: Township rows that are none: statistical areas, and what stands for those that 龙港 lacks.
STATISTICAL, PLACEHOLDER = "quasi", "直辖村级区划"


def read_divisions(lines: Iterable[Mapping[str, str]]) -> Iterator[DivisionRow]:
    """Yield the rows of a table of divisions, each after its parent.

    Raises RuleViolation for a code that is not 12 digits and for a parent that is not there.
    """
    known: set[str] = set()
    for line in lines:
        code, parent = line["code"], line["parent_code"] or None
        if len(code) != DIVISION_CODE_LENGTH or not (code.isascii() and code.isdigit()):
            raise RuleViolation("code", N_("区划代码要 12 位数字：%(code)s"), code=code)
        if parent is not None and parent not in known:
            raise RuleViolation("parent_code", N_("找不到上级区划：%(code)s"), code=code)
        known.add(code)
        yield DivisionRow(code, parent, DivisionLevel(line["level"]), line["kind"], line["name"])


DOCUMENT_MAX = 60


def check_closing(document: str, closed_on: date, founded_on: date | None, today: date) -> str:
    """Return the document number of a closing in canonical form (MEM-45).

    Raises RuleViolation for none, and for a day to come or before the founding.
    """
    text = " ".join(document.split())
    if not 1 <= len(text) <= DOCUMENT_MAX or not text.isprintable():
        raise RuleViolation("document", N_("请填写文件号，最多 60 字"))
    if closed_on > today:
        raise RuleViolation("closed_on", N_("日期不能晚于今天"))
    if founded_on is not None and closed_on < founded_on:
        raise RuleViolation("closed_on", N_("撤销日期不能早于成立日期"))
    return text
