"""Words of the screen for kinds, levels and states of organizations (ux.md 2.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.access.permissions import Level
from core.filters import number
from core.i18n import gettext, lazy_pgettext
from core.i18n import lazy_gettext as _
from core.switches import Module
from organizations.rules import (
    Discretion,
    DivisionLevel,
    Hanging,
    Measure,
    MergerRowStatus,
    MergerStatus,
    MergerStep,
    OrganizationKind,
    OrganizationStatus,
)
from organizations.rules.foundings import FoundingAction, FoundingStatus, VoteMethod
from organizations.rules.life import CouncilStatus, LifeAction, LifeState

if TYPE_CHECKING:
    from organizations.rules.cover import Cover

#: What settings that may differ between parts of the tree say.
PILOTED_WORDS = {
    "rights.answered_by": _("个人信息请求由哪一级答复（1 县，2 市，3 省）"),
    "matters.rights": _("个人信息请求几个工作日内答复"),
    "matters.complaint": _("投诉和建议几个工作日内答复"),
    "matters.question": _("咨询几个工作日内答复"),
    "changes.working_days": _("更正信息几个工作日内答复"),
    "transfers.working_days": _("转会籍几个工作日内答复"),
    "comparison.shown": _("同级对比（1 显示，0 不显示）"),
}

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Level: {
        Level.PROVINCE: _("省"),
        Level.CITY: _("市"),
        Level.COUNTY: _("县（市、区）"),
        Level.TOWNSHIP: _("乡镇（街道）"),
        Level.UNIT: lazy_pgettext("one", "基层组织"),
    },
    DivisionLevel: {
        DivisionLevel.PROVINCE: _("省"),
        DivisionLevel.CITY: _("市"),
        DivisionLevel.COUNTY: _("县（市、区）"),
        DivisionLevel.TOWNSHIP: _("乡镇（街道）"),
        DivisionLevel.VILLAGE: _("村（社区）"),
    },
    OrganizationKind: {
        OrganizationKind.PROVINCIAL: _("省级"),
        OrganizationKind.CITY: _("市级"),
        OrganizationKind.COUNTY: _("县级"),
        OrganizationKind.TOWNSHIP: _("乡镇（街道）"),
        OrganizationKind.VILLAGE: _("村（社区）"),
        OrganizationKind.SCHOOL: _("学校"),
        OrganizationKind.HOSPITAL: _("医疗卫生单位"),
        OrganizationKind.COMPANY: _("企业"),
        OrganizationKind.AGENCY: _("机关"),
        OrganizationKind.ASSOCIATION: _("社会组织"),
    },
    OrganizationStatus: {
        OrganizationStatus.ACTIVE: _("正常"),
        OrganizationStatus.SUSPENDED: _("整顿"),
        OrganizationStatus.MERGED: _("已合并"),
        OrganizationStatus.DISSOLVED: _("已撤销"),
    },
    FoundingStatus: {
        FoundingStatus.DRAFT: _("草稿，还没交"),
        FoundingStatus.SUBMITTED: _("待批复"),
        FoundingStatus.RETURNED: _("已退回"),
        FoundingStatus.APPROVED: _("已批复，待开成立大会"),
        FoundingStatus.FOUNDED: _("已成立，待登记理事会"),
        FoundingStatus.ACTIVE: _("已建会"),
        FoundingStatus.WITHDRAWN: _("已撤回"),
    },
    VoteMethod: {
        VoteMethod.EQUAL_BALLOT: _("等额无记名投票"),
        VoteMethod.BALLOT: _("差额无记名投票"),
        VoteMethod.HANDS: _("举手表决"),
    },
    FoundingAction: {
        FoundingAction.APPLY: lazy_pgettext("history", "提交申请"),
        FoundingAction.RETURN: lazy_pgettext("history", "退回"),
        FoundingAction.RESUBMIT: _("重新申请"),
        FoundingAction.APPROVE: lazy_pgettext("history", "批复同意"),
        FoundingAction.WITHDRAW: lazy_pgettext("history", "撤回申请"),
        FoundingAction.FOUND: _("召开成立大会"),
        FoundingAction.SEAT: _("理事会就任"),
    },
    LifeState: {
        LifeState.ACTIVE: _("正常"),
        LifeState.DUE: _("快届满"),
        LifeState.OVERDUE: _("超期未换届"),
        LifeState.SUSPENDED: _("整顿"),
        LifeState.MERGED: _("已合并"),
        LifeState.DISSOLVED: _("已撤销"),
    },
    LifeAction: {
        LifeAction.FOUND: _("成立"),
        LifeAction.SEAT: _("理事会就任"),
        LifeAction.RETURN: _("退回换届登记"),
        LifeAction.CORRECT: lazy_pgettext("history", "改正换届登记"),
        LifeAction.SUSPEND: _("开始整顿"),
        LifeAction.RESUME: lazy_pgettext("history", "整顿结束"),
        LifeAction.EDIT: lazy_pgettext("history", "修改资料"),
    },
    CouncilStatus: {
        CouncilStatus.SEATED: _("已登记"),
        CouncilStatus.RETURNED: _("已退回，要改正"),
    },
    MergerStatus: {
        MergerStatus.DRAFT: _("草稿"),
        MergerStatus.RUNNING: _("正在合并"),
        MergerStatus.DONE: _("已合并"),
        MergerStatus.UNDOING: _("正在撤销"),
        MergerStatus.UNDONE: _("合并已撤销"),
        MergerStatus.DISCARDED: _("已放弃"),
    },
    MergerRowStatus: {
        MergerRowStatus.READY: _("可以合并"),
        MergerRowStatus.REFUSED: _("没有合并"),
        MergerRowStatus.DONE: _("已合并"),
        MergerRowStatus.UNDONE: _("合并已撤销"),
        MergerRowStatus.STUCK: _("没能撤销"),
    },
    MergerStep: {
        MergerStep.MERGE: _("并入"),
        MergerStep.MOVE: _("移到下面"),
    },
    Hanging: {
        Hanging.BELOW: _("下级组织"),
        Hanging.ADULTS: _("成人会员"),
        Hanging.PUPILS: _("青少年会员"),
        Hanging.VOLUNTEERS: _("志愿者"),
        Hanging.APPLICATIONS: _("没办完的申请"),
        Hanging.TRANSFERS: _("没办完的转会籍"),
        Hanging.WITHDRAWALS: _("没了结的退会"),
        Hanging.EXPULSIONS: _("没办完的除名"),
        Hanging.HOURS: _("待确认时长和申诉"),
        Hanging.POSTS: _("在任职务"),
    },
    Module: {
        Module.STARS: _("星级"),
        Module.TEAMS: _("志愿服务队"),
        Module.GROUPS: _("团体会员"),
        Module.CAMPAIGNS: _("青少年活动月"),
        Module.SCHOOL_YEARS: _("升年级"),
        Module.EXCHANGE: _("数据报送"),
        Module.VENUES: _("场所"),
        Module.APPOINTMENTS: _("预约"),
        Module.PUBLIC_STATISTICS: _("公布数据"),
    },
    Measure: {
        Measure.ORGANIZATIONS: _("基层组织"),
        Measure.ADULT_MEMBERS: _("成人会员"),
        Measure.YOUTH_MEMBERS: _("青少年会员"),
        Measure.GROUP_MEMBERS: _("团体会员"),
        Measure.VOLUNTEERS: _("志愿者"),
        Measure.REGISTERED_VOLUNTEERS: _("注册志愿者"),
        Measure.SCHOOLS: _("应建会学校"),
        Measure.SCHOOL_BRANCHES: _("已建会学校"),
        Measure.APPLICATIONS_WAITING: _("待审核"),
        Measure.APPLICATIONS_DOUBTFUL: _("要看一下"),
        Measure.FILINGS_WAITING: _("待备案"),
        Measure.HOURS_WAITING: _("待确认时长"),
        Measure.OBJECTIONS_WAITING: _("申诉"),
        Measure.HOLDS_WAITING: _("时长核查"),
        Measure.GROUPS_WAITING: _("团体会员申请"),
        Measure.CHANGES_WAITING: _("待办理的更正申请"),
        Measure.RIGHTS_WAITING: _("待答复的请求"),
        Measure.ACTIVITIES_WAITING: _("待同意的活动"),
        Measure.NEW_MEMBERS: _("新增会员"),
        Measure.YOUTH_ACTIVITIES: _("青少年活动"),
        Measure.YOUTH_TIMES: _("青少年活动人次"),
        Measure.FIRST_AID_TIMES: _("应急救护培训人次"),
        Measure.CONFIRMED_MINUTES: _("已确认时长"),
        Measure.CONFIRMED_RECORDS: _("已确认记录"),
        Measure.DUES_CHARGED: _("应交会费"),
        Measure.DUES_PAID: _("已交会费"),
        Measure.DUES_CHARGES: _("应交人数"),
        Measure.DUES_SETTLED: _("交清人数"),
        Measure.DUES_REMITTED: _("已上缴会费"),
        Measure.TOWNSHIP_DIVISIONS: _("乡镇（街道）总数"),
        Measure.VILLAGE_DIVISIONS: _("村（社区）总数"),
        Measure.RESIDENTS: _("常住人口"),
        Measure.NEW_ADULTS: _("新增成人会员"),
        Measure.LEFT_ADULTS: _("离会成人会员"),
        Measure.NEW_YOUTH: _("新增青少年会员"),
        Measure.LEFT_YOUTH: _("离会青少年会员"),
        Measure.GRADUATED_YOUTH: _("毕业青少年会员"),
        Measure.NEW_VOLUNTEERS: _("新登记志愿者"),
        Measure.NEW_REGISTERED: _("新注册志愿者"),
        Measure.MANUAL_RECORDS: _("代录的时长记录"),
        Measure.VENUE_ACTIVITIES: _("场所活动"),
        Measure.VENUE_TIMES: _("场所服务人次"),
        Measure.CERTIFICATES: _("出具的证明"),
        Measure.ADMISSIONS_HANDLED: _("办结的入会申请"),
        Measure.FILINGS_HANDLED: _("办结的备案"),
        Measure.APPEALS_HANDLED: _("办结的申诉"),
        Measure.PUPILS: _("名册上的学生"),
        Measure.TEAMS: _("志愿服务队"),
        Measure.STARS: _("星级志愿者"),
        Measure.VENUES: _("服务场所"),
        Measure.MINORS: _("未成年会员和志愿者"),
        Measure.MINORS_CONSENTED: _("有同意书的未成年人"),
        Measure.PEOPLE: _("名册上的人"),
        Measure.MISSING_ID: _("没有证件号"),
        Measure.MISSING_PHONE: _("没有手机号"),
        Measure.DUPLICATES: _("可能重复"),
        Measure.ACTIVE_VOLUNTEERS: _("活跃志愿者"),
        Measure.OVERDUE_ELECTIONS: _("超期未换届的组织"),
        Measure.SILENT_VENUES: _("半年没有活动的场所"),
        Measure.OVERDUE_APPLICATIONS: _("超期的入会审核"),
        Measure.OVERDUE_FILINGS: _("超期的备案"),
        Measure.STALE_PEOPLE: _("很久没有核对的资料"),
        Measure.DESK_PEOPLE: _("数据质量里的成年人"),
        Measure.DESK_NO_ID: _("没有证件号的成年人"),
        Measure.DESK_NO_PHONE: _("没有手机号的成年人"),
        Measure.DESK_NO_BIRTH: _("没有出生日期的成年人"),
        Measure.DESK_NO_PAPER: _("没有申请表照片的成年人"),
        Measure.DESK_WRONG_ID: _("证件号有误的成年人"),
        Measure.DESK_WRONG_PHONE: _("手机号有误或打不通的成年人"),
        Measure.DESK_DOUBLE: _("可能重复的成年人"),
    },
}


def figure_text(discretion: Discretion, organization_id: int, measure: Measure, value: int) -> str:
    """Return a number as it may be shown: with separators, or that there are too few people."""
    if discretion.hides(organization_id, measure, value):
        return gettext("人数过少")
    return number(value)


def covered_text(
    cover: Cover, path: str, measure: Measure, value: int, *, is_own: bool = False
) -> str:
    """Return a number beside others: hidden too where it would tell a hidden one."""
    if cover.hides(path, measure, value, is_own=is_own):
        return gettext("人数过少")
    return number(value)
