"""Two records of one person, and short ways to find, merge and part them again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from accounts.models import User
from core import clock
from core.database import db
from members.models import Membership
from people.models import DuplicateCandidate, Person, PersonMerge
from people.operations import merges
from people.operations.duplicates import look_for
from people.rules.duplicates import Side
from tests import factories as make
from tests.cast import Cast
from tests.volunteers.desk import COUNTY, acting

NAME, BORN = "试同名", date(1984, 4, 12)
WHY = "电话问过本人"
MEMBER, BOTH, VOLUNTEER = ("member",), ("member", "volunteer"), ("volunteer",)


def twin(
    cast: Cast,
    place: str = "东一村",
    *,
    roles: Collection[str] = MEMBER,
    account: bool = False,
    with_id: bool = False,
    name: str = NAME,
    born_on: date | None = BORN,
    phone: str | None = None,
) -> Person:
    """Return one more record of the same person."""
    person = make.make_person(name, born_on=born_on, with_id=with_id, phone=phone)
    if "member" in roles:
        make.make_membership(person, cast.organization(place))
    if "volunteer" in roles:
        make.make_volunteer(person, cast.organization(place))
    if account:
        make.make_user(person)
    db.session.commit()
    return person


def found(first: Person, second: Person) -> DuplicateCandidate | None:
    """Return the pair of two records, looked for now."""
    look_for([first.id, second.id], now=clock.now())
    db.session.commit()
    low, high = sorted((first.id, second.id))
    return db.session.scalars(
        select(DuplicateCandidate).where(
            DuplicateCandidate.low_id == low, DuplicateCandidate.high_id == high
        )
    ).one_or_none()


def pair_of(first: Person, second: Person) -> DuplicateCandidate:
    """Return the pair of two records that are one person."""
    pair = found(first, second)
    assert pair is not None
    return pair


def merge(
    cast: Cast,
    first: Person,
    second: Person,
    kept: Mapping[str, Side] | None = None,
    *,
    by: str = "cora",
    place: str = COUNTY,
) -> PersonMerge:
    """Return the merge of two records."""
    done = merges.merge(
        pair_of(first, second).code,
        kept or {},
        WHY,
        county_id=cast.organization(place).id,
        by=acting(cast, by),
        now=clock.now(),
    )
    db.session.commit()
    return done


def part(cast: Cast, done: PersonMerge, *, by: str = "cora", place: str = COUNTY) -> None:
    """Undo a merge."""
    merges.undo_merge(
        done.code,
        "不是同一个人",
        county_id=cast.organization(place).id,
        by=acting(cast, by),
        now=clock.now(),
    )
    db.session.commit()


def live_of(person: Person) -> list[Membership]:
    """Return the live memberships of a person."""
    rows = db.session.scalars(select(Membership).where(Membership.person_id == person.id))
    return [row for row in rows if row.status == "active"]


def account_of(person: Person) -> User | None:
    """Return the account of a person."""
    return db.session.scalars(select(User).where(User.person_id == person.id)).one_or_none()


def rows_now(*models: type[Any], but: frozenset[str] = frozenset({"version"})) -> dict[str, str]:
    """Return every row of models as text by table and key, some columns left out (AZ-16)."""
    db.session.expire_all()
    kept: dict[str, str] = {}
    for model in models:
        for row in db.session.scalars(select(model)):
            values = {
                column.key: str(getattr(row, column.key))
                for column in row.__mapper__.column_attrs
                if column.key not in but
            }
            kept[f"{model.__name__}.{values['id']}"] = json.dumps(values, ensure_ascii=False)
    return kept
