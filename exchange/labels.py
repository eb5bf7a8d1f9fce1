"""Words of the screen for batches (ux.md 5.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext
from exchange.rules import BatchAction, BatchMode, BatchStatus, Identity, ObjectKind

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    BatchStatus: {
        BatchStatus.DRAFT: _("草稿"),
        BatchStatus.READY: _("可以交"),
        BatchStatus.SENT: _("已交出"),
        BatchStatus.RECEIPTED: _("有回执"),
        BatchStatus.CLOSED: _("已结束"),
    },
    BatchAction: {
        BatchAction.AGREE: lazy_pgettext("history", "同意报送"),
        BatchAction.SEND: _("已经交给对方"),
        BatchAction.RECEIVE: _("读了回执"),
        BatchAction.CLOSE: lazy_pgettext("history", "结束这一批"),
        BatchAction.GIVE_UP: lazy_pgettext("history", "放弃这一批"),
    },
    BatchMode: {
        BatchMode.CHANGES: _("有变动的"),
        BatchMode.FULL: _("全部"),
        BatchMode.REJECTS: _("被退回的"),
    },
    Identity: {
        Identity.NONE: _("不带"),
        Identity.MASKED: _("遮掩"),
        Identity.SEALED: _("加密"),
        Identity.PLAIN: _("明文"),
    },
    ObjectKind: {
        ObjectKind.VOLUNTEER: _("志愿者"),
        ObjectKind.GROUP: _("志愿服务队"),
        ObjectKind.PROJECT: _("活动"),
        ObjectKind.SERVICE: _("服务记录"),
        ObjectKind.TRAINING: _("培训"),
        ObjectKind.HONOUR: _("荣誉"),
        ObjectKind.EVALUATION: _("申诉"),
        ObjectKind.CERTIFICATE: _("服务证明"),
    },
}
