"""Two records of one person: why they are looked at, what may be merged, which side is kept.

Sources: domain.md MEM-19; security.md AZ-16 (rights never unite, minors stay apart), LED-04.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import AGE_OF_MAJORITY, N_, RuleViolation, check_shown
from people.rules.ages import age_on

MAX_REASON = 100


class DuplicateReason(StrEnum):
    """Why two records are offered for comparison, the surest first."""

    SAME_NUMBER = "same_number"
    SAME_PHONE = "same_phone"
    SAME_PLACE = "same_place"
    SAME_COUNTY = "same_county"


#: Reasons that hold wherever the two stand; the others need one organization or one county.
EXACT = (DuplicateReason.SAME_NUMBER, DuplicateReason.SAME_PHONE)


class DuplicateStatus(StrEnum):
    """Where a pair is."""

    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


class DuplicateAction(StrEnum):
    """What can be done to a pair."""

    DISMISS = "dismiss"
    MERGE = "merge"
    UNDO_MERGE = "undo_merge"


_S, _A = DuplicateStatus, DuplicateAction

DUPLICATE_TRANSITIONS: Mapping[tuple[DuplicateStatus, DuplicateAction], DuplicateStatus] = {
    (_S.OPEN, _A.DISMISS): _S.DISMISSED,
    (_S.OPEN, _A.MERGE): _S.MERGED,
    (_S.MERGED, _A.UNDO_MERGE): _S.OPEN,
}


class Side(StrEnum):
    """One of the two: the record that was made first, or the other."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> Side:
        return Side.SECOND if self is Side.FIRST else Side.FIRST


class KeptField(StrEnum):
    """What the officer chooses where both records tell something different."""

    RECORD = "record"
    NAME = "name"
    BORN_ON = "born_on"
    SEX = "sex"
    PHONE = "phone"


class LookField(StrEnum):
    """What the read log calls a look at more than one value: a record, signed papers, a name."""

    MERGE = "merge"
    PAPER = "paper"
    CONSENT = "consent"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a person stands: an organization and the county above it, where there is one."""

    person_id: int
    organization_id: int
    county_id: int | None
    is_youth: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether and how one of two records may be merged."""

    person_id: int
    born_on: date | None = None
    has_number: bool = False
    has_account: bool = False
    has_posts: bool = False
    is_merged: bool = False


def grade(
    first: tuple[Sighting, ...], second: tuple[Sighting, ...], *, same_phone: bool, same_day: bool
) -> DuplicateReason | None:
    """Return why two people of one name are a likely pair, or None where nothing speaks for it."""
    if same_phone:
        return DuplicateReason.SAME_PHONE
    if not same_day:
        return None
    places = {one.organization_id for one in first} & {one.organization_id for one in second}
    if places:
        return DuplicateReason.SAME_PLACE
    counties = {one.county_id for one in first} & {one.county_id for one in second}
    return DuplicateReason.SAME_COUNTY if counties - {None} else None


def check_pair(first: Facts, second: Facts, today: date) -> None:
    """Raise RuleViolation, naming why, where two records cannot be one person.

    Two numbers are two people, and a minor's guardians never get to an adult's account, nor to one
    of whom nobody knows that he is no adult (AZ-16).
    """
    if first.person_id == second.person_id:
        raise RuleViolation("", N_("一份记录不能和自己合并"))
    if first.is_merged or second.is_merged:
        raise RuleViolation("", N_("其中一份记录已经合并过了，请回到名单再看"))
    if first.has_number and second.has_number:
        raise RuleViolation("", N_("两份记录的证件号不同，不是同一个人，不能合并"))
    if first.has_posts and second.has_posts:
        raise RuleViolation("", N_("两份记录的账号都有职务。请先结束其中一份的职务，再合并"))
    minors = [_is_minor(one.born_on, today) for one in (first, second)]
    if minors[0] is not None and minors[1] is not None and minors[0] != minors[1]:
        raise RuleViolation("", N_("一份是未成年人的记录，一份是成年人的，不能合并"))
    for child, one in ((first, second), (second, first)):
        if _is_minor(child.born_on, today) and one.born_on is None and one.has_account:
            message = N_(
                "一份是未成年人的记录，另一份有账号、没有出生日期。请先补上出生日期，再合并"
            )
            raise RuleViolation("", message)


def check_decider(person_ids: set[int], by_person: int | None) -> None:
    """Raise RuleViolation where somebody would decide over his own record (LED-04)."""
    if by_person in person_ids:
        raise RuleViolation("", N_("不能合并自己的记录，请由其他人办理"))


def survivor_of(first: Facts, second: Facts, chosen: Side | None) -> Side:
    """Return which record stays: the one with posts, else with the only account, else the chosen.

    So an account is never given to another person, and no post changes hands.
    """
    for has in ("has_posts", "has_account"):
        if getattr(first, has) != getattr(second, has):
            return Side.FIRST if getattr(first, has) else Side.SECOND
    if chosen is not None:
        return chosen
    if first.has_number != second.has_number:
        return Side.FIRST if first.has_number else Side.SECOND
    return Side.FIRST


def is_survivor_open(first: Facts, second: Facts) -> bool:
    """Return whether the officer may choose which record stays."""
    return survivor_of(first, second, Side.FIRST) is not survivor_of(first, second, Side.SECOND)


def check_reason(text: str) -> str:
    """Return the reason in words, trimmed; the person reads it. Raises RuleViolation."""
    words = check_shown(" ".join(text.split()), "note")
    if not words:
        raise RuleViolation("note", N_("请写明原因"))
    if len(words) > MAX_REASON:
        raise RuleViolation("note", N_("最多 %(limit)d 个字"), limit=MAX_REASON)
    return words


def check_undo(undo_until: date, today: date, *, is_undone: bool, is_settled: bool) -> None:
    """Raise RuleViolation where a merge can no longer be undone."""
    if is_undone:
        raise RuleViolation("", N_("已经撤销过了"))
    if is_settled or today > undo_until:
        raise RuleViolation("", N_("已过撤销期限，不能撤销了"))


def _is_minor(born_on: date | None, today: date) -> bool | None:
    return age_on(born_on, today) < AGE_OF_MAJORITY if born_on is not None else None
