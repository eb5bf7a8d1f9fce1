"""Requests that have no object of their own: rights over one's data, complaints, questions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.rules import N_, RuleViolation, check_shown
from people.rules.matters import MatterKind

MAX_WORDS = 500


class RightsKind(StrEnum):
    """What a person asks for (domain.md PRI-11, PRI-15)."""

    COPY = "copy"
    ERASE = "erase"
    RESTRICT = "restrict"
    EXPLAIN = "explain"
    COMPLAINT = "complaint"
    QUESTION = "question"


class RightsStatus(StrEnum):
    """Where a request is (domain.md, state machines: rights request)."""

    RECEIVED = "received"
    VERIFIED = "verified"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RightsAction(StrEnum):
    """What can be done to a request."""

    VERIFY = "verify"
    ANSWER = "answer"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_S, _A = RightsStatus, RightsAction

RIGHTS_OPEN = (_S.RECEIVED, _S.VERIFIED)
RIGHTS_TRANSITIONS: Mapping[tuple[RightsStatus, RightsAction], RightsStatus] = {
    (_S.RECEIVED, _A.VERIFY): _S.VERIFIED,
    (_S.VERIFIED, _A.ANSWER): _S.DONE,
    (_S.VERIFIED, _A.REFUSE): _S.REFUSED,
    (_S.RECEIVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.VERIFIED, _A.WITHDRAW): _S.WITHDRAWN,
}

#: Rights over data go to the office of the personal-information officer (domain.md 1.4).
OF_DATA = (RightsKind.COPY, RightsKind.ERASE, RightsKind.RESTRICT, RightsKind.EXPLAIN)


def matter_of(kind: RightsKind) -> MatterKind:
    """Return which case a request is."""
    if kind is RightsKind.COMPLAINT:
        return MatterKind.COMPLAINT
    return MatterKind.QUESTION if kind is RightsKind.QUESTION else MatterKind.RIGHTS


def check_words(text: str, field: str) -> str:
    """Return what was written, lines kept; a refusal and an answer are always in words (PRI-05)."""
    plain = check_shown("\n".join(" ".join(line.split()) for line in text.splitlines()), field)
    plain = plain.strip()
    if not plain:
        raise RuleViolation(field, N_("请填写这一项"))
    if len(plain) > MAX_WORDS:
        raise RuleViolation(field, N_("最多 %(limit)d 个字"), limit=MAX_WORDS)
    return plain
