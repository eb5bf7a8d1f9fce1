"""Words of the screen for roles and sessions (ux.md 2.2, 2.8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from accounts.rules import Browser, System
from accounts.rules.grants import Danger, GrantAction, GrantStatus
from accounts.rules.handover import HandoverStatus, OpenWork
from core.access.permissions import Role
from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    # The level is the organization's and stands in its name: 上城区 · 工作人员.
    Role: {
        Role.SECRETARY: _("秘书"),
        Role.COORDINATOR: _("辅导员"),
        Role.OFFICER: _("工作人员"),
        Role.TEAM_LEADER: _("队长"),
        Role.SUPERVISOR: _("监事"),
        Role.OPERATOR: _("系统管理员"),
        Role.PRIVACY_OFFICER: _("个人信息保护负责人"),
    },
    GrantStatus: {
        GrantStatus.PROPOSED: _("等第二个人同意"),
        GrantStatus.OFFERED: _("等本人接受"),
        GrantStatus.ACCEPTED: _("已生效"),
        GrantStatus.DECLINED: _("本人没有接受"),
        GrantStatus.REFUSED: _("没有同意"),
        GrantStatus.WITHDRAWN: _("已撤回"),
        GrantStatus.LAPSED: _("过期没有办"),
        GrantStatus.VOIDED: _("授权人已没有权限"),
    },
    GrantAction: {
        GrantAction.PROPOSE: _("提出"),
        GrantAction.SECOND: _("第二个人同意"),
        GrantAction.REFUSE: _("没有同意"),
        GrantAction.ACCEPT: _("生效"),
        GrantAction.DECLINE: _("本人没有接受"),
        GrantAction.WITHDRAW: lazy_pgettext("history", "撤回"),
        GrantAction.LAPSE: _("过期"),
        GrantAction.VOID: _("授权人没有权限了"),
    },
    Danger: {
        Danger.ENTERS_AND_SECONDS: _("既录入时长又复核时长：没有第二双眼睛"),
        Danger.RECORDS_AND_SUPERVISES: _("既记会费又监督会费：自己查自己"),
        Danger.LEADS_AND_CONFIRMS: _("既当队长又确认时长：自己报自己批"),
        Danger.ADMITS_AND_FILES: _("既批准入会又办备案：自己批自己备"),
        Danger.TAKES_AND_APPROVES: _("既导出名单又审批导出：没有第二个人把关"),
        Danger.EXPELS_AND_HEARS: _("既提出除名又处理申诉：申诉没有意义"),
        Danger.RUNS_AND_REVEALS: _("既管系统又看个人信息：能看也能抹掉痕迹"),
        Danger.LOOKS_AND_ALLOWS: _("既看未成年人信息又批准查看：自己批自己看"),
    },
    HandoverStatus: {
        HandoverStatus.DRAFT: _("还没签字"),
        HandoverStatus.GIVEN: _("等签收"),
        HandoverStatus.TAKEN: _("双方已签字"),
        HandoverStatus.CALLED_OFF: _("已撤回"),
    },
    OpenWork: {
        OpenWork.APPLICATIONS: _("没审的入会申请"),
        OpenWork.FILINGS: _("没办的备案"),
        OpenWork.CHANGES: _("没办的更正申请"),
        OpenWork.GROUPS: _("没办的团体会员申请"),
        OpenWork.SERVICE_HOURS: _("没确认的时长"),
        OpenWork.OBJECTIONS: _("没答复的申诉"),
        OpenWork.HOLDS: _("没查完的时长"),
        OpenWork.REVIEWS: _("没审的活动"),
        OpenWork.DUES: _("没交的会费"),
        OpenWork.REMITTANCES: _("没确认的上缴会费"),
        OpenWork.EXPORTS: _("没审的导出"),
        OpenWork.POSTINGS: _("没结束的活动"),
        OpenWork.CHECK_IN_CODES: _("还能用的签到码"),
        OpenWork.TEAMS: _("没办的服务队事项"),
        OpenWork.DELEGATIONS: _("上级授权的志愿者注册"),
        OpenWork.DEPUTIES: _("正在代理的人"),
        OpenWork.OFFERS: _("没办完的授权"),
        OpenWork.DRAFTS: _("名册上等同意的学生"),
        OpenWork.CONSENTS: _("还没有回答的同意书"),
        OpenWork.IMPORTS: _("没做完的导入"),
        OpenWork.ACTIVITIES: _("时长还没确认的活动"),
        OpenWork.HOURS: _("没送出的代录时长"),
        OpenWork.CAMPAIGNS: _("还没参加的活动月"),
        OpenWork.REPORTS: _("还没受理的上年年报"),
        OpenWork.ORDERS: _("没办结的督办单"),
    },
    Browser: {
        Browser.WECHAT: _("微信"),
        Browser.ALIPAY: _("支付宝"),
        Browser.EDGE: "Edge",
        Browser.FIREFOX: "Firefox",
        Browser.CHROME: "Chrome",
        Browser.SAFARI: "Safari",
        Browser.OTHER: _("浏览器"),
    },
    System: {
        System.HARMONY: "HarmonyOS",
        System.ANDROID: "Android",
        System.IPHONE: "iPhone",
        System.IPAD: "iPad",
        System.WINDOWS: "Windows",
        System.MAC: "macOS",
        System.LINUX: "Linux",
        System.OTHER: _("其他设备"),
    },
}
