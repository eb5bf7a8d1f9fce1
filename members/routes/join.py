"""The page behind a branch's poster, and the poster itself (ux.md S02, 4.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, g, render_template, url_for

from accounts.queries import handler_of
from core import clock
from core.access.marks import public, requires
from core.access.permissions import Level, Permission
from core.web import config_value, scope
from members.admission import admission_of
from members.qr import qr_path
from members.queries.own import membership_of, open_applications
from members.queries.places import nearest_places, place_to_join, successor_of
from members.routes.blueprint import bp
from members.rules import ApplicationKind
from organizations.queries import organization_of_id, place_texts
from organizations.rules import OPEN_STATES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/j/<org>")
@public
def join(org: str) -> ResponseReturnValue:
    """Show an organization to somebody who scanned its poster: be a volunteer or a member."""
    organization = place_to_join(org)
    if organization is None:
        abort(404)
    if organization.status not in OPEN_STATES:
        successor = successor_of(organization)
        near = [successor] if successor else nearest_places(organization)
        return render_template(
            "members/join_closed.html",
            organization=organization,
            near=near,
            successor=successor,
            county=organization_of_id(organization.county_id) if organization.county_id else None,
            places=place_texts(near),
        )
    handler_id = handler_of(organization, clock.today())
    handler = organization_of_id(handler_id)
    found = g.get("principal")
    person_id = found.person_id if found else None
    return render_template(
        "members/join.html",
        organization=organization,
        place=place_texts([organization])[organization.id],
        handler=None if handler.id == organization.id else handler,
        holds=_held_by(person_id),
        membership=membership_of(person_id) if person_id else None,
        waiting={one.kind: one for one in open_applications(person_id)} if person_id else {},
        kinds=(ApplicationKind.VOLUNTEER, ApplicationKind.MEMBER),
        takes_groups=organization.level is Level.COUNTY,
    )


@bp.get("/o/<org>/poster")
@requires(Permission.POSTER_VIEW)
def poster(org: str) -> str:
    """Show the join poster for printing."""
    organization = place_to_join(org)
    if organization is None:
        abort(404)
    address = config_value("origin") + url_for("members.join", org=org)
    return render_template(
        "members/poster.html",
        organization=organization,
        address=address,
        qr=qr_path(address),
        back_url=url_for("members.list_members", org=org)
        if scope().may(Permission.MEMBERS_VIEW)
        else url_for("supervision.home", org=org),
    )


def _held_by(person_id: int | None) -> set[ApplicationKind]:
    """Return what the person of the account already is."""
    if person_id is None:
        return set()
    return {kind for kind in ApplicationKind if admission_of(kind).holds(person_id)}
