"""Volunteers by name, for secretary and county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.i18n import gettext as _
from core.web import asked, has_asked, principal, scope, see_other
from members.queries.roster import entry_of
from members.queries.rows import rows_page
from members.queries.saved import saved_filters
from members.routes.exports import export_page
from members.routes.narrowing import (
    MAX_TEXT,
    asked_filters,
    chosen_chips,
    filter_page,
    heads_of,
    shown_columns,
    state_chips,
)
from members.routes.printing import print_page
from members.routes.saved import save_page
from members.rules import tells_too_much
from members.rules.roster import Column, Use, parameters_of
from organizations.figures import STOCK, values
from organizations.rules import Measure
from people.endings import is_in_charge
from volunteers import queries
from volunteers.queries.counting import grades_of
from volunteers.queries.resting import kinds_agreed
from volunteers.queries.skills import profile_of, qualifications_of, trainings_of
from volunteers.queries.stars import star_of
from volunteers.routes.blueprint import bp
from volunteers.routes.skills import expiry
from volunteers.sources import STATES, VOLUNTEERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/volunteers")
@requires(Permission.MEMBERS_VIEW)
def list_volunteers(org: str) -> ResponseReturnValue:
    """Show the volunteers in reach, narrowed and ordered as the address says."""
    text = asked("q", MAX_TEXT)
    if tells_too_much(text):
        return see_other("volunteers.list_volunteers", org=org, short=1)
    found, place = scope(), scope().place
    filters = asked_filters(VOLUNTEERS, text)
    columns = shown_columns(VOLUNTEERS, filters, Use.SCREEN)
    page = rows_page(VOLUNTEERS.subject, found, filters, asked("after", 12), columns)
    counted = values([place.id], [Measure.VOLUNTEERS])
    return render_template(
        "volunteers/list.html",
        org=org,
        place=place,
        roster=VOLUNTEERS,
        page=page,
        filters=filters,
        kept=parameters_of(filters),
        heads=heads_of(VOLUNTEERS, org, columns, filters, text),
        cells=VOLUNTEERS.cells(columns),
        chosen=chosen_chips(VOLUNTEERS, org, filters, text),
        saved=saved_filters(found, VOLUNTEERS.subject),
        states=state_chips(VOLUNTEERS, org, STATES, filters, text, _("全部")),
        text=text,
        names_places=place.level != "unit" and Column.ORGANIZATION not in columns,
        may_keep=found.may(Permission.FILTERS_KEEP),
        may_export=found.may(Permission.MEMBERS_EXPORT),
        may_authorize=place.level in (Level.UNIT, Level.TOWNSHIP)
        and found.may(Permission.VOLUNTEERS_AUTHORIZE),
        total=counted.get((place.id, Measure.VOLUNTEERS, STOCK), 0),
        asks_for_less=has_asked("short"),
    )


@bp.get("/o/<org>/volunteers/filter")
@requires(Permission.MEMBERS_VIEW)
def choose_filters(org: str) -> ResponseReturnValue:
    """Offer every filter, the order and the columns; the answer is an address of the list."""
    return filter_page(VOLUNTEERS, org)


@bp.route("/o/<org>/volunteers/filters/new", methods=["GET", "POST"])
@requires(Permission.FILTERS_KEEP)
def save_filter(org: str) -> ResponseReturnValue:
    """Keep the filters of the address under a name, for oneself or for the organization."""
    return save_page(VOLUNTEERS, org)


@bp.get("/o/<org>/volunteers/print")
@requires(Permission.MEMBERS_VIEW)
def print_volunteers(org: str) -> str:
    """Show the filtered list as sheets of paper, up to the rows that paper is for."""
    return print_page(VOLUNTEERS, org)


@bp.route("/o/<org>/volunteers/export", methods=["GET", "POST"])
@requires(Permission.MEMBERS_EXPORT)
def ask_export(org: str) -> ResponseReturnValue:
    """Ask for the filtered list of volunteers with their hours as a file."""
    return export_page(VOLUNTEERS, org)


@bp.get("/o/<org>/volunteers/<code>")
@requires(Permission.MEMBERS_VIEW)
def show_volunteer(org: str, code: str) -> ResponseReturnValue:
    """Show one volunteer: totals by year, and the records that may be read here.

    One whose record was merged away leads to the one that stays, where that is in reach.
    """
    volunteer = queries.volunteer_in(scope(), clock.today(), code)
    if volunteer is None:
        stays = queries.stays_as(scope(), clock.today(), code)
        if stays is None:
            abort(404)
        return see_other("volunteers.show_volunteer", org=org, code=stays)
    has_charge = _has_charge(volunteer.person_id)
    return render_template(
        "volunteers/volunteer.html",
        org=org,
        volunteer=volunteer,
        star=star_of(volunteer.id),
        totals=queries.hours_by_year(volunteer.id),
        grades=grades_of(volunteer.person_id),
        entry=entry_of(volunteer.application_id),
        may_enter=scope().may(Permission.PEOPLE_ENTER),
        profile=profile_of(volunteer.id),
        qualifications=qualifications_of(volunteer.id),
        trainings=trainings_of(volunteer.id),
        expiry=expiry,
        agreements=kinds_agreed(volunteer.id),
        may_reveal=scope().may(Permission.PEOPLE_REVEAL),
        may_record_death=has_charge and scope().may(Permission.DEATHS_RECORD),
        may_change_phone=has_charge and scope().may(Permission.CHANGES_DECIDE),
        page=queries.records_in(scope(), volunteer, asked("after", 12)),
    )


def _has_charge(person_id: int) -> bool:
    """Return whether the acting place has somebody in charge who is not the reader himself."""
    acts = any(map(scope().may, (Permission.DEATHS_RECORD, Permission.CHANGES_DECIDE)))
    if not acts or person_id == principal().person_id:
        return False
    return is_in_charge(person_id, scope().place.id, clock.today())
