"""Stages of schools and the coverage by branches (domain.md 4, seed figure 94.93 %). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.rules import N_, RuleViolation

NAME_MIN, NAME_MAX = 2, 120
CODE_LENGTH = 10


class SchoolStage(StrEnum):
    """Stages of education."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    NINE_YEAR = "nine_year"
    SENIOR = "senior"
    VOCATIONAL = "vocational"
    UNIVERSITY = "university"
    SPECIAL = "special"


class SchoolStatus(StrEnum):
    """Whether a school goes on; one that ended keeps its history."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Schools with an active branch over schools on the list; both numbers are always shown."""

    covered: int
    schools: int

    @property
    def per_ten_thousand(self) -> int | None:
        """Return the share in 1/100 percent, rounded half up; None without schools (SCH-10)."""
        if not self.schools:
            return None
        return (self.covered * 20_000 + self.schools) // (2 * self.schools)

    @property
    def missing(self) -> int:
        return self.schools - self.covered


def check_school(code: str, name: str) -> tuple[str, str]:
    """Return code and name of a school on the yearly list; RuleViolation where one is none."""
    code, name = code.strip(), " ".join(name.split())
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
        raise RuleViolation("code", N_("学校标识码要 10 位数字"))
    if not NAME_MIN <= len(name) <= NAME_MAX or not name.isprintable():
        raise RuleViolation("name", N_("学校名称要 2 到 120 个字"))
    return code, name


def check_branch(*, is_school: bool, is_active: bool, is_taken: bool, has_branch: bool) -> None:
    """Raise RuleViolation where an organization cannot be the branch of a school."""
    if has_branch:
        raise RuleViolation("organization", N_("这所学校已经建会"))
    if not is_school:
        raise RuleViolation("organization", N_("只有学校红十字会才能算学校建会"))
    if not is_active:
        raise RuleViolation("organization", N_("这个组织已经停止"))
    if is_taken:
        raise RuleViolation("organization", N_("这个组织已经登记在另一所学校"))
