"""Stars 1 to 5: what is missing, who grants, notice, objection, bar (domain.md 3.5). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown

STARS = (1, 2, 3, 4, 5)
MAX_STAR_NOTE = 200
#: Levels that grant, as the settings ``stars.granted_by.*`` count them, from 1 on.
GRANTERS = ("county", "city", "province")


class StarStatus(StrEnum):
    """Where an application for a star stands (VOL-31)."""

    APPLIED = "applied"
    CHECKED = "checked"
    NOTICED = "noticed"
    OBJECTED = "objected"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


class StarAction(StrEnum):
    """What can be done to an application for a star."""

    CHECK = "check"
    NOTICE = "notice"
    OBJECT = "object"
    DISMISS = "dismiss"
    GRANT = "grant"
    REFUSE = "refuse"
    REVOKE = "revoke"


_S, _A = StarStatus, StarAction

STAR_TRANSITIONS: Mapping[tuple[StarStatus, StarAction], StarStatus] = {
    (_S.APPLIED, _A.CHECK): _S.CHECKED,
    (_S.APPLIED, _A.REFUSE): _S.REFUSED,
    (_S.CHECKED, _A.NOTICE): _S.NOTICED,
    (_S.CHECKED, _A.REFUSE): _S.REFUSED,
    (_S.NOTICED, _A.OBJECT): _S.OBJECTED,
    (_S.NOTICED, _A.GRANT): _S.GRANTED,
    (_S.OBJECTED, _A.DISMISS): _S.NOTICED,
    (_S.OBJECTED, _A.REFUSE): _S.REFUSED,
    (_S.GRANTED, _A.REVOKE): _S.REVOKED,
}
#: States in which somebody still has to act, or the notice runs.
STAR_OPEN = (_S.APPLIED, _S.CHECKED, _S.NOTICED, _S.OBJECTED)


class StarReason(StrEnum):
    """Why a star is refused or revoked."""

    FALSE_HOURS = "false_hours"
    CONDUCT = "conduct"
    MISTAKE = "mistake"
    OTHER = "other"


class Missing(StrEnum):
    """Why a volunteer cannot apply for the next star now (PRI-15: it is explained)."""

    HOURS = "hours"
    NOT_SERVING = "not_serving"
    OPEN = "open"
    BARRED = "barred"
    ALL_HELD = "all_held"


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for stars: confirmed minutes, the star held, what is open, until when barred."""

    minutes: int
    held: int
    is_serving: bool
    has_open: bool
    barred_until: date | None


@dataclass(frozen=True, slots=True)
class Chance:
    """The star that comes next, and what is missing for it; nothing missing: one may apply."""

    star: int
    minutes_left: int
    missing: tuple[Missing, ...]


def chance_of(standing: Standing, thresholds: Sequence[int], today: date) -> Chance:
    """Return the highest star whose hours are there, else the next one, and what is missing."""
    reached = [star for star in STARS if standing.minutes >= thresholds[star - 1]]
    best = max((star for star in reached if star > standing.held), default=0)
    star = best or min(standing.held + 1, STARS[-1])
    left = max(0, thresholds[star - 1] - standing.minutes)
    barred = standing.barred_until is not None and today <= standing.barred_until
    found = {
        Missing.ALL_HELD: standing.held >= STARS[-1],
        Missing.NOT_SERVING: not standing.is_serving,
        Missing.OPEN: standing.has_open,
        Missing.BARRED: barred,
        Missing.HOURS: left > 0,
    }
    return Chance(star, left, tuple(why for why, is_so in found.items() if is_so))


def check_chance(chance: Chance) -> None:
    """Raise RuleViolation where something is missing."""
    sentences = {
        Missing.ALL_HELD: N_("已经是五星"),
        Missing.NOT_SERVING: N_("现在不是在册的志愿者，不能申请"),
        Missing.OPEN: N_("已有一份申请在办"),
        Missing.BARRED: N_("因时长不真实，还在限制申请的时间里"),
        Missing.HOURS: N_("已确认的时长还不够"),
    }
    if chance.missing:
        raise RuleViolation("", sentences[chance.missing[0]])


def check_still(minutes: int, needed: int, barred_until: date | None, today: date) -> None:
    """Raise RuleViolation where hours were taken back since the application, or were false."""
    if barred_until is not None and today <= barred_until:
        raise RuleViolation("", N_("因时长不真实，还在限制申请的时间里"))
    if minutes < needed:
        raise RuleViolation("", N_("已确认的时长不够了，请不予通过并说明"))


def check_other_hand(person_id: int, first_user: int | None, by: tuple[int, int | None]) -> None:
    """Raise RuleViolation for one's own star, and for the account that checked it (four eyes).

    ``by`` is (account, person) of who acts.
    """
    user_id, own_person = by
    if own_person == person_id:
        raise RuleViolation("", N_("不能办理自己的星级，请别人办"))
    if first_user == user_id:
        raise RuleViolation("", N_("核对和公示要由两个人办，请另一位工作人员办"))


def check_star_note(note: str, *, needed: bool) -> str:
    """Return the note on one line. Raises RuleViolation for a missing or too long one."""
    text = check_shown(" ".join(note.split()), "note")
    if needed and not text:
        raise RuleViolation("note", N_("请写明原因"))
    if len(text) > MAX_STAR_NOTE:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_STAR_NOTE)
    return text
