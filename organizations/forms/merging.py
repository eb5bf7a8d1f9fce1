"""Forms of organizations that become one: a list, or one pair."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from core import clock
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from core.rules import MAX_TYPED, N_, RuleViolation
from organizations.forms.closing import TargetForm

MAX_CODE = 12


class MergerForm(TargetForm):
    """What was decided: document, day, and whether the divisions become one as well."""

    document = StringField(_("文件号"), validators=[Length(max=MAX_TYPED)])
    closed_on = StringField(_("合并日期"), validators=[Length(max=MAX_TYPED)])
    ends_divisions = BooleanField(_("行政区划也一起合并"))

    def day(self) -> date:
        """Return the day of the merger. Raises RuleViolation."""
        return parse_date(self.closed_on.data or "", "closed_on", today=clock.today())


class MergerListForm(MergerForm):
    """A list of organizations that end and where they go: pasted, or a file."""

    text = TextAreaField(_("名单"))
    file = FileField(_("选文件"))


class PairForm(MergerForm):
    """One organization, and the one that takes it in: one that stands, or a new one."""

    source = HiddenField(validators=[Length(max=MAX_CODE)])
    name = StringField(_("或者新组织的名称"), validators=[Length(max=MAX_TYPED)])

    def wanted(self) -> str:
        """Return code or new name of what takes the other one in. Raises RuleViolation."""
        name, code = (self.name.data or "").strip(), self.target.data or ""
        if bool(name) == bool(code):
            raise RuleViolation("target", N_("选一个组织，或者写新组织的名称，二选一"))
        return name or code
