"""Forms of imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import FileField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.imports.rules import RowChoice

MAX_CHOICE = 16


class FileForm(AppForm):
    """A file with a list."""

    subject = HiddenField(validators=[Length(max=32)])
    into = HiddenField(validators=[Length(max=16)])
    file = FileField(_("选文件"))


class PasteForm(AppForm):
    """A list that was pasted."""

    subject = HiddenField(validators=[Length(max=32)])
    into = HiddenField(validators=[Length(max=16)])
    text = TextAreaField(_("名单"))


class ActForm(AppForm):
    """A button without questions."""


class ColumnsForm(AppForm):
    """Which column is which; ``into_new`` is told for all rows where there is none to choose."""

    into_new = StringField(validators=[Length(max=16)])


class RowForm(AppForm):
    """One row of a list: its cells come under the names of their fields."""

    number = HiddenField(validators=[Length(max=9)])
    choice = RadioField(_("是同一人吗"), validate_choice=False)

    def chosen(self) -> RowChoice:
        """Return what was decided about the row, by a chip or by a button."""
        return choice_of(self.choice.data)


def choice_of(text: str | None) -> RowChoice:
    """Return the decision of that name; anything else decides nothing."""
    try:
        return RowChoice((text or "")[:MAX_CHOICE])
    except ValueError:
        return RowChoice.NONE


def cells_of(form: Mapping[str, str], codes: Sequence[str], prefix: str) -> dict[str, str]:
    """Return field -> typed text of the fields that a form brought; nothing else is read."""
    return {code: form[f"{prefix}{code}"] for code in codes if f"{prefix}{code}" in form}
