"""Entries of the tab bar, and which of them each role has: at most four (ux.md 2.2)."""

from __future__ import annotations

from collections.abc import Mapping

from core.access.permissions import Permission, Role
from core.i18n import lazy_gettext as _
from core.i18n import lazy_pgettext
from supervision.entries import OFFICES, WITH_LOWER, Entry
from supervision.matter_entries import ASKED, CASES
from supervision.school_entries import CLASSES

_P = Permission

TODO = Entry(
    _("待办"), "supervision.home", _P.HOME_VIEW, frozenset({"members.queue", "members.application"})
)
GUIDE = Entry(_("督导"), "supervision.home", _P.HOME_VIEW)
HOME = Entry(_("首页"), "supervision.home", _P.HOME_VIEW)
MEMBERS = Entry(
    _("成员"),
    "members.list_members",
    _P.MEMBERS_VIEW,
    frozenset(
        {
            "members.member",
            "members.choose_filters",
            "members.enter",
            "members.list_papers",
            "members.paper",
            "members.look_at_paper",
            "imports.new",
            "imports.paste",
            "imports.check",
            "imports.show",
            "volunteers.list_volunteers",
            "volunteers.show_volunteer",
            "volunteers.choose_filters",
        }
    ),
)
HOURS = Entry(
    _("时长"),
    "volunteers.confirm_queue",
    _P.HOURS_VIEW,
    frozenset(
        {
            "volunteers.show_group",
            "volunteers.show_record",
            "volunteers.list_sheets",
            "volunteers.new_sheet",
            "volunteers.edit_sheet",
            "volunteers.sheet",
            "volunteers.seconds",
            "volunteers.second",
            "volunteers.refuse_sheet",
            "volunteers.hold_questions",
            "volunteers.answer_hold",
        }
    ),
)
ACTIVITIES = Entry(
    _("活动"),
    "activities.list_activities",
    _P.ACTIVITIES_VIEW,
    frozenset(
        {
            "activities.show_activity",
            "activities.new_activity",
            "activities.edit_activity",
            "activities.report_activity",
            "activities.add_shift",
            "activities.edit_shift",
            "activities.roster",
            "activities.desk",
            "volunteers.end_shift",
            "volunteers.set_minutes",
            "volunteers.add_to_shift",
            "activities.reviews",
            "activities.review",
        }
    ),
)
TREE = Entry(
    lazy_pgettext("tab", "组织"),
    "organizations.list_organizations",
    _P.FIGURES_VIEW,
    levels=WITH_LOWER,
)
DUES = Entry(
    _("会费"),
    "members.dues",
    _P.DUES_VIEW,
    frozenset(
        {
            "members.unpaid_dues",
            "members.dues_ledger",
            "members.dues_reconciliation",
            "members.dues_rules",
            "members.dues_proposals",
        }
    ),
)
GROUPS = Entry(
    _("团体会员"),
    "members.groups",
    _P.GROUPS_VIEW,
    frozenset({"members.group", "members.group_queue", "members.enter_group"}),
)
APPROVALS = Entry(
    _("导出审批"),
    "members.list_export_requests",
    _P.EXPORTS_APPROVE,
    frozenset({"members.export_request", "members.refuse_export"}),
)
FILES = Entry(_("我的文件"), "members.list_exports", _P.MEMBERS_EXPORT)
FILINGS = Entry(_("备案"), "members.filings", _P.FILINGS_VIEW)
SCHOOLS = Entry(_("学校"), "schools.list_schools", _P.FIGURES_VIEW, levels=OFFICES)
SYSTEM = Entry(_("系统"), "supervision.system", _P.SYSTEM_VIEW)
MY_HOME = Entry(_("首页"), "supervision.my_home")
LOG = Entry(_("记时长"), "volunteers.log_service")
EVENTS = Entry(
    _("活动"),
    "activities.events",
    also=frozenset({"activities.event", "activities.sign_up"}),
)
MINE = Entry(
    _("我的"),
    "people.profile",
    also=frozenset({"people.my_data", "people.changes", "accounts.settings"}),
)
LETTERS = Entry(_("消息"), "accounts.messages")
#: Whose badge is what waits for the post.
WITH_DUTIES = frozenset({TODO, GUIDE})

#: At most four tabs, labels at most three characters.
OWN_TABS = (MY_HOME, EVENTS, LOG, MINE)
TABS: Mapping[Role, tuple[Entry, ...]] = {
    Role.SECRETARY: (TODO, MEMBERS, ACTIVITIES, MINE),
    Role.COORDINATOR: (TODO, CLASSES, ACTIVITIES, MINE),
    Role.OFFICER: (GUIDE, TREE, FILINGS, MINE),
    Role.SUPERVISOR: (GUIDE, TREE, SCHOOLS, MINE),
    Role.TEAM_LEADER: (HOME, EVENTS, LOG, MINE),
    Role.OPERATOR: (SYSTEM, MINE),
    Role.PRIVACY_OFFICER: (GUIDE, ASKED, CASES, MINE),
}
#: City and province file nothing: their third tab leads to the schools.
OFFICE_TABS = (GUIDE, TREE, SCHOOLS, MINE)
