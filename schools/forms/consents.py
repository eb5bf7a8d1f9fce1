"""Forms of the consents of pupils."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, FileField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from core import clock
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int
from people.labels import LABELS
from people.rules import check_mobile, check_name
from people.rules.guardians import Relation

MAX_PAPERS = 200


class ActForm(AppForm):
    """A button without questions."""


class GuardianForm(AppForm):
    """Who may answer for a child; named by somebody else than the one who gains by it."""

    name = StringField(_("监护人姓名"), validators=[by_rule(check_name)])
    relation = RadioField(
        _("是学生的"),
        choices=[SelectChoice(one.value, LABELS[Relation][one]) for one in Relation],
        validators=[InputRequired(_("请选择是学生的什么人"))],
    )
    phone = StringField(_("监护人手机号"), validators=[by_rule(check_mobile)])


class OwnLinkForm(AppForm):
    """The own phone of a pupil; none where the one that is known is meant."""

    phone = StringField(_("学生本人手机号"), validators=[Length(max=20)])


class PapersForm(AppForm):
    """A bundle of signed papers: how many, of which day, their scan."""

    count = StringField(_("收到几份"), validators=[Length(max=8)])
    signed_on = StringField(_("签字日期"), validators=[Length(max=20)])
    own_signed = BooleanField(_("14 岁以上的学生本人也签了字"))
    file = FileField(_("同意书照片或扫描件"))

    def number(self) -> int:
        """Return how many papers there are. Raises RuleViolation."""
        return parse_int(self.count.data or "", "count", low=1, high=MAX_PAPERS)

    def day(self) -> date:
        """Return the day of the signatures. Raises RuleViolation."""
        today = clock.today()
        return parse_date(self.signed_on.data or "", "signed_on", high=today, today=today)
