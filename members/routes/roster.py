"""Members of an organization: list, search, one member (ux.md S27, S28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.i18n import gettext as _
from core.web import asked, has_asked, principal, scope, see_other
from members.labels import LABELS
from members.queries.charge import in_charge
from members.queries.groups import grades_of_member
from members.queries.honours import honours_of
from members.queries.roster import (
    entry_of,
    events_of,
    member_at,
    seen_by,
    sees_youth,
)
from members.queries.rows import rows_page
from members.queries.saved import saved_filters
from members.routes.blueprint import after, bp
from members.routes.expulsions import can_propose
from members.routes.narrowing import (
    MAX_TEXT,
    asked_filters,
    chosen_chips,
    heads_of,
    shown_columns,
    state_chips,
)
from members.rules import LIVE_STATES, MembershipKind, MembershipStatus, tells_too_much
from members.rules.roster import Column, Use, parameters_of
from members.sources import MEMBERS
from organizations.figures import STOCK, values
from organizations.queries import place_texts
from organizations.rules import Measure

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import Membership

MEASURES = {
    MembershipKind.ADULT: Measure.ADULT_MEMBERS,
    MembershipKind.YOUTH: Measure.YOUTH_MEMBERS,
}
#: States that a chip offers; the rest is found by asking for it.
CHIPS = (
    MembershipStatus.APPROVED,
    MembershipStatus.FILING_RETURNED,
    MembershipStatus.ACTIVE,
    MembershipStatus.ARREARS,
    MembershipStatus.WITHDRAWN,
    MembershipStatus.EXPELLED,
    MembershipStatus.DECEASED,
)

STATES = {state: LABELS[MembershipStatus][state] for state in CHIPS}


@bp.get("/o/<org>/members")
@requires(Permission.MEMBERS_VIEW)
def list_members(org: str) -> ResponseReturnValue:
    """Show members by name: adults of the reach, youth members at their own school only."""
    text = asked("q", MAX_TEXT)
    if tells_too_much(text):
        return see_other("members.list_members", org=org, short=1)
    found, place_id = scope(), scope().place.id
    filters = seen_by(found, asked_filters(MEMBERS, text))
    columns = shown_columns(MEMBERS, filters, Use.SCREEN)
    page = rows_page(MEMBERS.subject, found, filters, after(), columns)
    kind = filters.kind
    figures = values([place_id], list(MEASURES.values()))
    return render_template(
        "members/list.html",
        org=org,
        place=found.place,
        roster=MEMBERS,
        page=page,
        filters=filters,
        kept=parameters_of(filters),
        heads=heads_of(MEMBERS, org, columns, filters, text),
        cells=MEMBERS.cells(columns),
        chosen=chosen_chips(MEMBERS, org, filters, text),
        saved=saved_filters(found, MEMBERS.subject),
        names_places=found.place.level != "unit" and Column.ORGANIZATION not in columns,
        text=text,
        kinds=MembershipKind,
        states=state_chips(MEMBERS, org, STATES, filters, text, _("全部")),
        total=figures.get((place_id, MEASURES[kind], STOCK), 0),
        youth_total=figures.get((place_id, Measure.YOUTH_MEMBERS, STOCK), 0),
        sees_youth=sees_youth(found),
        asks_for_less=has_asked("short"),
        may_invite=found.may(Permission.POSTER_VIEW),
        may_see_groups=found.may(Permission.GROUPS_VIEW),
        may_export=found.may(Permission.MEMBERS_EXPORT),
        may_keep=found.may(Permission.FILTERS_KEEP),
        may_merge=found.may(Permission.PEOPLE_MERGE),
        may_enter=found.may(Permission.PEOPLE_ENTER),
    )


@bp.get("/o/<org>/members/<code>")
@requires(Permission.MEMBERS_VIEW)
def member(org: str, code: str) -> str:
    """Show one member: masked identity, state, history."""
    found = member_at(scope(), code)
    if found is None:
        abort(404)
    has_charge = _has_charge(found)
    return render_template(
        "members/member.html",
        org=org,
        membership=found,
        person=found.person,
        place=place_texts([found.organization])[found.organization_id],
        events=events_of(found.id),
        entry=entry_of(found.application_id),
        honours=honours_of(found.id),
        grades=grades_of_member(found.id),
        may_grade=_may(Permission.GRADES_SET, found)
        and found.kind is MembershipKind.ADULT
        and found.status in LIVE_STATES,
        may_honour=_may(Permission.HONOURS_RECORD, found) and found.status in LIVE_STATES,
        may_expel=has_charge and can_propose(found),
        may_change_phone=has_charge and scope().may(Permission.CHANGES_DECIDE),
        may_record_death=has_charge and scope().may(Permission.DEATHS_RECORD),
        done=asked("done", 12),
        may_reveal=_may(Permission.PEOPLE_REVEAL, found),
        may_enter=scope().may(Permission.PEOPLE_ENTER),
    )


def _may(permission: Permission, membership: Membership) -> bool:
    """Return whether the acting post may do something for a member where he is."""
    return scope().post.reach(permission, membership.organization.place) is not None


def _has_charge(membership: Membership) -> bool:
    """Return whether the acting post has the member in charge: nobody acts on himself."""
    acts = any(map(scope().may, (Permission.DEATHS_RECORD, Permission.EXPULSIONS_PROPOSE)))
    if not acts or membership.status not in LIVE_STATES:
        return False
    if membership.person_id == principal().person_id:
        return False
    return in_charge(membership, scope().place.id, clock.today())
