"""Words of tables as files."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from supervision.tabling.rules import TableStatus

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    TableStatus: {
        TableStatus.RUNNING: _("正在生成"),
        TableStatus.READY: _("可以下载"),
        TableStatus.REMOVED: _("已删除"),
    },
}
