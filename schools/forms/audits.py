"""Making an audit pack, and a line of the register of incidents."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import Length

from core import clock
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import typed
from schools.operations.audits import Incident
from schools.rules.audits import check_incident, check_year

MAX_TYPED = 200


class PackForm(AppForm):
    """The year, and what the pack is for."""

    year = StringField(_("年度"), validators=[Length(max=MAX_TYPED)])
    words = StringField(_("用途"), validators=[Length(max=MAX_TYPED)])

    def chosen_year(self) -> int:
        """Return the year. Raises RuleViolation."""
        return check_year(typed(self.year.data or "", "year"), clock.today())


class IncidentForm(AppForm):
    """What happened, to how many, and who was told when."""

    happened_on = StringField(_("发生日期"), validators=[Length(max=MAX_TYPED)])
    what = StringField(_("发生了什么"), validators=[Length(max=4 * MAX_TYPED)])
    people = StringField(_("涉及多少名未成年人"), validators=[Length(max=MAX_TYPED)])
    told = StringField(_("告知了谁"), validators=[Length(max=MAX_TYPED)])
    told_on = StringField(_("告知日期"), validators=[Length(max=MAX_TYPED)])

    def incident(self) -> Incident:
        """Return the line. Raises RuleViolation."""
        today = clock.today()
        happened_on = parse_date(self.happened_on.data or "", "happened_on", high=today)
        people = typed(self.people.data or "", "people")
        what, count, told = check_incident(self.what.data or "", people, self.told.data or "")
        told_on = None
        if (self.told_on.data or "").strip():
            told_on = parse_date(self.told_on.data or "", "told_on", low=happened_on, high=today)
        return Incident(happened_on, what, count, told, told_on)
