"""What is done with minors' data, why, on what basis, and how long it is kept (PRI-01, PRI-06)."""

from __future__ import annotations

from core.rules import N_, NN_

#: (what, what for, basis, how long); the periods are those of ``PERIODS``.
PROCESSING: tuple[tuple[str, str, str, str], ...] = (
    (
        N_("姓名、性别、出生日期、年级班级"),
        N_("青少年会员名册和建会率"),
        N_("监护人的同意，个人信息保护法第 31 条"),
        NN_("在会期间；离会满 %(identity)d 年后去除；不同意的 %(refused)d 天内删除"),
    ),
    (
        N_("证件号"),
        N_("认定是同一个人，避免重复登记"),
        N_("监护人的同意，个人信息保护法第 29、31 条"),
        NN_("在会期间，加密保存；离会满 %(identity)d 年后去除"),
    ),
    (
        N_("监护人姓名、关系、手机号"),
        N_("征求同意，通知变更和撤回"),
        N_("监护人的同意"),
        NN_("满 18 岁或者学校结束登记为止，再过 %(ended)d 天删除；加密保存"),
    ),
    (
        N_("活动参加记录和服务时长"),
        N_("志愿服务记录和证明"),
        N_("志愿服务条例第 19 条"),
        N_("账本用化名长期保存，身份按规则删除"),
    ),
    (
        N_("查看记录"),
        N_("谁看过未成年人的信息"),
        N_("未成年人网络保护条例第 36 条"),
        NN_("%(logs)d 年，期间不能修改"),
    ),
)

#: The dated setting behind each period that the list names.
PERIODS = {
    "identity": "privacy.identity_years",
    "refused": "consents.kept_days",
    "ended": "guardians.ended_days",
    "logs": "privacy.logs_years",
}
