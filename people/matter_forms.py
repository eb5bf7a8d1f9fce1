"""Forms of cases: asking, answering, and looking one up by number and secret part."""

from __future__ import annotations

from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core.forms import AppForm
from core.i18n import lazy_gettext as _
from people.matter_labels import MATTER_LABELS
from people.rules.rights import MAX_WORDS, RightsKind, check_words

MAX_TYPED = 200


class AskForm(AppForm):
    """What a person asks for that has no page of its own."""

    kind = RadioField(
        _("要办什么"),
        choices=[SelectChoice(one.value, MATTER_LABELS[RightsKind][one]) for one in RightsKind],
        validators=[InputRequired(_("请选择要办什么"))],
    )
    words = TextAreaField(_("请写清楚"), validators=[Length(max=4 * MAX_WORDS)])

    def text(self) -> str:
        """Return what was written. Raises RuleViolation."""
        return check_words(self.words.data or "", "words")


class RequestAnswerForm(AppForm):
    """The answer in words, whether it follows the request or not."""

    words = TextAreaField(_("答复"), validators=[Length(max=4 * MAX_WORDS)])


class ProgressForm(AppForm):
    """Number and secret part of a case."""

    number = StringField(
        _("办件编号"), validators=[InputRequired(_("请填写办件编号")), Length(max=MAX_TYPED)]
    )
    secret = StringField(
        _("查询码"), validators=[InputRequired(_("请填写查询码")), Length(max=MAX_TYPED)]
    )
