"""The form by which somebody is entered on behalf."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, FileField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from core import clock
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.imports.rules import RowChoice
from core.parsing import parse_date
from core.rules import N_, RuleViolation
from members.labels import LABELS
from members.rules import ApplicationKind, Paper, check_paper_number
from people.labels import LABELS as PEOPLE_LABELS
from people.rules import IdType, check_name

MAX_TYPED = 200


class EntryForm(AppForm):
    """Somebody who is entered by who keeps the branch, with the paper he signed (ux.md S29)."""

    kind = RadioField(_("加入为"), validate_choice=False)
    name = StringField(_("姓名"), validators=[Length(max=MAX_TYPED)])
    id_type = SelectField(_("证件种类"), validate_choice=False)
    id_number = StringField(_("证件号码"), validators=[Length(max=MAX_TYPED)])
    born_on = StringField(_("出生日期"), validators=[Length(max=MAX_TYPED)])
    phone = StringField(_("手机号"), validators=[Length(max=MAX_TYPED)])
    agreed = BooleanField(
        _("已当面征得本人同意，本人在纸质申请表上签了名"),
        validators=[InputRequired(_("请先当面征得同意并签名"))],
    )
    signed_on = StringField(_("签名日期"), validators=[Length(max=MAX_TYPED)])
    witness = StringField(
        _("见证人"), validators=[by_rule(lambda text: check_name(text, "witness"))]
    )
    paper_number = StringField(_("申请表编号"), validators=[by_rule(check_paper_number)])
    choice = RadioField(_("是同一人吗"), validate_choice=False)

    def offer(self) -> None:
        """Fill the chips and the list of documents."""
        labels = PEOPLE_LABELS[IdType]
        self.kind.choices = [(one.value, LABELS[ApplicationKind][one]) for one in ApplicationKind]
        self.id_type.choices = [(one.value, labels[one]) for one in IdType]

    def begin(self, today: date, witness: str) -> None:
        """Fill in what is mostly right: signed today, before who enters it."""
        self.signed_on.data, self.witness.data = today.isoformat(), witness

    def chosen_kind(self) -> ApplicationKind:
        """Return what the person becomes. Raises RuleViolation."""
        try:
            return ApplicationKind(self.kind.data or "")
        except ValueError:
            raise RuleViolation("kind", N_("请选会员或志愿者")) from None

    def chosen(self) -> RowChoice:
        """Return whether it is somebody who is stored already, as far as it was said."""
        try:
            return RowChoice(self.choice.data or RowChoice.NONE)
        except ValueError:
            return RowChoice.NONE

    def values(self) -> dict[str, str]:
        """Return field -> text of what tells who somebody is."""
        names = ("name", "id_type", "id_number", "born_on", "phone")
        return {name: str(self._fields[name].data or "") for name in names}

    def paper(self) -> Paper:
        """Return what was signed. Raises RuleViolation."""
        signed_on = parse_date(self.signed_on.data or "", "signed_on", high=clock.today())
        return Paper(signed_on, self.witness.data or "", self.paper_number.data or "")


class PaperForm(AppForm):
    """A photo or a scan of the signed paper; what it is, its content tells."""

    file = FileField(_("申请表照片"))
