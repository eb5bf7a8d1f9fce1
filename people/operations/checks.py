"""Saying that data are still right, filling in what is missing, and marking what is wrong."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from accounts.queries import find_user_by_phone
from core import clock
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db, insert_or
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from people.models import DataCheck, DataFlag, Person, document_index
from people.operations.amending import TAKEN
from people.operations.persons import read_identity, set_identity
from people.queries import owners_of
from people.rules import IdType, check_mobile
from people.rules.changes import ChangeField, check_new_birth
from people.rules.checks import CheckWay, FlagField, FlagReason, wrong_document, wrong_phone

BATCH = 500


def confirm(person_id: int, *, way: CheckWay, by: Actor, now: datetime) -> None:
    """Keep that the data of a person are right today."""
    values = {
        "checked_on": clock.local(now).date(),
        "way": way,
        "by_user_id": by.user_id,
        "organization_id": by.organization_id,
    }
    statement = insert_or(DataCheck).values(person_id=person_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))
    audit("data.confirm", "person", person_id, by=by, way=way)


def fill_document(
    person: Person, id_type: IdType, number: str, born_on: date | None, *, by: Actor, now: datetime
) -> None:
    """Keep the document of somebody who has none, or one that is wrong.

    Raises RuleViolation for a number that its rule refuses, that is another's, or whose day of
    birth belongs to another age; one that is right is changed by its person only.
    """
    today = clock.local(now).date()
    if person.id_index is not None and not is_flagged(person, FlagField.ID_NUMBER):
        raise RuleViolation("id_number", N_("已经登记了证件号，要改请本人提出更正"))
    if id_type is not IdType.RESIDENT_ID and born_on is None and person.born_on is None:
        raise RuleViolation("born_on", N_("请填写出生日期"))
    identity = read_identity(id_type, number, born_on or person.born_on, today)
    check_new_birth(person.born_on, identity.born_on, today, ChangeField.DOCUMENT)
    index = document_index(identity.id_type, identity.number)
    if owners_of([index]).get(index, person.id) != person.id:
        raise RuleViolation("id_number", TAKEN)
    set_identity(person, identity)
    _keep(person, FlagField.ID_NUMBER, by)


def fill_phone(person: Person, text: str, *, by: Actor) -> None:
    """Keep the phone of somebody who has none, or one that is wrong, and who has no account.

    Whoever signs in changes the phone himself, by a code that is sent to it (security.md AU-11).
    """
    phone = check_mobile(text, "phone")
    if person.phone_index is not None and not is_flagged(person, FlagField.PHONE):
        raise RuleViolation("phone", N_("已经登记了手机号，要改请本人提出更正"))
    if db.session.scalars(select(User.id).where(User.person_id == person.id)).first() is not None:
        raise RuleViolation("phone", N_("本人有账号，请本人登录后换手机号"))
    if find_user_by_phone(phone) is not None:
        raise RuleViolation("phone", TAKEN)
    person.set_phone(phone)
    _keep(person, FlagField.PHONE, by)


def fill_birth(person: Person, born_on: date, *, by: Actor, now: datetime) -> None:
    """Keep the day of birth of somebody of whom none is known. Raises RuleViolation for a minor."""
    if person.born_on is not None:
        raise RuleViolation("born_on", N_("已经登记了出生日期，要改请本人提出更正"))
    check_new_birth(None, born_on, clock.local(now).date())
    person.born_on = born_on
    db.session.flush()
    audit("data.fill", "person", person.id, by=by, field="born_on")


def mark_unreachable(person: Person, *, by: Actor, now: datetime) -> None:
    """Keep that nobody is reached at the phone of a person; another phone ends it."""
    if person.phone_index is None:
        raise RuleViolation("", N_("没有登记手机号"))
    today = clock.local(now).date()
    _flag(person.id, FlagField.PHONE, person.phone_index, FlagReason.UNREACHABLE, today, by.user_id)
    audit("data.flag", "person", person.id, by=by, field=FlagField.PHONE)


def locked_person(code: str) -> Person:
    """Return a person whose row is locked. Raises UnknownRowError for one who is no more."""
    found = db.session.scalars(
        select(Person)
        .where(Person.code == code, Person.merged_into_id.is_(None), Person.erased_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def is_flagged(person: Person, field: FlagField) -> bool:
    """Return whether the value that a person has now is known to be wrong."""
    index = person.id_index if field is FlagField.ID_NUMBER else person.phone_index
    statement = select(DataFlag.digest).where(
        DataFlag.person_id == person.id, DataFlag.field == field
    )
    return index is not None and db.session.scalar(statement) == index


def look_over(after: int, today: date) -> tuple[int, int] | None:
    """Look at the values of 500 records behind a key; return the last key and what is wrong now.

    Returns None behind the last record. Values are sealed: only looking at each tells.
    """
    people = db.session.scalars(
        select(Person).where(Person.id > after).order_by(Person.id).limit(BATCH)
    ).all()
    if not people:
        return None
    wrong = 0
    for person in people:
        if person.id_type and person.id_number and person.id_index:
            reason = wrong_document(person.id_type, person.plain_id_number, today)
            if reason is not None:
                wrong += 1
                _flag(person.id, FlagField.ID_NUMBER, person.id_index, reason, today, None)
        if person.phone and person.phone_index:
            reason = wrong_phone(person.plain_phone)
            if reason is not None:
                wrong += 1
                _flag(person.id, FlagField.PHONE, person.phone_index, reason, today, None)
    return people[-1].id, wrong


def forget_checks(person_id: int) -> None:
    """Remove what was kept about the data of somebody whose identity is removed."""
    for model in (DataCheck, DataFlag):
        db.session.execute(delete(model).where(model.person_id == person_id))


def _keep(person: Person, field: FlagField, by: Actor) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    audit("data.fill", "person", person.id, by=by, field=field)


def _flag(
    person_id: int,
    field: FlagField,
    digest: bytes,
    reason: FlagReason,
    today: date,
    user_id: int | None,
) -> None:
    values = {"digest": digest, "reason": reason, "found_on": today, "by_user_id": user_id}
    statement = insert_or(DataFlag).values(person_id=person_id, field=field, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "field"], set_=values)
    )
