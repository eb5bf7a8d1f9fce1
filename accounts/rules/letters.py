"""Letters: one sentence to one person, and by which way each kind travels (ux.md 2.9). Pure.

The list under ``/me/messages`` is the record and holds every kind. A short message to the phone
goes out for few of them only; this table is the one place that says for which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.rules.letter_kinds import LetterKind
from core.rules import N_

__all__ = ["FORMS", "Form", "LetterKind"]


@dataclass(frozen=True, slots=True)
class Form:
    """Words, way and channels of a kind.

    ``sentence`` holds ``%(organization)s`` and may hold what a letter carries besides. ``endpoint``
    is the screen it leads to, with the arguments that ``arguments`` names: ``org`` is the code of
    the organization, others stand in the letter; without an endpoint it says everything itself.
    ``by_sms`` sends the sentence and the way to the phone as well, and ``without_account`` to the
    phone of those who have no account and so no list: what passes them by would cost them a right.
    """

    sentence: str
    endpoint: str = ""
    arguments: tuple[str, ...] = ()
    by_sms: bool = False
    without_account: bool = False

    @property
    def reaches_strangers(self) -> bool:
        """Return whether somebody without an account is told by phone."""
        return self.by_sms or self.without_account


_CODE, _ORG = ("code",), ("org",)
_K = LetterKind

FORMS: Mapping[LetterKind, Form] = {
    _K.MEMBER_APPROVED: Form(
        N_("您已是%(organization)s的会员，会员证已发。"), "members.card", by_sms=True
    ),
    _K.VOLUNTEER_APPROVED: Form(
        N_("您已是%(organization)s的志愿者，可以记时长了。"), "volunteers.own_hours", by_sms=True
    ),
    _K.APPLICATION_RETURNED: Form(
        N_("您在%(organization)s的申请要改一改再交，请打开看原因。"),
        "members.own_application",
        _CODE,
        by_sms=True,
    ),
    _K.APPLICATION_REJECTED: Form(
        N_("您在%(organization)s的申请没有通过，请打开看理由。"),
        "members.own_application",
        _CODE,
        by_sms=True,
    ),
    _K.APPLICATION_NUDGED: Form(
        N_("有一份申请等%(organization)s审核已超过 %(days)s 天，请打开看一看。"),
        "members.queue",
        _ORG,
    ),
    # The short message holds the one-time link, so whoever asks for consent sends it himself.
    _K.CONSENT_ASKED: Form(
        N_("%(ward)s想在%(organization)s当志愿者，要监护人同意。链接已用短信发到您的手机。")
    ),
    _K.CONSENT_GIVEN: Form(
        N_("监护人已同意，您的申请已交给%(organization)s。"), "members.own_application", _CODE
    ),
    _K.CONSENT_REFUSED: Form(
        N_("监护人没有同意，您在%(organization)s的申请已结束。"), "members.own_application", _CODE
    ),
    _K.CONSENT_WITHDRAWN: Form(
        N_("监护人撤回了同意，您在%(organization)s的申请和志愿服务已停止。"),
        "members.own_applications",
    ),
    _K.WARD_APPROVED: Form(N_("您监护的%(ward)s已是%(organization)s的志愿者。")),
    _K.WARD_RETURNED: Form(N_("您监护的%(ward)s在%(organization)s的申请要改一改再交。")),
    _K.WARD_REJECTED: Form(N_("您监护的%(ward)s在%(organization)s的申请没有通过。")),
    _K.FILING_RETURNED: Form(
        N_("%(organization)s有一份备案被退回，请打开看原因。"), "members.queue", _ORG
    ),
    _K.MEMBERSHIP_FILED: Form(N_("您在%(organization)s的会籍已备案。"), "members.card"),
    _K.TRANSFER_RELEASED: Form(
        N_("%(organization)s已同意您转出，正等新的组织接收。"), "members.own_transfer"
    ),
    _K.TRANSFER_ACCEPTED: Form(N_("您的会籍已转到%(organization)s。"), "members.card"),
    _K.TRANSFER_DECLINED: Form(
        N_("%(organization)s没有接收您的会籍，请打开看原因。"), "members.own_transfer"
    ),
    _K.TRANSFER_ESCALATED: Form(
        N_("您的转会籍等了太久，已交给%(organization)s办理。"), "members.own_transfer"
    ),
    _K.WITHDRAWAL_MADE: Form(
        N_("您已退出%(organization)s，到%(day)s为止可以撤销。"), "members.leave"
    ),
    _K.WITHDRAWAL_UNDONE: Form(N_("您已撤销退会，仍是%(organization)s的会员。"), "members.card"),
    _K.WITHDRAWAL_NOTED: Form(N_("%(organization)s已知晓您退会。"), "members.leave"),
    _K.WITHDRAWAL_FILED: Form(N_("您退出%(organization)s已办结。"), "members.card"),
    _K.HONOUR_RECORDED: Form(N_("%(organization)s为您登记了一项荣誉。"), "members.own_honours"),
    _K.HONOUR_REVOKED: Form(
        N_("%(organization)s撤销了为您登记的一项荣誉。"), "members.own_honours"
    ),
    _K.HOURS_CONFIRMED: Form(
        N_("%(organization)s确认了您的 %(count)s 条时长。"), "volunteers.own_hours"
    ),
    _K.HOURS_REFUSED: Form(
        N_("%(organization)s没有认定您的一条时长，请打开看原因。"), "volunteers.own_record", _CODE
    ),
    _K.HOURS_CORRECTED: Form(
        N_("%(organization)s更正了您的一条时长，请打开看原因。"), "volunteers.own_record", _CODE
    ),
    _K.OBJECTION_GRANTED: Form(
        N_("%(organization)s认定了您申诉的时长。"), "volunteers.own_record", _CODE
    ),
    _K.OBJECTION_UPHELD: Form(
        N_("%(organization)s没有改动您申诉的时长，请打开看理由。"), "volunteers.own_record", _CODE
    ),
    _K.REGISTRATION_APPROVED: Form(
        N_("%(organization)s通过了您的申请，您已是注册志愿者。"),
        "volunteers.own_volunteer",
        by_sms=True,
    ),
    _K.REGISTRATION_RETURNED: Form(
        N_("%(organization)s退回了您的注册申请，请打开看原因。"),
        "volunteers.own_registration",
        by_sms=True,
    ),
    _K.QUALIFICATION_RETURNED: Form(
        N_("%(organization)s退回了您的一张证书，请打开看原因。"), "volunteers.own_qualifications"
    ),
    _K.QUALIFICATION_ENDS: Form(
        N_("您登记在%(organization)s的一张证书到%(day)s为止，请及时复训换证。"),
        "volunteers.own_qualifications",
    ),
    _K.VOLUNTEER_DORMANT: Form(
        N_("您很久没有在%(organization)s服务了，欢迎再来；再有一次已确认的服务就恢复。"),
        "volunteers.own_volunteer",
    ),
    _K.VOLUNTEER_LEFT: Form(
        N_("您已退出%(organization)s的志愿者，时长和记录都保留。"), "volunteers.own_volunteer"
    ),
    _K.CERTIFICATE_REPLACED: Form(
        N_("%(organization)s换发了您的一份服务证明，请看新的。"),
        "volunteers.own_certificate",
        _CODE,
    ),
    _K.CERTIFICATE_REVOKED: Form(
        N_("%(organization)s作废了您的一份服务证明，请打开看原因。"),
        "volunteers.own_certificate",
        _CODE,
    ),
    _K.STAR_NOTICED: Form(
        N_("%(organization)s正在公示您的 %(star)s 星，到%(day)s为止。"), "volunteers.own_stars"
    ),
    _K.STAR_GRANTED: Form(
        N_("%(organization)s已授予您 %(star)s 星志愿者。"), "volunteers.own_stars"
    ),
    _K.STAR_REFUSED: Form(
        N_("%(organization)s没有通过您的 %(star)s 星申请，请打开看原因。"), "volunteers.own_stars"
    ),
    _K.STAR_REVOKED: Form(
        N_("%(organization)s撤销了您的 %(star)s 星，请打开看原因。"), "volunteers.own_stars"
    ),
    _K.POST_GRANTED: Form(N_("您已是%(organization)s的%(role)s。"), "accounts.switch"),
    _K.POST_ENDED: Form(N_("您在%(organization)s的%(role)s职务到%(day)s为止。"), "accounts.switch"),
    _K.CHANGE_MADE: Form(N_("%(organization)s已更正您的信息。"), "people.change", _CODE),
    _K.CHANGE_RETURNED: Form(
        N_("%(organization)s退回了您的更正申请，请打开看原因。"), "people.change", _CODE
    ),
    _K.CHANGE_CLOSED: Form(
        N_("您已不在%(organization)s，更正申请已结束。"), "people.change", _CODE
    ),
    _K.APPLICATION_CLOSED: Form(
        N_("%(organization)s已撤销，您的申请退还给您，可以到别的组织申请。"),
        "members.own_application",
        _CODE,
        by_sms=True,
    ),
    _K.RESETTLED: Form(
        N_("%(old)s已撤销，您的会籍转到%(organization)s，会员号和入会日期不变。"),
        "members.card",
        without_account=True,
    ),
    _K.RESETTLED_FOR_NOW: Form(
        N_("%(old)s已撤销，您的会籍先放在%(organization)s。%(day)s前扫新组织的海报就能转过去。"),
        "members.card",
        without_account=True,
    ),
    _K.MEMBERSHIP_LAPSED: Form(
        N_("您的会籍放在%(organization)s的期限已过，会籍已结束，可以重新申请。"),
        "members.card",
        without_account=True,
    ),
    _K.EXPULSION_PROPOSED: Form(
        N_("%(organization)s提出对您除名。%(day)s前您可以说明意见，请打开看。"),
        "members.own_expulsion",
        without_account=True,
    ),
    _K.EXPULSION_ANSWERED: Form(
        N_("您对除名的说明已交给%(organization)s。"), "members.own_expulsion"
    ),
    _K.EXPULSION_HEARD: Form(
        N_("对您除名的说明期限已过，接下来由%(organization)s开会决定。"), "members.own_expulsion"
    ),
    _K.EXPULSION_DECIDED: Form(
        N_("%(organization)s已就对您除名开会作出决定，正等上级审核。"), "members.own_expulsion"
    ),
    _K.EXPULSION_DROPPED: Form(
        N_("%(organization)s决定不对您除名，会籍照旧。"),
        "members.own_expulsion",
        without_account=True,
    ),
    _K.EXPULSION_EFFECTIVE: Form(
        N_("您已被%(organization)s除名。不同意的话，%(day)s前可以申诉，请打开看。"),
        "members.own_expulsion",
        without_account=True,
    ),
    _K.EXPULSION_APPEALED: Form(
        N_("您对除名的申诉已交给%(organization)s。"), "members.own_expulsion"
    ),
    _K.EXPULSION_UPHELD: Form(
        N_("%(organization)s没有改动对您的除名，请打开看理由。"),
        "members.own_expulsion",
        without_account=True,
    ),
    _K.EXPULSION_OVERTURNED: Form(
        N_("%(organization)s撤销了对您的除名，请打开看理由。"),
        "members.own_expulsion",
        without_account=True,
    ),
    _K.DEATH_UNDONE: Form(
        N_("%(organization)s曾误登记您去世，已经更正，您的登记照旧。"), "people.profile"
    ),
    _K.WARD_ENDED: Form(N_("您监护的%(ward)s在%(organization)s的登记已结束。")),
    _K.DUES_CHARGED: Form(
        N_("%(organization)s %(year)s 年的会费是 %(yuan)s 元。"), "members.own_dues"
    ),
    _K.DUES_RECEIVED: Form(
        N_("%(organization)s收到您 %(year)s 年的会费 %(yuan)s 元，收据请打开看。"),
        "members.own_dues",
    ),
    _K.DUES_REFUNDED: Form(
        N_("%(organization)s冲正了您 %(year)s 年的会费 %(yuan)s 元，请打开看原因。"),
        "members.own_dues",
    ),
    _K.DUES_UNPAID: Form(
        N_(
            "您在%(organization)s的会费连续 %(years)s 年没有交。"
            "请在%(day)s前交清，或者告诉我们原因，会籍就保留。"
        ),
        "members.own_dues",
        without_account=True,
    ),
    _K.DUES_KEPT: Form(N_("%(organization)s保留了您的会籍，会费仍可以补交。"), "members.own_dues"),
    _K.DUES_REMOVED: Form(
        N_("您连续 %(years)s 年没有交会费，%(organization)s已注销您的会籍，可以重新申请。"),
        "members.own_dues",
        without_account=True,
    ),
    _K.GROUP_RETURNED: Form(
        N_("%(unit)s在%(organization)s的团体会员申请要改一改再交，请打开看原因。"),
        "members.own_group",
        _CODE,
        by_sms=True,
    ),
    _K.GROUP_REJECTED: Form(
        N_("%(unit)s在%(organization)s的团体会员申请没有通过，请打开看原因。"),
        "members.own_group",
        _CODE,
        by_sms=True,
    ),
    _K.GROUP_APPROVED: Form(
        N_("%(organization)s已批准%(unit)s成为团体会员，请在%(day)s前交会费。"),
        "members.own_group",
        _CODE,
        by_sms=True,
    ),
    _K.GROUP_ACTIVE: Form(
        N_("%(unit)s已是%(organization)s的团体会员，证书请打开看。"),
        "members.own_group",
        _CODE,
        without_account=True,
    ),
    _K.GROUP_BEHIND: Form(
        N_("%(unit)s在%(organization)s的会费还没有交，请打开看。"), "members.own_group", _CODE
    ),
    _K.GROUP_PROPOSED: Form(
        N_("%(unit)s连续 %(years)s 年没有交会费，%(organization)s拟注销其会籍，请联系或打开看。"),
        "members.own_group",
        _CODE,
        without_account=True,
    ),
    _K.GROUP_KEPT: Form(
        N_("%(organization)s保留了%(unit)s的团体会员会籍。"), "members.own_group", _CODE
    ),
    _K.GROUP_LAPSED: Form(
        N_("%(unit)s在%(organization)s的团体会员会籍已注销，请打开看原因。"),
        "members.own_group",
        _CODE,
        without_account=True,
    ),
    _K.GROUP_ENDED: Form(
        N_("%(unit)s在%(organization)s的团体会员会籍已结束，请打开看原因。"),
        "members.own_group",
        _CODE,
        without_account=True,
    ),
    _K.GROUP_DUES_CHARGED: Form(
        N_("%(unit)s在%(organization)s %(year)s 年的会费是 %(yuan)s 元。"),
        "members.own_group",
        _CODE,
    ),
    _K.GROUP_DUES_RECEIVED: Form(
        N_("%(organization)s收到%(unit)s %(year)s 年的会费 %(yuan)s 元，收据请打开看。"),
        "members.own_group",
        _CODE,
    ),
    _K.GROUP_DUES_REFUNDED: Form(
        N_("%(organization)s冲正了%(unit)s %(year)s 年的会费 %(yuan)s 元，请打开看原因。"),
        "members.own_group",
        _CODE,
    ),
    _K.JOB_DONE: Form(N_("%(organization)s的“%(job)s”办好了，请打开看。"), "jobs.job", _CODE),
    _K.JOB_STOPPED: Form(N_("%(organization)s的“%(job)s”停下了：%(problem)s。"), "jobs.job", _CODE),
    # ux.md 2.9: a change within a day goes to the phone as well.
    _K.ACTIVITY_CHANGED: Form(
        N_("%(organization)s的活动『%(title)s』有变动，请打开看。"), "activities.own_signup", _CODE
    ),
    _K.ACTIVITY_CHANGED_SOON: Form(
        N_("%(organization)s即将举行的活动『%(title)s』有变动，请打开看。"),
        "activities.own_signup",
        _CODE,
        by_sms=True,
    ),
    _K.ACTIVITY_CANCELLED: Form(
        N_("%(organization)s取消了活动『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        _CODE,
    ),
    _K.ACTIVITY_CANCELLED_SOON: Form(
        N_("%(organization)s取消了即将举行的活动『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        _CODE,
        by_sms=True,
    ),
    _K.ACTIVITY_ASKED: Form(
        N_("有活动临时发布或补录，要%(organization)s同意，请打开看。"),
        "activities.reviews",
        _ORG,
    ),
    _K.ACTIVITY_APPROVED: Form(
        N_("%(organization)s的活动『%(title)s』已同意发布。"),
        "activities.show_activity",
        ("org", "code"),
    ),
    _K.ACTIVITY_RETURNED: Form(
        N_("%(organization)s的活动『%(title)s』没有同意发布，请打开看原因。"),
        "activities.show_activity",
        ("org", "code"),
    ),
    _K.SIGNUP_ACCEPTED: Form(
        N_("%(organization)s接受了您报名的『%(title)s』。"), "activities.own_signup", _CODE
    ),
    _K.SIGNUP_REFUSED: Form(
        N_("%(organization)s没有接受您报名的『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        _CODE,
    ),
    _K.SIGNUP_PROMOTED: Form(
        N_("%(organization)s的『%(title)s』有名额了，您已从候补转为报名。"),
        "activities.own_signup",
        _CODE,
    ),
    _K.SIGNUP_CALLED_OFF: Form(
        N_("%(organization)s取消了您报名的『%(title)s』，请打开看原因。"),
        "activities.own_signup",
        _CODE,
    ),
    _K.SIGNUP_CANCELLED_LATE: Form(
        N_("有人在开始前不久取消了%(organization)s的『%(title)s』，请打开看名单。"),
        "activities.roster",
        ("org", "code"),
    ),
    _K.DIGEST: Form(
        N_("%(organization)s有 %(count)s 项待办，请打开看。"),
        "supervision.home",
        _ORG,
        by_sms=True,
    ),
    _K.DIGEST_OF_MANY: Form(N_("有待办：%(places)s。请打开看。"), "accounts.switch", by_sms=True),
}
