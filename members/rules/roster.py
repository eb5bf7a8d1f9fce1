"""What a list of people is narrowed to, in which order, and with which columns (ux.md S27)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation
from members.rules.memberships import MembershipKind, MembershipStatus
from members.rules.search import Search

MAX_NAME = 20
MAX_VALUE = 40
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


class Order(StrEnum):
    """In which order a list stands."""

    NEWEST = "newest"
    NAME = "name"
    JOINED = "joined"


class AgeBand(StrEnum):
    """How old somebody is, in steps that tell no birthday."""

    UNDER_30 = "under_30"
    FROM_30 = "from_30"
    FROM_45 = "from_45"
    FROM_60 = "from_60"


#: As documents say it (people.rules.Sex).
SEXES = ("male", "female")
#: First and last year of age of each band.
AGES: Mapping[AgeBand, tuple[int, int | None]] = {
    AgeBand.UNDER_30: (0, 29),
    AgeBand.FROM_30: (30, 44),
    AgeBand.FROM_45: (45, 59),
    AgeBand.FROM_60: (60, None),
}


class Column(StrEnum):
    """What a list, a print or a file can tell of somebody: what is not named here is in none."""

    NAME = "name"
    NUMBER = "number"
    JOINED = "joined"
    ORGANIZATION = "organization"
    STATUS = "status"
    GRADE = "grade"
    SEX = "sex"
    AGE = "age"
    PHONE = "phone"
    HONOURS = "honours"
    HOURS = "hours"
    WITNESSED = "witnessed"
    STAR = "star"
    ID_NUMBER = "id_number"


class Use(StrEnum):
    """Where columns are shown."""

    SCREEN = "screen"
    PRINT = "print"
    FILE = "file"


#: What stands in every file: the key of a row and the day that carries the mark.
IN_EVERY_FILE = (Column.NAME, Column.NUMBER, Column.JOINED)
ON_THE_SCREEN = (Column.STATUS, Column.NUMBER, Column.JOINED)
ON_PAPER = (Column.NUMBER, Column.JOINED, Column.ORGANIZATION)
#: What a list of a past day can tell: the rest is known of today only.
OF_THE_PAST = (Column.NAME, Column.NUMBER, Column.JOINED, Column.ORGANIZATION, Column.STATUS)
#: Hours never stand without how much of them was seen by a machine or a roll call (LED-05).
COMPANIONS = {Column.HOURS: Column.WITNESSED}
#: Never on the screen of a list nor on paper (decisions.md D2).
FILE_ONLY = frozenset({Column.ID_NUMBER})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of people is narrowed to; ``below`` is the code of an organization.

    ``status`` is a state of what is listed; joining days of volunteers are those of entering.
    """

    kind: MembershipKind = MembershipKind.ADULT
    status: StrEnum | None = None
    search: Search | None = None
    joined_from: date | None = None
    joined_to: date | None = None
    grade: str = ""
    below: str = ""
    honours: bool | None = None
    age: AgeBand | None = None
    sex: str = ""
    no_phone: bool = False
    order: Order = Order.NEWEST
    on: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything but the kind and the order was chosen."""
        plain = Filters(kind=self.kind, order=self.order)
        return self != plain


def _flag(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(text)
    return text == "yes"


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY or text != day.isoformat():
        raise ValueError(text)
    return day


def _sex(text: str) -> str:
    if text not in SEXES:
        raise ValueError(text)
    return text


def _code(text: str) -> str:
    if not (text.isascii() and text.replace("_", "").isalnum()):
        raise ValueError(text)
    return text


Readers = Mapping[str, Callable[[str], object]]
#: Parameter of an address or of a saved filter -> how its text is read. Nothing else is kept.
READERS: Readers = {
    "kind": MembershipKind,
    "status": MembershipStatus,
    "joined_from": _day,
    "joined_to": _day,
    "grade": _code,
    "below": _code,
    "honours": _flag,
    "age": AgeBand,
    "sex": _sex,
    "no_phone": _flag,
    "order": Order,
    "on": _day,
}


def read_filters(
    parameters: Mapping[str, str], search: Search | None = None, readers: Readers = READERS
) -> Filters:
    """Return the filters that parameters name. Raises RuleViolation for a value nobody offered.

    Names that no filter has are left out: what was saved once is read by the rules of today.
    """
    found: dict[str, object] = {}
    for name, read in readers.items():
        text = parameters.get(name, "")
        if not text:
            continue
        try:
            found[name] = read(text[:MAX_VALUE])
        except ValueError:
            raise RuleViolation(name, N_("请重新选择")) from None
    filters = Filters(**found, search=search)  # type: ignore[arg-type]
    if filters.joined_from and filters.joined_to and filters.joined_from > filters.joined_to:
        raise RuleViolation("joined_to", N_("结束的日子在开始之前"))
    return filters


def parameters_of(filters: Filters) -> dict[str, str]:
    """Return the parameters by which ``read_filters`` finds the same filters, but the search.

    Whom somebody looked for by name is kept nowhere.
    """
    plain, found = Filters(), {}
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if field.name in READERS and value != getattr(plain, field.name):
            found[field.name] = _text(value)
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def birth_bounds(band: AgeBand, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last birthday of those in a band, None where it is open."""
    youngest, oldest = AGES[band]
    first = None
    if oldest is not None:
        before = _years_before(today, oldest + 1)
        first = date.fromordinal(before.toordinal() + 1)
    return first, _years_before(today, youngest) if youngest else None


def age_on(born_on: date, day: date) -> int:
    """Return full years of age on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28)


def read_columns(text: str) -> tuple[Column, ...]:
    """Return the columns that words name, with dots between, in the order of the allow list."""
    named = set(text.replace(".", " ").split())
    return tuple(column for column in Column if column.value in named)


def ordered(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return columns once each, in the order of the allow list."""
    chosen = set(columns)
    return tuple(column for column in Column if column in chosen)


def check_filter_name(text: str) -> str:
    """Return the name of a saved filter: one line that every screen shows, not empty."""
    name = " ".join(text.split())
    if not name:
        raise RuleViolation("name", N_("请起个名字"))
    if len(name) > MAX_NAME:
        raise RuleViolation("name", N_("最多 %(limit)d 个字"), limit=MAX_NAME)
    if not name.isprintable():
        raise RuleViolation("name", N_("有不能显示的字符，请重新写"))
    return name
