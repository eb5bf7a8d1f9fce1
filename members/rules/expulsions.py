"""Expelling a member: facts, hearing, council, county, appeal (domain.md MEM-44).

Proposed by the branch; the member is heard; the branch's council decides; the county reviews and
never edits; from then on it is in force, and the city decides an appeal. Until then the member
keeps every right and may leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown
from members.rules.memberships import MembershipKind, MembershipStatus


class ExpulsionStatus(StrEnum):
    """Where an expulsion is."""

    PROPOSED = "proposed"
    HEARD = "heard"
    DECIDED = "decided"
    RETURNED = "returned"
    EFFECTIVE = "effective"
    APPEALED = "appealed"
    FINAL = "final"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    DROPPED = "dropped"
    DISCONTINUED = "discontinued"


class ExpulsionAction(StrEnum):
    """What can be done to an expulsion."""

    ANSWER = "answer"
    END_HEARING = "end_hearing"
    DECIDE = "decide"
    DROP = "drop"
    CONFIRM = "confirm"
    RETURN = "return"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    FINISH = "finish"
    DISCONTINUE = "discontinue"
    RESUME = "resume"


_E, _EA = ExpulsionStatus, ExpulsionAction

EXPULSION_TRANSITIONS: Mapping[tuple[ExpulsionStatus, ExpulsionAction], ExpulsionStatus] = {
    (_E.PROPOSED, _EA.ANSWER): _E.HEARD,
    (_E.PROPOSED, _EA.END_HEARING): _E.HEARD,
    (_E.HEARD, _EA.DECIDE): _E.DECIDED,
    (_E.RETURNED, _EA.DECIDE): _E.DECIDED,
    (_E.PROPOSED, _EA.DROP): _E.DROPPED,
    (_E.HEARD, _EA.DROP): _E.DROPPED,
    (_E.RETURNED, _EA.DROP): _E.DROPPED,
    (_E.DECIDED, _EA.CONFIRM): _E.EFFECTIVE,
    (_E.DECIDED, _EA.RETURN): _E.RETURNED,
    (_E.EFFECTIVE, _EA.APPEAL): _E.APPEALED,
    (_E.EFFECTIVE, _EA.FINISH): _E.FINAL,
    (_E.APPEALED, _EA.UPHOLD): _E.UPHELD,
    (_E.APPEALED, _EA.OVERTURN): _E.OVERTURNED,
    # The member left or died: there is nobody to expel any more. Who takes his leaving back
    # finds the expulsion where it was.
    (_E.PROPOSED, _EA.DISCONTINUE): _E.DISCONTINUED,
    (_E.HEARD, _EA.DISCONTINUE): _E.DISCONTINUED,
    (_E.DECIDED, _EA.DISCONTINUE): _E.DISCONTINUED,
    (_E.RETURNED, _EA.DISCONTINUE): _E.DISCONTINUED,
    (_E.DISCONTINUED, _EA.RESUME): _E.PROPOSED,  # or where it was, see Expulsion.stage_before
}

#: The branch, then the county, then the city has to act.
AT_BRANCH = (_E.PROPOSED, _E.HEARD, _E.RETURNED)
AT_COUNTY = (_E.DECIDED,)
AT_CITY = (_E.APPEALED,)
#: The membership stands in "expulsion proposed" meanwhile.
RUNNING = (*AT_BRANCH, *AT_COUNTY)
#: A membership has at most one expulsion in one of these.
UNFINISHED = (*RUNNING, _E.EFFECTIVE, *AT_CITY)
#: An organization has to act.
WAITING = (_E.HEARD, _E.RETURNED, *AT_COUNTY, *AT_CITY)

MAX_FACTS, MAX_ANSWER, MAX_RESOLUTION, MAX_DOCUMENTS = 1000, 1000, 500, 200
MAX_VOTES = 9999
_PROPOSABLE = (MembershipStatus.ACTIVE, MembershipStatus.ARREARS)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the council of the branch decided: the day, the votes where counted, the words."""

    resolved_on: date
    text: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstained: int | None = None


def check_expellable(kind: MembershipKind, status: MembershipStatus) -> None:
    """Raise RuleViolation for a membership whose expulsion nobody can propose now."""
    if kind is not MembershipKind.ADULT:
        raise RuleViolation("", N_("只有成人会员可以提出除名"))
    if status is MembershipStatus.EXPULSION_PROPOSED:
        raise RuleViolation("", N_("已经提出过除名，正在办"))
    if status not in _PROPOSABLE:
        raise RuleViolation("", N_("备案以后才能提出除名"))


def check_facts(facts: str, documents: str) -> tuple[str, str]:
    """Return facts and documents in canonical form; the facts are required (MEM-44)."""
    return (
        _text(facts, "facts", MAX_FACTS, N_("请写明事实和依据")),
        _text(documents, "documents", MAX_DOCUMENTS),
    )


def check_answer(words: str) -> str:
    """Return what the member says to the facts; RuleViolation for nothing or too much."""
    return _text(words, "words", MAX_ANSWER, N_("请写下您的意见"))


def check_heard(status: ExpulsionStatus, hearing_until: date, today: date) -> bool:
    """Return whether the hearing ends by itself now.

    Raises RuleViolation while the member may still answer: nobody decides before (MEM-44).
    """
    if status is not ExpulsionStatus.PROPOSED:
        return False
    if today <= hearing_until:
        raise RuleViolation("", N_("本人还可以说明意见，期限过后或本人答复后才能决定"))
    return True


def check_resolution(found: Resolution, proposed_on: date, today: date) -> Resolution:
    """Return the council's decision in canonical form (MEM-44).

    Raises RuleViolation for a day before the proposal or to come, for neither votes nor words,
    and for votes that do not carry the decision.
    """
    if found.resolved_on > today:
        raise RuleViolation("resolved_on", N_("日期不能晚于今天"))
    if found.resolved_on < proposed_on:
        raise RuleViolation("resolved_on", N_("不能早于提出除名的日期"))
    text = _text(found.text, "text", MAX_RESOLUTION)
    votes = (found.votes_for, found.votes_against, found.votes_abstained)
    if all(vote is None for vote in votes):
        if not text:
            raise RuleViolation("text", N_("请填写票数，或者写明决议内容"))
        return Resolution(found.resolved_on, text)
    agreed, against, abstained = (vote or 0 for vote in votes)
    if agreed <= against + abstained:
        raise RuleViolation("votes_for", N_("赞成票没有过半数，不能除名"))
    return Resolution(found.resolved_on, text, agreed, against, abstained)


def check_appeal_in_time(appeal_until: date | None, today: date) -> None:
    """Raise RuleViolation after the last day to appeal, or where there is none."""
    if appeal_until is None or today > appeal_until:
        raise RuleViolation("", N_("已过申诉期限"))


def _text(text: str, field: str, limit: int, missing: str | None = None) -> str:
    plain = check_shown(text.strip(), field)
    if missing and not plain:
        raise RuleViolation(field, missing)
    if len(plain) > limit:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=limit)
    return plain
