"""What schools tell a person of himself: rosters, years, activities (PRV-15)."""

from __future__ import annotations

from enum import StrEnum

from flask import url_for

from core import clock
from core.filters import full_day
from core.i18n import gettext
from people.presence import Section, Standing
from schools.labels import LABELS
from schools.models import Pupil, SchoolClass
from schools.queries import own
from schools.titles import class_title


def tell_pupil(person_id: int) -> list[Section]:
    """Return everything that schools keep of a person; nothing where no school knows him."""
    url = url_for("people.my_data")
    rosters = own.rosters_of(person_id)
    if not rosters:
        return []
    parts = {
        gettext("学校名册"): [
            Standing(one.organization.name, _roster(one), url) for one in rosters
        ],
        gettext("各学年的班级"): [
            Standing(
                f"{one.year}–{one.year + 1}", f"{one.organization.name} {class_title(one)}", url
            )
            for one in own.years_of(person_id)
        ],
        gettext("学校活动"): [
            Standing(one.title, f"{full_day(one.held_on)} {one.organization.name}", url)
            for one in own.attended_by(person_id)
        ],
    }
    return [Section(title, lines, url) for title, lines in parts.items() if lines]


def _roster(one: Pupil) -> str:
    day = full_day(clock.local(one.entered_at).date())
    words = [class_title(one.school_class)] if one.school_class else []
    return " · ".join([*words, _word(one.status), day])


def _class(one: SchoolClass) -> str:
    return f"{one.organization.name} {class_title(one)}"


def _word(value: StrEnum) -> str:
    return str(LABELS[type(value)][value])
