"""Letters about supervision orders, to who gave them, who does them, and the level above. Pure.

They tell what it is about and by when, never a figure.
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import BOTH, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

WAY = "supervision.order"

FORMS: Mapping[K, Form] = {
    K.ORDER_ISSUED: Form(
        N_("%(organization)s：收到督办单『%(subject)s』（%(about)s），请签收，%(day)s前办结。"),
        WAY,
        BOTH,
        by_sms=True,
    ),
    K.ORDER_RECEIVED: Form(
        N_("%(organization)s：%(about)s已签收督办单『%(subject)s』。"), WAY, BOTH
    ),
    K.ORDER_REPLIED: Form(
        N_("%(organization)s：%(about)s的督办单『%(subject)s』已报办结，请复核。"), WAY, BOTH
    ),
    K.ORDER_REOPENED: Form(
        N_("%(organization)s：督办单『%(subject)s』（%(about)s）退回再办，%(day)s前办结。"),
        WAY,
        BOTH,
        by_sms=True,
    ),
    K.ORDER_CLOSED: Form(
        N_("%(organization)s：督办单『%(subject)s』（%(about)s）复核通过，已办结。"), WAY, BOTH
    ),
    K.ORDER_WITHDRAWN: Form(
        N_("%(organization)s：督办单『%(subject)s』（%(about)s）已撤回。"), WAY, BOTH
    ),
    K.ORDER_RECOVERED: Form(
        N_("%(organization)s：%(about)s的『%(subject)s』已恢复正常，督办单自动办结。"), WAY, BOTH
    ),
    K.ORDER_LAPSED: Form(
        N_("%(organization)s：督办单『%(subject)s』（%(about)s）因组织变动终止。"), WAY, BOTH
    ),
    K.ORDER_WRITTEN: Form(
        N_("%(organization)s：督办单『%(subject)s』（%(about)s）有新留言。"), WAY, BOTH
    ),
    K.ORDER_LATE: Form(
        N_("%(organization)s：督办单『%(subject)s』（%(about)s）已超期，已报上一级。"), WAY, BOTH
    ),
    K.ORDER_ESCALATED: Form(
        N_("%(organization)s：%(about)s的督办单『%(subject)s』超期，请关注。"), WAY, BOTH
    ),
}
