"""The yearly report of a school: computed, submitted, accepted or returned (SCH-14). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line, check_shown

REMARK_MAX = 500
FIRST_YEAR = 2000
#: In the table of members by grade and sex.
MALE, FEMALE, UNTOLD = "male", "female", "untold"


class ReportStatus(StrEnum):
    """Where a report is; before it is submitted there is none."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportAction(StrEnum):
    """What can be done to a report."""

    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"


_S, _A = ReportStatus, ReportAction

REPORT_TRANSITIONS: Mapping[tuple[ReportStatus, ReportAction], ReportStatus] = {
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.ACCEPT): _S.ACCEPTED,
    (_S.RETURNED, _A.SUBMIT): _S.SUBMITTED,
}


@dataclass(frozen=True, slots=True)
class GradeLine:
    """Members of one grade by sex; a grade of 0 stands for members without a class."""

    grade: int
    male: int = 0
    female: int = 0
    untold: int = 0

    @property
    def total(self) -> int:
        return self.male + self.female + self.untold


@dataclass(frozen=True, slots=True)
class Honour:
    """An honour of the school, as the register of schools has it."""

    name: str
    granted_on: str


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """All that a report says, as counted from rows; nothing of it is typed (domain.md SCH-14).

    ``trained`` are person-times at first-aid lessons, ``certified`` persons with a certificate
    that was checked; the two are never added (STA-04).
    """

    name: str
    code: str
    stage: str
    county: str
    founded_on: str
    coordinators: int
    council: int | None
    classes: int
    members: int
    grades: tuple[GradeLine, ...]
    intake: int
    graduates: int
    activities: int
    pupils: int
    times: int
    service_minutes: int
    trained: int
    certified: int
    dues_charged: int
    dues_paid: int
    is_covered: bool
    honours: tuple[Honour, ...] = ()


def check_year(year: int, today: date) -> None:
    """Raise RuleViolation for a calendar year that has no report (domain.md SCH-15)."""
    if not FIRST_YEAR <= year <= today.year:
        raise RuleViolation("year", N_("没有这一年的年报"))


def check_over(year: int, today: date) -> None:
    """Raise RuleViolation where the year still goes on: its figures would change afterwards."""
    if year >= today.year:
        raise RuleViolation("", N_("这一年还没有过完，过完才能上报"))


def check_remark(text: str) -> str:
    """Return the remark, the only thing that is typed; it may be nothing."""
    return check_line(text, "remark", REMARK_MAX, "")


def check_return(text: str) -> str:
    """Return why a report goes back. Raises RuleViolation without a reason."""
    return check_shown(check_line(text, "note", REMARK_MAX), "note")


def suppressed(cells: Sequence[int], floor: int) -> list[int | None]:
    """Return the cells of a group whose sum is known, small ones hidden (security.md AZ-07).

    One hidden cell alone could be told from the sum: then the smallest other one is hidden too.
    """
    hidden = {place for place, value in enumerate(cells) if 0 < value < floor}
    if len(hidden) == 1:
        others = [place for place, value in enumerate(cells) if value and place not in hidden]
        if others:
            hidden.add(min(others, key=lambda place: cells[place]))
    return [None if place in hidden else value for place, value in enumerate(cells)]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """Members of a grade as an upper level reads them: male, female, untold; None is hidden."""

    grade: int
    cells: tuple[int | None, ...]
    total: int | None


def shown_grades(grades: Sequence[GradeLine], floor: int) -> list[ShownLine]:
    """Return the table of members with small groups hidden; a floor of 0 hides nothing."""
    totals = suppressed([line.total for line in grades], floor)
    shown = []
    for line, total in zip(grades, totals, strict=True):
        cells = suppressed([line.male, line.female, line.untold], floor)
        hidden = (None,) * len(cells)
        shown.append(ShownLine(line.grade, tuple(cells) if total is not None else hidden, total))
    return shown
