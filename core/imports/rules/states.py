"""The life of an import and of each of its rows (ux.md 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ImportStatus(StrEnum):
    """Where an import is."""

    DRAFT = "draft"
    CHECKING = "checking"
    READY = "ready"
    WRITING = "writing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"


class ImportAction(StrEnum):
    """What happens to an import."""

    CHECK = "check"
    FINISH_CHECK = "finish_check"
    CONFIRM = "confirm"
    FINISH = "finish"
    GO_ON = "go_on"
    UNDO = "undo"
    FINISH_UNDO = "finish_undo"
    DROP = "drop"


_S, _A = ImportStatus, ImportAction

IMPORT_TRANSITIONS: Mapping[tuple[ImportStatus, ImportAction], ImportStatus] = {
    (_S.DRAFT, _A.CHECK): _S.CHECKING,
    (_S.DRAFT, _A.DROP): _S.DROPPED,
    (_S.CHECKING, _A.FINISH_CHECK): _S.READY,
    (_S.READY, _A.CHECK): _S.CHECKING,
    (_S.READY, _A.CONFIRM): _S.WRITING,
    (_S.READY, _A.DROP): _S.DROPPED,
    (_S.WRITING, _A.FINISH): _S.DONE,
    (_S.DONE, _A.GO_ON): _S.READY,
    (_S.DONE, _A.UNDO): _S.UNDOING,
    (_S.UNDOING, _A.FINISH_UNDO): _S.UNDONE,
}

#: States in which somebody may go on with an import.
OPEN_IMPORTS = (_S.DRAFT, _S.CHECKING, _S.READY)
#: States in which a job is at work.
RUNNING_IMPORTS = (_S.CHECKING, _S.WRITING, _S.UNDOING)


class RowVerdict(StrEnum):
    """What the check says of a row; ``member`` names somebody who is there already."""

    UNCHECKED = "unchecked"
    GOOD = "good"
    WRONG = "wrong"
    DOUBTFUL = "doubtful"
    PRESENT = "present"


class RowChoice(StrEnum):
    """What its owner decided about a row."""

    NONE = "none"
    SKIP = "skip"
    SAME = "same"
    OTHER = "other"


class RowOutcome(StrEnum):
    """What became of a row; ``open`` is untouched, ``handed`` waits for another desk."""

    OPEN = "open"
    NEW = "new"
    UPDATED = "updated"
    HANDED = "handed"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"
