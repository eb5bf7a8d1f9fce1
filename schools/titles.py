"""What a class is called on the screen."""

from __future__ import annotations

from typing import Protocol

from core.i18n import gettext
from schools.rules.classes import GRADE_NAMES


class Titled(Protocol):
    """A class as far as its title needs it."""

    @property
    def grade(self) -> int: ...

    @property
    def number(self) -> int: ...

    @property
    def name(self) -> str: ...


def grade_title(grade: int) -> str:
    """Return how a grade is said."""
    words: str = gettext(GRADE_NAMES[grade])
    return words


def class_title(one: Titled) -> str:
    """Return how a class is said, its own name in brackets."""
    return title_of(one.grade, one.number, one.name)


def title_of(grade: int, number: int, name: str = "") -> str:
    """Return how a class of a grade and number is said, its own name in brackets."""
    words: str = gettext("%(grade)s%(number)d班", grade=grade_title(grade), number=number)
    return f"{words}（{name}）" if name else words
