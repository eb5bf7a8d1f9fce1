"""Letters about posts, corrections, merged records, jobs, and the digest of a day. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import BOTH, CODE, ORG, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_, NN_

FORMS: Mapping[K, Form] = {
    K.POST_GRANTED: Form(N_("您已是%(organization)s的%(role)s。"), "accounts.switch"),
    K.POST_ENDED: Form(N_("您在%(organization)s的%(role)s职务到%(day)s为止。"), "accounts.switch"),
    K.POST_OFFERED: Form(
        N_("%(organization)s请您担任%(role)s，请在%(day)s前登录，打开看并接受。"),
        "accounts.offer",
        CODE,
        by_sms=True,
    ),
    K.POST_TO_SECOND: Form(
        N_("%(organization)s有一个%(role)s授权要您同意，请打开看。"), "accounts.grant", BOTH
    ),
    K.POST_TAKEN: Form(N_("%(name)s已接受%(organization)s的%(role)s职务。")),
    K.POST_NOT_TAKEN: Form(N_("给%(name)s的%(organization)s%(role)s授权没有生效。")),
    K.POST_EXTENDED: Form(
        N_("您在%(organization)s的%(role)s职务延长到%(day)s。"), "accounts.switch"
    ),
    K.POST_ENDS_SOON: Form(
        N_("您在%(organization)s的%(role)s职务到%(day)s结束，请办交接。"), "accounts.handover", ORG
    ),
    K.DEPUTY_GIVEN: Form(
        N_("%(organization)s的%(role)s职务由他人代理，到%(day)s为止。"), "accounts.switch"
    ),
    K.DEPUTY_ENDED: Form(
        N_("您代理的%(organization)s%(role)s职务到%(day)s为止。"), "accounts.switch"
    ),
    K.HANDOVER_SIGNED: Form(
        N_("%(organization)s的%(role)s交接，请打开看。"), "accounts.own_handover", CODE
    ),
    K.CHANGE_MADE: Form(N_("%(organization)s已更正您的信息。"), "people.change", CODE),
    K.CHANGE_RETURNED: Form(
        N_("%(organization)s退回了您的更正申请，请打开看原因。"), "people.change", CODE
    ),
    K.CHANGE_CLOSED: Form(N_("您已不在%(organization)s，更正申请已结束。"), "people.change", CODE),
    K.REQUEST_ANSWERED: Form(
        N_("%(organization)s答复了您的请求，请打开看。"), "people.own_request", CODE
    ),
    K.REQUEST_REFUSED: Form(
        N_("%(organization)s没有同意您的请求，请打开看理由。"), "people.own_request", CODE
    ),
    K.RECORDS_MERGED: Form(
        N_(
            "%(organization)s把您的两份登记合并成一份。如果不对，请在%(day)s以前打电话告诉%(organization)s。"
        ),
        "people.my_data",
        without_account=True,
    ),
    K.RECORDS_PARTED: Form(
        N_("您在%(organization)s的两份登记不再合并，已恢复成原来的样子。"),
        "people.my_data",
        without_account=True,
    ),
    K.JOB_DONE: Form(N_("%(organization)s的“%(job)s”办好了，请打开看。"), "jobs.job", CODE),
    K.JOB_STOPPED: Form(N_("%(organization)s的“%(job)s”停下了：%(problem)s。"), "jobs.job", CODE),
    K.DIGEST: Form(
        NN_("%(organization)s有 %(count)s 项待办，请打开看。"),
        "supervision.home",
        ORG,
        by_sms=True,
    ),
    K.DIGEST_OF_MANY: Form(N_("有待办：%(places)s。请打开看。"), "accounts.switch", by_sms=True),
}
