"""Volunteers by name, for secretary and county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.web import asked, has_asked, principal, scope, see_other
from members.queries.roster import entry_of
from members.routes.exports import export_page
from members.rules import read_search, tells_too_much
from members.rules.exports import ExportSubject
from organizations.figures import STOCK, values
from organizations.rules import Measure
from people.endings import is_in_charge
from volunteers import queries
from volunteers.routes.blueprint import bp
from volunteers.sources import VolunteerColumn

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_TEXT = 40


@bp.get("/o/<org>/volunteers")
@requires(Permission.MEMBERS_VIEW)
def list_volunteers(org: str) -> ResponseReturnValue:
    """Show the volunteers in reach, those whom a text names where one is given."""
    text = asked("q", MAX_TEXT)
    if tells_too_much(text):
        return see_other("volunteers.list_volunteers", org=org, short=1)
    place = scope().place
    page = queries.volunteers_in(
        scope(),
        clock.today(),
        search=read_search(text),
        after=asked("after", 12),
    )
    counted = values([place.id], [Measure.VOLUNTEERS])
    return render_template(
        "volunteers/list.html",
        org=org,
        place=place,
        text=text,
        page=page,
        may_export=scope().may(Permission.MEMBERS_EXPORT),
        total=counted.get((place.id, Measure.VOLUNTEERS, STOCK), 0),
        asks_for_less=has_asked("short"),
    )


@bp.route("/o/<org>/volunteers/export", methods=["GET", "POST"])
@requires(Permission.MEMBERS_EXPORT)
def ask_export(org: str) -> ResponseReturnValue:
    """Ask for the list of volunteers with their hours as a file."""
    return export_page(
        ExportSubject.VOLUNTEERS,
        {},
        org=org,
        usual=[column.value for column in VolunteerColumn],
        here=url_for("volunteers.ask_export", org=org),
        back=url_for("volunteers.list_volunteers", org=org),
    )


@bp.get("/o/<org>/volunteers/<code>")
@requires(Permission.MEMBERS_VIEW)
def show_volunteer(org: str, code: str) -> ResponseReturnValue:
    """Show one volunteer: totals by year, and the records that may be read here.

    One whose record was merged away leads to the one that stays, where that is in reach.
    """
    stays = queries.stays_as(scope(), clock.today(), code)
    if stays is not None:
        return see_other("volunteers.show_volunteer", org=org, code=stays)
    volunteer = queries.volunteer_in(scope(), clock.today(), code)
    if volunteer is None:
        abort(404)
    return render_template(
        "volunteers/volunteer.html",
        org=org,
        volunteer=volunteer,
        totals=queries.hours_by_year(volunteer.id),
        entry=entry_of(volunteer.application_id),
        may_enter=scope().may(Permission.PEOPLE_ENTER),
        may_reveal=scope().may(Permission.PEOPLE_REVEAL),
        may_record_death=_may_record_death(volunteer.person_id),
        page=queries.records_in(scope(), volunteer, asked("after", 12)),
    )


def _may_record_death(person_id: int) -> bool:
    """Return whether the acting post has somebody in charge who is not himself."""
    if not scope().may(Permission.DEATHS_RECORD) or person_id == principal().person_id:
        return False
    return is_in_charge(person_id, scope().place.id, clock.today())
