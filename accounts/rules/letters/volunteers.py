"""Letters to volunteers: hours, standing, certificates and stars. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.rules.letters.form import CODE, Form
from accounts.rules.letters.kinds import LetterKind as K
from core.rules import N_

FORMS: Mapping[K, Form] = {
    K.HOURS_ENTERED: Form(
        N_("%(organization)s替您登记了 %(day)s的时长，等复核。不是您参加的，请打开告诉我们。"),
        "volunteers.own_record",
        CODE,
    ),
    K.HOURS_PROPOSED: Form(
        N_("%(organization)s的活动您没有签退，先按计划结束记了时长。请打开看对不对。"),
        "volunteers.own_record",
        CODE,
    ),
    K.HOURS_CONFIRMED: Form(
        N_("%(organization)s确认了您的 %(count)s 条时长。"), "volunteers.own_hours"
    ),
    K.HOURS_REFUSED: Form(
        N_("%(organization)s没有认定您的一条时长，请打开看原因。"), "volunteers.own_record", CODE
    ),
    K.HOURS_CORRECTED: Form(
        N_("%(organization)s更正了您的一条时长，请打开看原因。"), "volunteers.own_record", CODE
    ),
    K.HOURS_HELD: Form(
        N_("%(organization)s正在核查您的一条时长，请打开看进展。"), "volunteers.own_record", CODE
    ),
    K.HOURS_RELEASED: Form(
        N_("%(organization)s核查完了您的一条时长，照常计算。"), "volunteers.own_record", CODE
    ),
    K.OBJECTION_GRANTED: Form(
        N_("%(organization)s认定了您申诉的时长。"), "volunteers.own_record", CODE
    ),
    K.OBJECTION_UPHELD: Form(
        N_("%(organization)s没有改动您申诉的时长，请打开看理由。"), "volunteers.own_record", CODE
    ),
    K.REGISTRATION_APPROVED: Form(
        N_("%(organization)s通过了您的申请，您已是注册志愿者。"),
        "volunteers.own_volunteer",
        by_sms=True,
    ),
    K.REGISTRATION_RETURNED: Form(
        N_("%(organization)s退回了您的注册申请，请打开看原因。"),
        "volunteers.own_registration",
        by_sms=True,
    ),
    K.QUALIFICATION_RETURNED: Form(
        N_("%(organization)s退回了您的一张证书，请打开看原因。"), "volunteers.own_qualifications"
    ),
    K.QUALIFICATION_ENDS: Form(
        N_("您登记在%(organization)s的一张证书到%(day)s为止，请及时复训换证。"),
        "volunteers.own_qualifications",
    ),
    K.VOLUNTEER_DORMANT: Form(
        N_("您很久没有在%(organization)s服务了，欢迎再来；再有一次已确认的服务就恢复。"),
        "volunteers.own_volunteer",
    ),
    K.VOLUNTEER_LEFT: Form(
        N_("您已退出%(organization)s的志愿者，时长和记录都保留。"), "volunteers.own_volunteer"
    ),
    K.CERTIFICATE_REPLACED: Form(
        N_("%(organization)s换发了您的一份服务证明，请看新的。"),
        "volunteers.own_certificate",
        CODE,
    ),
    K.CERTIFICATE_REVOKED: Form(
        N_("%(organization)s作废了您的一份服务证明，请打开看原因。"),
        "volunteers.own_certificate",
        CODE,
    ),
    K.CERTIFICATE_CLEARED: Form(
        N_("%(organization)s已核实您的服务时长，可以重新开证明。"),
        "volunteers.own_certificate",
        CODE,
    ),
    K.STAR_NOTICED: Form(
        N_("%(organization)s正在公示您的 %(star)s 星，到%(day)s为止。"), "volunteers.own_stars"
    ),
    K.STAR_GRANTED: Form(
        N_("%(organization)s已授予您 %(star)s 星志愿者。"), "volunteers.own_stars"
    ),
    K.STAR_REFUSED: Form(
        N_("%(organization)s没有通过您的 %(star)s 星申请，请打开看原因。"), "volunteers.own_stars"
    ),
    K.STAR_REVOKED: Form(
        N_("%(organization)s撤销了您的 %(star)s 星，请打开看原因。"), "volunteers.own_stars"
    ),
}
