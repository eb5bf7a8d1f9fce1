"""What the other system answers: whole and true, or not at all (security.md FILE, IN). Pure.

The first line tells the batch and the totals, each further line one row that was refused. Rows that
are not named were accepted. Whatever does not add up to what was sent is refused, with the line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.rules import N_, RuleViolation, check_shown
from exchange.rules.schema import WITH_MINUTES, ObjectKind

MAX_BYTES = 5 * 1024 * 1024
MAX_LINE = 2_000
MAX_REASON = 200
MOST = 10**12
HEAD = {"type", "batch", "manifest", "totals"}
ROW = {"kind", "number", "version", "reason"}
TOTALS = {"accepted", "rejected", "held"}
MINUTES = {"minutes", "held_minutes"}


@dataclass(frozen=True, slots=True)
class Total:
    """What the other system says of one kind of object; ``held``: all that it has from us now."""

    accepted: int
    rejected: int
    held: int
    minutes: int = 0
    held_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was refused."""

    kind: ObjectKind
    number: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that can be read; whether it is true is told by comparing it with the batch."""

    batch: str
    manifest: str
    totals: Mapping[ObjectKind, Total]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row of the batch that a receipt refuses."""

    minutes: int


def read_receipt(data: bytes) -> Receipt:
    """Return what a file says. Raises RuleViolation with the line that cannot be read."""
    if len(data) > MAX_BYTES:
        raise _wrong(N_("回执文件太大"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(N_("回执不是 UTF-8 文本")) from None
    lines = text.rstrip("\r\n").split("\n")
    head = _json(lines[0], 1)
    if set(head) != HEAD or head["type"] != "receipt":
        raise _wrong(N_("第 1 行不是回执的开头"))
    totals = _totals(head["totals"])
    batch, manifest = _text(head["batch"], 1), _text(head["manifest"], 1)
    rows = tuple(_refusal(_json(line, at), at) for at, line in enumerate(lines[1:], 2))
    return Receipt(batch, manifest, totals, rows)


def check_receipt(
    receipt: Receipt,
    rows: Mapping[ObjectKind, int],
    minutes: Mapping[ObjectKind, int],
    sent: Mapping[tuple[ObjectKind, str, int], SentRow],
) -> None:
    """Raise RuleViolation for the first way in which a receipt is not about what was sent.

    ``rows`` and ``minutes`` are those of the batch, ``sent`` its rows that the receipt names.
    """
    if set(receipt.totals) != set(rows):
        raise _wrong(N_("回执的对象种类和批次不一样"))
    refused = dict.fromkeys(rows, 0)
    lost = dict.fromkeys(rows, 0)
    seen = set()
    for at, one in enumerate(receipt.refusals, 2):
        key = (one.kind, one.number, one.version)
        if key not in sent:
            raise _wrong(N_("第 %(line)d 行不在这个批次里"), line=at)
        if key in seen:
            raise _wrong(N_("第 %(line)d 行重复"), line=at)
        seen.add(key)
        refused[one.kind] += 1
        lost[one.kind] += sent[key].minutes
    for kind, total in receipt.totals.items():
        adds_up = total.accepted + total.rejected == rows[kind] and total.rejected == refused[kind]
        if not adds_up:
            raise _wrong(N_("回执的行数对不上：%(kind)s"), kind=kind)
        if kind in WITH_MINUTES and total.minutes != minutes[kind] - lost[kind]:
            raise _wrong(N_("回执的分钟数对不上：%(kind)s"), kind=kind)


def _wrong(message: str, **values: object) -> RuleViolation:
    return RuleViolation("file", message, **values)


def _json(line: str, at: int) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise _wrong(N_("第 %(line)d 行太长"), line=at)
    try:
        found = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _wrong(N_("第 %(line)d 行读不出来"), line=at)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a name that stands twice is read differently by different programs."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _totals(data: Any) -> dict[ObjectKind, Total]:
    found = {}
    for name, numbers in data.items() if isinstance(data, dict) else ():
        kind = _kind(name, 1)
        wanted = TOTALS | MINUTES if kind in WITH_MINUTES else TOTALS
        if not isinstance(numbers, dict) or set(numbers) != wanted:
            raise _wrong(N_("第 1 行的合计不全：%(kind)s"), kind=kind)
        found[kind] = Total(**{key: _number(value, 1) for key, value in numbers.items()})
    if not found:
        raise _wrong(N_("第 1 行没有合计"))
    return found


def _refusal(data: dict[str, Any], at: int) -> Refusal:
    if set(data) != ROW:
        raise _wrong(N_("第 %(line)d 行的项目不对"), line=at)
    reason = _text(data["reason"], at)
    return Refusal(
        _kind(data["kind"], at), _text(data["number"], at), _number(data["version"], at), reason
    )


def _kind(value: Any, at: int) -> ObjectKind:
    try:
        return ObjectKind(value)
    except ValueError:
        raise _wrong(N_("第 %(line)d 行的对象种类不认识"), line=at) from None


def _number(value: Any, at: int) -> int:
    if type(value) is not int or not 0 <= value <= MOST:
        raise _wrong(N_("第 %(line)d 行的数字不对"), line=at)
    return value


def _text(value: Any, at: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_REASON:
        raise _wrong(N_("第 %(line)d 行的文字不对"), line=at)
    return check_shown(value.strip(), "file")
