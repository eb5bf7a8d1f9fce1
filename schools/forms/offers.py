"""Forms of pupils who go on to another school."""

from __future__ import annotations

from wtforms import SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.rules import typed


class PickForm(AppForm):
    """Ticked rows of a list."""

    ids = SelectMultipleField(
        _("名单"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        choices=[],
    )


class OfferForm(PickForm):
    """Ticked pupils, and the school that they go to."""

    school = StringField(_("去的学校"), validators=[by_rule(lambda text: typed(text, "school"))])
