"""Words of the screen that belong to no single package."""

from __future__ import annotations

from core.i18n import lazy_gettext as _

#: What a chain of rows is called on the operator's page.
CHAIN_NAMES = {
    "audit": _("操作日志"),
    "reads": _("查看记录"),
    "ledger": _("时长账本"),
    "dues": _("会费账"),
}
