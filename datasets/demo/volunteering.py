"""The life of volunteers beyond their hours: grade, certificates, training, teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from datasets.demo.hours import confirm_records, joined_before, serve
from datasets.demo.people import Stage
from volunteers.models import Volunteer
from volunteers.operations import registering, seats, skills, teams, training
from volunteers.queries.registering import needs_of
from volunteers.rules import ServiceField
from volunteers.rules.registering import RegistrationReturn, is_ready
from volunteers.rules.skills import QualificationFacts, QualificationKind, TrainingFacts
from volunteers.rules.teams import TeamAction, TeamFacts

FATES = ("approved", "approved", "returned", "waiting", "invited")
#: State of a certificate, and by how many years it is newer than one that has nearly ended.
CERTIFICATES = (("checked", 2), ("checked", 0), ("waiting", 1), ("checked", -1))
FEWEST = 4
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
        _qualify(stage, found)
        _team_up(stage, found)
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


def _qualify(stage: Stage, volunteers: Sequence[Volunteer]) -> None:
    """Let some hold certificates in every state, and all of one organization be trained."""
    for volunteer, (status, years) in zip(volunteers, CERTIFICATES, strict=False):
        own, keeper = Actor(None, volunteer.person_id), stage.keepers[volunteer.organization_id]
        issued = stage.today - timedelta(days=1000 - 365 * years)
        facts = QualificationFacts(
            QualificationKind.FIRST_AID,
            "",
            f"演示{volunteer.id:06d}",
            "演示县红十字会",
            issued,
            issued + timedelta(days=3 * 365),
        )
        fields = [ServiceField.FIRST_AID, ServiceField.AID]
        skills.set_profile(volunteer.person_id, "急救、开车", fields, by=own, now=stage.at(30))
        made = skills.add_qualification(volunteer.person_id, facts, by=own, now=stage.at(30))
        if status == "checked":
            place_id = volunteer.organization_id
            skills.check_certificate(made.code, handler_id=place_id, by=keeper, now=stage.at(29))
    if volunteers:
        first = volunteers[0]
        people = [one.number for one in volunteers if one.organization_id == first.organization_id]
        training.record_training(
            first.organization,
            TrainingFacts("救护员复训", stage.today - timedelta(days=20), 240),
            "\n".join(people),
            by=stage.keepers[first.organization_id],
            now=stage.at(19),
        )


def _team_up(stage: Stage, volunteers: Sequence[Volunteer]) -> None:
    """Let one volunteer of a county lead a team, others join or ask to, one team wait."""
    if len(volunteers) < FEWEST:
        return
    first, second, third, fourth = volunteers[:FEWEST]
    facts = TeamFacts(
        "演示急救服务队", "每月教一次急救，大型活动守护", ServiceField.FIRST_AID, is_rescue=False
    )
    own = Actor(None, first.person_id)
    team = teams.found_team(first.person_id, facts, by=own, now=stage.at(29, 10))
    keeper, act = stage.keepers[first.organization_id], TeamAction.APPROVE
    place_id = first.organization_id
    teams.decide_team(team.code, act, "", handler_id=place_id, by=keeper, now=stage.at(28, 10))
    for one, days in ((second, 20), (third, 2)):
        mine = Actor(None, one.person_id)
        seat = seats.ask_to_join(one.person_id, team.code, by=mine, now=stage.at(days, 10))
        if days > 10:  # noqa: PLR2004 - the other one still waits
            now = stage.at(19, 10)
            seats.answer_seat(first.person_id, team.code, seat.code, "accept", by=own, now=now)
    is_rescue = fourth.person.born_on is not None  # nobody of unknown age is in one
    words = "汛期值守，平时教防溺水"
    rescue = TeamFacts("演示水上救援队", words, ServiceField.RESCUE, is_rescue=is_rescue)
    by = Actor(None, fourth.person_id)
    teams.found_team(fourth.person_id, rescue, by=by, now=stage.at(3, 10))
