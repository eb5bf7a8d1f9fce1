"""Words of the screen for venues (domain.md 5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from activities.rules.venue_fund import FundWay
from activities.rules.venue_reviews import (
    InspectionPurpose,
    ReviewAction,
    ReviewStatus,
    StarItem,
)
from activities.rules.venues import Charge, VenueAction, VenueKind, VenueLevel, VenueStatus
from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext

VENUE_LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    VenueKind: {
        VenueKind.MEMBER_SERVICE_CENTRE: _("会员服务中心"),
        VenueKind.MEMBER_HOME: _("会员之家"),
        VenueKind.MEMBER_WORKSHOP: _("会员工作室"),
        VenueKind.FRATERNITY_HOME: _("博爱家园"),
        VenueKind.SERVICE_WINDOW: _("红十字服务窗口"),
        VenueKind.SERVICE_STATION: _("红十字服务站（点）"),
        VenueKind.TRAINING_BASE: _("应急救护培训基地"),
        VenueKind.FIRST_AID_POST: _("应急救护站"),
        VenueKind.LIFE_EDUCATION_HALL: _("生命教育体验馆"),
        VenueKind.MEMORIAL_PLACE: _("生命礼赞场所"),
        VenueKind.VOLUNTEER_BASE: _("志愿服务基地"),
    },
    VenueStatus: {
        VenueStatus.PLANNED: _("筹备中"),
        VenueStatus.APPLIED: _("已申请"),
        VenueStatus.INSPECTED: _("已查看"),
        VenueStatus.NAMED: _("已授牌"),
        VenueStatus.RUNNING: _("开放中"),
        VenueStatus.REVIEW_DUE: _("待复核"),
        VenueStatus.RECTIFY: _("整改中"),
        VenueStatus.CLOSED: _("已摘牌"),
    },
    VenueAction: {
        VenueAction.APPLY: lazy_pgettext("history", "申请授牌"),
        VenueAction.RETURN: lazy_pgettext("history", "退回"),
        VenueAction.INSPECT: _("现场查看"),
        VenueAction.NAME: lazy_pgettext("history", "授牌"),
        VenueAction.OPEN: lazy_pgettext("history", "开放"),
        VenueAction.CALL_REVIEW: _("到期复核"),
        VenueAction.CONFIRM: _("复核通过"),
        VenueAction.RECTIFY: lazy_pgettext("history", "要求整改"),
        VenueAction.RENAME: lazy_pgettext("history", "重新命名"),
        VenueAction.CLOSE: lazy_pgettext("history", "摘牌"),
        VenueAction.UNDO_CLOSING: _("取消摘牌"),
    },
    VenueLevel: {
        VenueLevel.NATIONAL: _("国家级"),
        VenueLevel.PROVINCIAL: _("省级"),
        VenueLevel.CITY: _("市级"),
        VenueLevel.COUNTY: _("县级"),
    },
    Charge: {Charge.KEEPER: _("负责人"), Charge.LEADER: _("领办人")},
    InspectionPurpose: {
        InspectionPurpose.NAMING: _("授牌前查看"),
        InspectionPurpose.YEARLY: _("年度复核"),
    },
    StarItem: {
        StarItem.ORGANIZATION: _("组织建设"),
        StarItem.PLACE: _("场所和标识"),
        StarItem.TEAM: _("队伍"),
        StarItem.ACTIVITIES: _("活动"),
        StarItem.FILES: _("互助金和档案"),
        StarItem.SATISFACTION: _("满意度和数字化"),
    },
    ReviewStatus: {
        ReviewStatus.PROPOSED: _("等第二人确认"),
        ReviewStatus.CONFIRMED: _("已确认"),
        ReviewStatus.RETURNED: _("已退回"),
    },
    ReviewAction: {ReviewAction.CONFIRM: _("确认"), ReviewAction.RETURN: _("退回")},
    FundWay: {FundWay.IN: _("收入"), FundWay.OUT: _("支出")},
}
