"""Forms of lists: what they are narrowed to, filters that are kept, and files of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput

from core import clock
from core.exports.writing import FileFormat
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.parsing import parse_date
from members.columns import GRADES
from members.labels import LABELS
from members.rules.exports import MAX_WORDS, ExportPurpose
from members.rules.roster import AgeBand, Order, check_filter_name
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import Sex

if TYPE_CHECKING:
    from members.rostering import Roster

ANY = SelectChoice("", _("不限"))


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(code), text) for code, text in words.items()]


def _day(name: str) -> Any:
    """Return what reads a day that may be left out; the form keeps it as an address does."""

    def read(text: str) -> str:
        if not text.strip():
            return ""
        return parse_date(text, name, high=clock.today(), today=clock.today()).isoformat()

    return by_rule(read)


class FilterForm(AppForm):
    """What a list is narrowed to, its order and its columns: sent as an address."""

    joined_from = StringField(validators=[_day("joined_from")])
    joined_to = StringField(_("到"), validators=[_day("joined_to")])
    below = SelectField(_("下级组织"))
    grade = RadioField(_("会员类别"), choices=[ANY, *_choices(GRADES)])
    sex = RadioField(_("性别"), choices=[ANY, *_choices(PEOPLE_LABELS[Sex])])
    age = RadioField(_("年龄"), choices=[ANY, *_choices(LABELS[AgeBand])])
    honours = RadioField(_("荣誉"), choices=[ANY, *_choices({"yes": _("有"), "no": _("没有")})])
    no_phone = RadioField(_("手机号"), choices=[ANY, *_choices({"yes": _("没有手机号")})])
    order = RadioField(_("排列"))
    on = StringField(_("看过去某一天的名单"), validators=[_day("on")])
    columns = SelectMultipleField(_("显示哪些列"), option_widget=CheckboxInput())

    def offer(self, below: Mapping[str, str], columns: Mapping[str, Any], roster: Roster) -> None:
        """Name what there is to choose from; filters that the list does not have go."""
        self.below.choices = [ANY, *_choices(below)]
        self.columns.choices = _choices(columns)
        self.order.choices = _choices(roster.orders)
        self.joined_from.label.text = roster.words.joined_from
        for name in set(self._fields) - set(roster.readers) - {"columns"}:
            del self[name]

    def parameters(self) -> dict[str, str]:
        """Return what was chosen as parameters of a list; of a past day nothing else applies."""
        if self.on.data:
            return {"on": self.on.data}
        chosen = {name: field.data for name, field in self._fields.items() if name != "columns"}
        if chosen["order"] == Order.NEWEST:
            del chosen["order"]
        return {name: str(value) for name, value in chosen.items() if value}


class SavedFilterForm(AppForm):
    """The name of a saved filter, and whether everybody at the organization sees it."""

    name = StringField(_("名字"), validators=[by_rule(check_filter_name)])
    is_shared = BooleanField(_("本组织的人都看得到"))


class ExportForm(AppForm):
    """What a file holds, what it is for, and in which form."""

    columns = SelectMultipleField(_("哪些列"), option_widget=CheckboxInput())
    purpose = RadioField(
        _("用途"),
        choices=_choices(LABELS[ExportPurpose]),
        validators=[InputRequired(_("请选择用途"))],
    )
    words = StringField(
        _("用在哪里，给谁"),
        validators=[
            InputRequired(_("请写明用在哪里，给谁")),
            Length(max=MAX_WORDS, message=_("最多 60 个字")),
        ],
    )
    format = RadioField(
        _("格式"),
        choices=_choices(LABELS[FileFormat]),
        default=FileFormat.XLSX.value,
        validators=[InputRequired(_("请选择格式"))],
    )

    def offer(self, columns: Mapping[str, str]) -> None:
        """Name the columns that the post may take."""
        self.columns.choices = _choices(columns)
