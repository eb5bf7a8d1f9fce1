"""What keepers of schools, and offices above schools, find in the tab bar and in the sidebar."""

from __future__ import annotations

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from supervision.entries import GRASSROOTS, OFFICES, Entry

_P = Permission

_ATTENDING = frozenset({"schools.attend", "schools.show_youth", "schools.correct_roll"})

#: The second tab of a coordinator.
_ROSTER = "show_class open_class edit_class add_pupil show_pupil move_pupil remove_pupil"
CLASSES = Entry(
    _("班级"),
    "schools.list_classes",
    _P.PUPILS_VIEW,
    frozenset(f"schools.{name}" for name in _ROSTER.split()),
)
OF_SCHOOL = (
    Entry(
        _("同意书"),
        "schools.consents",
        _P.PUPILS_KEEP,
        frozenset(
            {
                "schools.class_consents",
                "schools.class_papers",
                "schools.look_at_consents",
                "schools.guardians",
            }
        ),
    ),
    Entry(_("班级活动"), "schools.list_youth", _P.PUPILS_KEEP, _ATTENDING),
    Entry(
        _("学校年报"),
        "schools.school_report",
        _P.PUPILS_KEEP,
        frozenset({"schools.submit_report"}),
        levels=GRASSROOTS,
    ),
)
OF_SCHOOLS_BELOW = (
    Entry(_("青少年活动"), "schools.youth_figures", _P.FIGURES_VIEW, levels=OFFICES),
    Entry(
        _("青少年活动月"),
        "schools.list_campaigns",
        _P.CAMPAIGNS_KEEP,
        frozenset({"schools.show_campaign", "schools.call_campaign", "schools.edit_campaign"}),
    ),
    Entry(
        _("学校年报"), "schools.list_reports", _P.SCHOOLS_KEEP, frozenset({"schools.show_report"})
    ),
    Entry(
        _("升年级"),
        "schools.show_county_year",
        _P.SCHOOLS_KEEP,
        frozenset({"schools.count_of_age"}),
    ),
)
