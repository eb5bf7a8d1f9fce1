"""Words of the screen for schools."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from schools.rules.audits import AuditPart, DeletionOutcome
from schools.rules.pupils import ConsentState, PupilStatus
from schools.rules.register import SchoolStage, SchoolStatus

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    AuditPart: {
        AuditPart.MINORS: _("未成年人数"),
        AuditPart.CONSENTS: _("同意书"),
        AuditPart.DELETIONS: _("到期删除"),
        AuditPart.APPROVALS: _("查看申请"),
        AuditPart.LOOKS: _("查看记录"),
        AuditPart.EXPORTS: _("导出文件"),
        AuditPart.INCIDENTS: _("安全事件"),
        AuditPart.PROCESSING: _("处理活动和保存期限"),
        AuditPart.SETTINGS: _("现行设置"),
    },
    DeletionOutcome: {
        DeletionOutcome.IN_TIME: _("按时删除"),
        DeletionOutcome.LATE: _("过期才删除"),
        DeletionOutcome.OPEN: _("还没到期"),
        DeletionOutcome.OVERDUE: _("过期未删除"),
    },
    SchoolStage: {
        SchoolStage.PRIMARY: _("小学"),
        SchoolStage.JUNIOR: _("初中"),
        SchoolStage.NINE_YEAR: _("九年一贯制学校"),
        SchoolStage.SENIOR: _("高中"),
        SchoolStage.VOCATIONAL: _("中等职业学校"),
        SchoolStage.UNIVERSITY: _("高等学校"),
        SchoolStage.SPECIAL: _("特殊教育学校"),
    },
    SchoolStatus: {
        SchoolStatus.OPEN: _("在办"),
        SchoolStatus.MERGED: _("已合并"),
        SchoolStatus.CLOSED: _("已停办"),
    },
    PupilStatus: {
        PupilStatus.DRAFT: _("待同意"),
        PupilStatus.MEMBER: _("青少年会员"),
        PupilStatus.REFUSED: _("不同意"),
        PupilStatus.WITHDRAWN: _("已退出"),
        PupilStatus.REMOVED: _("已移出"),
        PupilStatus.GRADUATED: _("已毕业"),
        PupilStatus.LEFT: _("已离校"),
        PupilStatus.CONVERTED: _("已转为成人会员"),
    },
    ConsentState: {
        ConsentState.UNASKED: _("还没问"),
        ConsentState.ASKED: _("等回答"),
        ConsentState.GIVEN: _("已同意"),
        ConsentState.REFUSED: _("不同意"),
        ConsentState.LAPSED: _("没回答"),
        ConsentState.WITHDRAWN: _("已撤回"),
    },
}
