"""Words of the screen for schools."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext
from schools.activity_labels import ACTIVITY_LABELS
from schools.rules.adults import AgeStatus
from schools.rules.audits import AuditPart, DeletionOutcome
from schools.rules.honours import SchoolHonourLevel
from schools.rules.pupils import ConsentState, PupilAction, PupilStatus
from schools.rules.register import SchoolAction, SchoolStage, SchoolStatus
from schools.rules.taking_off import OffReason
from schools.rules.years import ExceptionKind, RunStatus

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    **ACTIVITY_LABELS,
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
    SchoolAction: {
        SchoolAction.REGISTER: _("列入名录"),
        SchoolAction.CHANGE: lazy_pgettext("history", "修改名录"),
        SchoolAction.ENROL: _("登记在校人数"),
        SchoolAction.MERGE: _("并入其他学校"),
        SchoolAction.CLOSE: _("停办"),
        SchoolAction.REOPEN: _("恢复在办"),
        SchoolAction.BRANCH: lazy_pgettext("history", "已建会"),
        SchoolAction.BRANCH_CLOSED: _("学校红十字会撤销"),
        SchoolAction.TAKE_IN: _("接收并入的学校"),
        SchoolAction.TAKE_BACK: lazy_pgettext("history", "撤销导入"),
        SchoolAction.APPLY: _("申请建会"),
        SchoolAction.RETURN: _("申请退回"),
        SchoolAction.RESUBMIT: _("重新申请"),
        SchoolAction.APPROVE: _("县级批复"),
        SchoolAction.WITHDRAW: lazy_pgettext("history", "撤回申请"),
        SchoolAction.FOUND: _("召开成立大会"),
        SchoolAction.SEAT: _("理事会就任"),
        SchoolAction.HONOUR: lazy_pgettext("history", "登记荣誉"),
        SchoolAction.REVOKE: lazy_pgettext("history", "撤销荣誉"),
    },
    SchoolHonourLevel: {
        SchoolHonourLevel.NATIONAL: _("国家级"),
        SchoolHonourLevel.PROVINCIAL: _("省级"),
        SchoolHonourLevel.CITY: _("市级"),
        SchoolHonourLevel.COUNTY: _("县级"),
    },
    PupilStatus: {
        PupilStatus.DRAFT: _("待同意"),
        PupilStatus.MEMBER: lazy_pgettext("one", "青少年会员"),
        PupilStatus.REFUSED: _("不同意"),
        PupilStatus.WITHDRAWN: _("已退出"),
        PupilStatus.REMOVED: _("已移出"),
        PupilStatus.GRADUATED: _("已毕业"),
        PupilStatus.LEFT: _("已离校"),
        PupilStatus.CONVERTED: _("已转为成人会员"),
    },
    OffReason: {
        OffReason.MISTAKE: _("录错了，不是本校学生"),
        OffReason.MOVED: _("已经转学或者离校"),
        OffReason.GUARDIAN: _("监护人要求移出"),
        OffReason.OTHER: _("其他"),
    },
    PupilAction: {
        PupilAction.ADMIT: _("入会"),
        PupilAction.REFUSE: _("监护人不同意"),
        PupilAction.ASK_AGAIN: _("再问一次"),
        PupilAction.WITHDRAW: _("退出"),
        PupilAction.REMOVE: lazy_pgettext("history", "移出名册"),
        PupilAction.GRADUATE: _("毕业"),
        PupilAction.LEAVE: _("离校"),
        PupilAction.CONVERT: _("转为成人会员"),
        PupilAction.UNDO: lazy_pgettext("history", "撤销"),
    },
    ConsentState: {
        ConsentState.UNASKED: _("还没问"),
        ConsentState.ASKED: _("等回答"),
        ConsentState.GIVEN: _("已同意"),
        ConsentState.REFUSED: _("不同意"),
        ConsentState.LAPSED: _("没回答"),
        ConsentState.WITHDRAWN: _("已撤回"),
    },
    RunStatus: {
        RunStatus.WAITING: _("等着升"),
        RunStatus.RUNNING: _("正在升"),
        RunStatus.DONE: _("已升年级"),
        RunStatus.UNDONE: _("已撤销"),
    },
    AgeStatus: {
        AgeStatus.ASKED: _("等本人回答"),
        AgeStatus.CONVERTED: _("已转为成人会员"),
        AgeStatus.LEFT: _("已退出"),
    },
    ExceptionKind: {
        ExceptionKind.REPEAT: _("留级"),
        ExceptionKind.MOVE: _("转到别的班"),
        ExceptionKind.LEAVE: _("离开学校"),
    },
}
