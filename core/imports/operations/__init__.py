"""Writing lists and their rows. Flush, never commit."""

from core.imports.operations.checking import (
    begin_check,
    check_next,
    choose_columns,
    locked,
    mend,
)
from core.imports.operations.purging import purge
from core.imports.operations.receiving import receive
from core.imports.operations.streaming import begin_stream, finish_stream, take_rows
from core.imports.operations.writing import (
    can_undo,
    confirm,
    drop,
    go_on,
    resume,
    start_undo,
    undo_next,
    write_next,
)

__all__ = [
    "begin_check",
    "begin_stream",
    "can_undo",
    "check_next",
    "choose_columns",
    "confirm",
    "drop",
    "finish_stream",
    "go_on",
    "locked",
    "mend",
    "purge",
    "receive",
    "resume",
    "start_undo",
    "take_rows",
    "undo_next",
    "write_next",
]
