"""Naming guardians and ending what they may: never by who gains, and all are told (PRV-11)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto, keyring, messages, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from people.models import ConsentRequest, Guardian, Person
from people.operations.consents import close_request
from people.rules import mask_name
from people.rules.consents import ConsentStatus, check_guardian
from people.rules.guardians import Relation
from people.rules.wards import age_of

NAMED = N_("%(place)s 把您登记为 %(name)s 的监护人。不是的，请马上打电话告诉 %(place)s。")
ENDED = N_("%(place)s 不再把您登记为 %(name)s 的监护人。不对的，请马上打电话告诉 %(place)s。")
CHANGED = N_("%(place)s 登记的 %(name)s 的监护人有变动。不对的，请马上打电话告诉 %(place)s。")


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named: checked name and phone, and what to the child."""

    name: str
    relation: Relation
    phone: str


def name_guardian(
    ward: Person, named: Named, place: str, *, barred: Collection[bytes], by: Actor, now: datetime
) -> Guardian:
    """Return a new guardian, not confirmed until a code proves the phone at the own link.

    ``barred``: phones of those who gain by it. Raises RuleViolation for them, for the ward's own,
    for an adult, and for a phone that is named already.
    """
    today = clock.local(now).date()
    if age_of(ward.born_on, today) >= settings.value("minors.adult_age", on=today):
        raise RuleViolation("", N_("已满 18 岁，由本人决定，不问监护人"))
    check_guardian(named.phone, ward.plain_phone)
    if keyring.index_of(named.phone, "phone") in barred:
        raise RuleViolation("phone", N_("登记的人和学校负责的人，不能把自己的手机号写成监护人的"))
    guardian = Guardian(
        code=crypto.opaque_code(8),
        person=ward,
        name=named.name,
        relation=named.relation,
        named_at=now,
        named_by_id=by.user_id,
    )
    guardian.set_phone(named.phone)
    others = standing(ward.id)
    try:
        with db.session.begin_nested():
            db.session.add(guardian)
    except IntegrityError as error:
        raise RuleViolation("phone", N_("这个手机号已经登记为监护人")) from error
    record("guardian.name", "person", ward.id, by=by)
    _tell(guardian, NAMED, place)
    for other in others:
        _tell(other, CHANGED, place, guardian.code)
    return guardian


def end_guardian(guardian: Guardian, place: str, *, by: Actor, now: datetime) -> None:
    """End what a guardian may, from the next request on: open links close, all others are told."""
    if guardian.ended_on is not None:
        return
    guardian.ended_on = clock.local(now).date()
    db.session.flush()
    asked = select(ConsentRequest.id).where(
        ConsentRequest.person_id == guardian.person_id,
        ConsentRequest.guardian_phone_index == guardian.phone_index,
        ConsentRequest.status == ConsentStatus.REQUESTED,
    )
    for request_id in db.session.scalars(asked).all():
        close_request(request_id)
    record("guardian.end", "person", guardian.person_id, by=by)
    _tell(guardian, ENDED, place, "ended")
    for other in standing(guardian.person_id):
        _tell(other, CHANGED, place, f"{guardian.code}:ended")


def standing(person_id: int) -> list[Guardian]:
    """Return the guardians of a person who were not ended."""
    statement = select(Guardian).where(Guardian.person_id == person_id, Guardian.ended_on.is_(None))
    return list(db.session.scalars(statement.order_by(Guardian.id)))


def _tell(guardian: Guardian, words: str, place: str, about: str = "named") -> None:
    text = words % {"place": place, "name": mask_name(guardian.person.name)}
    messages.queue(guardian.plain_phone, text, f"guardian:{guardian.code}:{about}")
