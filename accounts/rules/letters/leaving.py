"""Letters about moving, leaving, expulsion, death and organizations that close. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import CODE, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

FORMS: Mapping[K, Form] = {
    K.CAME_OF_AGE: Form(
        N_("您已满 18 岁，是%(organization)s的会员。留下还是退出，现在由您自己决定。"),
        "schools.own_coming_of_age",
        by_sms=True,
    ),
    K.TRANSFER_RELEASED: Form(
        N_("%(organization)s已同意您转出，正等新的组织接收。"), "members.own_transfer"
    ),
    K.TRANSFER_ACCEPTED: Form(N_("您的会籍已转到%(organization)s。"), "members.card"),
    K.TRANSFER_DECLINED: Form(
        N_("%(organization)s没有接收您的会籍，请打开看原因。"), "members.own_transfer"
    ),
    K.TRANSFER_ESCALATED: Form(
        N_("您的转会籍等了太久，已交给%(organization)s办理。"), "members.own_transfer"
    ),
    K.WITHDRAWAL_MADE: Form(
        N_("您已退出%(organization)s，到%(day)s为止可以撤销。"), "members.leave"
    ),
    K.WITHDRAWAL_UNDONE: Form(N_("您已撤销退会，仍是%(organization)s的会员。"), "members.card"),
    K.WITHDRAWAL_NOTED: Form(N_("%(organization)s已知晓您退会。"), "members.leave"),
    K.WITHDRAWAL_FILED: Form(N_("您退出%(organization)s已办结。"), "members.card"),
    K.APPLICATION_CLOSED: Form(
        N_("%(organization)s已撤销，您的申请退还给您，可以到别的组织申请。"),
        "members.own_application",
        CODE,
        by_sms=True,
    ),
    K.RESETTLED: Form(
        N_("%(old)s已撤销，您的会籍转到%(organization)s，会员号和入会日期不变。"),
        "members.card",
        without_account=True,
    ),
    K.RESETTLED_FOR_NOW: Form(
        N_("%(old)s已撤销，您的会籍先放在%(organization)s。%(day)s前扫新组织的海报就能转过去。"),
        "members.card",
        without_account=True,
    ),
    K.MEMBERSHIP_LAPSED: Form(
        N_("您的会籍放在%(organization)s的期限已过，会籍已结束，可以重新申请。"),
        "members.card",
        without_account=True,
    ),
    K.EXPULSION_PROPOSED: Form(
        N_("%(organization)s提出对您除名。%(day)s前您可以说明意见，请打开看。"),
        "members.own_expulsion",
        without_account=True,
    ),
    K.EXPULSION_ANSWERED: Form(
        N_("您对除名的说明已交给%(organization)s。"), "members.own_expulsion"
    ),
    K.EXPULSION_HEARD: Form(
        N_("对您除名的说明期限已过，接下来由%(organization)s开会决定。"), "members.own_expulsion"
    ),
    K.EXPULSION_DECIDED: Form(
        N_("%(organization)s已就对您除名开会作出决定，正等上级审核。"), "members.own_expulsion"
    ),
    K.EXPULSION_DROPPED: Form(
        N_("%(organization)s决定不对您除名，会籍照旧。"),
        "members.own_expulsion",
        without_account=True,
    ),
    K.EXPULSION_EFFECTIVE: Form(
        N_("您已被%(organization)s除名。不同意的话，%(day)s前可以申诉，请打开看。"),
        "members.own_expulsion",
        without_account=True,
    ),
    K.EXPULSION_APPEALED: Form(
        N_("您对除名的申诉已交给%(organization)s。"), "members.own_expulsion"
    ),
    K.EXPULSION_UPHELD: Form(
        N_("%(organization)s没有改动对您的除名，请打开看理由。"),
        "members.own_expulsion",
        without_account=True,
    ),
    K.EXPULSION_OVERTURNED: Form(
        N_("%(organization)s撤销了对您的除名，请打开看理由。"),
        "members.own_expulsion",
        without_account=True,
    ),
    K.DEATH_UNDONE: Form(
        N_("%(organization)s曾误登记您去世，已经更正，您的登记照旧。"), "people.profile"
    ),
    K.WARD_ENDED: Form(N_("您监护的%(ward)s在%(organization)s的登记已结束。")),
}
