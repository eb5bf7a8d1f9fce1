"""Words for kinds of doubtful data and for lists that are put right."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from supervision.quality.rules import FixStatus, Group, Kind

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Group: {
        Group.MISSING: _("缺失"),
        Group.INVALID: _("有误"),
        Group.DUPLICATE: _("重复"),
        Group.STALE: _("过期"),
    },
    Kind: {
        Kind.MISSING_ID: _("没有证件号"),
        Kind.MISSING_PHONE: _("没有手机号"),
        Kind.MISSING_BIRTH: _("没有出生日期"),
        Kind.MISSING_PAPER: _("没有申请表照片"),
        Kind.INVALID_ID: _("证件号有误"),
        Kind.INVALID_PHONE: _("手机号有误或打不通"),
        Kind.DUPLICATE: _("可能重复"),
        Kind.STALE: _("很久没有核对"),
    },
    FixStatus: {
        FixStatus.OPEN: _("整改中"),
        FixStatus.DONE: _("已清零"),
        FixStatus.WITHDRAWN: _("已收回"),
    },
}
