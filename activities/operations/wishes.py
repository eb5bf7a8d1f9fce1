"""What somebody said on signing up or on joining: a certificate, an agreement that was read."""

from __future__ import annotations

from dataclasses import dataclass

from activities.models import Activity, Shift
from activities.queries.conditions import agreement_of
from core.rules import N_, RuleViolation


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said on signing up: that he has the certificate, which agreement he read."""

    has_certificate: bool = False
    agreed_digest: str = ""


def check_certificate(activity: Activity, wish: Wish) -> None:
    """Raise RuleViolation where a certificate is needed and not named."""
    if activity.certificate and not wish.has_certificate:
        raise RuleViolation("has_certificate", N_("请说明您有这个证书"))


def check_agreed(activity: Activity, shift: Shift, wish: Wish) -> None:
    """Raise RuleViolation where the agreement, as it reads now, was not accepted."""
    if not wish.agreed_digest:
        raise RuleViolation("agrees", N_("请先看协议，同意后勾选"))
    if wish.agreed_digest != agreement_of(activity, shift).digest:
        raise RuleViolation("agrees", N_("活动刚有变动，请再看一遍协议"))
