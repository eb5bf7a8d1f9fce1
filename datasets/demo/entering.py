"""Elders whom a secretary entered, a list that was imported, and one that waits to be mended."""

from __future__ import annotations

from datetime import timedelta

from accounts.directory import scope_of_account
from core.access.permissions import Permission
from core.access.scope import Scope
from core.database import db
from core.imports import operations as imports
from core.imports.reading import read_pasted
from core.imports.rules import RowChoice
from datasets.demo import names
from datasets.demo.people import Stage, born_on
from members import operations as joining
from members.imports import ADULT_MEMBERS, FIELDS
from members.rules import ApplicationKind, Paper

ELDERS, LISTED = (71, 81), 6
ENTERED_DAYS_AGO = 5


def build_entered(stage: Stage, place: str) -> None:
    """Let the secretary of a village enter elders, import a list and begin another one."""
    village = stage.places[place]
    keeper = stage.keepers[village.id]
    db.session.flush()
    scope = scope_of_account(keeper.user_id or 0, village.code, Permission.PEOPLE_ENTER)
    if scope is None:
        message = f"{place} has no secretary"
        raise RuntimeError(message)
    for number, age in enumerate(ELDERS, start=1):
        _enter_elder(stage, scope, age, number)
    _import(stage, scope)
    _begin_list(stage, scope)


def _line(stage: Stage, age: int) -> tuple[str, str]:
    serial = stage.next_serial()
    return names.name_of(serial), names.id_number_of(serial, born_on(stage, age, serial))


def _enter_elder(stage: Stage, scope: Scope, age: int, number: int) -> None:
    name, document = _line(stage, age)
    now = stage.at(ENTERED_DAYS_AGO)
    kind = ApplicationKind.VOLUNTEER if age > ELDERS[0] else ApplicationKind.MEMBER
    values = {"name": name, "id_number": document}
    row = joining.compare(kind, values, RowChoice.OTHER, scope, now)
    signed_on = stage.today - timedelta(days=ENTERED_DAYS_AGO)
    paper = Paper(signed_on, names.name_of(1), f"2026-{number:02d}")
    joining.enter_one(kind, row, paper, scope, now=now)


def _import(stage: Stage, scope: Scope) -> None:
    lines = "\n".join(" ".join(_line(stage, 50 + at)) for at in range(LISTED))
    now = stage.at(2)
    table, remarks = read_pasted(lines, FIELDS)
    found = imports.receive(scope, ADULT_MEMBERS, table, now=now, remarks=remarks)
    imports.begin_check(found, scope, now=now)
    imports.confirm(found, scope, now=now)


def _begin_list(stage: Stage, scope: Scope) -> None:
    rows = [_line(stage, 60 + at) for at in range(LISTED)]
    rows[1] = rows[1][0], rows[1][1][:16]
    rows[4] = rows[4][0], rows[4][1][:-1] + "0"
    table, remarks = read_pasted("\n".join(map(" ".join, rows)), FIELDS)
    found = imports.receive(scope, ADULT_MEMBERS, table, now=stage.at(1), remarks=remarks)
    imports.begin_check(found, scope, now=stage.at(1))
