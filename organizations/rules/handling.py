"""How long a case took, as a part of a number: the median is read off the parts (domain.md I20)."""

from __future__ import annotations

from datetime import date

#: The part of everything that took longer than sixty days.
LONGEST = 61


def days_part(first: date, last: date) -> str:
    """Return the name of the part: days from the day of handing in to the day of the answer.

    The day itself is nothing; what took longer than sixty days stands together.
    """
    return str(min(max((last - first).days, 0), LONGEST))
