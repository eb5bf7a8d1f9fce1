"""Forms of signing in and of the account's settings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from accounts.rules import check_code, check_factor, check_phone
from core.forms import AppForm, by_rule


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
