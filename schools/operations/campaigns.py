"""Calling the schools below to a campaign, closing it, and what each school did in it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from organizations.models import Organization
from organizations.rules import ids_of_path
from schools.models import Campaign, CampaignSchool, School
from schools.queries.attending import tally_in_campaign
from schools.queries.campaigns import campaign_of, is_for
from schools.rules.campaigns import CampaignFacts, check_campaign, check_day_of


def call_campaign(
    organization: Organization, facts: CampaignFacts, *, by: Actor, now: datetime
) -> Campaign:
    """Return a campaign for the schools below. Raises RuleViolation for facts that cannot be."""
    checked = check_campaign(facts, clock.local(now).date())
    campaign = Campaign(
        code=crypto.opaque_code(8),
        organization=organization,
        called_at=now,
        called_by_id=by.user_id,
    )
    campaign.tell(checked)
    db.session.add(campaign)
    db.session.flush()
    audit("campaigns.call", "campaign", campaign.id, by=by)
    return campaign


def change_campaign(
    code: str, facts: CampaignFacts, *, organization_id: int, by: Actor, now: datetime
) -> Campaign:
    """Return a campaign with other facts; what schools did in it stays with it."""
    campaign = _locked(code, organization_id)
    campaign.tell(check_campaign(facts, clock.local(now).date()))
    db.session.flush()
    audit("campaigns.change", "campaign", campaign.id, by=by)
    return campaign


def close_campaign(code: str, *, organization_id: int, by: Actor, now: datetime) -> Campaign:
    """Return a campaign that ended: no activity is tied to it any more, its figures stay."""
    campaign = _locked(code, organization_id)
    campaign.closed_at, campaign.closed_by_id = now, by.user_id
    db.session.flush()
    audit("campaigns.close", "campaign", campaign.id, by=by)
    return campaign


def check_tie(campaign: Campaign, place: Organization, day: date) -> None:
    """Raise RuleViolation where an activity of a school on a day cannot belong to a campaign."""
    stage = db.session.scalar(select(School.stage).where(School.organization_id == place.id))
    is_below = campaign.organization_id in ids_of_path(place.path)[:-1]
    if campaign.closed_at is not None or not is_below or stage is None:
        raise RuleViolation("campaign", N_("这个活动月已经结束，或者不面向本校"))
    if not is_for(campaign, stage):
        raise RuleViolation("campaign", N_("这个活动月已经结束，或者不面向本校"))
    check_day_of(day, campaign.first_on, campaign.last_on)


def refresh(campaign_id: int, organization_id: int) -> None:
    """Keep what a school did in a campaign; the school is locked, so the last count stands."""
    found = tally_in_campaign(campaign_id, organization_id)
    key = {"campaign_id": campaign_id, "organization_id": organization_id}
    row = db.session.get(CampaignSchool, key, populate_existing=True)
    if row is None:
        row = CampaignSchool(**key)
        db.session.add(row)
    row.activities, row.persons, row.times = found.activities, found.persons, found.times
    db.session.flush()


def _locked(code: str, organization_id: int) -> Campaign:
    campaign = campaign_of(organization_id, code)
    if campaign is None:
        raise UnknownRowError(code)
    db.session.refresh(campaign, with_for_update=True)
    if campaign.closed_at is not None:
        raise RuleViolation("", N_("这个活动月已经结束"))
    return campaign
