"""The form of a switch: where, what, from which day, why."""

from __future__ import annotations

from datetime import date

from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import N_, RuleViolation, typed

MAX_TYPED = 200
ABOVE = "above"
MAX_DIGITS = 4


class SwitchForm(AppForm):
    """A module is on or off; a setting is a number. Both may be as above."""

    place = StringField(_("在哪个组织"), validators=[Length(max=MAX_TYPED)])
    state = RadioField(
        _("怎么样"),
        choices=[
            SelectChoice("1", _("开")),
            SelectChoice("0", _("关")),
            SelectChoice(ABOVE, _("和上级一样")),
        ],
        validate_choice=False,
    )
    number = StringField(_("改成多少"), validators=[Length(max=MAX_TYPED)])
    valid_from = StringField(_("从哪天起"), validators=[Length(max=MAX_TYPED)])
    valid_to = StringField(_("到哪天止"), validators=[Length(max=MAX_TYPED)])
    reason = StringField(_("依据"), validators=[Length(max=4 * MAX_TYPED)])

    def first(self) -> date:
        """Return the first day. Raises RuleViolation."""
        return parse_date(self.valid_from.data or "", "valid_from")

    def last(self) -> date | None:
        """Return the last day, None for no end. Raises RuleViolation."""
        text = (self.valid_to.data or "").strip()
        return parse_date(text, "valid_to") if text else None

    def on_or_off(self) -> int | None:
        """Return 1 for on, 0 for off, None for as above. Raises RuleViolation."""
        if self.state.data not in {"1", "0", ABOVE}:
            raise RuleViolation("state", N_("请选择怎么样"))
        return None if self.state.data == ABOVE else int(self.state.data)

    def amount(self) -> int | None:
        """Return the number, None for as above. Raises RuleViolation."""
        text = typed(self.number.data or "", "number")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
            raise RuleViolation("number", N_("请填一个整数"))
        return int(text)
