"""What a class is called on the screen."""

from __future__ import annotations

from flask_babel import gettext as _

from schools.rules.classes import GRADE_NAMES


def class_text(grade: int, number: int, name: str) -> str:
    """Return the grade with the own name of a class, or with its number."""
    grade_text = _(GRADE_NAMES[grade])
    if name:
        return f"{grade_text} {name}"
    return str(_("%(grade)s %(number)s 班", grade=grade_text, number=number))
