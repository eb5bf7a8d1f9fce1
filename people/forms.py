"""Forms of looking at a protected value."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from core.forms import AppForm
from people.labels import LABELS
from people.rules.reveals import MAX_REASON, RevealField, RevealReason


class RevealForm(AppForm):
    """Why somebody looks at one value of one person."""

    field = RadioField(
        _("看什么"),
        choices=[SelectChoice(one.value, LABELS[RevealField][one]) for one in RevealField],
        default=RevealField.PHONE.value,
        validators=[InputRequired(_("请选择看什么"))],
    )
    reason = RadioField(
        _("为什么要看"),
        choices=[SelectChoice(one.value, LABELS[RevealReason][one]) for one in RevealReason],
        validators=[InputRequired(_("请选择原因"))],
    )
    note = StringField(_("说明"), validators=[Length(max=MAX_REASON, message=_("最多 60 个字"))])


class OwnForm(AppForm):
    """The button that shows one's own values in full."""
