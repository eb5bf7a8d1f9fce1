"""Teams and stars of volunteers, and units that are group members: few rows beside the people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from datasets.scale.codes import long_codes
from datasets.scale.people import REGISTERED_AFTER, People, entered_ago
from datasets.scale.serving import counts_of
from datasets.scale.spots import Spot, of_kind
from datasets.scale.writing import Loader, Row, send_all
from members.rules import NUMBER_KINDS, MembershipKind
from members.rules.groups import GroupKind, GroupStatus
from organizations.operations.founding import search_text_of
from organizations.rules import Measure, OrganizationKind
from people.rules.documents import CREDIT_DIGITS, CREDIT_WEIGHTS
from volunteers.rules import ServiceField, check_character
from volunteers.rules.stars import StarStatus
from volunteers.rules.teams import SeatStatus, TeamRole, TeamStatus

TEAMS = (
    "id code organization_id county_id handler_id founder_id name purpose field is_rescue"
    " registration status submitted_at founded_on review_on note"
)
SEATS = "id code team_id volunteer_id role status asked_at joined_on"
STARS = (
    "id code volunteer_id granter_id star minutes status applied_at objection number granted_on"
    " reason_note"
)
UNITS = (
    "id code organization_id status grade name search_text credit_code kind staff representative"
    " contact_name address plan number created_at submitted_at visitors findings approved_at"
    " dues_receipt joined_on reason"
)
TEAM_EVERY = 3  # of the organizations with volunteers has a team
TEAM_AGE, REVIEW_IN, STAR_AGE, UNIT_AGE = 400, 200, 45, 900
MINUTES_OF_RECORD = 100  # a record is longer than that in the middle, and most are confirmed
FIELDS = tuple(ServiceField)


def write_life(
    people: People, loader: Loader, rungs: Sequence[tuple[int, str]]
) -> Mapping[str, int]:
    """Write them; return the last serial of stars by the name under which it is counted on.

    ``rungs`` are the minutes of each star and the level that grants it.
    """
    send_all(loader, "teams", TEAMS, _teams(people))
    send_all(loader, "team_seats", SEATS, _seats(people))
    serials = Counter[tuple[str, int]]()
    send_all(loader, "star_grants", STARS, _stars(people, rungs, serials))
    send_all(loader, "group_memberships", UNITS, _units(people))
    return {f"star:{region}:{year}": last for (region, year), last in serials.items()}


def _founders(people: People) -> list[tuple[Spot, int]]:
    """Return where teams are, and the volunteer who leads each."""
    first: Mapping[int, int] = people.first_at
    spots = people.plan.spots
    return [(spots[place], first[place]) for place in sorted(first) if place % TEAM_EVERY == 0]


def _teams(people: People) -> Iterator[Row]:
    days, null, codes = people.days, people.null, long_codes(people.plan.seed + 8)
    spelling, spots = people.spelling, people.plan.spots
    review = people.plan.today.replace(year=people.plan.today.year + 1).isoformat()
    for number, (spot, founder) in enumerate(_founders(people), start=1):
        field = FIELDS[spot.index % len(FIELDS)]
        people.rollup.of(Measure.TEAMS)[spot.index] += 1
        people.rollup.of(Measure.TEAMS, part=field.value)[spot.index] += 1
        is_rescue = spelling.true if field is ServiceField.RESCUE else spelling.false
        yield (
            number, next(codes), spot.id, spot.county_id or null, spots[spot.handler].id, founder,
            f"第{number}志愿服务队", "按月开展服务", field.value, is_rescue, "",
            TeamStatus.ACTIVE.value, days.stamps[TEAM_AGE], days.texts[TEAM_AGE], review, "",
        )  # fmt: skip


def _seats(people: People) -> Iterator[Row]:
    days, codes = people.days, long_codes(people.plan.seed + 9)
    role, state = TeamRole.LEADER.value, SeatStatus.IN.value
    for number, (_, founder) in enumerate(_founders(people), start=1):
        at, day = days.stamps[TEAM_AGE], days.texts[TEAM_AGE]
        yield number, next(codes), number, founder, role, state, at, day


def _stars(
    people: People, rungs: Sequence[tuple[int, str]], serials: Counter[tuple[str, int]]
) -> Iterator[Row]:
    """Yield the highest star of each volunteer whose records make up its hours."""
    plan, days, codes = people.plan, people.days, long_codes(people.plan.seed + 10)
    day, granted = days.dates[STAR_AGE], StarStatus.GRANTED.value
    row = 0
    for number, records in enumerate(counts_of(plan)):
        minutes = records * MINUTES_OF_RECORD
        star = sum(minutes >= needed for needed, _ in rungs)
        if not star or entered_ago(plan, number) <= REGISTERED_AFTER:
            continue
        row += 1
        spot = plan.spots[plan.volunteer_at[number]]
        granter = _granter(plan.spots, spot, rungs[star - 1][1])
        key = granter.region, day.year
        serials[key] += 1
        body = f"{granter.region}{day.year:04d}{serials[key]:06d}"
        people.rollup.of(Measure.STARS)[spot.index] += 1
        people.rollup.of(Measure.STARS, part=str(star))[spot.index] += 1
        yield (
            row, next(codes), number + 1, granter.id, star, minutes, granted,
            days.stamps[STAR_AGE + 30], "", f"XJ{body}{check_character(body)}",
            days.texts[STAR_AGE], "",
        )  # fmt: skip


def _granter(spots: Sequence[Spot], spot: Spot, level: str) -> Spot:
    county = spots[spot.county]
    above = {"county": county.index, "city": county.above[max(len(county.above) - 2, 0)]}
    return spots[above.get(level, county.above[0])]


def _units(people: People) -> Iterator[Row]:
    """Yield one unit of each kind at every county."""
    days, codes = people.days, long_codes(people.plan.seed + 11)
    digit, kinds = NUMBER_KINDS[MembershipKind.GROUP], tuple(GroupKind)
    at, day = days.stamps[UNIT_AGE], days.dates[UNIT_AGE]
    number = 0
    for county in of_kind(people.plan.spots, OrganizationKind.COUNTY):
        for kind in kinds:
            number += 1
            name = f"第{number}示例单位"
            people.rollup.of(Measure.GROUP_MEMBERS)[county.index] += 1
            people.rollup.of(Measure.GROUP_MEMBERS, part=kind.value)[county.index] += 1
            yield (
                number, next(codes), county.id, GroupStatus.ACTIVE.value, "ordinary", name,
                search_text_of(name), _credit_code(number), kind.value, 20 + number % 400,
                "示例负责人", "示例联系人", "示例路1号", "参加服务",
                people.number(county.region, digit, day.year), at, at, "", "", at, "",
                day.isoformat(), "",
            )  # fmt: skip


def _credit_code(number: int) -> str:
    """Return the code of the n-th unit: valid in form, of a region that no unit has."""
    body = f"91339900MA{number:07d}"
    pairs = zip(body, CREDIT_WEIGHTS, strict=False)
    total = sum(CREDIT_DIGITS.index(char) * weight for char, weight in pairs)
    return body + CREDIT_DIGITS[-total % 31]
