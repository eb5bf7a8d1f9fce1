"""Coming of age: the guardian's part ends and the person answers (D5, PRV-13, MEM-42). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from core.rules import AGE_OF_MAJORITY, N_

VERSION = "2026-11"
#: What the person is told before the answer; a changed sentence needs a new version.
QUESTION = N_("同意红十字会继续保存和使用我的会员信息，我自愿成为成人会员")
FACTS = (
    N_("会员号、入会日期和活动记录都保留。"),
    N_("县级红十字会备案，以后按成人会员交会费。"),
    N_("不同意就退出，没有别的影响。不回答，会籍先保留。"),
)


class AgeStatus(StrEnum):
    """Where the question to somebody who came of age is."""

    ASKED = "asked"
    CONVERTED = "converted"
    LEFT = "left"


class AgeAction(StrEnum):
    """What the person can answer."""

    CONVERT = "convert"
    LEAVE = "leave"
    UNDO = "undo"


AGE_TRANSITIONS: Mapping[tuple[AgeStatus, AgeAction], AgeStatus] = {
    (AgeStatus.ASKED, AgeAction.CONVERT): AgeStatus.CONVERTED,
    (AgeStatus.ASKED, AgeAction.LEAVE): AgeStatus.LEFT,
    (AgeStatus.LEFT, AgeAction.UNDO): AgeStatus.ASKED,
}


def undo_until(answered_at: datetime, days: int) -> datetime:
    """Return until when leaving can be taken back."""
    return answered_at + timedelta(days=days)


def latest_birthday(day: date) -> date:
    """Return the latest day of birth of whoever is of age on a day.

    Born on 29 February: of age on 1 March of a common year, never a day early.
    """
    year = day.year - AGE_OF_MAJORITY
    try:
        return day.replace(year=year)
    except ValueError:  # the 29th of February, of a year that had none
        return date(year, 2, 28)


def text_digest() -> str:
    """Return the digest of what is asked, kept with the answer."""
    return sha256("\n".join((VERSION, QUESTION, *FACTS)).encode()).hexdigest()
