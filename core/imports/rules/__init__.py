"""What decides about lists that are handed in: states, columns, text. Pure."""

from core.imports.rules.cells import (
    ID_LIKE,
    MAX_CELL,
    PHONE_LIKE,
    SAMPLE,
    bare_header,
    clean_cell,
    guarded,
    is_sample,
    unguarded,
)
from core.imports.rules.columns import (
    REASON_ALIASES,
    Field,
    FieldKind,
    Layout,
    assign,
    check_assignment,
    find_layout,
    forced_layout,
)
from core.imports.rules.pasted import Pasted, read_lines
from core.imports.rules.states import (
    IMPORT_TRANSITIONS,
    OPEN_IMPORTS,
    RUNNING_IMPORTS,
    ImportAction,
    ImportStatus,
    RowChoice,
    RowOutcome,
    RowVerdict,
)

__all__ = [
    "ID_LIKE",
    "IMPORT_TRANSITIONS",
    "MAX_CELL",
    "OPEN_IMPORTS",
    "PHONE_LIKE",
    "REASON_ALIASES",
    "RUNNING_IMPORTS",
    "SAMPLE",
    "Field",
    "FieldKind",
    "ImportAction",
    "ImportStatus",
    "Layout",
    "Pasted",
    "RowChoice",
    "RowOutcome",
    "RowVerdict",
    "assign",
    "bare_header",
    "check_assignment",
    "clean_cell",
    "find_layout",
    "forced_layout",
    "guarded",
    "is_sample",
    "read_lines",
    "unguarded",
]
