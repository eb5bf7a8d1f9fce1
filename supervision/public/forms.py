"""Forms of published statistics."""

from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_int
from core.rules import MAX_TYPED


class PublishForm(AppForm):
    """Which year, and why a published one is put right."""

    year = RadioField(_("哪一年的时长"), validate_choice=False)
    note = StringField(_("更正的原因"), [Length(max=4 * MAX_TYPED)])

    def offer(self, this_year: int) -> None:
        """Fill the choices: this year so far, and the last."""
        self.year.choices = [(str(one), str(one)) for one in (this_year, this_year - 1)]
        if self.year.data in {None, "None"}:
            self.year.data = str(this_year)

    def chosen_year(self) -> int:
        """Return the year. Raises RuleViolation for none."""
        return parse_int(self.year.data or "", "year", low=1, high=9999)


class TakeBackForm(AppForm):
    """Why an edition is taken back."""

    note = StringField(_("撤回的原因"), [Length(max=4 * MAX_TYPED)])
