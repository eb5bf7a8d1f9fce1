"""Forms of closing an organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from wtforms import RadioField, StringField
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import N_, RuleViolation
from organizations.rules import people_left

MAX_TYPED = 200
NOWHERE = "none"


class ActForm(AppForm):
    """A button without questions."""


class TargetForm(AppForm):
    """Where people of a closed organization go."""

    target = RadioField(_("会员和志愿者转到哪里"), validate_choice=False)

    def offer(self, places: Iterable[tuple[str, str]], *, nowhere: str = "") -> None:
        """Fill the chips with codes and names; ``nowhere`` are the words for no target."""
        first = [(NOWHERE, nowhere)] if nowhere else []
        self.target.choices = [*first, *places]

    def chosen(self, left: Mapping[str, int] | None = None) -> str:
        """Return the code of the target, nothing for none. Raises RuleViolation.

        ``left`` are the people that would be left without one; the refusal tells how many.
        """
        code = self.target.data or ""
        if not code and any((left or {}).values()):
            raise people_left(left or {})
        if not code:
            raise RuleViolation("target", N_("请选转到哪里"))
        return "" if code == NOWHERE else code


class ClosingForm(TargetForm):
    """Document and day of a closing, and where the people go."""

    document = StringField(_("文件号"), validators=[Length(max=MAX_TYPED)])
    closed_on = StringField(_("撤销日期"), validators=[Length(max=MAX_TYPED)])

    def day(self) -> date:
        """Return the day of the closing. Raises RuleViolation."""
        return parse_date(self.closed_on.data or "", "closed_on", today=clock.today())
