"""Words of the screen for class activities, campaigns and yearly reports."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext
from schools.rules.attending import HeldBack, RollAction, RollStatus, YouthKind
from schools.rules.campaigns import CampaignPhase
from schools.rules.reports import ReportAction, ReportStatus

ACTIVITY_LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    YouthKind: {
        YouthKind.MONTH: _("红十字青少年活动月"),
        YouthKind.CAMP: _("夏令营"),
        YouthKind.LEADERS: _("青年骨干训练营"),
        YouthKind.FIRST_AID: _("应急救护培训"),
        YouthKind.LIFE: _("生命教育"),
        YouthKind.DROWNING: _("防溺水"),
        YouthKind.EHL: _("探索人道法"),
        YouthKind.RED_CROSS_DAY: _("5·8 红十字日"),
        YouthKind.BLOOD: _("无偿献血宣传"),
        YouthKind.AID: _("博爱助学"),
        YouthKind.CONTEST: _("知识竞赛"),
        YouthKind.OTHER: _("其他活动"),
    },
    HeldBack: {
        HeldBack.NO_CONSENT: _("还没有同意书"),
        HeldBack.TOO_YOUNG: _("年龄不到"),
        HeldBack.TOO_OLD: _("年龄超过"),
    },
    RollStatus: {
        RollStatus.RECORDED: _("已登记"),
        RollStatus.UNDONE: _("已撤销"),
    },
    RollAction: {
        RollAction.CORRECT: lazy_pgettext("history", "更正"),
        RollAction.UNDO: lazy_pgettext("history", "撤销"),
    },
    CampaignPhase: {
        CampaignPhase.COMING: _("还没开始"),
        CampaignPhase.RUNNING: _("进行中"),
        CampaignPhase.OVER: _("已到期"),
        CampaignPhase.CLOSED: _("已结束"),
    },
    ReportStatus: {
        ReportStatus.SUBMITTED: _("已上报，等县级受理"),
        ReportStatus.RETURNED: _("已退回，要改"),
        ReportStatus.ACCEPTED: _("已受理"),
    },
    ReportAction: {
        ReportAction.SUBMIT: lazy_pgettext("history", "上报"),
        ReportAction.RETURN: lazy_pgettext("history", "退回"),
        ReportAction.ACCEPT: lazy_pgettext("history", "受理"),
    },
}
