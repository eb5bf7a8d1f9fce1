"""What a table is taken for."""

from __future__ import annotations

from wtforms import SelectField
from wtforms.fields import SelectChoice

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from members.labels import LABELS
from members.rules.exports import ExportPurpose

#: What tables of numbers are for; the first is what most are.
PURPOSES = (
    ExportPurpose.FILING,
    ExportPurpose.MEETING,
    ExportPurpose.CHECK,
    ExportPurpose.OTHER,
)


class TakeForm(AppForm):
    """The purpose of a file; nothing has to be typed."""

    purpose = SelectField(
        _("用途"),
        choices=[SelectChoice(one.value, LABELS[ExportPurpose][one]) for one in PURPOSES],
    )

    def chosen(self) -> ExportPurpose:
        """Return the purpose of a form that was accepted."""
        return ExportPurpose(self.purpose.data)
