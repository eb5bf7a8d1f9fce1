"""Words of the screen for jobs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from core.jobs.rules import JobStatus

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    JobStatus: {
        JobStatus.WAITING: _("排队中"),
        JobStatus.RUNNING: _("正在办理"),
        JobStatus.DONE: _("已完成"),
        JobStatus.FAILED: _("停下了"),
        JobStatus.CANCELLED: _("已停止"),
    },
}
