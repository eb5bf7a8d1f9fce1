"""What a correction does: to the person, to the account, and to what rests on both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from accounts.operations import end_sessions
from accounts.queries import find_user_by_phone
from core import clock, keyring
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation
from core.transactions import TryAgainError
from people import presence
from people.counting import completing
from people.models import ConsentRequest, Person, document_index
from people.operations.persons import Identity, read_identity, set_identity, set_name
from people.queries import owners_of
from people.rules import IdType, check_mobile, check_name
from people.rules.changes import ChangeField, check_different, check_new_birth

Value = Mapping[str, Any]
#: Told to who decides; it does not say whose the number is (security.md PRV-06).
TAKEN = N_("现在不能这样登记，请退回，请本人带证件来核对")


def kept_value(person: Person, field: ChangeField) -> Value:
    """Return what is kept of a field, in the shape in which another value is asked for."""
    if field is ChangeField.NAME:
        return {"name": person.name}
    if field is ChangeField.PHONE:
        return {"phone": person.plain_phone}
    if field is ChangeField.DOCUMENT:
        return {"id_type": person.id_type, "id_number": person.plain_id_number}
    return {"born_on": person.born_on.isoformat() if person.born_on else ""}


def check_wanted(person: Person, field: ChangeField, value: Value, today: date) -> None:
    """Raise RuleViolation for what is kept already, and for another age band (decisions.md D5)."""
    kept = kept_value(person, field)
    wrong = "id_number" if field is ChangeField.DOCUMENT else field.value
    check_different(kept, {name: value[name] for name in kept}, wrong)
    if field is ChangeField.BORN_ON:
        check_new_birth(person.born_on, date.fromisoformat(value["born_on"]), today)
    elif field is ChangeField.DOCUMENT:
        check_new_birth(person.born_on, _identity_of(value, today).born_on, today, field)


def check_new_phone(person: Person, phone: str) -> None:
    """Raise RuleViolation where the phone is kept already."""
    check_different(person.plain_phone, phone, "phone")


def check_free(phone: str) -> None:
    """Raise RuleViolation where a phone signs in to an account; told to who holds the phone."""
    if find_user_by_phone(phone) is not None:
        raise RuleViolation("", N_("这个手机号已经是一个账号的登录号，请换一个"))


def amend(person: Person, field: ChangeField, value: Value, *, by: Actor, now: datetime) -> None:
    """Keep the new value of a field, checked once more on the day of the decision.

    Raises RuleViolation where it cannot be kept any more, TryAgainError where another request gave
    the same number or phone away at the same moment.
    """
    if field in (ChangeField.NAME, ChangeField.BORN_ON):
        _give(person, field, value, by, now)
    else:
        with completing([person]):
            _give(person, field, value, by, now)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def _give(person: Person, field: ChangeField, value: Value, by: Actor, now: datetime) -> None:
    today = clock.local(now).date()
    if field is ChangeField.NAME:
        _rename(person, check_name(value["name"]))
    elif field is ChangeField.DOCUMENT:
        _give_document(person, value, today)
    elif field is ChangeField.BORN_ON:
        born_on = date.fromisoformat(value["born_on"])
        check_new_birth(person.born_on, born_on, today)
        person.born_on = born_on
    else:
        _give_phone(person, check_mobile(value["phone"]), by, now)


def _rename(person: Person, name: str) -> None:
    """Give a person another name; rosters and the account follow."""
    before = person.name
    set_name(person, name)
    presence.follow(person)
    shown = User.person_id == person.id, User.display_name == before
    db.session.execute(
        update(User)
        .where(*shown)
        .values(display_name=name)
        .execution_options(synchronize_session=False)
    )


def _give_document(person: Person, value: Value, today: date) -> None:
    identity = _identity_of(value, today)
    check_new_birth(person.born_on, identity.born_on, today, ChangeField.DOCUMENT)
    index = document_index(identity.id_type, identity.number)
    if owners_of([index]).get(index, person.id) != person.id:
        raise RuleViolation("", TAKEN)
    set_identity(person, identity)


def _identity_of(value: Value, today: date) -> Identity:
    born_on = date.fromisoformat(value["born_on"]) if value.get("born_on") else None
    return read_identity(IdType(value["id_type"]), value["id_number"], born_on, today)


def _give_phone(person: Person, phone: str, by: Actor, now: datetime) -> None:
    """Give a person and the account another phone, every session of it ended (security.md AU-11).

    Who is a guardian stays one: wards are known by the guardian's phone (PRV-11, LED-04).
    """
    user = db.session.scalars(
        select(User).where(User.person_id == person.id).with_for_update()
    ).one_or_none()
    holder = find_user_by_phone(phone)
    if user is None or (holder is not None and holder.id != user.id):
        raise RuleViolation("", TAKEN)
    before, index = user.phone_index, keyring.index_of(phone, "phone")
    user.phone, user.phone_index = keyring.seal(phone, f"users.phone:{user.code}"), index
    person.set_phone(phone)
    asked = select(ConsentRequest).where(ConsentRequest.guardian_phone_index == before)
    for request in db.session.scalars(asked.with_for_update()):
        context = f"consent_requests.guardian_phone:{request.code}"
        request.guardian_phone, request.guardian_phone_index = keyring.seal(phone, context), index
    end_sessions(user, by=by, now=now)
