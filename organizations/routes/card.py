"""The card of an organization (ux.md S33): who it is, its term, council, quality list, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, scope, see_other
from organizations import lives, queries
from organizations.forms.life import NO, YES, ProfileForm, WordsForm
from organizations.operations import life as operations
from organizations.routes.blueprint import answer, bp
from organizations.rules import is_grassroots
from organizations.rules.life import GROUP_KINDS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.get("/o/<org>/card")
@requires(Permission.FIGURES_VIEW)
def card(org: str) -> str:
    """Show an organization to whoever may see its numbers."""
    place, today = scope().place, clock.today()
    organization = queries.organization_of_id(place.id)
    items = lives.items_of(today.year)
    answers = lives.answers_of(place.id, today.year)
    below = not is_grassroots(organization.kind) or organization.kind == "township"
    return render_template(
        "organizations/card.html",
        org=org,
        organization=organization,
        path=[one.short_name for one in queries.ancestors(place.path)],
        keepers=lives.keepers_of(place.id, today),
        file=lives.file_of(place.id),
        standing=lives.standing_of(organization, today),
        councils=lives.councils_of(place.id),
        met=sum(1 for item in items if item in answers and answers[item].is_met),
        asked_for=len(items),
        is_answered=bool(answers),
        year=today.year,
        with_groups=organization.kind in GROUP_KINDS or below,
        groups=lives.groups_under(place.path),
        events=lives.events_of(place.id),
        may=_may(organization),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/card/edit", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_KEEP)
def edit_card(org: str) -> ResponseReturnValue:
    """Change contact, address and Party building of the own organization."""
    organization = queries.organization_of_id(scope().place.id)
    file = lives.file_of(organization.id)
    told: dict[str, Any] = {"phone": organization.phone, "party_group": ""}
    if file is not None:
        told |= {"contact": file.contact, "address": file.address}
        told |= {"party_branches": file.party_branches, "rescue_teams": file.rescue_teams}
        told["party_group"] = {True: YES, False: NO, None: ""}[file.has_party_group]
    form = ProfileForm(data=told)
    form.offer()
    if form.accepts() and form.reads_well(form.told_branches, form.told_teams):
        try:
            operations.describe(organization, form.facts(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.card", org=org, done="changed")
    return answer("organizations/card_form.html", org=org, form=form, organization=organization)


@bp.route("/o/<org>/suspension", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_GUIDE)
def suspend(org: str) -> ResponseReturnValue:
    """Stop an organization for a time, or let it go on, with the reason."""
    organization = queries.organization_of_id(scope().place.id)
    form, stands = WordsForm(), organization.status == "suspended"
    if form.accepts():
        turn = operations.resume if stands else operations.suspend
        try:
            turn(organization, form.words.data or "", **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.card", org=org, done="turned")
    return answer(
        "organizations/suspension.html",
        org=org,
        form=form,
        organization=organization,
        stands=stands,
        can_stop=is_grassroots(organization.kind),
    )


def _may(organization: Any) -> dict[str, bool]:
    """Return which ways stand on the card for the viewer."""
    here, may = scope().place.id == scope().post.place.id, scope().may
    grass = is_grassroots(organization.kind)
    return {
        "keep": may(Permission.ORGANIZATION_KEEP),
        "guide": grass and not here and may(Permission.ORGANIZATIONS_GUIDE),
        "poster": grass and may(Permission.POSTER_VIEW),
        "see_groups": organization.kind in GROUP_KINDS,
        "close": grass and may(Permission.ORGANIZATIONS_CLOSE),
    }


def _by() -> dict[str, Any]:
    return {"by": Actor.of_scope(scope()), "now": clock.now()}
