"""Editions of published statistics: their life, and which numbers they leave out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from core.rules import N_, RuleViolation

REASON_MAX = 200
FEWEST_HIDDEN = 2


class Indicator(StrEnum):
    """What is published of the province and of every city and county; never a person."""

    ORGANIZATIONS = "organizations"
    ADULT_MEMBERS = "adult_members"
    YOUTH_MEMBERS = "youth_members"
    GROUP_MEMBERS = "group_members"
    VOLUNTEERS = "volunteers"
    REGISTERED_VOLUNTEERS = "registered_volunteers"
    MINUTES = "minutes"
    SCHOOLS = "schools"
    SCHOOL_BRANCHES = "school_branches"
    VENUES = "venues"


#: Numbers of people: small ones could tell who is meant.
PEOPLE = frozenset(
    {
        Indicator.ADULT_MEMBERS,
        Indicator.YOUTH_MEMBERS,
        Indicator.VOLUNTEERS,
        Indicator.REGISTERED_VOLUNTEERS,
    }
)
#: What is left out where it is of few: hours, too, where hardly anybody serves.
DISCREET = (*sorted(PEOPLE), Indicator.MINUTES)


class EditionStatus(StrEnum):
    """Where an edition is: a corrected one stays readable, one taken back shows no numbers."""

    PUBLISHED = "published"
    CORRECTED = "corrected"
    TAKEN_BACK = "taken_back"


class EditionAction(StrEnum):
    """What happens to an edition after it was published."""

    CORRECT = "correct"
    TAKE_BACK = "take_back"


_S, _A = EditionStatus, EditionAction
EDITION_TRANSITIONS: Mapping[tuple[EditionStatus, EditionAction], EditionStatus] = {
    (_S.PUBLISHED, _A.CORRECT): _S.CORRECTED,
    (_S.PUBLISHED, _A.TAKE_BACK): _S.TAKEN_BACK,
    (_S.CORRECTED, _A.TAKE_BACK): _S.TAKEN_BACK,
}


def check_year(year: int, this_year: int) -> int:
    """Return the year of an edition: this one or the last. Raises RuleViolation for another."""
    if year not in {this_year, this_year - 1}:
        raise RuleViolation("year", N_("请选今年或者去年"))
    return year


def check_note(text: str, *, field: str) -> str:
    """Return a reason in canonical form. Raises RuleViolation for none."""
    note = " ".join(text.split())
    if not note or len(note) > REASON_MAX or not note.isprintable():
        raise RuleViolation(field, N_("请写明原因，最多 200 字"))
    return note


Values = dict[Indicator, int | None]
Numbers = Mapping[int, Mapping[Indicator, int]]
Below = Mapping[int, Sequence[int]]
#: Which numbers of which place an earlier edition left out.
LeftOut = Mapping[int, Collection[Indicator]]


def discreet(
    values: Numbers, below: Below, floor: int, left_out: LeftOut | None = None
) -> dict[int, Values]:
    """Return the numbers as they may be published; None is one that is left out (AZ-07).

    Groups smaller than ``floor`` are left out. Where one number alone is missing below a place,
    or all that are missing together are still few, the place's own number would tell it: then the
    next smallest is left out too, and one below it, whose sum would tell it. What an edition of
    before left out stays so: two editions side by side would tell what either hides.
    """
    before = left_out or {}
    shown: dict[int, Values] = {
        place: {one: found.get(one, 0) for one in Indicator} for place, found in values.items()
    }
    for one in DISCREET:
        for place, found in values.items():
            if _is_few(one, found, floor) or one in before.get(place, ()):
                shown[place][one] = None
        for place in _from_the_top(values, below):
            _cover(one, place, below.get(place, ()), values, shown, floor)
    return shown


def _is_few(one: Indicator, found: Mapping[Indicator, int], floor: int) -> bool:
    """Return whether a number is of few people; hours are of those who serve."""
    people = found.get(Indicator.VOLUNTEERS if one is Indicator.MINUTES else one, 0)
    return bool(found.get(one, 0)) and people < floor


def _from_the_top(values: Numbers, below: Below) -> list[int]:
    """Return every place after the one above it."""
    lower = {child for place, found in below.items() if place in values for child in found}
    order = [place for place in values if place not in lower]
    for place in order:
        order += below.get(place, ())
    return order


def _cover(
    one: Indicator,
    place: int,
    children: Sequence[int],
    values: Numbers,
    shown: dict[int, Values],
    floor: int,
) -> None:
    """Leave out more numbers below a place until what is missing tells nobody."""
    hidden = [child for child in children if shown[child][one] is None]
    rest = sorted(
        (child for child in children if child not in hidden and values[child].get(one, 0)),
        key=lambda child: values[child].get(one, 0),
    )
    while rest and (hidden or shown[place][one] is None):
        together = sum(values[child].get(one, 0) for child in hidden)
        if len(hidden) >= FEWEST_HIDDEN and together >= floor:
            return
        hidden.append(rest.pop(0))
        shown[hidden[-1]][one] = None
