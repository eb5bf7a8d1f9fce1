"""Words of the screen for imports (ux.md 5.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from core.imports.rules import ImportStatus, RowChoice, RowOutcome, RowVerdict

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    ImportStatus: {
        ImportStatus.DRAFT: _("草稿"),
        ImportStatus.CHECKING: _("检查中"),
        ImportStatus.READY: _("待核对"),
        ImportStatus.WRITING: _("导入中"),
        ImportStatus.DONE: _("已完成"),
        ImportStatus.UNDOING: _("撤销中"),
        ImportStatus.UNDONE: _("已撤销"),
        ImportStatus.DROPPED: _("已删除"),
    },
    RowVerdict: {
        RowVerdict.UNCHECKED: _("还没检查"),
        RowVerdict.GOOD: _("可导入"),
        RowVerdict.WRONG: _("要改"),
        RowVerdict.DOUBTFUL: _("可能重复"),
        RowVerdict.PRESENT: _("已经在册"),
    },
    RowChoice: {
        RowChoice.NONE: _("还没决定"),
        RowChoice.SKIP: _("跳过这行"),
        RowChoice.SAME: _("同一人"),
        RowChoice.OTHER: _("不是"),
    },
    RowOutcome: {
        RowOutcome.OPEN: _("没有导入"),
        RowOutcome.NEW: _("新增"),
        RowOutcome.UPDATED: _("更新"),
        RowOutcome.HANDED: _("转交核对"),
        RowOutcome.TAKEN_BACK: _("已撤销"),
        RowOutcome.KEPT: _("没有撤销"),
    },
}
