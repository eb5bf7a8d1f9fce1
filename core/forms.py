"""The base of every form: text trimmed, one value per name, violations beside their field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields import SelectMultipleField
from wtforms.validators import ValidationError

from core.i18n import gettext, say
from core.rules import IllegalTransition, RuleViolation


class AppForm(FlaskForm):
    """A form for one act of a user; a RuleViolation lands beside the field it names."""

    def accepts(self) -> bool:
        """Return whether the form was sent and its shape is right."""
        return bool(self.validate_on_submit())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape; a name given twice is refused (security.md IN-09)."""
        for name, field in self._fields.items():
            if not isinstance(field, SelectMultipleField) and len(request.form.getlist(name)) > 1:
                field.errors = [gettext("这一项收到了两个值，请重新填写")]
                return False
        return bool(super().validate(extra_validators))

    def reads_well(self, *readers: Callable[[], object]) -> bool:
        """Return whether every reader reads its value; the violations of all stand beside fields.

        So somebody learns of every wrong field at once and not of one after the other.
        """
        well = True
        for read in readers:
            try:
                read()
            except RuleViolation as violation:
                self.add_violation(violation)
                well = False
        return well

    def add_violation(self, violation: RuleViolation) -> None:
        """Put a rule's sentence beside the field it names, else above the form.

        A state that changed meanwhile is no mistake of the form: it is raised on, for the page
        that tells of it (409).
        """
        if isinstance(violation, IllegalTransition):
            raise violation
        sentence = say(violation)
        field = self._fields.get(violation.field)
        if field is not None:
            field.errors = [*field.errors, sentence]
        else:
            self.form_errors.append(sentence)


def by_rule(check: Callable[[str], object]) -> Callable[[AppForm, Field], None]:
    """Return a validator that asks a pure rule and keeps its canonical value in the field."""

    def validate(form: AppForm, field: Field) -> None:
        del form
        try:
            field.data = check(field.data or "")
        except RuleViolation as violation:
            raise ValidationError(say(violation)) from violation

    return validate
