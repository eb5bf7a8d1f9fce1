"""Letters about venues that are borrowed, and about appointments there. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import BOTH, ORG, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

FORMS: Mapping[K, Form] = {
    K.VENUE_ASKED: Form(
        N_("有组织想借%(organization)s的『%(title)s』办活动，请打开看。"),
        "activities.list_askings",
        ORG,
    ),
    K.VENUE_AGREED: Form(
        N_("%(organization)s可以借用『%(title)s』了，请发布活动。"),
        "activities.show_activity",
        BOTH,
    ),
    K.VENUE_REFUSED: Form(
        N_("%(organization)s没有借到『%(title)s』，请打开看原因。"),
        "activities.show_activity",
        BOTH,
    ),
    K.APPOINTMENT_SOON: Form(
        N_("您预约了%(organization)s的『%(title)s』，%(day)s %(time)s，不能来请取消。"),
        "activities.own_appointments",
    ),
    # As a change of an activity: somebody may be on the way (ux.md 2.9).
    K.APPOINTMENT_CALLED_OFF: Form(
        N_("%(organization)s的『%(title)s』%(day)s %(time)s 的预约取消了，请另约时间。"),
        "activities.own_appointments",
        by_sms=True,
    ),
}
