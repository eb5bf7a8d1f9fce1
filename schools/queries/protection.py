"""One pupil at his own school, for the page on which protected values are looked at."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.database import db
from people.queries.minors import guardians_of
from people.rules.minors import MinorField
from people.rules.reveals import RevealField
from schools.models import Pupil

Field = RevealField | MinorField


def pupil_of(organization_id: int, code: str) -> Pupil | None:
    """Return a pupil of a school branch, whatever his state; nobody else's."""
    statement = (
        select(Pupil)
        .options(joinedload(Pupil.person, innerjoin=True), joinedload(Pupil.school_class))
        .where(Pupil.code == code, Pupil.organization_id == organization_id)
    )
    return db.session.scalars(statement).one_or_none()


def kept_fields(pupil: Pupil) -> list[tuple[Field, str]]:
    """Return what is kept of a pupil, each with its mask."""
    person, guardians = pupil.person, guardians_of(pupil.person_id)
    kept: list[tuple[Field, str]] = [
        (RevealField.ID_NUMBER, person.masked_id_number),
        (RevealField.PHONE, person.masked_phone),
        (MinorField.BORN_ON, "****" if person.born_on is not None else ""),
        (MinorField.GUARDIAN_NAME, "、".join("*" * min(len(one.name), 3) for one in guardians)),
        (
            MinorField.GUARDIAN_PHONE,
            "、".join("*" * 7 + one.plain_phone[-4:] for one in guardians),
        ),
    ]
    return [(field, mask) for field, mask in kept if mask]
