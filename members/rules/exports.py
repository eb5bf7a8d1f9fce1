"""Files that leave the system: why, who has to agree, how long they live (security.md 4, EXP)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import median

from core.rules import N_, RuleViolation, check_shown

MAX_WORDS = 60
FEW = 3


class ExportSubject(StrEnum):
    """Whose list a file holds."""

    MEMBERS = "members"
    VOLUNTEERS = "volunteers"


class ExportPurpose(StrEnum):
    """What a file is for."""

    MEETING = "meeting"
    FILING = "filing"
    CHECK = "check"
    INSURANCE = "insurance"
    OTHER = "other"


class ExportStatus(StrEnum):
    """Where an export is."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    RUNNING = "running"
    READY = "ready"
    REMOVED = "removed"


class ExportAction(StrEnum):
    """What happens to an export."""

    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"
    START = "start"
    FINISH = "finish"
    REMOVE = "remove"


_S, _A = ExportStatus, ExportAction

EXPORT_TRANSITIONS: Mapping[tuple[ExportStatus, ExportAction], ExportStatus] = {
    (_S.REQUESTED, _A.APPROVE): _S.APPROVED,
    (_S.REQUESTED, _A.REFUSE): _S.REFUSED,
    (_S.REQUESTED, _A.LAPSE): _S.LAPSED,
    (_S.REQUESTED, _A.REMOVE): _S.REMOVED,
    (_S.APPROVED, _A.START): _S.RUNNING,
    (_S.APPROVED, _A.LAPSE): _S.LAPSED,
    (_S.APPROVED, _A.REMOVE): _S.REMOVED,
    (_S.RUNNING, _A.FINISH): _S.READY,
    (_S.RUNNING, _A.REMOVE): _S.REMOVED,
    (_S.READY, _A.REMOVE): _S.REMOVED,
}

#: States in which something of an export may lie on the disk.
WITH_FILES = (_S.RUNNING, _S.READY)
#: States that wait for somebody: for the approver, or for who asked.
PENDING = (_S.REQUESTED, _S.APPROVED)


class Ground(StrEnum):
    """Why an export needs somebody else's approval."""

    QUOTA = "quota"
    MINORS = "minors"
    ID_NUMBERS = "id_numbers"


def grounds_of(*, over_quota: bool, minors: int, free_minors: int, ids: bool) -> tuple[Ground, ...]:
    """Return why an export has to be approved; nothing where it may run at once (EXP-05)."""
    found = (
        (Ground.QUOTA, over_quota),
        (Ground.MINORS, minors > free_minors),
        (Ground.ID_NUMBERS, ids),
    )
    return tuple(ground for ground, applies in found if applies)


def may_own_level_approve(grounds: Sequence[Ground]) -> bool:
    """Return whether another officer of the same county is enough (domain.md, scenario 32).

    He is for identity numbers alone; over the quota and for minors it is the next level.
    """
    return set(grounds) == {Ground.ID_NUMBERS}


def read_grounds(text: str) -> tuple[Ground, ...]:
    """Return the grounds that a column keeps."""
    return tuple(Ground(word) for word in text.split())


def check_purpose(text: str) -> str:
    """Return what a file is for, in words; they stand in the file and in the log (EXP-04)."""
    words = check_shown(" ".join(text.split()), "words")
    if not words:
        raise RuleViolation("words", N_("请写明用在哪里，给谁"))
    if len(words) > MAX_WORDS:
        raise RuleViolation("words", N_("最多 %(limit)d 个字"), limit=MAX_WORDS)
    return words


def is_unusual(rows: int, before: Sequence[int], times: int) -> bool:
    """Return whether an export is so many times what the post usually takes (EXP-05).

    ``before`` are the numbers of rows of its exports of the last days; few tell nothing usual.
    """
    return len(before) >= FEW and rows > times * median(before)
