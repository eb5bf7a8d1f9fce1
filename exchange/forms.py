"""Forms of batches."""

from __future__ import annotations

from wtforms import FileField, RadioField
from wtforms.fields.choices import SelectChoice

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from exchange.labels import LABELS
from exchange.rules import BatchMode

#: What a batch can be begun with; refused rows are sent again from their batch.
CHOICES = (BatchMode.CHANGES, BatchMode.FULL)


class BatchForm(AppForm):
    """What a new batch holds."""

    mode = RadioField(
        _("报送哪些"),
        choices=[SelectChoice(one.value, LABELS[BatchMode][one]) for one in CHOICES],
        default=BatchMode.CHANGES.value,
    )


class ActForm(AppForm):
    """A button without questions."""


class ReceiptForm(AppForm):
    """The file that the other system answered with."""

    file = FileField(_("回执文件"))
