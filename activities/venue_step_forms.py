"""Forms of the steps of venues: naming, inspections by criteria, stars by points, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from activities.rules.venue_reviews import Finding, Inspection, Scored, StarItem
from activities.rules.venues import Naming
from activities.venue_labels import VENUE_LABELS
from core.forms import AppForm
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from core.rules import RuleViolation

SHORT = Length(max=200)
MET, UNMET = "met", "unmet"


class NamingForm(AppForm):
    """The plaque and the day; at a workshop named anew the leader, too."""

    plaque_number = StringField(_("牌匾编号"), [SHORT])
    named_on = StringField(_("授牌日期"), [SHORT])
    leader = StringField(_("新领办人的会员编号"), [SHORT])

    def facts(self) -> Naming | None:
        """Return what the form tells, or None with every mistake beside its field."""
        if not self.reads_well(self._day):
            return None
        return Naming(self.plaque_number.data or "", self._day())

    def _day(self) -> date:
        return parse_date(self.named_on.data or "", "named_on")


class DayForm(AppForm):
    """From which day on a venue is open."""

    opened_on = StringField(_("开放日期"), [SHORT])

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.opened_on.data or "", "opened_on")


class CloseForm(AppForm):
    """Why and from which day on a venue is closed."""

    closed_on = StringField(_("摘牌日期"), [SHORT])
    note = StringField(_("摘牌原因"), [SHORT])

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.closed_on.data or "", "closed_on")


class ReasonForm(AppForm):
    """Why something goes back, or is taken back."""

    note = StringField(_("原因"), [SHORT])


class InspectionForm(AppForm):
    """One look: a subclass has two fields for every criterion that is asked for."""

    held_on = StringField(_("查看日期"), [SHORT])
    inspector = StringField(_("查看人"), [SHORT])
    words = StringField(_("意见"), [SHORT])
    criteria: Sequence[str] = ()

    def pairs(self) -> list[tuple[Any, Any]]:
        """Return answer and evidence of every criterion."""
        return [(self[name], self[f"{name}_evidence"]) for name in self.criteria]

    def facts(self) -> Inspection | None:
        """Return what the form tells, or None with the mistake beside its field."""
        if not self.reads_well(self._day):
            return None
        told = [
            Finding(answer.name, answer.data == MET, evidence.data or "")
            for answer, evidence in self.pairs()
            if answer.data in {MET, UNMET}
        ]
        inspector, words = self.inspector.data or "", self.words.data or ""
        return Inspection(self._day(), inspector, told, words)

    def _day(self) -> date:
        return parse_date(self.held_on.data or "", "held_on")


def inspection_form(asked: Sequence[Any], today: date) -> InspectionForm:
    """Return the form of the criteria that are asked for."""
    choices = [(MET, _("达到")), (UNMET, _("没达到"))]
    fields: dict[str, Any] = {"criteria": [one.name for one in asked]}
    for one in asked:
        words = gettext(one.label)
        words = words % {"number": one.number} if one.number else words
        fields[one.name] = RadioField(words, validate_choice=False)
        fields[f"{one.name}_evidence"] = StringField(_("依据"), [SHORT])
    form: InspectionForm = type("FormOfCriteria", (InspectionForm,), fields)(
        data={"held_on": today.isoformat()}
    )
    for answer, _evidence in form.pairs():
        answer.choices = choices
    return form


class CriteriaForm(AppForm):
    """What is asked of venues of a kind from a day on."""

    items = TextAreaField(_("条件，一行一条"), [Length(max=4000)])
    valid_from = StringField(_("从哪天起"), [SHORT])
    source = StringField(_("依据"), [SHORT])

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.valid_from.data or "", "valid_from")


class StarForm(AppForm):
    """A review for stars: a subclass has points and evidence for every item."""

    held_on = StringField(_("评定日期"), [SHORT])
    most: Mapping[StarItem, int] = {}

    def pairs(self) -> list[tuple[Any, Any, int]]:
        """Return points, evidence and the most points of every item."""
        return [(self[one.value], self[f"{one}_evidence"], most) for one, most in self.most.items()]

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.held_on.data or "", "held_on")

    def scores(self) -> list[Scored] | None:
        """Return the points, or None with every mistake beside its item."""
        scores, well = [], self.reads_well(self.day)
        for item, most in self.most.items():
            try:
                points = parse_int(self[item.value].data or "", item.value, low=0, high=most)
            except RuleViolation as violation:
                self.add_violation(violation)
                well = False
            else:
                scores.append(Scored(item, points, self[f"{item}_evidence"].data or ""))
        return scores if well else None


def star_form(most: Mapping[StarItem, int], today: date) -> StarForm:
    """Return the form of the items of a day."""
    fields: dict[str, Any] = {"most": dict(most)}
    for item in most:
        fields[item.value] = StringField(VENUE_LABELS[StarItem][item], [SHORT])
        fields[f"{item}_evidence"] = StringField(_("依据"), [SHORT])
    form: StarForm = type("FormOfStars", (StarForm,), fields)(data={"held_on": today.isoformat()})
    return form
