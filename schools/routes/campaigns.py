"""Campaigns at the office that sets them, and youth activity in numbers at every level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import module, requires
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other
from organizations.labels import figure_text
from organizations.listing import children
from organizations.queries import discretion_of, numbers, organization_of_id
from organizations.rules import Measure
from schools.activity_forms import CampaignForm
from schools.operations import campaigns as operations
from schools.queries import campaigns as queries
from schools.routes.blueprint import bp
from schools.rules.campaigns import CampaignFacts, CampaignPhase, phase_of
from schools.rules.reports import suppressed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
MEASURES = (Measure.YOUTH_ACTIVITIES, Measure.YOUTH_TIMES, Measure.FIRST_AID_TIMES)
TONES = {
    CampaignPhase.COMING: "info",
    CampaignPhase.RUNNING: "ok",
    CampaignPhase.OVER: "neutral",
    CampaignPhase.CLOSED: "neutral",
}


@bp.get("/o/<org>/youth")
@module(Module.CAMPAIGNS)
@requires(Permission.FIGURES_VIEW)
def youth_figures(org: str) -> str:
    """Show activities, person-times and first-aid lessons of the year, one level down."""
    place, today = scope().place, clock.today()
    page = children(place, asked("after", MAX_CODE)) if place.level is not Level.UNIT else None
    rows = page.rows if page is not None else []
    found = numbers([place.id, *(row.id for row in rows)], MEASURES, [today.year])
    discretion = discretion_of(scope(), today)

    def text(place_id: int, measure: Measure) -> str:
        value = found[place_id].get((measure, today.year), 0)
        return figure_text(discretion, place_id, measure, value)

    return render_template(
        "schools/youth.html",
        org=org,
        place=place,
        page=page,
        text=text,
        Measure=Measure,
        today=today,
        may_call=scope().may(Permission.CAMPAIGNS_KEEP),
        may_report=scope().may(Permission.SCHOOLS_KEEP),
    )


@bp.get("/o/<org>/campaigns")
@module(Module.CAMPAIGNS)
@requires(Permission.CAMPAIGNS_KEEP)
def list_campaigns(org: str) -> str:
    """Show what this office set, the last to end first."""
    return render_template(
        "schools/campaigns.html",
        org=org,
        place=scope().place,
        page=queries.campaigns_of(scope(), asked("after", MAX_CODE)),
        phase=_phase,
        tones=TONES,
    )


@bp.route("/o/<org>/campaigns/new", methods=["GET", "POST"])
@module(Module.CAMPAIGNS)
@requires(Permission.CAMPAIGNS_KEEP)
def call_campaign(org: str) -> ResponseReturnValue:
    """Call the schools below to a campaign."""
    form = CampaignForm()
    form.offer()
    if form.accepts():
        facts = form.facts()
        if facts is not None:
            try:
                made = operations.call_campaign(
                    organization_of_id(scope().place.id),
                    facts,
                    by=Actor.of_scope(scope()),
                    now=clock.now(),
                )
            except RuleViolation as violation:
                form.add_violation(violation)
            else:
                return see_other("schools.show_campaign", org=org, code=made.code, done="new")
    page = {"org": org, "form": form, "campaign": None}
    if request.method == "POST":
        return invalid("schools/campaign_form.html", **page)
    return render_template("schools/campaign_form.html", **page)


@bp.route("/o/<org>/campaigns/<code>/edit", methods=["GET", "POST"])
@module(Module.CAMPAIGNS)
@requires(Permission.CAMPAIGNS_KEEP)
def edit_campaign(org: str, code: str) -> ResponseReturnValue:
    """Change what a campaign tells, until it is closed."""
    campaign, form = _campaign(code), CampaignForm()
    form.offer()
    if form.accepts():
        facts = form.facts()
        if facts is not None:
            try:
                operations.change_campaign(
                    code,
                    facts,
                    organization_id=scope().place.id,
                    by=Actor.of_scope(scope()),
                    now=clock.now(),
                )
            except RuleViolation as violation:
                form.add_violation(violation)
            else:
                return see_other("schools.show_campaign", org=org, code=code, done="changed")
    elif request.method == "GET":
        form.fill(
            CampaignFacts(
                campaign.name,
                campaign.theme,
                campaign.first_on,
                campaign.last_on,
                campaign.stage_list,
            )
        )
    page = {"org": org, "form": form, "campaign": campaign}
    if request.method == "POST":
        return invalid("schools/campaign_form.html", **page)
    return render_template("schools/campaign_form.html", **page)


@bp.get("/o/<org>/campaigns/<code>")
@module(Module.CAMPAIGNS)
@requires(Permission.CAMPAIGNS_KEEP)
def show_campaign(org: str, code: str) -> str:
    """Show who takes part and, drilled down, who does not; no name of a child."""
    return render_template("schools/campaign.html", **_shown(org, _campaign(code)))


@bp.post("/o/<org>/campaigns/<code>/close")
@module(Module.CAMPAIGNS)
@requires(Permission.CAMPAIGNS_KEEP)
def close_campaign(org: str, code: str) -> ResponseReturnValue:
    """End a campaign; its figures stay."""
    campaign, form = _campaign(code), CampaignForm()
    try:
        operations.close_campaign(
            code, organization_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("schools/campaign.html", **_shown(org, campaign, form))
    return see_other("schools.show_campaign", org=org, code=code, done="closed")


def _campaign(code: str) -> Any:
    found = queries.campaign_of(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _phase(campaign: Any) -> CampaignPhase:
    is_closed = campaign.closed_at is not None
    return phase_of(campaign.first_on, campaign.last_on, is_closed=is_closed, today=clock.today())


def _shown(org: str, campaign: Any, form: CampaignForm | None = None) -> dict[str, Any]:
    today, missing = clock.today(), asked("show", MAX_CODE) != "taking"
    place = scope().place
    cities = queries.cities_in(campaign) if place.level is Level.PROVINCE else []
    city = next((one for one in cities if one.code == asked("city", MAX_CODE)), None)
    of_city = city.code if city else ""
    page = queries.turns_in(campaign, missing=missing, city=of_city, after=asked("after", MAX_CODE))
    floor = discretion_of(scope(), today).floor
    return {
        "org": org,
        "place": place,
        "cities": cities,
        "city": city,
        "campaign": campaign,
        "phase": _phase(campaign),
        "tones": TONES,
        "found": queries.participation(campaign),
        "missing": missing,
        "page": page,
        "times": suppressed([row.times for row in page.rows], floor),
        "floor": floor,
        "done": asked("done", MAX_CODE),
        "today": today,
        "form": form or CampaignForm(formdata=None),
    }
