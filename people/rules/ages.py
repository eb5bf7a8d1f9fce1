"""Age in full years, and what an age permits."""

from calendar import isleap
from datetime import date
from enum import StrEnum

from core.rules import AGE_OF_MAJORITY

AGE_OF_LIMITED_CAPACITY = 8  # from 8 with a guardian's consent (D5, domain.md VOL-04)
AGE_OF_OWN_DATA_CONSENT = 14  # below it a guardian consents to the use of data (domain.md PRI-02)
LEAP_DAY = (2, 29)


class AgeBand(StrEnum):
    """Who decides for a person: nobody below 8, the guardian, both, the person."""

    UNDER_8 = "under_8"
    FROM_8_TO_13 = "from_8_to_13"
    FROM_14_TO_17 = "from_14_to_17"
    ADULT = "adult"


def turns_on(born_on: date, age: int) -> date:
    """The day on which a person is `age` for the first time.

    Born on 29 February: in a common year that is 1 March, so that the protection of a minor
    never ends a day early (security.md 74).
    """
    year = born_on.year + age
    if (born_on.month, born_on.day) == LEAP_DAY and not isleap(year):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def age_on(born_on: date, day: date) -> int:
    """Full years on `day` (a day in Shanghai); before birth is a `ValueError`."""
    if day < born_on:
        raise ValueError("nobody has an age before birth")
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_band_on(born_on: date, day: date) -> AgeBand:
    """The band of the person's age on `day` (D5)."""
    age = age_on(born_on, day)
    if age >= AGE_OF_MAJORITY:
        return AgeBand.ADULT
    if age >= AGE_OF_OWN_DATA_CONSENT:
        return AgeBand.FROM_14_TO_17
    if age >= AGE_OF_LIMITED_CAPACITY:
        return AgeBand.FROM_8_TO_13
    return AgeBand.UNDER_8


def is_minor_on(born_on: date, day: date) -> bool:
    """Whether the person is under 18 on `day` (domain.md MEM-05)."""
    return age_on(born_on, day) < AGE_OF_MAJORITY
