"""Letters about applications, consent, filing and honours. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import CODE, ORG, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_, NN_

FORMS: Mapping[K, Form] = {
    K.MEMBER_APPROVED: Form(
        N_("您已是%(organization)s的会员，会员证已发。"), "members.card", by_sms=True
    ),
    K.VOLUNTEER_APPROVED: Form(
        N_("您已是%(organization)s的志愿者，可以记时长了。"), "volunteers.own_hours", by_sms=True
    ),
    K.APPLICATION_RETURNED: Form(
        N_("您在%(organization)s的申请要改一改再交，请打开看原因。"),
        "members.own_application",
        CODE,
        by_sms=True,
    ),
    K.APPLICATION_REJECTED: Form(
        N_("您在%(organization)s的申请没有通过，请打开看理由。"),
        "members.own_application",
        CODE,
        by_sms=True,
    ),
    K.APPLICATION_NUDGED: Form(
        NN_("有一份申请等%(organization)s审核已超过 %(days)s 天，请打开看一看。"),
        "members.queue",
        ORG,
    ),
    # The short message holds the one-time link, so whoever asks for consent sends it himself.
    K.CONSENT_ASKED: Form(
        N_("%(ward)s想在%(organization)s当志愿者，要监护人同意。链接已用短信发到您的手机。")
    ),
    K.CONSENT_GIVEN: Form(
        N_("监护人已同意，您的申请已交给%(organization)s。"), "members.own_application", CODE
    ),
    K.CONSENT_REFUSED: Form(
        N_("监护人没有同意，您在%(organization)s的申请已结束。"), "members.own_application", CODE
    ),
    K.CONSENT_WITHDRAWN: Form(
        N_("监护人撤回了同意，您在%(organization)s的申请和志愿服务已停止。"),
        "members.own_applications",
    ),
    K.PUPIL_CONSENT_ASKED: Form(
        N_(
            "%(organization)s请您看一看：是否同意%(ward)s加入学校红十字会。链接已用短信发到您的手机。"
        )
    ),
    K.PUPIL_CONSENTS: Form(
        N_("%(organization)s今天有监护人回答或撤回了同意书，或者监护人的登记有变动。"),
        "schools.consents",
        ORG,
    ),
    K.WARD_APPROVED: Form(N_("您监护的%(ward)s已是%(organization)s的志愿者。")),
    K.WARD_RETURNED: Form(N_("您监护的%(ward)s在%(organization)s的申请要改一改再交。")),
    K.WARD_REJECTED: Form(N_("您监护的%(ward)s在%(organization)s的申请没有通过。")),
    K.PAPERS_MISSING: Form(
        NN_("%(organization)s有 %(count)s 位代录的人还缺申请表照片，请打开上传。"),
        "members.list_papers",
        ORG,
    ),
    K.FILING_RETURNED: Form(
        N_("%(organization)s有一份备案被退回，请打开看原因。"), "members.queue", ORG
    ),
    K.MEMBERSHIP_FILED: Form(N_("您在%(organization)s的会籍已备案。"), "members.card"),
    K.HONOUR_RECORDED: Form(N_("%(organization)s为您登记了一项荣誉。"), "members.own_honours"),
    K.HONOUR_REVOKED: Form(N_("%(organization)s撤销了为您登记的一项荣誉。"), "members.own_honours"),
}
