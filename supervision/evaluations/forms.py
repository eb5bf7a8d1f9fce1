"""Forms of evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Length

from core.access.permissions import Level
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import MAX_TYPED
from organizations.labels import LABELS as ORGANIZATION_LABELS
from supervision.evaluations.labels import LABELS
from supervision.evaluations.rules import FULL, Method, Weight
from supervision.evaluations.scoring import LEVELS, read_target
from supervision.indicators.definitions import Definition


class StartForm(AppForm):
    """Which year, and who is evaluated."""

    year = RadioField(_("年份"), validate_choice=False)
    level = RadioField(
        _("评估谁"),
        choices=[SelectChoice(one.value, ORGANIZATION_LABELS[Level][one]) for one in LEVELS],
    )

    def offer(self, this_year: int) -> None:
        """Fill the choices: this year so far, and the last."""
        self.year.choices = [SelectChoice(str(one), str(one)) for one in (this_year - 1, this_year)]
        if self.year.data in {None, "None"}:
            self.year.data = str(this_year - 1)
        if self.level.data in {None, "None"}:
            self.level.data = Level.COUNTY.value

    def chosen(self) -> tuple[int, Level]:
        """Return year and level. Raises RuleViolation for no year."""
        return parse_int(self.year.data or "", "year", low=1, high=9999), Level(self.level.data)


class ReplyForm(AppForm):
    """What a place says to its result."""

    reply = TextAreaField(_("意见"), [Length(max=2000)])


class WeightsForm(AppForm):
    """Weights and targets of every indicator from a day on; made by ``weights_form``."""

    level = RadioField(
        _("评估谁"),
        choices=[SelectChoice(one.value, ORGANIZATION_LABELS[Level][one]) for one in LEVELS],
    )
    valid_from = StringField(_("从哪天起"), [Length(max=MAX_TYPED)])
    source = StringField(_("依据"), [Length(max=4 * MAX_TYPED)])

    def row(self, code: str) -> tuple[Any, Any, Any]:
        """Return the fields of an indicator: weight, target, method."""
        return self[f"weight_{code}"], self[f"target_{code}"], self[f"method_{code}"]

    def day(self) -> date:
        """Return the day from which they hold. Raises RuleViolation for none."""
        return parse_date(self.valid_from.data or "", "valid_from")

    def weight_of(self, one: Definition) -> Weight:
        """Return what was typed of an indicator; nothing is no weight. Raises RuleViolation."""
        weight, target, method = self.row(one.code)
        told = (weight.data or "").strip()
        number = parse_int(told, weight.name, low=0, high=FULL) if told else 0
        aim = read_target(target.data or "", one.unit, target.name) if number else 0
        return Weight(one.code, number, aim, Method(method.data))


def weights_form(definitions: Sequence[Definition]) -> WeightsForm:
    """Return the form with three fields for each indicator."""
    fields: dict[str, Any] = {}
    for one in definitions:
        name = gettext(one.name)
        fields[f"weight_{one.code}"] = StringField(
            gettext("%(name)s 权重", name=name), [Length(max=MAX_TYPED)]
        )
        fields[f"target_{one.code}"] = StringField(
            gettext("%(name)s 目标", name=name), [Length(max=MAX_TYPED)]
        )
        fields[f"method_{one.code}"] = RadioField(
            gettext("%(name)s 算法", name=name),
            choices=[SelectChoice(way.value, LABELS[Method][way]) for way in Method],
            default=Method.PROPORTION.value,
        )
    made: WeightsForm = type("WeightsForm", (WeightsForm,), fields)()
    return made
