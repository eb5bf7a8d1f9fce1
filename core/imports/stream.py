"""A long file by the command line: chunk after chunk, each committed, with a bar of progress."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core import clock
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from core.imports.books import left_rows
from core.imports.models import Import
from core.imports.operations import begin_stream, finish_stream, locked, take_rows
from core.imports.operations.receiving import HEAD_ROWS, check_ids, data_rows
from core.imports.queries import count_left, rows_left
from core.imports.reading import read_file
from core.imports.rules import find_layout
from core.imports.subjects import Subject, subject_of
from core.imports.tables import NumberedRow, refuse
from core.rules import N_

CHUNK = 1000
PIECE = 1024 * 1024


def run(path: Path, subject: Subject, scope: Scope, most: int) -> Import:
    """Return the import of a file, all of it taken; it goes on where it was stopped.

    Raises UnreadableError for a file that is not read, and where it has more rows than allowed.
    """
    total = _check_length(path, most, subject)
    with path.open("rb") as file:
        rows = read_file(file).rows
        head = list(islice(rows, HEAD_ROWS))
        layout = find_layout([cells for _, cells in head], subject.fields)
        check_ids(head[layout.first :], layout, subject)
        found = begin_stream(scope, subject, layout, _fingerprint(path), now=clock.now())
        code, position = found.code, found.position
        db.session.commit()
        data = chain(head[layout.first :], rows)
        wanted = (row for row in data if row[0] > position)
        with _bar() as bar:
            task = bar.add_task("import", total=total, completed=found.row_count)
            for some in _chunks(wanted):
                fresh = data_rows(some, layout, subject)
                if fresh:
                    take_rows(locked(code, scope), fresh, scope, now=clock.now())
                db.session.commit()
                db.session.expunge_all()
                bar.advance(task, len(some))
    found = locked(code, scope)
    finish_stream(found, by=Actor.of_scope(scope), now=clock.now())
    db.session.commit()
    return found


def left_of(found: Import) -> int:
    """Return how many rows of a file did not fit."""
    return count_left(found)


def left_book(found: Import) -> bytes:
    """Return the workbook of the rows that did not fit, each with its reason."""
    labels = {one.code: one.label for one in subject_of(found.subject).fields}
    return left_rows(found.layout["headers"], rows_left(found), labels)


def _check_length(path: Path, most: int, subject: Subject) -> int:
    """Return the number of rows of data in a file, refused before anything is written."""
    with path.open("rb") as file:
        rows = read_file(file).rows
        head = list(islice(rows, HEAD_ROWS))
        first = find_layout([cells for _, cells in head], subject.fields).first
        count = len(head) - first + sum(1 for _ in islice(rows, most + 1))
    if count > most:
        refuse(N_("一次最多 %(most)d 行，请分成几份"), most=most)
    return count


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _chunks(rows: Iterator[NumberedRow]) -> Iterator[list[NumberedRow]]:
    while some := list(islice(rows, CHUNK)):
        yield some


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )
