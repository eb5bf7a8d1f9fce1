"""The form of the lines of a rule."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from core.access.permissions import Level
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import MAX_TYPED, N_, RuleViolation
from supervision.alerts.definitions import AlertRule
from supervision.alerts.rules import MOST, Threshold
from supervision.indicators.rules import HUNDREDTHS, Unit


class ThresholdForm(AppForm):
    """From where on a figure is yellow and red, from which day on, and why."""

    level = SelectField(_("哪一级"), validate_choice=False)
    valid_from = StringField(_("从哪天起"), [Length(max=MAX_TYPED)])
    yellow = StringField(_("黄色线"), [Length(max=MAX_TYPED)])
    red = StringField(_("红色线"), [Length(max=MAX_TYPED)])
    is_off = BooleanField(_("这一级不预警"))
    source = StringField(_("依据"), [Length(max=4 * MAX_TYPED)])

    def told_level(self) -> Level:
        """Return the level. Raises RuleViolation for none."""
        try:
            return Level(self.level.data or "")
        except ValueError:
            raise RuleViolation("level", N_("请重新选择")) from None

    def told_day(self) -> date:
        """Return the first day. Raises RuleViolation."""
        return parse_date(self.valid_from.data or "", "valid_from")

    def told_yellow(self) -> int | None:
        """Return the typed yellow line. Raises RuleViolation for no number."""
        return _number(self.yellow.data or "", "yellow")

    def told_red(self) -> int | None:
        """Return the typed red line. Raises RuleViolation for no number."""
        return _number(self.red.data or "", "red")

    def told(self, rule: AlertRule) -> Threshold:
        """Return the lines in units of the rule. Raises RuleViolation."""
        scale = scale_of(rule)
        yellow, red = self.told_yellow(), self.told_red()
        return Threshold(
            yellow * scale if yellow is not None else None,
            red * scale if red is not None else None,
            self.source.data or "",
            not self.is_off.data,
            self.told_day(),
        )


def scale_of(rule: AlertRule) -> int:
    """Return how many units of a figure make one of what is typed: per cent, hours, pieces."""
    if rule.is_share:
        return HUNDREDTHS
    return 60 if rule.definition.unit is Unit.MINUTES else 1


def _number(text: str, field: str) -> int | None:
    return parse_int(text, field, low=0, high=MOST) if text.strip() else None
