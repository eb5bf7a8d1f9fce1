"""Who among the persons a list or a form may mean: by document, by sound and birth day, by phone.

Many rows are asked together. Who stands outside the reach of the scope is told to nobody: he
only makes an application one that another desk looks at (security.md PRV-06).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select, tuple_

from core.access.scope import Scope
from core.database import db
from members.models import Application, Membership
from members.rules import LIVE_STATES, OPEN_STATES, ApplicationKind
from organizations.models import Organization
from people import presence
from people.models import Person

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of somebody who is to be entered."""

    id_index: bytes | None
    born_on: date | None
    pinyin: str
    match_key: str
    phone_index: bytes | None


@dataclass(slots=True)
class Known:
    """A person that is stored, as far as a comparison needs it."""

    id: int
    code: str
    name: str
    match_key: str
    pinyin: str
    born_on: date | None
    id_index: bytes | None
    phone_index: bytes | None
    is_near: bool = False
    place: str = ""
    member_at: str = ""
    is_member_near: bool = False
    applies: bool = False


@dataclass(slots=True)
class Likeness:
    """Whom the rows may mean: owner of the document, or people alike that no document tells apart.

    ``strangers`` tells of rows that are like somebody outside the reach.
    """

    owners: dict[bytes, Known] = field(default_factory=dict)
    alike: dict[int, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def owner(self, signs: Signs) -> Known | None:
        """Return who has the document."""
        return self.owners.get(signs.id_index) if signs.id_index else None


def likeness_of(rows: Sequence[Signs], scope: Scope, kind: ApplicationKind) -> Likeness:
    """Return whom rows may mean, by a number of statements that does not grow with the rows.

    Only who was found costs more: whether the scope reaches him.
    """
    found = Likeness()
    known = _known(rows)
    _place(known, scope, kind)
    by_sound: dict[tuple[date | None, str], list[Known]] = defaultdict(list)
    by_phone: dict[tuple[bytes | None, str], list[Known]] = defaultdict(list)
    for one in known.values():
        if one.id_index is not None:
            found.owners[one.id_index] = one
        by_sound[one.born_on, one.pinyin].append(one)
        if one.match_key != one.pinyin:
            by_sound[one.born_on, one.match_key].append(one)
        by_phone[one.phone_index, one.match_key].append(one)
    for number, signs in enumerate(rows):
        likely = [
            *(by_sound[signs.born_on, signs.pinyin] if signs.born_on else ()),
            *(by_sound[signs.born_on, signs.match_key] if signs.born_on else ()),
            *(by_phone[signs.phone_index, signs.match_key] if signs.phone_index else ()),
        ]
        told_apart = signs.id_index is not None
        once = {one.id: one for one in likely if not (told_apart and one.id_index is not None)}
        found.alike[number] = sorted(once.values(), key=lambda one: (not one.is_near, one.id))
    return found


def _known(rows: Sequence[Signs]) -> dict[int, Known]:
    person = Person
    sounds = {(one.born_on, one.pinyin) for one in rows if one.born_on}
    names = {(one.born_on, one.match_key) for one in rows if one.born_on}
    phones = {one.phone_index for one in rows if one.phone_index}
    indexes = {one.id_index for one in rows if one.id_index}
    conditions: list[tuple[Any, Iterable[object]]] = [
        (tuple_(person.born_on, person.pinyin), sounds),
        (tuple_(person.match_key, person.born_on), {(key, day) for day, key in names}),
        (person.phone_index, phones),
        (person.id_index, indexes),
    ]
    known: dict[int, Known] = {}
    for column, wanted in conditions:
        for some in _portions(wanted):
            statement = select(
                person.id,
                person.code,
                person.name,
                person.match_key,
                person.pinyin,
                person.born_on,
                person.id_index,
                person.phone_index,
            ).where(column.in_(some))
            for row in db.session.execute(statement):
                known.setdefault(row.id, Known(*row))
    return known


def _portions(wanted: Iterable[object]) -> Iterable[list[object]]:
    values = list(wanted)
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def _place(known: Mapping[int, Known], scope: Scope, kind: ApplicationKind) -> None:
    """Note who is within the reach, where, and whether he is a member or applies already."""
    for some in _portions(known):
        statement = (
            select(
                Membership.person_id,
                Membership.status,
                Organization.short_name,
                Organization.path,
            )
            .join(Membership.organization)
            .where(Membership.person_id.in_(some))
        )
        for person_id, status, place, path in db.session.execute(statement):
            one = known[person_id]
            if scope.covers(path):
                one.is_near, one.place = True, place
            if status in LIVE_STATES:
                one.member_at, one.is_member_near = place, scope.covers(path)
        applied = select(Application.person_id).where(
            Application.person_id.in_(some),
            Application.kind == kind,
            Application.status.in_(OPEN_STATES),
        )
        for person_id in db.session.scalars(applied):
            known[person_id].applies = True
    for one in known.values():
        if not one.is_near and presence.is_present(scope, one.id):
            one.is_near, one.place = True, scope.place.name
