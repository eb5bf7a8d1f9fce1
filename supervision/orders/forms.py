"""Forms of supervision orders."""

from __future__ import annotations

from datetime import date

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import MAX_TYPED
from supervision.orders.rules import SUBJECT_MAX, TEXT_MAX


class OrderForm(AppForm):
    """What is to be put right, and until when."""

    subject = StringField(_("督办什么"), [Length(max=4 * SUBJECT_MAX)])
    text = TextAreaField(_("要求"), [Length(max=4 * TEXT_MAX)])
    due_on = StringField(_("办结期限"), [Length(max=MAX_TYPED)])

    def told_due(self) -> date:
        """Return the deadline. Raises RuleViolation."""
        return parse_date(self.due_on.data or "", "due_on")


class StepForm(AppForm):
    """Words that go with a step; a new deadline where it is given back."""

    words = TextAreaField(_("说明"), [Length(max=4 * TEXT_MAX)])
    due_on = StringField(_("新的办结期限"), [Length(max=MAX_TYPED)])

    def told_due(self) -> date | None:
        """Return the new deadline, None for the usual one. Raises RuleViolation."""
        text = (self.due_on.data or "").strip()
        return parse_date(text, "due_on") if text else None
