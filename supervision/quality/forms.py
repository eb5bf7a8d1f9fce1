"""Forms of the data quality desk: what is filled in, and what is assigned."""

from __future__ import annotations

from datetime import date

from wtforms import SelectField, StringField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import MAX_TYPED, N_, RuleViolation
from people.labels import LABELS
from people.rules import IdType

_LENGTH = Length(max=4 * MAX_TYPED)


class MendForm(AppForm):
    """One thing of a person that is filled in: a document, a phone or a day of birth."""

    id_type = SelectField(_("证件种类"), validate_choice=False)
    id_number = StringField(_("证件号"), [_LENGTH])
    phone = StringField(_("手机号"), [_LENGTH])
    born_on = StringField(_("出生日期"), [_LENGTH])

    def offer(self) -> None:
        """Fill the choices."""
        self.id_type.choices = [(one.value, LABELS[IdType][one]) for one in IdType]
        if self.id_type.data in {None, "None"}:
            self.id_type.data = IdType.RESIDENT_ID.value

    def chosen_type(self) -> IdType:
        """Return the kind of document. Raises RuleViolation for none."""
        if self.id_type.data not in set(IdType):
            raise RuleViolation("id_type", N_("请选证件种类"))
        return IdType(self.id_type.data)

    def birth(self, today: date) -> date | None:
        """Return the day of birth, None where nothing was typed. Raises RuleViolation."""
        text = self.born_on.data or ""
        return parse_date(text, "born_on", high=today) if text.strip() else None


class AssignForm(AppForm):
    """Until when a list is put right, and what the upper level says about it."""

    due_on = StringField(_("改完的期限"), [Length(max=MAX_TYPED)])
    note = StringField(_("说明"), [_LENGTH])

    def day(self) -> date:
        """Return the day. Raises RuleViolation for what is no day."""
        return parse_date(self.due_on.data or "", "due_on")
