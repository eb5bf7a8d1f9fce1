"""Words of the screen for states, methods, fields, reasons and doubts (ux.md 5.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from volunteers.rules import (
    Doubt,
    RefusalReason,
    ServiceAction,
    ServiceField,
    ServiceMethod,
    ServiceStatus,
    VolunteerAction,
    VolunteerStatus,
)
from volunteers.rules.certificates import CertificateReason, CertificateStatus
from volunteers.rules.registering import (
    RegistrationAction,
    RegistrationReturn,
    RegistrationStatus,
)
from volunteers.rules.resting import AgreementKind
from volunteers.rules.skills import (
    QualificationAction,
    QualificationKind,
    QualificationStatus,
)
from volunteers.rules.stars import Missing, StarAction, StarReason, StarStatus
from volunteers.rules.teams import (
    SeatStatus,
    TeamAction,
    TeamGrade,
    TeamRole,
    TeamStatus,
)

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    VolunteerStatus: {
        VolunteerStatus.ENTERED: _("登记志愿者"),
        VolunteerStatus.REGISTERED: _("注册志愿者"),
        VolunteerStatus.DORMANT: _("久未服务"),
        VolunteerStatus.SUSPENDED: _("已暂停"),
        VolunteerStatus.WITHDRAWN: _("已退出"),
        VolunteerStatus.REVOKED: _("已撤销"),
        VolunteerStatus.DECEASED: _("已去世"),
    },
    ServiceStatus: {
        ServiceStatus.PENDING: _("待确认"),
        ServiceStatus.CONFIRMED: _("已确认"),
        ServiceStatus.REFUSED: _("未认定"),
        ServiceStatus.WITHDRAWN: _("已撤回"),
        ServiceStatus.OBJECTED: _("申诉中"),
        ServiceStatus.UPHELD: _("未认定，申诉已答复"),
    },
    ServiceAction: {
        ServiceAction.CONFIRM: _("已确认"),
        ServiceAction.REFUSE: _("未认定"),
        ServiceAction.WITHDRAW: _("已撤回"),
        ServiceAction.UNDO_CONFIRM: _("撤销确认，回到待确认"),
        ServiceAction.UNDO_REFUSE: _("撤销未认定，回到待确认"),
        ServiceAction.OBJECT: _("提出申诉"),
        ServiceAction.GRANT_OBJECTION: _("申诉后认定"),
        ServiceAction.UPHOLD: _("申诉已答复，维持未认定"),
        ServiceAction.CORRECT: _("改时长"),
    },
    ServiceMethod: {
        ServiceMethod.SCANNED: _("扫码"),
        ServiceMethod.ROLL_CALL: _("点名"),
        ServiceMethod.SELF_REPORTED: _("自报"),
        ServiceMethod.ENTERED_FOR: _("代录"),
        ServiceMethod.ENTERED_LATER: _("补录"),
        ServiceMethod.IMPORTED: _("导入"),
    },
    ServiceField: {
        ServiceField.RESCUE: _("应急救援"),
        ServiceField.HEALTH: _("卫生健康"),
        ServiceField.AID: _("人道救助"),
        ServiceField.STEM_CELLS: _("造血干细胞捐献"),
        ServiceField.BODY_DONATION: _("遗体器官捐献"),
        ServiceField.BLOOD: _("无偿献血宣传"),
        ServiceField.HIV: _("艾滋病预防"),
        ServiceField.VALUES: _("红十字文化传播"),
        ServiceField.FUNDRAISING: _("筹资"),
        ServiceField.OVERSEAS: _("国际合作"),
        ServiceField.FIRST_AID: _("应急救护培训"),
        ServiceField.LIFE_EDUCATION: _("生命教育"),
        ServiceField.DROWNING: _("防溺水"),
        ServiceField.YOUTH: _("青少年工作"),
        ServiceField.RELIEF_GOODS: _("救灾物资"),
        ServiceField.OTHER: _("其他服务"),
    },
    RefusalReason: {
        RefusalReason.NOT_OURS: _("不是本组织的服务"),
        RefusalReason.NOT_THERE: _("当时没有到场"),
        RefusalReason.TOO_LONG: _("时长和实际不符"),
        RefusalReason.DOUBLE: _("重复记录"),
        RefusalReason.OTHER: _("其他"),
    },
    Doubt: {
        Doubt.LONG: _("一次时间很长"),
        Doubt.DAY: _("当天合计很长"),
        Doubt.WEEK: _("一周合计很长"),
        Doubt.BURST: _("短时间记了很多条"),
        Doubt.OVERLAP: _("和已确认的时间重叠"),
    },
    VolunteerAction: {
        VolunteerAction.ENTER_AGAIN: _("再次登记"),
        VolunteerAction.REGISTER: _("成为注册志愿者"),
        VolunteerAction.GO_DORMANT: _("久未服务"),
        VolunteerAction.WAKE: _("又开始服务"),
        VolunteerAction.REVOKE: _("登记已撤销"),
        VolunteerAction.WITHDRAW: _("已退出"),
        VolunteerAction.DIE: _("已去世"),
        VolunteerAction.UNDO_DEATH: _("去世登记已撤销"),
    },
    RegistrationStatus: {
        RegistrationStatus.SUBMITTED: _("待审核"),
        RegistrationStatus.RETURNED: _("退回修改"),
        RegistrationStatus.APPROVED: _("已通过"),
        RegistrationStatus.WITHDRAWN: _("已撤回"),
    },
    RegistrationAction: {
        RegistrationAction.RETURN: _("退回修改"),
        RegistrationAction.RESUBMIT: _("改好再交"),
        RegistrationAction.APPROVE: _("已通过"),
        RegistrationAction.WITHDRAW: _("已撤回"),
        RegistrationAction.LAPSE: _("申请已结束"),
    },
    RegistrationReturn: {
        RegistrationReturn.IDENTITY: _("姓名或证件要核对"),
        RegistrationReturn.HOURS: _("时长要核对"),
        RegistrationReturn.CONSENT: _("缺监护人同意"),
        RegistrationReturn.OTHER: _("其他"),
    },
    QualificationKind: {
        QualificationKind.FIRST_AID: _("救护员证"),
        QualificationKind.FIRST_AID_TEACHER: _("救护师资证"),
        QualificationKind.MEDICAL: _("医护资格"),
        QualificationKind.COUNSELLING: _("心理咨询"),
        QualificationKind.LIFEGUARD: _("救生员证"),
        QualificationKind.DRIVING: _("驾驶证"),
        QualificationKind.RADIO: _("业余无线电"),
        QualificationKind.OTHER: _("其他"),
    },
    QualificationStatus: {
        QualificationStatus.SUBMITTED: _("待核对"),
        QualificationStatus.CHECKED: _("已核对"),
        QualificationStatus.RETURNED: _("退回修改"),
        QualificationStatus.REMOVED: _("已删除"),
    },
    QualificationAction: {
        QualificationAction.CHECK: _("已核对"),
        QualificationAction.RETURN: _("退回修改"),
        QualificationAction.AMEND: _("改好再交"),
        QualificationAction.REMOVE: _("已删除"),
    },
    AgreementKind: {
        AgreementKind.PHOTO: _("宣传用照片"),
        AgreementKind.INSURANCE: _("办保险用资料"),
        AgreementKind.CONTACT: _("队长看手机号"),
        AgreementKind.SHARING: _("报送志愿服务信息系统"),
    },
    CertificateStatus: {
        CertificateStatus.VALID: _("有效"),
        CertificateStatus.REPLACED: _("已换发"),
        CertificateStatus.REVOKED: _("已作废"),
    },
    CertificateReason: {
        CertificateReason.HOURS_CORRECTED: _("时长有更正"),
        CertificateReason.PERSON_CORRECTED: _("姓名或证件有更正"),
        CertificateReason.FALSE_HOURS: _("时长不真实"),
        CertificateReason.WRONG_PERSON: _("开错了人"),
        CertificateReason.OTHER: _("其他"),
    },
    StarStatus: {
        StarStatus.APPLIED: _("待核对"),
        StarStatus.CHECKED: _("已核对，待公示"),
        StarStatus.NOTICED: _("公示中"),
        StarStatus.OBJECTED: _("有异议"),
        StarStatus.GRANTED: _("已授予"),
        StarStatus.REFUSED: _("未通过"),
        StarStatus.REVOKED: _("已撤销"),
    },
    StarAction: {
        StarAction.CHECK: _("已核对"),
        StarAction.NOTICE: _("开始公示"),
        StarAction.OBJECT: _("提出异议"),
        StarAction.DISMISS: _("异议不成立，重新公示"),
        StarAction.GRANT: _("公示期满，已授予"),
        StarAction.REFUSE: _("未通过"),
        StarAction.REVOKE: _("已撤销"),
    },
    StarReason: {
        StarReason.FALSE_HOURS: _("时长不真实"),
        StarReason.CONDUCT: _("违反志愿服务规定"),
        StarReason.MISTAKE: _("办错了"),
        StarReason.OTHER: _("其他"),
    },
    Missing: {
        Missing.HOURS: _("已确认的时长还不够"),
        Missing.NOT_SERVING: _("现在不是在册的志愿者"),
        Missing.OPEN: _("已有一份申请在办"),
        Missing.BARRED: _("因时长不真实，还在限制申请的时间里"),
        Missing.ALL_HELD: _("已经是五星"),
    },
    TeamStatus: {
        TeamStatus.SUBMITTED: _("待审核"),
        TeamStatus.RETURNED: _("退回修改"),
        TeamStatus.ACTIVE: _("正常"),
        TeamStatus.REVIEW_DUE: _("待年度审核"),
        TeamStatus.RECTIFYING: _("整改中"),
        TeamStatus.WITHDRAWN: _("已撤回"),
        TeamStatus.DISSOLVED: _("已解散"),
    },
    TeamAction: {
        TeamAction.RETURN: _("退回"),
        TeamAction.RESUBMIT: _("改好再交"),
        TeamAction.WITHDRAW: _("撤回"),
        TeamAction.APPROVE: _("批准成立"),
        TeamAction.FALL_DUE: _("到了年度审核的日子"),
        TeamAction.KEEP: _("审核合格"),
        TeamAction.RECTIFY: _("要求整改"),
        TeamAction.DISSOLVE: _("解散"),
        TeamAction.GRADE: _("改救援队等级"),
    },
    TeamGrade: {
        TeamGrade.A1: "1A",
        TeamGrade.A2: "2A",
        TeamGrade.A3: "3A",
        TeamGrade.A4: "4A",
        TeamGrade.A5: "5A",
    },
    TeamRole: {TeamRole.LEADER: _("队长"), TeamRole.MEMBER: _("队员")},
    SeatStatus: {
        SeatStatus.ASKED: _("等队长同意"),
        SeatStatus.IN: _("在队"),
        SeatStatus.DECLINED: _("没有同意"),
        SeatStatus.LEFT: _("已离队"),
    },
}
