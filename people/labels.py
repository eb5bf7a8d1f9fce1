"""Words of the screen for documents, reasons and consents."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from people.matter_labels import MATTER_LABELS
from people.rules import AgeBand, IdType, Sex
from people.rules.changes import ChangeField, ChangeStatus
from people.rules.consents import ConsentPurpose, ConsentStatus
from people.rules.deaths import DeathProof, DeathStatus
from people.rules.duplicates import DuplicateReason, DuplicateStatus, KeptField, LookField, Side
from people.rules.guardians import Relation
from people.rules.minors import ApprovalStatus, MinorField
from people.rules.reveals import RevealField, RevealReason
from people.rules.seeing import SeenAs

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    SeenAs: {
        SeenAs.ROSTER: _("会员和志愿者名册"),
        SeenAs.APPLICATION: _("入会申请"),
        SeenAs.HOURS: _("服务时长"),
        SeenAs.PUPIL: _("学生名册"),
    },
    IdType: {
        IdType.RESIDENT_ID: _("居民身份证或港澳台居民居住证"),
        IdType.PASSPORT: _("护照"),
        IdType.FOREIGN_PERMANENT_RESIDENT: _("外国人永久居留身份证"),
        IdType.HK_MACAO_TRAVEL_PERMIT: _("港澳居民来往内地通行证"),
        IdType.TAIWAN_TRAVEL_PERMIT: _("台湾居民来往大陆通行证"),
    },
    AgeBand: {
        AgeBand.UNDER_8: _("不满 8 岁"),
        AgeBand.FROM_8_TO_13: _("8 到 13 岁"),
        AgeBand.FROM_14_TO_17: _("14 到 17 岁"),
        AgeBand.ADULT: _("18 岁及以上"),
    },
    Sex: {Sex.MALE: _("男"), Sex.FEMALE: _("女")},
    ConsentPurpose: {
        ConsentPurpose.DATA: _("个人信息"),
        ConsentPurpose.VOLUNTEERING: _("志愿服务"),
        ConsentPurpose.JOINING: _("加入红十字青少年会员"),
    },
    Relation: {
        Relation.FATHER: _("父亲"),
        Relation.MOTHER: _("母亲"),
        Relation.GRANDPARENT: _("祖父母或外祖父母"),
        Relation.OTHER: _("其他监护人"),
    },
    ConsentStatus: {
        ConsentStatus.REQUESTED: _("待监护人同意"),
        ConsentStatus.GIVEN: _("已同意"),
        ConsentStatus.REFUSED: _("不同意"),
        ConsentStatus.WITHDRAWN: _("已撤回"),
        ConsentStatus.LAPSED: _("已过期"),
    },
    DeathProof: {
        DeathProof.CERTIFICATE: _("死亡医学证明"),
        DeathProof.HOUSEHOLD: _("户口注销证明"),
        DeathProof.CREMATION: _("火化证明"),
        DeathProof.FAMILY: _("家属告知"),
        DeathProof.OTHER: _("其他"),
    },
    DeathStatus: {
        DeathStatus.RECORDED: _("已登记"),
        DeathStatus.SETTLED: _("已了结"),
        DeathStatus.UNDONE: _("登记有误，已撤销"),
    },
    ChangeField: {
        ChangeField.NAME: _("姓名"),
        ChangeField.DOCUMENT: _("证件"),
        ChangeField.BORN_ON: _("出生日期"),
        ChangeField.PHONE: _("手机号"),
    },
    ChangeStatus: {
        ChangeStatus.SUBMITTED: _("待办理"),
        ChangeStatus.APPROVED: _("已更正"),
        ChangeStatus.RETURNED: _("已退回"),
        ChangeStatus.WITHDRAWN: _("已撤回"),
        ChangeStatus.CLOSED: _("已结束"),
    },
    RevealField: {
        RevealField.PHONE: _("手机号"),
        RevealField.ID_NUMBER: _("证件号"),
    },
    MinorField: {
        MinorField.BORN_ON: _("出生日期"),
        MinorField.GUARDIAN_NAME: _("监护人姓名"),
        MinorField.GUARDIAN_PHONE: _("监护人手机号"),
    },
    ApprovalStatus: {
        ApprovalStatus.ASKED: _("待批准"),
        ApprovalStatus.APPROVED: _("已批准"),
        ApprovalStatus.REFUSED: _("未批准"),
        ApprovalStatus.REVOKED: _("已收回"),
    },
    RevealReason: {
        RevealReason.CONTACT: _("联系本人"),
        RevealReason.CHECK: _("核对证件"),
        RevealReason.INSURANCE: _("办理保险"),
        RevealReason.EMERGENCY: _("紧急情况"),
        RevealReason.OTHER: _("其他"),
    },
    DuplicateReason: {
        DuplicateReason.SAME_NUMBER: _("证件号相同"),
        DuplicateReason.SAME_PHONE: _("姓名和手机号相同"),
        DuplicateReason.SAME_PLACE: _("姓名和生日相同，在同一组织"),
        DuplicateReason.SAME_COUNTY: _("姓名和生日相同，在同一县（市、区）"),
    },
    DuplicateStatus: {
        DuplicateStatus.OPEN: _("待核对"),
        DuplicateStatus.DISMISSED: _("不是同一人"),
        DuplicateStatus.MERGED: _("已合并"),
    },
    KeptField: {
        KeptField.RECORD: _("留下哪一份"),
        KeptField.NAME: _("姓名"),
        KeptField.BORN_ON: _("出生日期"),
        KeptField.SEX: _("性别"),
        KeptField.PHONE: _("手机号"),
    },
    LookField: {
        LookField.MERGE: _("全部登记信息（核对重复）"),
        LookField.PAPER: _("纸质申请表"),
        LookField.CONSENT: _("纸质同意书"),
        LookField.NAME: _("姓名"),
    },
    Side: {Side.FIRST: _("先登记的"), Side.SECOND: _("后登记的")},
    **MATTER_LABELS,
}
