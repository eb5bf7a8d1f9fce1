"""Text that somebody pasted: lines of a chat, or a block copied out of a spreadsheet (S30)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.imports.rules.cells import ID_LIKE, MAX_CELL, PHONE_LIKE, PUPIL_NUMBER
from core.imports.rules.columns import Field, FieldKind

SEPARATORS = re.compile(r"[,，、;；|\t]+|\s+")
NUMBERED = re.compile(r"^\s*[(（]?[0-9]{1,4}\s*[).）、．:：]\s*")
LABEL = re.compile(
    r"(姓\s*名|名字|身份证号码|身份证号|身份证|证件号码|证件号|手机号码|手机号|手机|电话|联系方式)\s*[:：是]?\s*"
)
DASHED_PHONE = re.compile(r"(?<![0-9])(1[3-9][0-9])[ -]([0-9]{4})[ -]([0-9]{4})(?![0-9])")
GROUPED_ID = re.compile(r"(?<![0-9])([0-9]{6})[ -]([0-9]{8})[ -]([0-9]{3}[0-9Xx])(?![0-9])")
SOME_DIGITS = re.compile(r"[0-9]{6,}[0-9Xx]?")
LETTERS = re.compile(r"[^\W\d_]")
FULL_WIDTH = {ord("!") + 0xFEE0 + i: chr(ord("!") + i) for i in range(94)} | {0x3000: " "}
ID_MIN, PHONE_LENGTH, MAX_LINE = 15, 11, 2000


@dataclass(frozen=True, slots=True)
class Pasted:
    """Rows with the numbers of their lines, and the numbers of lines that say nothing."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[int, list[str]]]
    not_understood: Sequence[int]


def read_lines(text: str, fields: Sequence[Field]) -> Pasted:
    """Return what the lines of a chat tell: name, ID number, phone, in whatever order.

    A line without any run of digits is a remark; its number is told, the rest goes on.
    """
    kinds = (FieldKind.NAME, FieldKind.ID_NUMBER, FieldKind.PHONE)
    known = {one.kind: one.label for one in fields if one.kind in kinds}
    rows: list[tuple[int, list[str]]] = []
    remarks: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _read_line(line[:MAX_LINE])
        if found is None:
            remarks.append(number)
        else:
            rows.append((number, [found[kind] for kind in known]))
    return Pasted(tuple(known.values()), rows, remarks)


def _read_line(line: str) -> dict[FieldKind, str] | None:
    plain = NUMBERED.sub("", line.translate(FULL_WIDTH))
    plain = GROUPED_ID.sub(r"\1\2\3", DASHED_PHONE.sub(r"\1\2\3", plain))
    plain = PUPIL_NUMBER.sub(" ", LABEL.sub(" ", plain))
    found = dict.fromkeys((FieldKind.NAME, FieldKind.ID_NUMBER, FieldKind.PHONE), "")
    names = []
    for part in SEPARATORS.split(_apart(plain)):
        kind = _kind_of(part)
        if kind is None:
            if LETTERS.search(part):
                names.append(part)
        elif not found[kind]:
            found[kind] = part
    found[FieldKind.NAME] = " ".join(names)[:MAX_CELL]
    has_digits = found[FieldKind.ID_NUMBER] or found[FieldKind.PHONE]
    return found if has_digits else None


def _apart(line: str) -> str:
    """Return the line with runs of digits standing apart from the words around them."""
    return SOME_DIGITS.sub(lambda run: f" {run[0]} ", line)


def _kind_of(part: str) -> FieldKind | None:
    """Return what a part is: nearly right numbers too, so that they can be mended."""
    if not SOME_DIGITS.fullmatch(part):
        return None
    if ID_LIKE.fullmatch(part) or len(part) >= ID_MIN:
        return FieldKind.ID_NUMBER
    if PHONE_LIKE.fullmatch(part) or abs(len(part) - PHONE_LENGTH) <= 1:
        return FieldKind.PHONE
    return FieldKind.ID_NUMBER if len(part) > PHONE_LENGTH else None
