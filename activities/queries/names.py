"""Whose name whoever keeps a roster reads: minors at their own organization only (D10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from activities.models import Activity, Signup
from activities.standing import homes_of
from core.clock import local
from people.rules import is_minor_on


def names_of(
    activity: Activity, signups: Iterable[Signup], *, has_post: bool = True
) -> Mapping[int, str]:
    """Return by person the name that the keeper of an activity reads: one statement.

    Whose birth day is unknown counts as grown, as in every list. Who leads without a post reads
    no name of a minor in full.
    """
    persons = {one.person_id: (one.person, local(one.starts_at).date()) for one in signups}
    homes = homes_of(persons.keys()) if has_post else {}
    return {
        key: person.masked_name
        if person.born_on is not None
        and is_minor_on(person.born_on, day)
        and homes.get(key) != activity.organization_id
        else person.name
        for key, (person, day) in persons.items()
    }


def minors_named(activity: Activity, signups: Iterable[Signup]) -> Mapping[int, str]:
    """Return by person the mask of every minor whose name the keeper reads on the screen.

    On paper it stands with an approval and a line of the read log only (PRV-10, PRI-04).
    """
    listed = list(signups)
    names = names_of(activity, listed)
    return {
        one.person_id: one.person.masked_name
        for one in listed
        if one.person.born_on is not None
        and is_minor_on(one.person.born_on, local(one.starts_at).date())
        and names[one.person_id] == one.person.name
    }
