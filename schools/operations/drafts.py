"""Drafts that a list brings: written in chunks, taken back one by one (domain.md MEM-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from core import crypto, keyring
from core.audit.operations import Actor, record, record_many
from core.bulk import insert_keyed, insert_many
from core.database import db
from core.rules import N_, RuleViolation
from core.transactions import TryAgainError
from people.counting import completing
from people.models import Guardian, Person
from people.operations.persons import set_identity
from schools.models import Pupil, PupilEvent, SchoolClass
from schools.operations.classes import class_for
from schools.operations.intake import Child
from schools.operations.roster_numbers import count_pupils
from schools.rules.pupils import ConsentState, PupilStatus

ENTER, TAKE_BACK = "pupil.enter", "pupil.take_back"
ASKED = N_("已经问过监护人，没有撤销。可以在班级里移出")
MOVED_ON = N_("名册上又办过别的事，没有撤销")
KNOWN = N_("这个人后来又有别的记录，没有撤销")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where, by whom and out of which list drafts are written."""

    organization_id: int
    year: int
    by: Actor
    now: datetime
    import_code: str | None = None


def enter_drafts(children: Sequence[Child], desk: Desk) -> list[int]:
    """Return the keys of drafts, one per child; nobody is a member by it.

    A class that is not there yet is made. Raises TryAgainError where somebody else put a child
    on a roster at the same moment.
    """
    if not children:
        return []
    try:
        classes = _classes(children, desk)
        _write_persons(children, desk)
        keys = insert_keyed(Pupil, [_pupil_row(one, classes, desk) for one in children])
        insert_many(PupilEvent, [_event_row(key, desk) for key in keys])
        _name_guardians(children, desk)
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    count_pupils(desk.organization_id, len(keys))
    ids = [one.person_id for one in children if one.person_id is not None]
    record_many(ENTER, "person", ids, by=desk.by, import_code=desk.import_code or "")
    return keys


def drafts_of(import_code: str, after: int, limit: int) -> Sequence[Pupil]:
    """Return the next pupils that a list brought, locked."""
    return db.session.scalars(
        select(Pupil)
        .where(Pupil.import_code == import_code, Pupil.id > after)
        .order_by(Pupil.id)
        .limit(limit)
        .with_for_update(of=Pupil)
        .execution_options(populate_existing=True)
    ).all()


def take_back(pupil: Pupil, *, by: Actor) -> None:
    """Remove what a list brought of a child. Raises RuleViolation that names what hangs on it.

    A child that nobody knew before goes whole, of others the draft and the guardian go.
    """
    if pupil.status is not PupilStatus.DRAFT:
        raise RuleViolation("", MOVED_ON)
    if pupil.request_id is not None or pupil.consent is not ConsentState.UNASKED:
        raise RuleViolation("", ASKED)
    person_id, code = pupil.person_id, pupil.import_code or ""
    organization_id = pupil.organization_id
    try:
        with db.session.begin_nested():
            _remove(pupil)
    except IntegrityError as error:
        raise RuleViolation("", KNOWN) from error
    count_pupils(organization_id, -1)
    record(TAKE_BACK, "person", person_id, by=by, import_code=code)


def _remove(pupil: Pupil) -> None:
    person_id, entered_at = pupil.person_id, pupil.entered_at
    db.session.execute(delete(PupilEvent).where(PupilEvent.pupil_id == pupil.id))
    db.session.execute(
        delete(Guardian).where(Guardian.person_id == person_id, Guardian.named_at == entered_at)
    )
    db.session.execute(delete(Pupil).where(Pupil.id == pupil.id))
    is_new = Person.id == person_id, Person.created_at == entered_at
    db.session.execute(delete(Person).where(*is_new))


def _classes(children: Sequence[Child], desk: Desk) -> dict[tuple[int, int], SchoolClass]:
    wanted = sorted({(one.in_class.grade, one.in_class.number) for one in children})
    return {
        (grade, number): class_for(desk.organization_id, desk.year, grade, number, by=desk.by)
        for grade, number in wanted
    }


def _write_persons(children: Sequence[Child], desk: Desk) -> None:
    fresh = [one for one in children if one.person_id is None]
    rows = [_person_row(one, desk.now) for one in fresh]
    for one, key in zip(fresh, insert_keyed(Person, rows), strict=True):
        one.person_id, one.is_new = key, True
    known = {one.person_id: one for one in children if not one.is_new}
    if not known:
        return
    statement = select(Person).where(Person.id.in_(known)).order_by(Person.id)
    people = db.session.scalars(statement.with_for_update()).all()
    with completing(people):
        for person in people:
            one = known[person.id]
            if one.identity is not None and person.id_index is None:
                set_identity(person, one.identity)
            person.sex, person.born_on = person.sex or one.sex, person.born_on or one.born_on


def _person_row(one: Child, now: datetime) -> dict[str, Any]:
    code, identity = crypto.opaque_code(8), one.identity
    return {
        "code": code,
        "name": one.name,
        "match_key": one.match_key,
        "pinyin": one.sound.full,
        "initials": one.sound.initials,
        "sex": one.sex,
        "born_on": one.born_on,
        "id_type": identity.id_type if identity else None,
        "id_number": keyring.seal(identity.number, f"persons.id_number:{code}")
        if identity
        else None,
        "id_index": one.id_index,
        "created_at": now,
    }


def _pupil_row(
    one: Child, classes: dict[tuple[int, int], SchoolClass], desk: Desk
) -> dict[str, Any]:
    return {
        "code": crypto.opaque_code(8),
        "person_id": one.person_id,
        "organization_id": desk.organization_id,
        "class_id": classes[one.in_class.grade, one.in_class.number].id,
        "status": PupilStatus.DRAFT,
        "consent": ConsentState.UNASKED,
        "import_code": desk.import_code,
        "entered_at": desk.now,
        "entered_by_id": desk.by.user_id,
    }


def _event_row(key: int, desk: Desk) -> dict[str, Any]:
    return {
        "pupil_id": key,
        "action": None,
        "to_status": PupilStatus.DRAFT,
        "at": desk.now,
        "by_user_id": desk.by.user_id,
        "by_post_id": desk.by.post_id,
    }


def _name_guardians(children: Sequence[Child], desk: Desk) -> None:
    """Keep the guardians, but for those whom the child has already."""
    ids = [one.person_id for one in children if not one.is_new]
    standing = select(Guardian.person_id, Guardian.phone_index).where(
        Guardian.person_id.in_(ids), Guardian.ended_on.is_(None)
    )
    there = {(row[0], row[1]) for row in db.session.execute(standing)}
    rows = []
    for one in children:
        guardian = one.guardian
        if guardian is None or (one.person_id, guardian.phone_index) in there:
            continue
        code = crypto.opaque_code(8)
        rows.append(
            {
                "code": code,
                "person_id": one.person_id,
                "name": guardian.name,
                "relation": guardian.relation,
                "phone": keyring.seal(guardian.phone, f"guardians.phone:{code}"),
                "phone_index": guardian.phone_index,
                "named_at": desk.now,
                "named_by_id": desk.by.user_id,
            }
        )
    insert_many(Guardian, rows)
