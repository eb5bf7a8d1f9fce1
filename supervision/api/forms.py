"""Forms of tokens: whom for, what it opens, until when; and why one is revoked."""

from __future__ import annotations

from datetime import date, timedelta

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from core.access.marks import ApiScope
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import MAX_TYPED, N_, RuleViolation
from supervision.api.labels import LABELS


class TokenForm(AppForm):
    """What the province says about a token before it is made."""

    system = StringField(_("对方系统"), [Length(max=4 * MAX_TYPED)])
    purpose = StringField(_("用途"), [Length(max=4 * MAX_TYPED)])
    reach = SelectField(_("范围"), validate_choice=False)
    api_scopes = SelectMultipleField(_("可以读"), validate_choice=False)
    expires_on = StringField(_("有效到"), [Length(max=MAX_TYPED)])

    def offer(self, places: list[tuple[str, str]], today: date, most_days: int) -> None:
        """Fill the choices, and half the longest time where nothing was typed."""
        self.reach.choices = places
        self.api_scopes.choices = [(one.value, LABELS[ApiScope][one]) for one in ApiScope]
        if self.expires_on.data is None:
            self.expires_on.data = (today + timedelta(days=most_days // 2)).isoformat()

    def chosen_scopes(self) -> list[ApiScope]:
        """Return what the token opens. Raises RuleViolation for nothing and for what is unknown."""
        chosen = self.api_scopes.data or []
        known = [one for one in ApiScope if one.value in chosen]
        if not known or len(known) != len(set(chosen)):
            raise RuleViolation("api_scopes", N_("请至少选一项"))
        return known

    def last_day(self) -> date:
        """Return the last day. Raises RuleViolation for what is no day."""
        return parse_date(self.expires_on.data or "", "expires_on")


class RevokeForm(AppForm):
    """Why a token is revoked."""

    note = StringField(_("停用的原因"), [Length(max=4 * MAX_TYPED)])
