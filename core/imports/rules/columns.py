"""Which column is which: by heading, else by what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from core.imports.rules.cells import ID_LIKE, PHONE_LIKE, bare_header
from core.rules import N_, RuleViolation

HEAD_ROWS = 10
SAMPLE_ROWS = 50
SURE, UNSURE = 0.8, 0.3
LONGEST_NAME = 4
#: The column that files with rows to mend carry; it is read past without a word.
REASON_ALIASES = frozenset({"原因", "reason", "序号", "编号", "no", "行号"})


class FieldKind(StrEnum):
    """What a column without a heading is recognized by."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a subject reads: its code, its heading, and the other names it goes by.

    ``told_once``: whoever hands a list in may tell it for all rows, in place of a column.
    """

    code: str
    label: str
    aliases: frozenset[str] = frozenset()
    kind: FieldKind = FieldKind.OTHER
    required: bool = False
    choices: tuple[str, ...] = ()
    sample: str = ""
    told_once: bool = False

    def is_named(self, header: str) -> bool:
        """Return whether a bare heading means this field."""
        return header == bare_header(self.label) or header in self.aliases


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out.

    ``assigned`` is column -> field, ``unsure`` columns that look like a missing field,
    ``ignored`` the headings that are not kept, ``first`` the index of the first row of data.
    """

    headers: tuple[str, ...]
    assigned: Mapping[int, str]
    first: int
    unsure: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())

    @property
    def is_sure(self) -> bool:
        """Return whether nobody has to be asked."""
        return not self.missing and not self.unsure


def find_layout(rows: Sequence[Sequence[str]], fields: Sequence[Field]) -> Layout:
    """Return the layout that the first rows of a table tell."""
    head = _head_row(rows, fields)
    width = max((len(row) for row in rows), default=0)
    first = 0 if head is None else head + 1
    headers = tuple(rows[head]) if head is not None else ("",) * width
    headers = headers + ("",) * (width - len(headers))
    assigned = _by_header(headers, fields)
    samples = [row for row in rows[first : first + SAMPLE_ROWS] if any(row)]
    _put_right(assigned, samples, fields)
    unsure = _by_content(assigned, samples, width, fields)
    missing = _missing(assigned, fields)
    if head is None:
        labels = {one.code: one.label for one in fields}
        headers = tuple(labels.get(assigned.get(column, ""), "") for column in range(width))
    open_columns = tuple(unsure) if missing else ()
    if missing and not open_columns:
        open_columns = tuple(column for column in range(width) if column not in assigned)
    ignored = tuple(
        headers[column]
        for column in range(width)
        if column not in assigned
        and headers[column]
        and bare_header(headers[column]) not in REASON_ALIASES
    )
    return Layout(headers, assigned, first, open_columns, ignored, missing)


def forced_layout(
    headers: Sequence[str], assigned: Mapping[int, str], first: int, fields: Sequence[Field]
) -> Layout:
    """Return the layout that somebody chose. Raises RuleViolation as ``check_assignment``."""
    check_assignment(assigned, fields)
    ignored = tuple(
        text
        for column, text in enumerate(headers)
        if text and column not in assigned and bare_header(text) not in REASON_ALIASES
    )
    return Layout(tuple(headers), dict(assigned), first, ignored=ignored)


def check_assignment(assigned: Mapping[int, str], fields: Sequence[Field]) -> None:
    """Raise RuleViolation where a needed field has no column or one has two (ux.md S37)."""
    chosen = list(assigned.values())
    for one in fields:
        if chosen.count(one.code) > 1:
            raise RuleViolation("", N_("『%(label)s』选了两列，请只留一列"), label=one.label)
    for code in _missing(assigned, fields):
        label = next(one.label for one in fields if one.code == code)
        raise RuleViolation("", N_("还没有选哪一列是『%(label)s』"), label=label)


def assign(row: Sequence[str], assigned: Mapping[int, str]) -> dict[str, str]:
    """Return field -> cell of a row."""
    return {code: row[column] if column < len(row) else "" for column, code in assigned.items()}


def _head_row(rows: Sequence[Sequence[str]], fields: Sequence[Field]) -> int | None:
    """Return the row with the headings: the one that names most, at least one needed field."""
    best, most = None, 0
    for index, row in enumerate(rows[:HEAD_ROWS]):
        named = _by_header(row, fields)
        needed = any(one.required and one.code in named.values() for one in fields)
        if needed and len(named) > most:
            best, most = index, len(named)
    return best


def _by_header(headers: Sequence[str], fields: Sequence[Field]) -> dict[int, str]:
    assigned: dict[int, str] = {}
    for column, text in enumerate(headers):
        header = bare_header(text)
        for one in fields:
            if header and one.is_named(header) and one.code not in assigned.values():
                assigned[column] = one.code
                break
    return assigned


def _put_right(
    assigned: dict[int, str], samples: Sequence[Sequence[str]], fields: Sequence[Field]
) -> None:
    """Change two columns whose headings stand over each other's cells, beyond any doubt."""
    looks = {one.code: LOOKS[one.kind] for one in fields if one.kind in LOOKS}
    columns = {code: column for column, code in assigned.items() if code in looks}
    for first, second in combinations(columns, 2):
        here, there = columns[first], columns[second]
        if (
            _share(samples, here, looks[second]) >= SURE
            and _share(samples, there, looks[first]) >= SURE
        ):
            assigned[here], assigned[there] = second, first
            columns[first], columns[second] = there, here


def _by_content(
    assigned: dict[int, str],
    samples: Sequence[Sequence[str]],
    width: int,
    fields: Sequence[Field],
) -> list[int]:
    """Assign columns whose cells leave no doubt; return those that are only likely."""
    unsure = []
    for one in fields:
        looks_like = LOOKS.get(one.kind)
        if looks_like is None or one.code in assigned.values():
            continue
        shares = {
            column: _share(samples, column, looks_like)
            for column in range(width)
            if column not in assigned
        }
        likely = [column for column, share in shares.items() if share >= UNSURE]
        sure = [column for column in likely if shares[column] >= SURE]
        if len(sure) == 1:
            assigned[sure[0]] = one.code
        else:
            unsure += likely
    return sorted({column for column in unsure if column not in assigned})


def _share(
    samples: Sequence[Sequence[str]], column: int, looks_like: Callable[[str], bool]
) -> float:
    cells = [row[column] for row in samples if column < len(row) and row[column]]
    return sum(map(looks_like, cells)) / len(cells) if cells else 0.0


def _missing(assigned: Mapping[int, str], fields: Sequence[Field]) -> tuple[str, ...]:
    return tuple(one.code for one in fields if one.required and one.code not in assigned.values())


def _is_name(text: str) -> bool:
    plain = text.replace(" ", "").replace("·", "")
    return 1 < len(plain) <= LONGEST_NAME and all("\u4e00" <= char <= "\u9fff" for char in plain)


def _is_id(text: str) -> bool:
    return ID_LIKE.fullmatch(text.replace(" ", "").replace("-", "")) is not None


def _is_phone(text: str) -> bool:
    return PHONE_LIKE.fullmatch(text.replace(" ", "").replace("-", "")) is not None


LOOKS: Mapping[FieldKind, Callable[[str], bool]] = {
    FieldKind.ID_NUMBER: _is_id,
    FieldKind.PHONE: _is_phone,
    FieldKind.NAME: _is_name,
}
