"""The life of volunteers beyond their hours: registered ones, and applications that wait."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from datasets.demo.hours import confirm_records, joined_before, serve
from datasets.demo.people import Stage
from volunteers.models import Volunteer
from volunteers.operations import registering
from volunteers.queries.registering import needs_of
from volunteers.rules.registering import RegistrationReturn, is_ready

FATES = ("approved", "approved", "returned", "waiting", "invited")
DAYS_AGO = (34, 33, 32, 31, 30)
MINUTES = 300


def build_volunteering(stage: Stage) -> None:
    """Let some volunteers of every county reach 20 hours, each at another step of the way."""
    volunteers = db.session.scalars(select(Volunteer).order_by(Volunteer.id)).all()
    by_county: dict[int, list[Volunteer]] = {}
    for one in volunteers:
        if _is_fit(stage, one):
            by_county.setdefault(one.county_id or 0, []).append(one)
    for county_id, found in by_county.items():
        chosen = found[-len(FATES) :]
        _let_serve(stage, chosen)
        for volunteer, fate in zip(chosen, FATES, strict=False):
            _register(stage, volunteer, county_id, fate)


def _is_fit(stage: Stage, volunteer: Volunteer) -> bool:
    """Return whether a volunteer has been one for long, and does not keep his organization."""
    keeper = stage.keepers.get(volunteer.organization_id)
    born_on = volunteer.person.born_on
    is_adult = born_on is None or stage.today.year - born_on.year > 18  # noqa: PLR2004
    is_other = keeper is not None and keeper.person_id != volunteer.person_id
    return is_other and is_adult and joined_before(stage, volunteer, 60)


def _let_serve(stage: Stage, volunteers: Sequence[Volunteer]) -> None:
    for days_ago in DAYS_AGO:
        records = [serve(stage, one, days_ago, one.id, minutes=MINUTES) for one in volunteers]
        confirm_records(stage, records, days_ago - 2)


def _register(stage: Stage, volunteer: Volunteer, county_id: int, fate: str) -> None:
    if fate == "invited" or not is_ready(needs_of(volunteer, stage.at(0))):
        return
    own, county = Actor(None, volunteer.person_id), stage.keepers[county_id]
    sent = registering.apply_for_registration(volunteer.person_id, by=own, now=stage.at(9, 19))
    at_county = {"handler_id": county_id, "by": county}
    if fate == "approved":
        registering.approve_registration(sent.code, now=stage.at(7, 10), **at_county)  # type: ignore[arg-type]
    elif fate == "returned":
        reason = RegistrationReturn.HOURS
        registering.return_registration(
            sent.code,
            reason,
            "有一天的时长请和组织核对",
            now=stage.at(7, 10),
            **at_county,  # type: ignore[arg-type]
        )
