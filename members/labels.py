"""Words of the screen for applications, memberships and flags (ux.md 5.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from members.rules import (
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    Flag,
    HonourLevel,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    ReturnReason,
    TransferStatus,
    WithdrawalReason,
)

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    ApplicationKind: {
        ApplicationKind.MEMBER: _("会员"),
        ApplicationKind.VOLUNTEER: _("志愿者"),
    },
    ApplicationStatus: {
        ApplicationStatus.CONSENT_PENDING: _("待监护人同意"),
        ApplicationStatus.SUBMITTED: _("待审核"),
        ApplicationStatus.RETURNED: _("退回修改"),
        ApplicationStatus.APPROVED: _("已通过"),
        ApplicationStatus.REJECTED: _("未通过"),
        ApplicationStatus.WITHDRAWN: _("已撤回"),
    },
    ApplicationAction: {
        ApplicationAction.CONSENT: _("监护人同意"),
        ApplicationAction.REFUSE_CONSENT: _("监护人不同意"),
        ApplicationAction.APPROVE: _("通过"),
        ApplicationAction.RETURN: _("退回"),
        ApplicationAction.REJECT: _("不通过"),
        ApplicationAction.RESUBMIT: _("改好再交"),
        ApplicationAction.WITHDRAW: _("撤回"),
        ApplicationAction.UNDO_APPROVAL: _("撤销通过"),
        ApplicationAction.UNDO_RETURN: _("撤销退回"),
    },
    Flag: {
        Flag.DUPLICATE: _("可能重复"),
        Flag.ID_IN_USE: _("证件号要核对"),
        Flag.MINOR: _("未满18岁"),
        Flag.OTHER_COUNTY: _("跨区"),
    },
    MembershipKind: {
        MembershipKind.ADULT: _("会员"),
        MembershipKind.YOUTH: _("青少年会员"),
        MembershipKind.GROUP: _("团体会员"),
    },
    MembershipStatus: {
        MembershipStatus.APPROVED: _("已通过，待备案"),
        MembershipStatus.FILING_RETURNED: _("备案退回"),
        MembershipStatus.ACTIVE: _("已备案"),
        MembershipStatus.ARREARS: _("会费未交"),
        MembershipStatus.WITHDRAWN: _("已退会"),
        MembershipStatus.TRANSFERRED: _("已转出"),
        MembershipStatus.REVOKED: _("已撤销"),
    },
    MembershipAction: {
        MembershipAction.FILE: _("备案"),
        MembershipAction.RETURN_FILING: _("备案退回"),
        MembershipAction.REFILE: _("改好再报"),
        MembershipAction.REVOKE: _("撤销"),
        MembershipAction.WITHDRAW: _("退会"),
        MembershipAction.UNDO_WITHDRAWAL: _("撤销退会"),
        MembershipAction.TRANSFER: _("转会籍"),
    },
    ReturnReason: {
        ReturnReason.NAME_MISMATCH: _("姓名与证件不一致"),
        ReturnReason.ID_WRONG: _("证件号有误"),
        ReturnReason.NOT_OURS: _("不属于本组织"),
        ReturnReason.CONSENT_MISSING: _("缺监护人同意"),
        ReturnReason.OTHER: _("其他"),
    },
    HonourLevel: {
        HonourLevel.NATIONAL: _("全国"),
        HonourLevel.PROVINCIAL: _("省级"),
        HonourLevel.CITY: _("市级"),
        HonourLevel.COUNTY: _("县级"),
        HonourLevel.GRASSROOTS: _("基层"),
    },
    TransferStatus: {
        TransferStatus.REQUESTED: _("等原组织放行"),
        TransferStatus.RELEASED: _("等新组织接收"),
        TransferStatus.ACCEPTED: _("已转入"),
        TransferStatus.DECLINED: _("没有接收"),
        TransferStatus.CANCELLED: _("已取消"),
    },
    WithdrawalReason: {
        WithdrawalReason.MOVED: _("搬走了"),
        WithdrawalReason.NO_TIME: _("没有时间"),
        WithdrawalReason.DUES: _("会费"),
        WithdrawalReason.OTHER: _("其他"),
    },
}
