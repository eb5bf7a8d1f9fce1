"""Start page, own home, and the home of every level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, redirect, render_template

from accounts.directory import seen_session
from activities import queries as activities
from activities.queries.ahead import LED, TODAY, ahead_of
from activities.routes.words import span
from core import clock
from core.access.guard import is_open
from core.access.marks import public, requires, signed_in
from core.access.permissions import Permission
from core.sharing import shared
from core.switches import Module
from core.web import asked, principal, scope, see_other
from members import queries as members
from organizations.queries import place_texts
from schools.titles import class_title
from supervision import queries
from supervision.blueprint import bp
from supervision.homes import build_home
from supervision.labels import CHAIN_NAMES
from supervision.navigation import home_of
from volunteers import queries as volunteers

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/")
@public
@shared
def index() -> ResponseReturnValue:
    """Show the public area, or go to the home of who is signed in: the last, else the highest."""
    found = g.get("principal")
    if found is None:
        is_told = is_open(Module.PUBLIC_STATISTICS)
        return render_template("supervision/start.html", tells_statistics=is_told)
    session = seen_session()
    last = session.last_post_id if session else None
    posts = sorted(found.posts, key=lambda post: post.id != last)
    if not posts:
        return see_other("supervision.my_home")
    return redirect(home_of(posts[0]), 303)


@bp.get("/me")
@signed_in
def my_home() -> str:
    """Show one's own hours, card and applications (ux.md S09)."""
    person_id = principal().person_id
    today = clock.today()
    summary = volunteers.hours_summary(person_id, today.year, today) if person_id else None
    ahead = ahead_of(person_id, clock.now()) if person_id else {}
    return render_template(
        "supervision/my_home.html",
        summary=summary if summary and summary.is_volunteer else None,
        membership=members.own_membership(person_id) if person_id else None,
        applications=members.own_waiting(person_id) if person_id else [],
        unread=principal().unread,
        coming=ahead.get(TODAY),
        led=ahead.get(LED),
        chances=activities.chances_of(person_id, clock.now()) if person_id else [],
        span=span,
    )


@bp.get("/o/<org>/home")
@requires(Permission.HOME_VIEW)
def home(org: str) -> str:
    """Show what waits, the numbers and the lower organizations of one organization."""
    after = asked("after", 12)
    shown = build_home(scope(), after, clock.today(), clock.now())
    g.trail = shown.trail
    return render_template(
        "supervision/home.html",
        org=org,
        place=scope().place,
        home=shown,
        class_title=class_title,
        span=span,
        today=clock.today(),
        may=scope().may,
        Permission=Permission,
    )


@bp.get("/o/<org>/vacant")
@requires(Permission.FIGURES_VIEW)
def list_vacant(org: str) -> str:
    """Show the organizations that have neither secretary nor coordinator."""
    place = scope().place
    page = queries.vacant(place, clock.today(), asked("after", 12))
    return render_template(
        "supervision/vacant.html",
        org=org,
        place=place,
        page=page,
        places=place_texts(page.rows, with_own=False),
    )


@bp.get("/o/<org>/system")
@requires(Permission.SYSTEM_VIEW)
def system(org: str) -> str:
    """Show the state of the installation; no personal data (ux.md 2.4, security.md 4.2)."""
    return render_template(
        "supervision/system.html",
        org=org,
        state=queries.system_state(),
        today=clock.today(),
        chain_names=CHAIN_NAMES,
    )
