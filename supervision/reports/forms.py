"""Forms of reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import Length

from core.forms import AppForm
from core.rules import MAX_TYPED


class NoteForm(AppForm):
    """Why a report is returned."""

    note = StringField(_("退回的原因"), [Length(max=4 * MAX_TYPED)])


class ReasonForm(AppForm):
    """Why frozen numbers were corrected."""

    note = StringField(_("更正的原因"), [Length(max=4 * MAX_TYPED)])
