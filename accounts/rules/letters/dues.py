"""Letters about dues, of members and of units. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import CODE, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_, NN_

FORMS: Mapping[K, Form] = {
    K.DUES_CHARGED: Form(
        N_("%(organization)s %(year)s 年的会费是 %(yuan)s 元。"), "members.own_dues"
    ),
    K.DUES_RECEIVED: Form(
        N_("%(organization)s收到您 %(year)s 年的会费 %(yuan)s 元，收据请打开看。"),
        "members.own_dues",
    ),
    K.DUES_REFUNDED: Form(
        N_("%(organization)s冲正了您 %(year)s 年的会费 %(yuan)s 元，请打开看原因。"),
        "members.own_dues",
    ),
    K.DUES_UNPAID: Form(
        NN_(
            "您在%(organization)s的会费连续 %(years)s 年没有交。"
            "请在%(day)s前交清，或者告诉我们原因，会籍就保留。"
        ),
        "members.own_dues",
        without_account=True,
    ),
    K.DUES_KEPT: Form(N_("%(organization)s保留了您的会籍，会费仍可以补交。"), "members.own_dues"),
    K.DUES_REMOVED: Form(
        NN_("您连续 %(years)s 年没有交会费，%(organization)s已注销您的会籍，可以重新申请。"),
        "members.own_dues",
        without_account=True,
    ),
    K.GROUP_DUES_CHARGED: Form(
        N_("%(unit)s在%(organization)s %(year)s 年的会费是 %(yuan)s 元。"),
        "members.own_group",
        CODE,
    ),
    K.GROUP_DUES_RECEIVED: Form(
        N_("%(organization)s收到%(unit)s %(year)s 年的会费 %(yuan)s 元，收据请打开看。"),
        "members.own_group",
        CODE,
    ),
    K.GROUP_DUES_REFUNDED: Form(
        N_("%(organization)s冲正了%(unit)s %(year)s 年的会费 %(yuan)s 元，请打开看原因。"),
        "members.own_group",
        CODE,
    ),
}
