"""Letters about venues, to who keeps them and who names them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import BOTH, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

WAY = "activities.show_venue"

FORMS: Mapping[K, Form] = {
    K.VENUE_APPLIED: Form(N_("『%(title)s』申请授牌，请%(organization)s查看现场。"), WAY, BOTH),
    K.VENUE_ANSWERED: Form(
        N_("%(organization)s的场所『%(title)s』有办理结果，请打开看。"), WAY, BOTH
    ),
    K.VENUE_NO_KEEPER: Form(
        N_("场所『%(title)s』没有有效负责人，请尽快确定（%(organization)s）。"), WAY, BOTH
    ),
    K.VENUE_NO_LEADER: Form(
        N_("工作室『%(title)s』没有有效领办人，%(day)s前要重新命名或摘牌（%(organization)s）。"),
        WAY,
        BOTH,
    ),
    K.VENUE_OVERDUE: Form(
        N_("工作室『%(title)s』没有有效领办人，已经超期，请重新命名或摘牌（%(organization)s）。"),
        WAY,
        BOTH,
    ),
    K.VENUE_REVIEW_DUE: Form(
        N_("场所『%(title)s』该复核了，请安排（%(organization)s）。"), WAY, BOTH
    ),
}
