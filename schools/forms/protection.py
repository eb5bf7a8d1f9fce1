"""Which value of a pupil somebody looks at."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from people.labels import LABELS
from people.rules.minors import MinorField
from people.rules.reveals import RevealField

#: In the order of the page.
FIELDS: tuple[RevealField | MinorField, ...] = (*RevealField, *MinorField)


def field_of(text: str) -> RevealField | MinorField:
    """Return the field behind its code. Raises KeyError."""
    return {one.value: one for one in FIELDS}[text]


class PupilLookForm(AppForm):
    """One value; what it is for was said when the approval was asked for."""

    field = RadioField(
        _("看什么"),
        choices=[SelectChoice(one.value, LABELS[type(one)][one]) for one in FIELDS],
        validators=[InputRequired(_("请选择看什么"))],
    )

    def offer(self, kept: Iterable[RevealField | MinorField]) -> None:
        """Narrow the chips to what is kept of the pupil."""
        self.field.choices = [SelectChoice(one.value, LABELS[type(one)][one]) for one in kept]
