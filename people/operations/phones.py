"""Another phone for somebody who lost the old one: at the desk, with the person there (ux.md V14).

Who can no longer read a code on the old phone can ask for nothing himself. The branch that has him
in charge names the new number, and he reads out the code that comes to it. Nothing changes before
that, and only the number that was proven is kept (security.md RACE-10).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from accounts.models import User
from accounts.operations import send_code, use_code
from accounts.operations.letters import News, tell_people
from accounts.queries import held_posts
from accounts.rules import CodePurpose
from accounts.rules.letters import LetterKind
from core import clock, crypto, messages
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from organizations.models import Organization
from people.endings import is_in_charge
from people.models import Person
from people.operations.amending import amend, check_free, check_new_phone
from people.queries import guardian_accounts
from people.rules.changes import ChangeField, check_why

#: To the old phone, whoever has it by now: no name stands in it.
SENTENCE = N_("您在%(organization)s登记的手机号换成了别的号码。不是您要求的，请马上和他们联系。")


def send_desk_code(
    person: Person,
    phone: str,
    binding: str,
    sentence: Callable[[str], str],
    *,
    place_id: int,
    by: Actor,
    now: datetime,
) -> None:
    """Send a code to the new phone of a person whom a place has in charge.

    Raises UnknownRowError for somebody else's, RuleViolation for oneself, one's ward, somebody
    without account or with a post, and TooOftenError. Whose the number is, is not told (PRV-06).
    """
    _check_person(person, place_id, by, now)
    check_new_phone(person, phone)
    send_code(CodePurpose.NEW_PHONE, phone, binding, sentence, now=now)


def change_at_desk(
    person: Person,
    code: str,
    why: str,
    binding: str,
    *,
    place_id: int,
    by: Actor,
    now: datetime,
) -> None:
    """Give a person the phone to which the code went; every session of the account ends.

    The old phone and the person's letters tell of it. Raises RuleViolation for a wrong code, whose
    try the caller keeps, and for a number that signs in to another account.
    """
    reason = check_why(why)
    held = _locked(person)
    user = _check_person(held, place_id, by, now)
    phone = use_code(CodePurpose.NEW_PHONE, binding, code, now=now)
    check_free(phone)
    before, place = held.plain_phone, db.session.get_one(Organization, place_id)
    amend(held, ChangeField.PHONE, {"phone": phone}, by=by, now=now)
    record("changes.phone_at_desk", "person", held.id, by=by, user=user.id, why=reason)
    news = News(LetterKind.CHANGE_MADE, place, f"phone:{crypto.opaque_code(8)}", {})
    tell_people([(held.id, news)], now=now)
    if before:
        text = SENTENCE % {"organization": place.name}
        messages.queue(before, text, f"phone:{crypto.opaque_code(16)}")


def _locked(person: Person) -> Person:
    return db.session.get_one(Person, person.id, with_for_update=True, populate_existing=True)


def _check_person(person: Person, place_id: int, by: Actor, now: datetime) -> User:
    """Return the account that is to get another phone.

    An account with a post opens other people's data: there a secretary alone must not move the
    way in (security.md AU-11). The post is ended above first, and given again to the new phone.
    """
    today = clock.local(now).date()
    if not is_in_charge(person.id, place_id, today):
        raise UnknownRowError(person.code)
    if by.person_id == person.id or by.user_id in guardian_accounts(person.id):
        raise RuleViolation("", N_("不能给自己或自己的孩子换手机号，请别人办"))
    user = db.session.scalars(select(User).where(User.person_id == person.id)).one_or_none()
    if user is None:
        raise RuleViolation("", N_("他还没有账号，不用换：请他用新手机号登录或加入"))
    if held_posts(user.id, today):
        raise RuleViolation("", N_("他担任职务：请上级先结束职务，换好手机号以后再授予"))
    return user
