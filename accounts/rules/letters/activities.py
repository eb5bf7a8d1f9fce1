"""Letters about activities and sign-ups. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import BOTH, CODE, ORG, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

FORMS: Mapping[K, Form] = {
    # ux.md 2.9: a change within a day goes to the phone as well.
    K.ACTIVITY_CHANGED: Form(
        N_("%(organization)s的活动『%(title)s』有变动，请打开看。"), "activities.own_signup", CODE
    ),
    K.ACTIVITY_CHANGED_SOON: Form(
        N_("%(organization)s即将举行的活动『%(title)s』有变动，请打开看。"),
        "activities.own_signup",
        CODE,
        by_sms=True,
    ),
    K.ACTIVITY_CANCELLED: Form(
        N_("%(organization)s取消了活动『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        CODE,
    ),
    K.ACTIVITY_CANCELLED_SOON: Form(
        N_("%(organization)s取消了即将举行的活动『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        CODE,
        by_sms=True,
    ),
    K.ACTIVITY_ASKED: Form(
        N_("有活动临时发布或补录，要%(organization)s同意，请打开看。"),
        "activities.reviews",
        ORG,
    ),
    K.ACTIVITY_APPROVED: Form(
        N_("%(organization)s的活动『%(title)s』已同意发布。"),
        "activities.show_activity",
        BOTH,
    ),
    K.ACTIVITY_RETURNED: Form(
        N_("%(organization)s的活动『%(title)s』没有同意发布，请打开看原因。"),
        "activities.show_activity",
        BOTH,
    ),
    K.LEADER_NAMED: Form(
        N_("%(organization)s请您当『%(title)s』的现场负责人，请打开看现场。"),
        "activities.own_desk",
        CODE,
    ),
    K.LEADER_RELEASED: Form(
        N_("%(organization)s的『%(title)s』不用您当现场负责人了。"), "activities.event", CODE
    ),
    K.SIGNUP_ACCEPTED: Form(
        N_("%(organization)s接受了您报名的『%(title)s』。"), "activities.own_signup", CODE
    ),
    K.SIGNUP_ADDED: Form(
        N_("%(organization)s替您报了『%(title)s』，请打开看，不能去可以取消。"),
        "activities.own_signup",
        CODE,
    ),
    K.SIGNUP_REFUSED: Form(
        N_("%(organization)s没有接受您报名的『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        CODE,
    ),
    K.SIGNUP_PROMOTED: Form(
        N_("%(organization)s的『%(title)s』有名额了，您已从候补转为报名。"),
        "activities.own_signup",
        CODE,
    ),
    K.SIGNUP_CALLED_OFF: Form(
        N_("%(organization)s取消了您报名的『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        CODE,
    ),
    K.SIGNUP_CANCELLED_LATE: Form(
        N_("有人在开始前不久取消了%(organization)s的『%(title)s』，请打开看名单。"),
        "activities.roster",
        BOTH,
    ),
}
