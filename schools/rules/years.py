"""The step into the next school year: who goes where (domain.md SCH-07, peers.md 4.5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.rules import N_, NN_, RuleViolation
from schools.rules.classes import check_class, is_last_grade, school_year_of
from schools.rules.pupils import PupilStatus
from schools.rules.register import SchoolStage


class RunStatus(StrEnum):
    """Where the step of one school into one school year is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class RunAction(StrEnum):
    """What can happen to such a step."""

    BEGIN = "begin"
    FINISH = "finish"
    UNDO = "undo"
    START_AGAIN = "start_again"


_S, _A = RunStatus, RunAction

RUN_TRANSITIONS: Mapping[tuple[RunStatus, RunAction], RunStatus] = {
    (_S.WAITING, _A.BEGIN): _S.RUNNING,
    (_S.RUNNING, _A.FINISH): _S.DONE,
    (_S.DONE, _A.UNDO): _S.UNDONE,
    (_S.UNDONE, _A.START_AGAIN): _S.WAITING,
}


class ExceptionKind(StrEnum):
    """What a pupil does who does not go along with the class."""

    REPEAT = "repeat"
    MOVE = "move"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Goal:
    """The class of the next year that a pupil goes to; none for who leaves the school."""

    kind: ExceptionKind
    grade: int | None = None
    number: int | None = None


def year_to_begin(day: date, opens_on: int) -> int:
    """Return the school year into which classes move on a day: the next one from summer on.

    ``opens_on`` is month and day as one number, 701 for 1 July.
    """
    is_open = day.month * 100 + day.day >= opens_on
    return day.year if is_open else school_year_of(day)


def goal_of(
    kind: ExceptionKind, stage: SchoolStage, grade: int, number: int, to: tuple[int, int] | None
) -> Goal:
    """Return where a pupil of a class goes who does not go along.

    Who repeats stays in the grade, in the class of the same number unless another one is told.
    Raises RuleViolation for a class that the school cannot have, and for going along after all.
    """
    if kind is ExceptionKind.LEAVE:
        return Goal(kind)
    if kind is ExceptionKind.REPEAT:
        wanted = to or (grade, number)
        if wanted[0] != grade:
            raise RuleViolation("goal", N_("留级要留在原来的年级"))
    elif to is None:
        raise RuleViolation("goal", N_("请选新的班级"))
    else:
        wanted = to
        if not is_last_grade(stage, grade) and wanted == (grade + 1, number):
            raise RuleViolation("goal", N_("这就是跟班升级"))
    check_class(stage, *wanted, "")
    return Goal(kind, *wanted)


def next_grade(stage: SchoolStage, grade: int) -> int | None:
    """Return the grade that follows at the same school, none after the last."""
    return None if is_last_grade(stage, grade) else grade + 1


def grade_in(stage: SchoolStage, grade: int, steps: int) -> int | None:
    """Return the grade after so many steps at the same school, none for who has left by then."""
    reached_grade: int | None = grade
    for _ in range(steps):
        if reached_grade is not None:
            reached_grade = next_grade(stage, reached_grade)
    return reached_grade


def reached(status: PupilStatus, goal: Goal | None, *, is_last: bool) -> PupilStatus:
    """Return what a pupil on a roster is afterwards (see PUPIL_TRANSITIONS).

    A draft joined nothing, so that nothing goes along when it leaves.
    """
    if goal is not None and goal.kind is not ExceptionKind.LEAVE:
        return status
    if goal is not None:
        return PupilStatus.LEFT
    if not is_last:
        return status
    return PupilStatus.GRADUATED if status is PupilStatus.MEMBER else PupilStatus.LEFT


def undo_until(done_at: datetime, days: int) -> datetime:
    """Return until when a step can be taken back."""
    return done_at + timedelta(days=days)


def check_undo(done_at: datetime | None, days: int, now: datetime, *, has_later: bool) -> None:
    """Raise RuleViolation for a step that can be taken back no longer."""
    if done_at is None:
        raise RuleViolation("", N_("还没有升完，不能撤销"))
    if has_later:
        raise RuleViolation("", N_("后一个学年已经升过，不能撤销"))
    if now > undo_until(done_at, days):
        raise RuleViolation("", NN_("超过 %(days)d 天，不能撤销"), days=days)
