"""Forms of dues: cash, remittances, and lines of tariff and split."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from core import clock
from core.forms import AppForm
from core.i18n import lazy_gettext as _
from core.parsing import parse_date, parse_int, parse_yuan
from core.rules import N_, RuleViolation
from members.labels import LABELS
from members.rules import (
    MOST_STAFF,
    DuesLevel,
    MembershipKind,
    SplitFacts,
    TariffFacts,
    check_voucher,
)

MAX_TYPED = 200
PER_CENT = 100
_TYPED = [Length(max=MAX_TYPED)]


class ReceiptForm(AppForm):
    """The receipt of the finance department, and its day."""

    number = StringField(_("票据号"), validators=_TYPED)
    paid_on = StringField(_("收款日期"), validators=_TYPED)

    def paper(self) -> str:
        """Return the number of the receipt. Raises RuleViolation."""
        return check_voucher(self.number.data or "", "number")

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        today = clock.today()
        return parse_date(self.paid_on.data or "", "paid_on", high=today, today=today)


class CollectForm(ReceiptForm):
    """Ticked charges, an amount for each in the same order, and one receipt for all."""

    ids = SelectMultipleField(
        _("名单"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    amounts = SelectMultipleField(_("金额"), validate_choice=False)


class PayForm(ReceiptForm):
    """What one member pays."""

    amount = StringField(_("金额（元）"), validators=_TYPED)

    def fen(self) -> int:
        """Return the amount in fen. Raises RuleViolation."""
        return parse_yuan(self.amount.data or "", "amount")


class RemitForm(AppForm):
    """What is sent up, to whom and for which year."""

    debt = RadioField(_("上缴给"), validate_choice=False)
    amount = StringField(_("金额（元）"), validators=_TYPED)
    remitted_on = StringField(_("汇出日期"), validators=_TYPED)
    voucher = StringField(_("凭证号"), validators=_TYPED)

    def paper(self) -> str:
        """Return the number of the voucher. Raises RuleViolation."""
        return check_voucher(self.voucher.data or "", "voucher")

    def fen(self) -> int:
        """Return the amount in fen. Raises RuleViolation."""
        return parse_yuan(self.amount.data or "", "amount")

    def day(self) -> date:
        """Return the day. Raises RuleViolation."""
        today = clock.today()
        return parse_date(self.remitted_on.data or "", "remitted_on", high=today, today=today)

    def chosen(self, known: Iterable[str]) -> str:
        """Return the debt that is paid. Raises RuleViolation for one that is none."""
        if self.debt.data not in set(known):
            raise RuleViolation("debt", N_("请选上缴给谁"))
        return str(self.debt.data)


class LineForm(AppForm):
    """What lines of tariff and split have in common."""

    region = StringField(_("地区"), validators=_TYPED)
    valid_from = StringField(_("开始日期"), validators=_TYPED)
    valid_to = StringField(_("截止日期"), validators=_TYPED)
    source = StringField(_("依据"), validators=_TYPED)

    def first_day(self) -> date:
        """Return the day from which the line holds. Raises RuleViolation."""
        return parse_date(self.valid_from.data or "", "valid_from")

    def last_day(self) -> date | None:
        """Return the day up to which it holds, where one is told. Raises RuleViolation."""
        text = self.valid_to.data or ""
        return parse_date(text, "valid_to") if text.strip() else None


class TariffForm(LineForm):
    """A line of the tariff."""

    kind = RadioField(_("会员种类"), validate_choice=False)
    amount = StringField(_("每年金额（元）"), validators=_TYPED)
    is_cap = BooleanField(_("这是上限"))
    band_from = StringField(_("人数从"), validators=_TYPED)
    band_to = StringField(_("人数到（不含）"), validators=_TYPED)

    def offer(self) -> None:
        """Fill the chips."""
        self.kind.choices = _choices(MembershipKind)

    def chosen_kind(self) -> MembershipKind:
        """Return the kind. Raises RuleViolation."""
        try:
            return MembershipKind(self.kind.data or "")
        except ValueError:
            raise RuleViolation("kind", N_("请选一种会员")) from None

    def fen(self) -> int:
        """Return the amount in fen. Raises RuleViolation."""
        return parse_yuan(self.amount.data or "", "amount")

    def low(self) -> int:
        """Return the lower edge of the band, 0 where nothing is told. Raises RuleViolation."""
        return _staff(self.band_from.data or "0", "band_from")

    def high(self) -> int | None:
        """Return the upper edge, where there is one. Raises RuleViolation."""
        text = (self.band_to.data or "").strip()
        return _staff(text, "band_to") if text else None

    def facts(self, region_id: int | None) -> TariffFacts:
        """Return what was told. Raises RuleViolation."""
        return TariffFacts(
            self.chosen_kind(),
            self.fen(),
            self.first_day(),
            self.source.data or "",
            self.low(),
            self.high(),
            bool(self.is_cap.data),
            region_id,
            self.last_day(),
        )


class SplitForm(LineForm):
    """A line of the split."""

    level = RadioField(_("哪一级"), validate_choice=False)
    kind = RadioField(_("会员种类"), validate_choice=False)
    percent = StringField(_("上缴比例（%）"), validators=_TYPED)

    def offer(self) -> None:
        """Fill the chips."""
        self.level.choices = _choices(DuesLevel)
        self.kind.choices = [SelectChoice("", _("所有会员")), *_choices(MembershipKind)]

    def chosen_level(self) -> DuesLevel:
        """Return the level. Raises RuleViolation."""
        try:
            return DuesLevel(self.level.data or "")
        except ValueError:
            raise RuleViolation("level", N_("请选一级")) from None

    def chosen_kind(self) -> MembershipKind | None:
        """Return the kind, none for all. Raises RuleViolation for one that does not exist."""
        try:
            return MembershipKind(self.kind.data) if self.kind.data else None
        except ValueError:
            raise RuleViolation("kind", N_("请选一种会员")) from None

    def permille(self) -> int:
        """Return the part that goes up, in thousandths. Raises RuleViolation."""
        tenths, rest = divmod(parse_yuan(self.percent.data or "", "percent"), PER_CENT // 10)
        if rest:
            raise RuleViolation("percent", N_("比例最多一位小数"))
        return tenths

    def facts(self, region_id: int | None) -> SplitFacts:
        """Return what was told. Raises RuleViolation."""
        return SplitFacts(
            self.chosen_level(),
            self.permille(),
            self.first_day(),
            self.source.data or "",
            self.chosen_kind(),
            region_id,
            self.last_day(),
        )


class EndForm(AppForm):
    """Which line ends, and on which day."""

    line = RadioField(_("哪一条"), validate_choice=False)
    valid_to = StringField(_("截止日期"), validators=_TYPED)

    def last_day(self) -> date:
        """Return the last day. Raises RuleViolation."""
        return parse_date(self.valid_to.data or "", "valid_to")

    def chosen(self, known: Iterable[str]) -> str:
        """Return the line. Raises RuleViolation for one that does not stand open."""
        if self.line.data not in set(known):
            raise RuleViolation("line", N_("请选一条"))
        return str(self.line.data)


def _staff(text: str, field: str) -> int:
    return parse_int(text, field, low=0, high=MOST_STAFF)


def _choices(kind: type[Any]) -> list[SelectChoice]:
    return [SelectChoice(one.value, words) for one, words in LABELS[kind].items()]
