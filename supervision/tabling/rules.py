"""The life of a table that is written in the background. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class TableStatus(StrEnum):
    """Where a file is."""

    RUNNING = "running"
    READY = "ready"
    REMOVED = "removed"


class TableAction(StrEnum):
    """What happens to a file."""

    FINISH = "finish"
    REMOVE = "remove"


_S, _A = TableStatus, TableAction
TABLE_TRANSITIONS: Mapping[tuple[TableStatus, TableAction], TableStatus] = {
    (_S.RUNNING, _A.FINISH): _S.READY,
    (_S.RUNNING, _A.REMOVE): _S.REMOVED,
    (_S.READY, _A.REMOVE): _S.REMOVED,
}
