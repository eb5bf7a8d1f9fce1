"""Forms of looking at a protected value."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from core import clock
from core.forms import AppForm
from core.parsing import parse_date
from core.rules import N_, RuleViolation
from people.labels import LABELS
from people.rules.deaths import DeathFacts, DeathProof
from people.rules.reveals import MAX_REASON, RevealField, RevealReason

MAX_TYPED = 200


class RevealForm(AppForm):
    """Why somebody looks at one value of one person."""

    field = RadioField(
        _("看什么"),
        choices=[SelectChoice(one.value, LABELS[RevealField][one]) for one in RevealField],
        default=RevealField.PHONE.value,
        validators=[InputRequired(_("请选择看什么"))],
    )
    reason = RadioField(
        _("为什么要看"),
        choices=[SelectChoice(one.value, LABELS[RevealReason][one]) for one in RevealReason],
        validators=[InputRequired(_("请选择原因"))],
    )
    note = StringField(_("说明"), validators=[Length(max=MAX_REASON, message=_("最多 60 个字"))])


class OwnForm(AppForm):
    """The button that shows one's own values in full."""


class ActForm(AppForm):
    """A button without questions."""


class DeathForm(AppForm):
    """When somebody died, and by what the branch knows."""

    died_on = StringField(_("去世日期"), validators=[Length(max=MAX_TYPED)])
    proof = RadioField(_("证明"), validate_choice=False)
    reference = StringField(_("证明编号或说明"), validators=[Length(max=MAX_TYPED)])

    def offer(self) -> None:
        """Fill the chips."""
        self.proof.choices = list(LABELS[DeathProof].items())

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        return parse_date(self.died_on.data or "", "died_on", today=clock.today())

    def chosen(self) -> DeathProof:
        """Return the kind of proof. Raises RuleViolation."""
        try:
            return DeathProof(self.proof.data or "")
        except ValueError:
            raise RuleViolation("proof", N_("请选一种证明")) from None

    def facts(self) -> DeathFacts:
        """Return what was told. Raises RuleViolation."""
        return DeathFacts(self.day(), self.chosen(), self.reference.data or "")
