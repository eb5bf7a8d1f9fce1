"""What leads to cases, to requests and to the switches of modules."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext
from supervision.entries import Entry
from supervision.quality_entries import OF_QUALITY

_P = Permission

OWN_MATTERS = Entry(
    _("我的办件"),
    "people.own_matters",
    also=frozenset({"people.own_matter", "people.new_request", "people.own_request"}),
)
CASES = Entry(_("办件"), "people.list_matters", _P.MATTERS_VIEW, frozenset({"people.show_matter"}))
REQUESTS = Entry(
    _("个人请求"), "people.rights_queue", _P.RIGHTS_ANSWER, frozenset({"people.rights_request"})
)
OF_MATTERS = (
    CASES,
    Entry(_("办件统计"), "people.matter_figures", _P.FIGURES_VIEW),
    REQUESTS,
    *OF_QUALITY,
)
#: At most three characters fit a tab.
ASKED = Entry(
    lazy_pgettext("tab", "请求"),
    "people.rights_queue",
    _P.RIGHTS_ANSWER,
    frozenset({"people.rights_request"}),
)
SWITCHES = Entry(
    _("功能开关"),
    "organizations.list_switches",
    _P.MODULES_SWITCH,
    frozenset({"organizations.switch_module"}),
)
