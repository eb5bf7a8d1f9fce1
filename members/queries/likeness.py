"""Who among the persons a list or a form may mean: by document, by sound and birth day, by phone.

Many rows are asked together. Who stands outside the reach of the scope is told to nobody: he
only makes an application one that another desk looks at (security.md PRV-06).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, and_, bindparam, func, select

from core.access.scope import Scope
from core.database import db, is_postgresql
from core.statements import Among, Kept, portions
from members.models import Application, Membership
from members.rules import LIVE_STATES, OPEN_STATES, ApplicationKind
from organizations.models import Organization
from people import presence
from people.models import Person


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


_STORED = select(
    Person.id,
    Person.code,
    Person.name,
    Person.match_key,
    Person.pinyin,
    Person.born_on,
    Person.id_index,
    Person.phone_index,
)


def _by_pairs(column: Any) -> dict[bool, Kept]:
    """Return the statements, of PostgreSQL and not, that find by birth day and another column.

    The pairs stand beside the persons as a table of their own: SQLite reads all persons where it
    is given pairs in a list.
    """
    days, texts = bindparam("days", type_=ARRAY(Person.born_on.type)), ARRAY(column.type)
    laid = func.unnest(days, bindparam("texts", type_=texts))
    beside = laid.table_valued("day", "text", name="w").render_derived()
    told: Any = func.json_each(bindparam("pairs")).table_valued("value", name="w").c.value
    day, text = func.json_extract(told, "$[0]"), func.json_extract(told, "$[1]")
    return {
        True: Kept(
            _STORED.join(beside, and_(Person.born_on == beside.c.day, column == beside.c.text))
        ),
        False: Kept(_STORED.join(told.table, and_(Person.born_on == day, column == text))),
    }


_BY_SOUND, _BY_NAME = _by_pairs(Person.pinyin), _by_pairs(Person.match_key)
_BY_PHONE, _BY_DOCUMENT = Among(_STORED, Person.phone_index), Among(_STORED, Person.id_index)


def likeness_of(rows: Sequence[Signs], scope: Scope, kind: ApplicationKind) -> Likeness:
    """Return whom rows may mean, by a number of statements that does not grow with the rows.

    Only who was found costs more: whether the scope reaches him.
    """
    found = Likeness()
    known = _known(rows)
    if not known:
        return found
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
            *(by_sound.get((signs.born_on, signs.pinyin), ()) if signs.born_on else ()),
            *(by_sound.get((signs.born_on, signs.match_key), ()) if signs.born_on else ()),
            *(by_phone.get((signs.phone_index, signs.match_key), ()) if signs.phone_index else ()),
        ]
        told_apart = signs.id_index is not None
        once = {one.id: one for one in likely if not (told_apart and one.id_index is not None)}
        found.alike[number] = sorted(once.values(), key=lambda one: (not one.is_near, one.id))
    return found


def _known(rows: Sequence[Signs]) -> dict[int, Known]:
    sounds = {(one.born_on, one.pinyin) for one in rows if one.born_on}
    names = {(one.born_on, one.match_key) for one in rows if one.born_on}
    phones = {one.phone_index for one in rows if one.phone_index}
    indexes = {one.id_index for one in rows if one.id_index}
    arrays, known = is_postgresql(), dict[int, Known]()
    for kept, pairs in ((_BY_SOUND, sounds), (_BY_NAME, names)):
        for some in portions(pairs):
            for row in kept[arrays].rows(_as_table(some, arrays=arrays)):
                known.setdefault(row[0], Known(*row))
    for found in (_BY_PHONE.rows(phones), _BY_DOCUMENT.rows(indexes)):
        for row in found:
            known.setdefault(row[0], Known(*row))
    return known


def _as_table(pairs: Sequence[Any], *, arrays: bool) -> Mapping[str, Any]:
    """Return pairs of a day and a text as the database lays them out."""
    if arrays:
        return {"days": [day for day, _ in pairs], "texts": [text for _, text in pairs]}
    return {"pairs": json.dumps([(day.isoformat(), text) for day, text in pairs])}


def _place(known: Mapping[int, Known], scope: Scope, kind: ApplicationKind) -> None:
    """Note who is within the reach, where, and whether he is a member or applies already."""
    for some in portions(known):
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
