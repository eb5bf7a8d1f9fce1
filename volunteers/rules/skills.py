"""Skills, qualifications with their end, and training apart from service (VOL-18, VOL-27). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.rules import MISSING, N_, RuleViolation, check_line, check_shown
from volunteers.rules.decisions import check_reason
from volunteers.rules.states import ServiceField

MAX_SKILLS, MAX_NAME, MAX_ISSUER, MAX_NUMBER = 200, 60, 60, 40
MAX_TRAINEES = 200
FIELD_TEXT = 200


class QualificationKind(StrEnum):
    """What a volunteer can show a certificate of (domain.md VOL-18)."""

    FIRST_AID = "first_aid"
    FIRST_AID_TEACHER = "first_aid_teacher"
    MEDICAL = "medical"
    COUNSELLING = "counselling"
    LIFEGUARD = "lifeguard"
    DRIVING = "driving"
    RADIO = "radio"
    OTHER = "other"


class QualificationStatus(StrEnum):
    """Where a qualification is; whether it has ended is told by its day."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    RETURNED = "returned"
    REMOVED = "removed"


class QualificationAction(StrEnum):
    """What can be done to a qualification."""

    CHECK = "check"
    RETURN = "return"
    AMEND = "amend"
    REMOVE = "remove"


_Q, _QA = QualificationStatus, QualificationAction

QUALIFICATION_TRANSITIONS: Mapping[
    tuple[QualificationStatus, QualificationAction], QualificationStatus
] = {
    (_Q.SUBMITTED, _QA.CHECK): _Q.CHECKED,
    (_Q.SUBMITTED, _QA.RETURN): _Q.RETURNED,
    (_Q.CHECKED, _QA.RETURN): _Q.RETURNED,  # found wrong later
    **{(one, _QA.AMEND): _Q.SUBMITTED for one in (_Q.SUBMITTED, _Q.CHECKED, _Q.RETURNED)},
    **{(one, _QA.REMOVE): _Q.REMOVED for one in (_Q.SUBMITTED, _Q.CHECKED, _Q.RETURNED)},
}


@dataclass(frozen=True, slots=True)
class QualificationFacts:
    """What a certificate says; ``name`` tells the kind where it is another one."""

    kind: QualificationKind
    name: str
    number: str
    issuer: str
    issued_on: date
    expires_on: date | None


def check_qualification(facts: QualificationFacts, today: date) -> QualificationFacts:
    """Return the facts in canonical form. Raises RuleViolation for the first that is wrong."""
    needed = facts.kind is QualificationKind.OTHER
    name = check_line(facts.name, "name", MAX_NAME, MISSING if needed else "")
    if facts.issued_on > today:
        raise RuleViolation("issued_on", N_("日期不能晚于今天"))
    if facts.expires_on is not None and facts.expires_on < facts.issued_on:
        raise RuleViolation("expires_on", N_("到期日不能早于发证日"))
    return QualificationFacts(
        facts.kind,
        name if needed else "",
        check_line(facts.number, "number", MAX_NUMBER),
        check_line(facts.issuer, "issuer", MAX_ISSUER),
        facts.issued_on,
        facts.expires_on,
    )


class Expiry(StrEnum):
    """How near the end of a qualification is."""

    OPEN = "open"
    SOON = "soon"
    OVER = "over"


def expiry_of(expires_on: date | None, today: date, days: int) -> Expiry:
    """Return whether a certificate has ended, or ends within so many days; its last day counts."""
    if expires_on is None or expires_on > today + timedelta(days=days):
        return Expiry.OPEN
    return Expiry.OVER if expires_on < today else Expiry.SOON


def check_skills(text: str) -> str:
    """Return skills in words, trimmed; they may be left out."""
    return check_line(text, "skills", MAX_SKILLS, "")


def fields_text(chosen: Iterable[ServiceField]) -> str:
    """Return the fields as one text, in the order of the list (VOL-11)."""
    wanted = set(chosen)
    return ",".join(one for one in ServiceField if one in wanted)


def fields_of(text: str) -> list[ServiceField]:
    """Return the fields that a volunteer keeps as one text."""
    return [ServiceField(one) for one in text.split(",") if one]


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """What was taught, when and how long: never service hours (VOL-27)."""

    title: str
    held_on: date
    minutes: int


def check_training(facts: TrainingFacts, today: date) -> TrainingFacts:
    """Return the facts in canonical form. Raises RuleViolation."""
    if facts.held_on > today:
        raise RuleViolation("held_on", N_("日期不能晚于今天"))
    return TrainingFacts(check_line(facts.title, "title", MAX_NAME), facts.held_on, facts.minutes)


def read_trainees(text: str) -> list[str]:
    """Return the lines of a list of people, each once. Raises RuleViolation for none, too many."""
    lines = list(dict.fromkeys(filter(None, (" ".join(one.split()) for one in text.splitlines()))))
    if not lines:
        raise RuleViolation("people", N_("请写参加的人，一行一个"))
    if len(lines) > MAX_TRAINEES:
        raise RuleViolation("people", N_("一次最多 %(limit)d 人"), limit=MAX_TRAINEES)
    for line in lines:
        check_shown(line, "people")
    return lines


def check_found(unknown: Sequence[str], doubtful: Sequence[str]) -> None:
    """Raise RuleViolation where lines name nobody here, or more than one."""
    if unknown:
        raise RuleViolation("people", N_("没有找到：%(lines)s"), lines="、".join(unknown[:10]))
    if doubtful:
        message = N_("有同名的人，请改写志愿者编号：%(lines)s")
        raise RuleViolation("people", message, lines="、".join(doubtful[:10]))


def check_return_note(text: str) -> str:
    """Return why something goes back or is taken back, in words."""
    return check_reason(text, "note")
