"""Numbers of people that change with the day alone: minors, and who of them has a consent (I22).

Whoever turns 18 stops counting without any fact, so that both are counted every night as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, exists, or_

from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from organizations.counting import Count, Values, by_measure, comparison, group
from organizations.operations.tallies import Keep, recount
from organizations.rules import Measure
from people.models import Consent, Person
from people.queries import OWN_CHANNEL
from people.rules.consents import ConsentPurpose, ConsentStatus
from schools.models import Pupil
from schools.rules.adults import latest_birthday
from schools.rules.pupils import ConsentState
from volunteers.models import Volunteer
from volunteers.rules import SERVING

BIRTHDAY = "latest_birthday"


def values_of(day: date) -> Values:
    """Return what the statements ask for on a day."""
    return {BIRTHDAY: latest_birthday(day)}


def minors() -> Iterator[Count]:
    """Count rows of lists of people under 18, and those for whom a guardian's consent stands.

    For a member of a school it is the one for joining, as the consent board of the class tells it;
    for a volunteer the one for volunteering. Of whom no birth day is known nothing is counted.
    """
    young = Person.born_on > bindparam(BIRTHDAY, type_=Date)
    member, volunteer = Membership, Volunteer
    is_member = member.person_id == Person.id, member.status.in_(LIVE_STATES), young
    serves = volunteer.person_id == Person.id, volunteer.status.in_(SERVING), young
    on_board = exists().where(Pupil.membership_id == member.id, Pupil.consent == ConsentState.GIVEN)
    joins = member.kind == MembershipKind.YOUTH, or_(on_board, _given(ConsentPurpose.JOINING))
    yield from group(Measure.MINORS, member.organization_id, *is_member)
    yield from group(Measure.MINORS, volunteer.organization_id, *serves)
    consented = Measure.MINORS_CONSENTED
    yield from group(consented, member.organization_id, *is_member, *joins)
    may_serve = _given(ConsentPurpose.VOLUNTEERING)
    yield from group(consented, volunteer.organization_id, *serves, may_serve)


def _given(purpose: ConsentPurpose) -> ColumnElement[bool]:
    """Return the condition that a guardian's yes to a purpose stands."""
    return exists().where(
        Consent.person_id == Person.id,
        Consent.purpose == purpose,
        Consent.status == ConsentStatus.GIVEN,
        Consent.channel != OWN_CHANNEL,
    )


@cache
def statements() -> Mapping[Measure, Any]:
    """Return the statement that compares each of these numbers with the rows of a day."""
    return {one: comparison(one, counts) for one, counts in by_measure(minors()).items()}


def count_night(day: date, *, keep: Keep) -> int:
    """Bring these numbers to what they are on a day; return how many changed.

    One statement a measure; doing it twice changes nothing. Keeps as it goes.
    """
    values = values_of(day)
    return sum(recount(one, asked, values, keep=keep) for one, asked in statements().items())
