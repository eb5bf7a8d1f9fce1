"""Letters to the contacts of units that are group members. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import CODE, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_, NN_

FORMS: Mapping[K, Form] = {
    K.GROUP_RETURNED: Form(
        N_("%(unit)s在%(organization)s的团体会员申请要改一改再交，请打开看原因。"),
        "members.own_group",
        CODE,
        by_sms=True,
    ),
    K.GROUP_REJECTED: Form(
        N_("%(unit)s在%(organization)s的团体会员申请没有通过，请打开看原因。"),
        "members.own_group",
        CODE,
        by_sms=True,
    ),
    K.GROUP_APPROVED: Form(
        N_("%(organization)s已批准%(unit)s成为团体会员，请在%(day)s前交会费。"),
        "members.own_group",
        CODE,
        by_sms=True,
    ),
    K.GROUP_ACTIVE: Form(
        N_("%(unit)s已是%(organization)s的团体会员，证书请打开看。"),
        "members.own_group",
        CODE,
        without_account=True,
    ),
    K.GROUP_BEHIND: Form(
        N_("%(unit)s在%(organization)s的会费还没有交，请打开看。"), "members.own_group", CODE
    ),
    K.GROUP_PROPOSED: Form(
        NN_("%(unit)s连续 %(years)s 年没有交会费，%(organization)s拟注销其会籍，请联系或打开看。"),
        "members.own_group",
        CODE,
        without_account=True,
    ),
    K.GROUP_KEPT: Form(
        N_("%(organization)s保留了%(unit)s的团体会员会籍。"), "members.own_group", CODE
    ),
    K.GROUP_LAPSED: Form(
        N_("%(unit)s在%(organization)s的团体会员会籍已注销，请打开看原因。"),
        "members.own_group",
        CODE,
        without_account=True,
    ),
    K.GROUP_ENDED: Form(
        N_("%(unit)s在%(organization)s的团体会员会籍已结束，请打开看原因。"),
        "members.own_group",
        CODE,
        without_account=True,
    ),
}
