"""Words of the screen for cases, and for requests that have no other object."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from people.rules.matters import MatterKind, MatterState
from people.rules.rights import RightsKind, RightsStatus

MATTER_LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    MatterKind: {
        MatterKind.JOIN_MEMBER: _("入会申请"),
        MatterKind.JOIN_VOLUNTEER: _("加入志愿者"),
        MatterKind.JOIN_GROUP: _("团体会员申请"),
        MatterKind.TRANSFER: _("转会籍"),
        MatterKind.LEAVE: _("退会"),
        MatterKind.CORRECTION: _("更正信息"),
        MatterKind.CERTIFICATE: _("服务证明"),
        MatterKind.STAR: _("星级申请"),
        MatterKind.REGISTRATION: _("注册志愿者申请"),
        MatterKind.QUALIFICATION: _("证书核对"),
        MatterKind.TEAM: _("成立服务队"),
        MatterKind.OBJECTION: _("时长申诉"),
        MatterKind.APPEAL: _("除名申诉"),
        MatterKind.RIGHTS: _("个人信息请求"),
        MatterKind.COMPLAINT: _("投诉和建议"),
        MatterKind.QUESTION: _("咨询"),
        MatterKind.CLOSE_ACCOUNT: _("注销账号"),
    },
    MatterState: {
        MatterState.OPEN: _("在办"),
        MatterState.WAITING: _("等本人补充"),
        MatterState.DONE: _("已办结"),
        MatterState.REFUSED: _("未同意"),
        MatterState.WITHDRAWN: _("已撤回"),
        MatterState.LAPSED: _("已终止"),
    },
    RightsKind: {
        RightsKind.COPY: _("要一份我的个人信息"),
        RightsKind.ERASE: _("删除我的个人信息"),
        RightsKind.RESTRICT: _("限制使用我的个人信息"),
        RightsKind.EXPLAIN: _("说明系统怎样得出一项决定"),
        RightsKind.COMPLAINT: _("投诉和建议"),
        RightsKind.QUESTION: _("咨询"),
    },
    RightsStatus: {
        RightsStatus.RECEIVED: _("已收到"),
        RightsStatus.VERIFIED: _("已核对本人"),
        RightsStatus.DONE: _("已答复"),
        RightsStatus.REFUSED: _("未同意"),
        RightsStatus.WITHDRAWN: _("已撤回"),
    },
}
