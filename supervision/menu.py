"""What each role finds in the sidebar, and both ways together (ux.md 2.2, 2.3): data only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from accounts.queries.posts import WAITING
from core.access.permissions import Level, Permission, Role
from core.access.rights import rights_of
from core.access.scope import HeldPost
from core.i18n import lazy_gettext as _
from organizations.rules import Measure
from supervision.entries import GRASSROOTS, OFFICES, Entry
from supervision.indicator_entries import OF_INDICATORS
from supervision.life_entries import OF_LIFE
from supervision.matter_entries import OF_MATTERS, OWN_MATTERS, SWITCHES
from supervision.merging_entries import MERGERS
from supervision.order_entries import OF_ORDERS
from supervision.post_entries import OF_POSTS, OWN_POSTS
from supervision.public_entries import OF_PUBLIC
from supervision.report_entries import OF_REPORTS
from supervision.school_entries import CLASSES, OF_SCHOOL, OF_SCHOOLS_BELOW
from supervision.tabs import (
    ACTIVITIES,
    APPROVALS,
    DUES,
    EVENTS,
    FILES,
    FILINGS,
    GROUPS,
    HOURS,
    LETTERS,
    LOG,
    MINE,
    MY_HOME,
    OFFICE_TABS,
    SCHOOLS,
    SYSTEM,
    TABS,
    TREE,
)
from supervision.venue_entries import OWN_VENUES, VENUES
from supervision.visit_entries import AT_VENUES, OWN_AT_VENUES

_P = Permission

OWN_SIDEBAR = (
    MY_HOME,
    EVENTS,
    Entry(_("我的报名"), "activities.own_signups", also=frozenset({"activities.own_signup"})),
    LOG,
    Entry(_("我的时长"), "volunteers.own_hours", also=frozenset({"volunteers.own_record"})),
    Entry(_("我的星级"), "volunteers.own_stars", also=frozenset({"volunteers.star_notices"})),
    Entry(
        _("志愿者身份"),
        "volunteers.own_volunteer",
        also=frozenset({"volunteers.own_registration", "volunteers.own_qualifications"}),
    ),
    Entry(
        _("开证明"), "volunteers.own_certificates", also=frozenset({"volunteers.own_certificate"})
    ),
    Entry(
        _("我的服务队"),
        "volunteers.own_teams",
        also=frozenset({"volunteers.own_team", "volunteers.found_team"}),
    ),
    OWN_VENUES,
    *OWN_AT_VENUES,
    Entry(_("会员证"), "members.card"),
    Entry(_("我的会费"), "members.own_dues"),
    Entry(_("我的申请"), "members.own_applications", also=frozenset({"members.own_application"})),
    OWN_MATTERS,
    Entry(_("我的单位"), "members.own_groups", also=frozenset({"members.own_group"})),
    OWN_POSTS,
    LETTERS,
    MINE,
)
SIDEBAR = (
    CLASSES,
    *OF_ORDERS,
    Entry(_("入会审核"), "members.queue", _P.APPLICATIONS_VIEW, frozenset({"members.application"})),
    Entry(_("成员"), "members.list_members", _P.MEMBERS_VIEW, frozenset({"members.member"})),
    Entry(
        _("志愿者"),
        "volunteers.list_volunteers",
        _P.MEMBERS_VIEW,
        frozenset({"volunteers.show_volunteer", "volunteers.choose_filters"}),
    ),
    Entry(
        _("可能重复"),
        "people.list_duplicates",
        _P.PEOPLE_MERGE,
        frozenset(
            {
                "people.compare_duplicates",
                "people.merge_duplicates",
                "people.dismiss_duplicates",
                "people.list_merges",
                "people.undo_merge",
            }
        ),
    ),
    *OF_SCHOOL,
    ACTIVITIES,
    VENUES,
    *AT_VENUES,
    HOURS,
    Entry(
        _("星级"),
        "volunteers.stars",
        _P.STARS_VIEW,
        frozenset({"volunteers.show_star"}),
    ),
    Entry(
        _("服务证明"),
        "volunteers.certificates",
        _P.CERTIFICATES_VIEW,
        frozenset({"volunteers.show_certificate"}),
    ),
    Entry(
        _("申诉"),
        "volunteers.objections",
        _P.OBJECTIONS_DECIDE,
        frozenset({"volunteers.show_objection"}),
    ),
    Entry(
        _("时长核查"),
        "volunteers.holds",
        _P.HOLDS_REVIEW,
        frozenset({"volunteers.show_hold"}),
    ),
    Entry(
        _("志愿者注册"),
        "volunteers.list_registrations",
        _P.VOLUNTEERS_REGISTER,
        frozenset({"volunteers.show_registration"}),
        levels=OFFICES,
    ),
    Entry(
        _("核对证书"),
        "volunteers.list_qualifications",
        _P.QUALIFICATIONS_CHECK,
        frozenset({"volunteers.show_qualification"}),
    ),
    Entry(
        _("志愿服务队"),
        "volunteers.list_teams",
        _P.TEAMS_VIEW,
        frozenset({"volunteers.show_team", "volunteers.grade_team"}),
    ),
    Entry(
        _("培训"),
        "volunteers.list_trainings",
        _P.TRAININGS_RECORD,
        frozenset({"volunteers.show_training", "volunteers.record_training"}),
    ),
    Entry(
        _("除名"),
        "members.expulsions",
        _P.EXPULSIONS_VIEW,
        frozenset({"members.expulsion", "members.decide_expulsion"}),
    ),
    Entry(_("去世登记"), "people.deaths", _P.DEATHS_RECORD),
    Entry(
        _("更正申请"),
        "people.change_queue",
        _P.CHANGES_DECIDE,
        frozenset({"people.decide_change", "people.return_change"}),
    ),
    *OF_MATTERS,
    FILINGS,
    DUES,
    GROUPS,
    Entry(
        _("等待转会籍"),
        "members.pending",
        _P.MEMBERS_PLACE,
        frozenset({"members.place_member", "members.place_all", "schools.list_owing"}),
    ),
    APPROVALS,
    Entry(_("未成年人信息"), "people.minor_approvals", _P.PUPILS_APPROVE),
    Entry(_("未成年人年度审计"), "schools.audits", _P.AUDITS_MAKE),
    FILES,
    Entry(
        _("数据报送"),
        "exchange.batches",
        _P.EXCHANGE_KEEP,
        frozenset({"exchange.batch", "exchange.receipt", "exchange.refused"}),
    ),
    TREE,
    *OF_LIFE,
    MERGERS,
    SCHOOLS,
    *OF_SCHOOLS_BELOW,
    Entry(_("加入海报"), "members.poster", _P.POSTER_VIEW, levels=GRASSROOTS),
    *OF_INDICATORS,
    *OF_PUBLIC,
    *OF_REPORTS,
    SWITCHES,
    *OF_POSTS,
    SYSTEM,
    LETTERS,
    MINE,
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a role held at a level finds in the tab bar and in the sidebar, its home first."""

    tabs: tuple[Entry, ...]
    sidebar: tuple[Entry, ...]


@cache
def choices_of(role: Role, level: Level) -> Choices:
    """Return the ways that make sense at a level and that the role has a right to there."""
    tabs = OFFICE_TABS if role is Role.OFFICER and level is not Level.COUNTY else TABS[role]
    sidebar = (tabs[0], *(entry for entry in SIDEBAR if entry is not tabs[0]))
    rights = rights_of(role, level)

    def is_open(entry: Entry) -> bool:
        fits = not entry.levels or level in entry.levels
        return fits and (entry.permission is None or entry.permission in rights)

    return Choices(tuple(filter(is_open, tabs)), tuple(filter(is_open, sidebar)))


def duties_of(post: HeldPost) -> tuple[Measure, ...]:
    """Return the queues that a post has to work through at its own organization."""
    return tuple(
        measure for permission, measure in WAITING.items() if post.reach(permission, post.place)
    )
