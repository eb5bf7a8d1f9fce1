"""Who is shared at all: adults who serve and said yes to the sentence of today (VOL-53, PRV-10)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from core import keyring
from core.database import db
from core.rules import AGE_OF_MAJORITY
from people.models import Person
from volunteers.models import Agreement, ServiceRecord, Volunteer
from volunteers.queries.roster import latest_birth
from volunteers.rules import SERVING, ServiceStatus
from volunteers.rules.agreement_text import digest_of
from volunteers.rules.resting import AgreementKind


@dataclass(frozen=True, slots=True)
class Ask:
    """Which rows of a reader: the next after one, or those with ids."""

    today: date
    after: int = 0
    size: int = 500
    ids: Collection[int] | None = None

    def of(self, statement: Any, key: Any) -> Any:
        """Return a statement that reads these rows only, in the order of their ids."""
        if self.ids is not None:
            return statement.where(key.in_(self.ids)).order_by(key)
        return statement.where(key > self.after).order_by(key).limit(self.size)


@dataclass(frozen=True, slots=True)
class Found:
    """One object: the id of its row, its number, its items, its minutes."""

    id: int
    number: str
    facts: dict[str, Any]
    minutes: int = 0


def agreed() -> ColumnElement[bool]:
    """Return that the volunteer of a statement agrees to the sentence shown today."""
    return exists().where(
        Agreement.volunteer_id == Volunteer.id,
        Agreement.kind == AgreementKind.SHARING,
        Agreement.withdrawn_at.is_(None),
        Agreement.text_digest == digest_of(AgreementKind.SHARING),
    )


def shared(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Volunteer and Person, both joined, of who is shared."""
    return (
        Volunteer.status.in_(SERVING),
        Volunteer.merged_into_id.is_(None),
        Person.born_on <= latest_birth(today, AGE_OF_MAJORITY),
        agreed(),
    )


def left_out(today: date) -> dict[str, int]:
    """Return how many serving volunteers are not shared: minors (or of unknown age), no consent."""
    serving = Volunteer.status.in_(SERVING), Volunteer.merged_into_id.is_(None)
    adult = Person.born_on <= latest_birth(today, AGE_OF_MAJORITY)
    statement = select(
        func.count(), func.count().filter(adult), func.count().filter(adult, agreed())
    )
    everyone, adults, agreeing = db.session.execute(
        statement.select_from(Volunteer).join(Volunteer.person).where(*serving)
    ).one()
    return {"minors": everyone - adults, "no_consent": adults - agreeing}


def expected(today: date) -> int:
    """Return how many volunteers and records a batch looks at: nearly all of its work."""
    mine = select(func.count()).select_from(Volunteer).join(Volunteer.person)
    records = select(func.count()).select_from(ServiceRecord).join(ServiceRecord.volunteer)
    confirmed = ServiceRecord.status == ServiceStatus.CONFIRMED, ServiceRecord.counts
    counted = (
        mine.where(*shared(today)),
        records.join(Volunteer.person).where(*shared(today), *confirmed),
    )
    return sum(db.session.scalar(one) or 0 for one in counted)


def nickname(user_id: int | None) -> str | None:
    """Return by what an account is told apart elsewhere: never its number here."""
    if user_id is None:
        return None
    return keyring.index_of(f"user:{user_id}", "exchange-user").hex()[:16]
