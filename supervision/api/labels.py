"""Words for tokens of other systems."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.access.marks import ApiScope
from core.i18n import lazy_gettext as _
from supervision.api.rules import TokenState

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    ApiScope: {
        ApiScope.ORGANIZATIONS: _("组织"),
        ApiScope.INDICATORS: _("指标的定义"),
        ApiScope.VALUES: _("指标的数和公布的数据"),
    },
    TokenState: {
        TokenState.LIVE: _("有效"),
        TokenState.EXPIRED: _("已到期"),
        TokenState.REVOKED: _("已停用"),
    },
}
