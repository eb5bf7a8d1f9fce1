"""Stages of schools and the coverage by branches (domain.md 4, seed figure 94.93 %). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line, typed

NAME_MIN, NAME_MAX = 2, 120
CODE_LENGTH = 10
REASON_MAX, NOTE_MAX = 100, 200
#: More pupils than any school has: a figure beyond it is a slip of the keyboard.
ENROLLED_MAX = 100_000

#: The first two digits of a school's code tell its type (domain.md SCH-12).
SCHOOL_TYPES = frozenset(
    ("11", "21", "22", "31", "32", "33", "34", "35", "36", "37", "41", "42", "51", "91", "92", "93")
)


class SchoolStage(StrEnum):
    """Stages of education."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    NINE_YEAR = "nine_year"
    SENIOR = "senior"
    VOCATIONAL = "vocational"
    UNIVERSITY = "university"
    SPECIAL = "special"


#: The type that the code of a school of a stage begins with, usually.
TYPE_OF_STAGE: Mapping[SchoolStage, str] = {
    SchoolStage.PRIMARY: "21",
    SchoolStage.JUNIOR: "31",
    SchoolStage.NINE_YEAR: "31",
    SchoolStage.SENIOR: "34",
    SchoolStage.VOCATIONAL: "36",
    SchoolStage.UNIVERSITY: "41",
    SchoolStage.SPECIAL: "51",
}


#: The stages that a school of a type can have; of other types a code tells none. A nine-year
#: school has the code of what it was, a complete secondary that of a senior one (SCH-12).
STAGES_OF_TYPE: Mapping[str, frozenset[SchoolStage]] = {
    "21": frozenset((SchoolStage.PRIMARY, SchoolStage.NINE_YEAR)),
    "31": frozenset((SchoolStage.JUNIOR, SchoolStage.NINE_YEAR)),
    "34": frozenset((SchoolStage.SENIOR, SchoolStage.JUNIOR)),
    "36": frozenset((SchoolStage.VOCATIONAL,)),
    "41": frozenset((SchoolStage.UNIVERSITY,)),
    "42": frozenset((SchoolStage.UNIVERSITY,)),
    "51": frozenset((SchoolStage.SPECIAL,)),
}
#: The serial of a university is 0 and its five-digit code.
UNIVERSITY_TYPES = frozenset(("41", "42"))


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What the settings of a day ask of a new code: its province (0 for any), and its stage."""

    province: int
    with_stage: bool


class SchoolStatus(StrEnum):
    """Whether a school goes on; one that ended keeps its history."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


class SchoolAction(StrEnum):
    """What happened to a school on the list."""

    REGISTER = "register"
    CHANGE = "change"
    ENROL = "enrol"
    MERGE = "merge"
    CLOSE = "close"
    REOPEN = "reopen"
    BRANCH = "branch"
    BRANCH_CLOSED = "branch_closed"
    TAKE_IN = "take_in"
    TAKE_BACK = "take_back"
    APPLY = "apply"
    RETURN = "return"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    FOUND = "found"
    SEAT = "seat"
    HONOUR = "honour"
    REVOKE = "revoke"


#: What ends a school, and what takes that back where it was a mistake.
SCHOOL_TRANSITIONS: Mapping[tuple[SchoolStatus, SchoolAction], SchoolStatus] = {
    (SchoolStatus.OPEN, SchoolAction.MERGE): SchoolStatus.MERGED,
    (SchoolStatus.OPEN, SchoolAction.CLOSE): SchoolStatus.CLOSED,
    (SchoolStatus.MERGED, SchoolAction.REOPEN): SchoolStatus.OPEN,
    (SchoolStatus.CLOSED, SchoolAction.REOPEN): SchoolStatus.OPEN,
}


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


@dataclass(frozen=True, slots=True)
class Share:
    """Youth members over pupils enrolled where enrolment is known (SCH-11); both are shown."""

    members: int
    enrolled: int

    @property
    def per_ten_thousand(self) -> int | None:
        """Return the share in 1/100 percent, rounded half up; None without pupils."""
        return Coverage(self.members, self.enrolled).per_ten_thousand


def check_school(code: str, name: str) -> tuple[str, str]:
    """Return code and name of a school on the yearly list; RuleViolation where one is none."""
    return check_code(code), check_school_name(name)


def check_code(code: str) -> str:
    """Return a ten-digit code whose first two digits name a type of school (SCH-12)."""
    code = typed(code, "code")
    if "E+" in code.upper():
        message = N_("标识码变成了科学计数法（%(text)s），请用模板或把该列设为文本")
        raise RuleViolation("code", message, text=code)
    if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
        raise RuleViolation("code", N_("学校标识码要 10 位数字"))
    if code[:2] not in SCHOOL_TYPES:
        raise RuleViolation("code", N_("标识码前两位 %(type)s 不是学校类别，请核对"), type=code[:2])
    return code


def check_fit(code: str, stage: SchoolStage, rule: CodeRule) -> None:
    """Raise RuleViolation where a code is of another province or tells another stage (SCH-12)."""
    if rule.province and code[2:4] != f"{rule.province:02d}":
        message = N_("标识码第 3、4 位要是本省的 %(province)02d，请核对")
        raise RuleViolation("code", message, province=rule.province)
    if not rule.with_stage:
        return
    kind = code[:2]
    if stage not in STAGES_OF_TYPE.get(kind, frozenset(SchoolStage)):
        message = N_("标识码前两位 %(type)s 和类别对不上，请核对")
        raise RuleViolation("stage", message, type=kind)
    if kind in UNIVERSITY_TYPES and code[4] != "0":
        raise RuleViolation("code", N_("高等学校的标识码第 5 位是 0，后面是 5 位院校代码"))


def check_school_name(name: str) -> str:
    """Return the name of a school, outer and double spaces gone. Raises RuleViolation."""
    name = " ".join(name.split())
    if not NAME_MIN <= len(name) <= NAME_MAX or not name.isprintable():
        raise RuleViolation("name", N_("学校名称要 2 到 120 个字"))
    return name


def check_scope(reason: str, *, is_in_scope: bool) -> str:
    """Return why a school is not expected to found a branch; none where it is (SCH-10)."""
    if is_in_scope:
        return ""
    return check_line(reason, "reason", REASON_MAX, N_("不在应建会范围的，请写明原因"))


def check_end_note(note: str) -> str:
    """Return the document or reason by which a school ended. Raises RuleViolation for none."""
    return check_line(note, "note", NOTE_MAX, N_("请写明文件号或者原因"))


def check_merger(*, is_other: bool, is_open: bool, both_founded: bool) -> None:
    """Raise RuleViolation where a school cannot go on in another one."""
    if not is_other or not is_open:
        raise RuleViolation("into", N_("请选另一所在办的学校"))
    if both_founded:
        raise RuleViolation("into", N_("两所学校都已建会，请先撤销本校的红十字会，把会员转过去"))


def check_branch(
    *, is_school: bool, is_active: bool, is_taken: bool, has_branch: bool, is_open: bool = True
) -> None:
    """Raise RuleViolation where an organization cannot be the branch of a school."""
    if not is_open:
        raise RuleViolation("organization", N_("这所学校已经停办或者合并"))
    if has_branch:
        raise RuleViolation("organization", N_("这所学校已经建会"))
    if not is_school:
        raise RuleViolation("organization", N_("只有学校红十字会才能算学校建会"))
    if not is_active:
        raise RuleViolation("organization", N_("这个组织已经停止"))
    if is_taken:
        raise RuleViolation("organization", N_("这个组织已经登记在另一所学校"))
