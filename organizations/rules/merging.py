"""Organizations that become one: what a list of mergers says, and how far it is (ORG-17). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rules import N_, RuleViolation

CODE_MAX = 12
CELL_MAX = 120
SAID_ALREADY = N_("名单里已经有这个组织，一个组织只能合并一次")


class MergerStatus(StrEnum):
    """Where a list of mergers is."""

    DRAFT = "draft"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class MergerAction(StrEnum):
    """What happens to a list of mergers."""

    START = "start"
    FINISH = "finish"
    UNDO = "undo"
    FINISH_UNDO = "finish_undo"
    DISCARD = "discard"


MERGER_TRANSITIONS: Mapping[tuple[MergerStatus, MergerAction], MergerStatus] = {
    (MergerStatus.DRAFT, MergerAction.START): MergerStatus.RUNNING,
    (MergerStatus.DRAFT, MergerAction.DISCARD): MergerStatus.DISCARDED,
    (MergerStatus.RUNNING, MergerAction.FINISH): MergerStatus.DONE,
    (MergerStatus.DONE, MergerAction.UNDO): MergerStatus.UNDOING,
    (MergerStatus.UNDOING, MergerAction.FINISH_UNDO): MergerStatus.UNDONE,
    (MergerStatus.UNDONE, MergerAction.UNDO): MergerStatus.UNDOING,
}


class MergerStep(StrEnum):
    """What one row does: an organization joins another one, or moves below it before."""

    MERGE = "merge"
    MOVE = "move"


class MergerRowStatus(StrEnum):
    """Where a row of a list of mergers is."""

    READY = "ready"
    REFUSED = "refused"
    DONE = "done"
    UNDONE = "undone"
    STUCK = "stuck"


class MergerRowAction(StrEnum):
    """What happens to a row."""

    APPLY = "apply"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    STICK = "stick"


MERGER_ROW_TRANSITIONS: Mapping[tuple[MergerRowStatus, MergerRowAction], MergerRowStatus] = {
    (MergerRowStatus.READY, MergerRowAction.APPLY): MergerRowStatus.DONE,
    (MergerRowStatus.READY, MergerRowAction.REFUSE): MergerRowStatus.REFUSED,
    (MergerRowStatus.DONE, MergerRowAction.TAKE_BACK): MergerRowStatus.UNDONE,
    (MergerRowStatus.DONE, MergerRowAction.STICK): MergerRowStatus.STUCK,
    (MergerRowStatus.STUCK, MergerRowAction.TAKE_BACK): MergerRowStatus.UNDONE,
    (MergerRowStatus.STUCK, MergerRowAction.STICK): MergerRowStatus.STUCK,
}

#: Rows of which something stands that can be taken back.
STANDING_ROWS = frozenset({MergerRowStatus.DONE, MergerRowStatus.STUCK})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: code of what ends, code or new name of what takes it in, document."""

    number: int
    source: str
    target: str
    document: str = ""


def read_lines(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Line]:
    """Yield the lines of a table; a first row that names no code is its heading."""
    for place, (number, cells) in enumerate(rows):
        source, target, document, *_ = [*(cell.strip()[:CELL_MAX] for cell in cells), "", "", ""]
        if place == 0 and not looks_like_code(source):
            continue
        yield Line(number, source, target, document)


def looks_like_code(text: str) -> bool:
    """Return whether a cell can be the code of an organization, and not its name."""
    return text.isascii() and text.isalnum() and len(text) <= CODE_MAX


def problems_of(lines: Sequence[Line]) -> dict[int, str]:
    """Return number of the line -> what is wrong with the list itself, before anybody looks.

    An organization ends once; what takes others in does not end in the same list.
    """
    ends = Counter(line.source for line in lines)
    found: dict[int, str] = {}
    for line in lines:
        if not line.source or not line.target:
            found[line.number] = N_("这一行要写两个组织：合并的，和并入的")
        elif line.source == line.target:
            found[line.number] = N_("不能并入自己，请选另一个组织")
        elif ends[line.source] > 1:
            found[line.number] = SAID_ALREADY
        elif line.target in ends:
            found[line.number] = N_("并入的组织自己也要合并，请写最后并入的那一个")
    return found


def check_length(count: int, most: int) -> None:
    """Raise RuleViolation for an empty list and for one that is too long."""
    if not count:
        raise RuleViolation("text", N_("名单里没有可以读的行"))
    if count > most:
        raise RuleViolation("text", N_("一次最多 %(most)d 行，请分几次"), most=most)


def people_left(counts: Mapping[str, int]) -> RuleViolation:
    """Return the refusal to dissolve what still has people: they are moved before, or with it."""
    message = N_(
        "还有 %(adults)d 名成人会员、%(pupils)d 名青少年会员、%(volunteers)d 名志愿者，"
        "请先选他们转到哪里"
    )
    return RuleViolation("target", message, **counts)
