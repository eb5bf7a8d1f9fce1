"""Forms of signing in, of the account's settings, and of posts given and handed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from accounts.labels import LABELS
from accounts.operations.deputies import Standing
from accounts.operations.grants import Wish
from accounts.operations.handover import Leave
from accounts.rules import check_code, check_factor, check_phone
from core import clock
from core.access.permissions import Role
from core.forms import AppForm, by_rule
from core.i18n import lazy_gettext as _
from core.parsing import parse_date

MAX_TYPED = 200


class PhoneForm(AppForm):
    """Ask for a one-time code."""

    phone = StringField(_("手机号"), validators=[by_rule(check_phone)])
    next = HiddenField()


class CodeForm(AppForm):
    """Sign in with the code that came; the tick stands here once."""

    code = StringField(_("验证码"), validators=[by_rule(check_code)])
    agree = BooleanField(
        _("我已阅读并同意隐私说明"), validators=[InputRequired(_("请先勾选同意，再登录"))]
    )
    next = HiddenField()


class PasswordSignInForm(AppForm):
    """Sign in with phone and password."""

    phone = StringField(_("手机号"), validators=[by_rule(check_phone)])
    password = PasswordField(_("密码"), validators=[InputRequired(_("请填写密码"))])
    next = HiddenField()


class FactorForm(AppForm):
    """The code of the authenticator, or a recovery code."""

    code = StringField(_("验证器上的 6 位验证码"), validators=[by_rule(check_factor)])
    next = HiddenField()


class ConfirmFactorForm(AppForm):
    """The first code of a new authenticator, once the recovery codes are kept."""

    code = StringField(_("验证器上的 6 位验证码"), validators=[by_rule(check_code)])
    kept = BooleanField(
        _("备用码已抄下或打印，放在手机以外的地方"),
        validators=[InputRequired(_("请先把备用码抄下或打印"))],
    )
    next = HiddenField()


class SetPasswordForm(AppForm):
    """A new password; the present one where there is one."""

    present = PasswordField(_("现在的密码"))
    password = PasswordField(_("新密码"), validators=[InputRequired(_("请填写密码"))])


class GiveForm(AppForm):
    """Give a post: to which phone, which role, from and to which day."""

    phone = StringField(_("手机号"), validators=[by_rule(check_phone)])
    role = RadioField(_("职务"), validators=[InputRequired(_("请选择职务"))])
    starts_on = StringField(_("从哪天起"), validators=[Length(max=MAX_TYPED)])
    ends_on = StringField(_("到哪天为止"), validators=[Length(max=MAX_TYPED)])
    aware = BooleanField(_("我看清了风险，仍要给"))

    def offer(self, roles: Iterable[Role]) -> None:
        """Narrow the choice to what the giver may give here."""
        self.role.choices = [(role.value, LABELS[Role][role]) for role in roles]

    def wish(self) -> Wish:
        """Return what is wanted. Raises RuleViolation."""
        today = clock.today()
        starts_on = parse_date(self.starts_on.data or "", "starts_on", low=today)
        ends_on = parse_date(self.ends_on.data or "", "ends_on")
        is_aware = bool(self.aware.data)
        return Wish(self.phone.data, Role(self.role.data), starts_on, ends_on, is_aware)


class EndForm(AppForm):
    """The last day of a post; without one it ends now."""

    ends_on = StringField(_("最后一天"), validators=[Length(max=MAX_TYPED)])

    def last(self) -> date:
        """Return the last day. Raises RuleViolation."""
        return day_of(self.ends_on.data, "ends_on") or clock.today() - timedelta(days=1)


class ExtendForm(AppForm):
    """A later last day."""

    extend_to = StringField(_("延长到"), validators=[Length(max=MAX_TYPED)])

    def last(self) -> date:
        """Return the last day. Raises RuleViolation."""
        return parse_date(self.extend_to.data or "", "extend_to")


class ReasonForm(AppForm):
    """Why something is refused."""

    reason = StringField(_("原因"), validators=[Length(max=MAX_TYPED)])


class OfferForm(AppForm):
    """Take a post; a name where the account has none."""

    name = StringField(_("您的姓名"), validators=[Length(max=MAX_TYPED)])


class DeputyForm(AppForm):
    """Who acts for somebody, from and to which day, and why."""

    phone = StringField(_("代理人的手机号"), validators=[by_rule(check_phone)])
    starts_on = StringField(_("从哪天起"), validators=[Length(max=MAX_TYPED)])
    ends_on = StringField(_("到哪天为止"), validators=[Length(max=MAX_TYPED)])
    reason = StringField(_("原因"), validators=[Length(max=MAX_TYPED)])

    def standing(self) -> Standing:
        """Return who stands in. Raises RuleViolation."""
        starts_on = parse_date(self.starts_on.data or "", "starts_on")
        ends_on = parse_date(self.ends_on.data or "", "ends_on")
        return Standing(self.phone.data, starts_on, ends_on, self.reason.data or "")


class LeaveForm(AppForm):
    """Hand one's post over: to which phone, with which last day."""

    phone = StringField(_("接手人的手机号"), validators=[Length(max=MAX_TYPED)])
    last_on = StringField(_("我的最后一天"), validators=[Length(max=MAX_TYPED)])
    aware = BooleanField(_("我看清了风险，仍要交给他"))

    def leave(self) -> Leave:
        """Return what was filled in. Raises RuleViolation."""
        typed_phone = (self.phone.data or "").strip()
        phone = check_phone(typed_phone) if typed_phone else ""
        return Leave(phone, day_of(self.last_on.data, "last_on"), is_aware=bool(self.aware.data))


class LeaveForForm(LeaveForm):
    """Hand over the post of somebody who is away, with the reason."""

    reason = StringField(_("原因"), validators=[Length(max=MAX_TYPED)])

    def leave(self) -> Leave:
        """Return what was filled in. Raises RuleViolation."""
        return replace(super().leave(), reason=self.reason.data or "")


def day_of(text: str | None, field: str) -> date | None:
    """Return a day that need not be typed. Raises RuleViolation."""
    return parse_date(text, field) if (text or "").strip() and text else None
