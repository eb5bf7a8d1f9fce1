"""Forms of versions and targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import current_app
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import Length

from core.access.permissions import Level
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import MAX_TYPED
from organizations.labels import LABELS
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.drafting import Draft, may_be_chosen
from supervision.indicators.labels import term_text
from supervision.indicators.operations import TargetFacts

_LONG = [Length(max=4 * MAX_TYPED)]


class VersionForm(AppForm):
    """What an indicator is to mean from a day on."""

    name = StringField(_("名称"), _LONG)
    name_en = StringField(_("英文名称"), _LONG)
    of = SelectMultipleField(_("把这些数加起来"), validate_choice=False)
    out_of = SelectMultipleField(_("再除以这些数的和"), validate_choice=False)
    formula = StringField(_("怎么算，用一句话写"), _LONG)
    source = StringField(_("依据"), _LONG)
    valid_from = StringField(_("从哪天起"), _LONG)

    def offer(self, known: Definition, *, fill: bool) -> None:
        """Fill the choices, and where nothing was sent yet the fields with what holds."""
        self.of.choices = _choices(known.of)
        self.out_of.choices = _choices(known.out_of) if known.out_of else []
        if fill:
            self.name.data, self.name_en.data = known.name, known.name_en
            self.of.data = [str(one) for one in known.of]
            self.out_of.data = [str(one) for one in known.out_of]
            self.formula.data = known.formula

    def draft(self) -> Draft:
        """Return what was typed."""
        return Draft(
            self.name.data or "",
            self.name_en.data or "",
            self.formula.data or "",
            self.source.data or "",
            self.of.data or (),
            self.out_of.data or (),
        )

    def first_day(self) -> date:
        """Return the first day. Raises RuleViolation for none."""
        return parse_date(self.valid_from.data or "", "valid_from")


class TargetForm(AppForm):
    """What is to be reached in a year, by whom, and who says so."""

    level = RadioField(_("哪一级的每个组织"), validate_choice=False)
    organization = StringField(_("或者只给一个组织"), _LONG)
    year = StringField(_("哪一年"), _LONG)
    value = StringField(_("目标"), _LONG)
    source = StringField(_("依据"), _LONG)

    def offer(self, year: int) -> None:
        """Fill the levels, and this year where nothing was sent yet."""
        self.level.choices = [(one.value, str(LABELS[Level][one])) for one in Level]
        if self.year.data is None:
            self.year.data = str(year)

    def facts(self, code: str) -> TargetFacts:
        """Return what was typed. Raises RuleViolation for no year."""
        year = parse_int(self.year.data or "", "year", low=1, high=9999)
        return TargetFacts(
            code,
            year,
            self.level.data or "",
            self.organization.data or "",
            self.value.data or "",
            self.source.data or "",
        )


def _choices(known: Sequence[Term]) -> list[tuple[str, str]]:
    words = current_app.jinja_env.filters["label"]
    return [(str(one), term_text(one, words)) for one in may_be_chosen(known)]
