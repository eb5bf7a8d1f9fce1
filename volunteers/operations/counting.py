"""What volunteers, their stars and their teams add to the numbers (domain.md I09, I13, I14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from core.database import db
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from people.counting import Row, count_rows, row_of
from people.models import Person
from volunteers.models import StarGrant, Team, Volunteer
from volunteers.rules import SERVING, VolunteerStatus
from volunteers.rules.stars import StarStatus
from volunteers.rules.teams import TEAM_LIVE

Flows = Counter[tuple[Measure, date]]
#: Which states a number of volunteers counts.
MEASURED = {
    Measure.VOLUNTEERS: SERVING,
    Measure.REGISTERED_VOLUNTEERS: (VolunteerStatus.REGISTERED,),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What counts of a volunteer wherever he stands."""

    status: VolunteerStatus
    entered_on: date
    registered_on: date | None

    @property
    def flows(self) -> Flows:
        """Return when he was entered and registered last; nothing where that was taken back.

        Who is entered again is new on that day and no longer on the earlier one. Both go along
        to another organization, as the admissions of members do.
        """
        found: Flows = Counter()
        if self.status is not VolunteerStatus.REVOKED:
            found[Measure.NEW_VOLUNTEERS, self.entered_on] += 1
            if self.registered_on is not None:
                found[Measure.NEW_REGISTERED, self.registered_on] += 1
        return found


def facts_of(volunteer: Volunteer) -> Facts:
    """Return what counts of a volunteer as he stands."""
    return Facts(volunteer.status, volunteer.entered_on, volunteer.registered_on)


def count_flows(path: str, changes: Flows, sign: int = 1) -> None:
    """Add to the numbers of months and years, or with ``sign`` -1 take away."""
    for (measure, day), count in changes.items():
        figures.add_dated(path, measure, sign * count, day)


def count_steps(path: str, before: Facts | None, after: Facts | None) -> None:
    """Bring stocks and flows of one volunteer at one organization from one to another standing."""
    flows: Flows = Counter()
    for facts, sign in ((before, -1), (after, 1)):
        if facts is None:
            continue
        for measure, states in MEASURED.items():
            figures.add(path, measure, sign * (facts.status in states))
        for flow, count in facts.flows.items():
            flows[flow] += sign * count
    count_flows(path, flows)


def count_person(volunteer: Volunteer, path: str, sign: int) -> None:
    """Count the row of a volunteer on the list of an organization."""
    count_rows(path, [row_of(volunteer.person, needs_phone=True)], sign)


def rows_of(person_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Return what selects the rows of people on lists of volunteers (people.counting)."""
    return (
        select(
            Organization.path,
            Volunteer.person_id,
            Person.id_index.is_not(None),
            Person.phone_index.is_not(None),
            Volunteer.id.is_not(None),
        )
        .join(Volunteer.organization)
        .join(Volunteer.person)
        .where(Volunteer.person_id.in_(person_ids), Volunteer.status.in_(SERVING))
    )


def stars_of(volunteer_ids: Collection[int]) -> dict[int, int]:
    """Return the highest star that volunteers hold, by volunteer: at most one statement."""
    if not volunteer_ids:
        return {}
    statement = (
        select(StarGrant.volunteer_id, func.max(StarGrant.star))
        .where(StarGrant.volunteer_id.in_(volunteer_ids), StarGrant.status == StarStatus.GRANTED)
        .group_by(StarGrant.volunteer_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def count_star(path: str, star: int, change: int) -> None:
    """Count volunteers by the star that they hold now."""
    if star and change:
        figures.add(path, Measure.STARS, change)
        figures.add_part(path, Measure.STARS, str(star), change)


@contextmanager
def stars_anew(volunteers: Sequence[Volunteer]) -> Iterator[None]:
    """Count the stars of volunteers anew around an act over stars or over who holds them."""
    _count_stars(volunteers, -1)
    yield
    if volunteers:
        db.session.flush()
    _count_stars(volunteers, 1)


def _count_stars(volunteers: Sequence[Volunteer], sign: int) -> None:
    stars = stars_of([one.id for one in volunteers if one.status in SERVING])
    for one in volunteers:
        if one.status in SERVING and one.id in stars:
            path = db.session.get_one(Organization, one.organization_id).path
            count_star(path, stars[one.id], sign)


def count_team(team: Team, change: int) -> None:
    """Count a team that exists, by its field."""
    path = team.organization.path
    figures.add(path, Measure.TEAMS, change)
    figures.add_part(path, Measure.TEAMS, team.field.value, change)


def move_teams(source: Organization, target: Organization) -> None:
    """Take the numbers of teams along to where their organization's volunteers go."""
    statement = (
        select(Team.field, func.count())
        .where(Team.organization_id == source.id, Team.status.in_(TEAM_LIVE))
        .group_by(Team.field)
    )
    for field, count in db.session.execute(statement).all():
        for path, change in ((source.path, -count), (target.path, count)):
            figures.add(path, Measure.TEAMS, change)
            figures.add_part(path, Measure.TEAMS, field.value, change)


@dataclass(frozen=True, slots=True)
class Carried:
    """What moving many needs to know of a volunteer."""

    id: int
    facts: Facts
    row: Row


def carry_numbers(found: Sequence[Carried], source: Organization, target: Organization) -> None:
    """Take the numbers of volunteers along to another organization: one statement for stars."""
    flows: Flows = Counter()
    states = Counter(one.facts.status for one in found)
    for one in found:
        flows.update(one.facts.flows)
    serving = [one for one in found if one.facts.status in SERVING]
    stars = Counter(stars_of([one.id for one in serving]).values()) if serving else Counter[int]()
    for path, sign in ((source.path, -1), (target.path, 1)):
        for measure, counted in MEASURED.items():
            figures.add(path, measure, sign * sum(states[one] for one in counted))
        count_flows(path, flows, sign)
        count_rows(path, [one.row for one in serving], sign)
        for star, count in stars.items():
            count_star(path, star, sign * count)
