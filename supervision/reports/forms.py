"""Forms of reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import StringField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.rules import MAX_TYPED
from supervision.reports.rules import reason_field


class NoteForm(AppForm):
    """Why a report is returned."""

    note = StringField(_("退回的原因"), [Length(max=4 * MAX_TYPED)])


class ReasonForm(AppForm):
    """Why frozen values were corrected, each by itself; made by ``reason_form``."""

    def told(self, indicators: Iterable[str]) -> dict[str, str]:
        """Return what was typed, by indicator."""
        return {one: self[reason_field(one)].data or "" for one in indicators}


def reason_form(names: Mapping[str, str]) -> ReasonForm:
    """Return the form with a field for each indicator, labelled with its name."""
    fields: dict[str, Any] = {
        reason_field(one): StringField(
            gettext("%(name)s：更正的原因", name=name), [Length(max=4 * MAX_TYPED)]
        )
        for one, name in names.items()
    }
    made: ReasonForm = type("ReasonForm", (ReasonForm,), fields)()
    return made
