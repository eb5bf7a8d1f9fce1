"""Adults, volunteers and youth with their memberships, numbers and figures."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from core.crypto import FieldCipher
from datasets.scale.codes import Serials, long_codes
from datasets.scale.names import Name
from datasets.scale.persons import Persons, card_digest
from datasets.scale.plan import DAYS, Plan
from datasets.scale.pupils import Pupils
from datasets.scale.rollup import Rollup
from datasets.scale.spots import Spot
from datasets.scale.writing import Advance, Days, Loader, pieces
from members.operations.flows import LEFT, NEW
from members.rules import NUMBER_KINDS, MembershipAction, MembershipKind, MembershipStatus
from organizations.rules import Measure
from schools.rules.register import SchoolStage
from volunteers.rules import VolunteerStatus
from volunteers.rules.numbers import KIND_DIGIT

MEMBERSHIPS = (
    "id code person_id organization_id county_id city_id application_id kind grade status number"
    " verify_digest joined_on approved_at filed_at filed_by_id filing_note left_on search_text"
)
MEMBERSHIP_EVENTS = "id membership_id action to_status at by_user_id by_post_id note"
VOLUNTEERS = (
    "id code person_id organization_id county_id city_id status number pseudonym entered_on"
    " registered_on left_on search_text"
)
LONGEST = 8 * 365  # days of the longest memberships
WAITING_DAYS = 14  # younger approvals wait for the county
FILED_WITHIN = 9
ARREARS_EVERY = 25
RETURNED_EVERY = 700
FORMER_EVERY = 100  # volunteers who were members once
REGISTERED_AFTER = 120  # days a volunteer of the seed needs for his twenty hours
DORMANT_EVERY = 25
SCHOOL_YEARS = 6
FIRST_OF_SEPTEMBER = (9, 1)
PSEUDONYM_BITS = 128

_S = MembershipStatus


def pseudonyms(seed: int) -> Random:
    """Return the source of the volunteers' pseudonyms, drawn in the order of their ids."""
    return Random(seed * 31 + 7)  # noqa: S311 - made-up data


def entered_ago(plan: Plan, number: int) -> int:
    """Return how many days ago a volunteer entered: more than half before the last two years."""
    if number < plan.size.busy:
        return DAYS + 30
    return (number * 7_919 + plan.seed) % (2 * DAYS - 60) + 60


class People:
    """Writes one kind of people after the other and counts them."""

    def __init__(self, plan: Plan, loader: Loader, cipher: FieldCipher) -> None:
        self.plan, self.cipher = plan, cipher
        self.spelling = loader.spelling
        self.null = loader.spelling.null
        self.days = Days(plan.today, LONGEST + 30, loader.spelling)
        self.rollup = Rollup(plan.spots)
        self.serials: dict[tuple[str, str, int], Serials] = {}
        self.persons = Persons(plan, loader, cipher, self.days)
        self.codes = long_codes(plan.seed + 3)
        self.volunteer_codes = long_codes(plan.seed + 4)
        self.memberships = loader.sheet("memberships", MEMBERSHIPS)
        self.events = loader.sheet("membership_events", MEMBERSHIP_EVENTS)
        self.volunteers = loader.sheet("volunteers", VOLUNTEERS)
        self.loader = loader
        self.last_membership = 0
        self.first_at = dict[int, int]()  # the first registered volunteer of each place

    def number(self, region: str, kind_digit: str, year: int) -> str:
        """Return the next member or volunteer number of a county and year."""
        found = self.serials.get((region, kind_digit, year))
        if found is None:
            found = self.serials[region, kind_digit, year] = Serials(f"{region}{kind_digit}{year}")
        return found.take()

    # ------------------------------------------------------------------------------ adults

    def adults(self, advance: Advance) -> None:
        """Write the adult members."""
        plan = self.plan
        for piece in pieces(plan.size.adults, self.loader, advance):
            for number in piece:
                ago, application = self._joined(number)
                user = self._user_of(number)
                name = self.persons.adult(number + 1, ago, user)
                status = self._status(number, ago)
                spot = plan.spots[plan.adult_at[number]]
                self._membership(
                    number + 1, spot, name, MembershipKind.ADULT, status, ago, application
                )

    def _joined(self, number: int) -> tuple[int, int]:
        """Return how many days ago an adult joined and by which application, 0 for none."""
        plan = self.plan
        if number < plan.size.busy:
            waits = number < plan.size.busy // 3
            return (1 + number % 10 if waits else 40 + number % 600), 0
        applied = number - plan.first_applied
        if 0 <= applied < plan.applied:
            return (plan.applied - applied) * (DAYS - 2) // plan.applied + 1, applied + 1
        rest = plan.size.adults - plan.first_applied
        return LONGEST - (number - plan.first_post) * (LONGEST - DAYS) // (rest + DAYS), 0

    def _user_of(self, number: int) -> int:
        plan = self.plan
        if number < plan.first_post:
            return 0
        if number < plan.first_applied:
            return number - plan.first_post + 1
        if number < plan.first_applied + plan.applied:
            return plan.user_of_applicant(number)
        return 0

    def _status(self, number: int, ago: int) -> MembershipStatus:
        if ago <= WAITING_DAYS:
            return _S.APPROVED
        if number % RETURNED_EVERY == 1:
            return _S.FILING_RETURNED
        return _S.ARREARS if number % ARREARS_EVERY == 0 else _S.ACTIVE

    def _membership(
        self,
        person_id: int,
        spot: Spot,
        name: Name,
        kind: MembershipKind,
        status: MembershipStatus,
        ago: int,
        application: int = 0,
    ) -> None:
        self.last_membership += 1
        days, null = self.days, self.null
        code = next(self.codes)
        filed = status in {_S.ACTIVE, _S.ARREARS, _S.WITHDRAWN}
        at_filing = max(ago - 1 - self.last_membership % FILED_WITHIN, 0)
        officer = self.plan.spots[spot.county].keeper or null
        left_ago = max(ago - 300, 30)
        left = days.texts[left_ago] if status is _S.WITHDRAWN else null
        day = days.dates[ago]
        self.memberships.add(
            (
                self.last_membership, code, person_id, spot.id, spot.county_id or null,
                spot.city_id or null, application or null, kind.value, "ordinary", status.value,
                self.number(spot.region, NUMBER_KINDS[kind], day.year),
                self.spelling.blob(card_digest(self.cipher, code)), days.texts[ago],
                days.stamps[ago], days.stamps[at_filing] if filed else null,
                officer if filed else null, "", left, name.search_text,
            )
        )  # fmt: skip
        self._history(status, ago, at_filing, spot)
        rollup, at, is_adult = self.rollup, spot.index, kind is MembershipKind.ADULT
        rollup.of_day(Measure.NEW_MEMBERS, day)[at] += 1
        rollup.of_day(NEW[kind], day)[at] += 1
        if is_adult and filed and officer is not null:
            taken = str(ago - at_filing)
            rollup.add(Measure.FILINGS_HANDLED, at, days.dates[at_filing], taken)
        if status is _S.WITHDRAWN:
            rollup.add(LEFT[kind], at, days.dates[left_ago], status.value)
        else:
            rollup.of(Measure.ADULT_MEMBERS if is_adult else Measure.YOUTH_MEMBERS)[at] += 1
            rollup.of(Measure.PEOPLE)[at] += 1
            if status is _S.APPROVED:
                rollup.of(Measure.FILINGS_WAITING)[spot.county] += 1

    def _history(self, status: MembershipStatus, ago: int, at_filing: int, spot: Spot) -> None:
        null, stamps = self.null, self.days.stamps
        keeper = self.plan.spots[spot.handler].keeper or null
        number = 2 * self.last_membership
        membership = self.last_membership
        if ago > DAYS or status is _S.WITHDRAWN:  # brought in with the books of before
            self.events.add(
                (number, membership, null, status.value, stamps[ago], null, null, "import")
            )
            return
        first = (number, membership, null, _S.APPROVED.value, stamps[ago], keeper, keeper, "")
        self.events.add(first)
        if status is _S.APPROVED:
            return
        returned = status is _S.FILING_RETURNED
        action = MembershipAction.RETURN_FILING if returned else MembershipAction.FILE
        officer = self.plan.spots[spot.county].keeper or null
        second = (action.value, status.value, stamps[at_filing], officer, officer, "")
        self.events.add((number + 1, membership, *second))

    # -------------------------------------------------------------------------- volunteers

    def all_volunteers(self, advance: Advance) -> None:
        """Write the volunteers; one in a hundred was a member before."""
        plan, draw = self.plan, pseudonyms(self.plan.seed)
        for piece in pieces(plan.size.volunteers, self.loader, advance):
            for number in piece:
                ago = entered_ago(plan, number)
                person, spot = (
                    plan.person_of_volunteer(number),
                    plan.spots[plan.volunteer_at[number]],
                )
                name = self.persons.adult(person, ago, plan.user_of_volunteer(number))
                pseudonym = f"{draw.getrandbits(PSEUDONYM_BITS):032x}"
                self._volunteer(number, person, spot, name, ago, pseudonym)
                if number % FORMER_EVERY == FORMER_EVERY - 1:
                    self._membership(
                        person, spot, name, MembershipKind.ADULT, _S.WITHDRAWN, ago + 400
                    )

    def _volunteer(
        self, number: int, person: int, spot: Spot, name: Name, ago: int, pseudonym: str
    ) -> None:
        days, null = self.days, self.null
        status = VolunteerStatus.ENTERED
        if ago > REGISTERED_AFTER:
            status = VolunteerStatus.REGISTERED
            if number % DORMANT_EVERY == 0 and number >= self.plan.size.busy:
                status = VolunteerStatus.DORMANT
            self.rollup.of(Measure.REGISTERED_VOLUNTEERS)[spot.index] += (
                status is VolunteerStatus.REGISTERED
            )
        registered = null
        at, rollup = spot.index, self.rollup
        if ago > REGISTERED_AFTER:
            registered = days.texts[ago - REGISTERED_AFTER]
            day = days.dates[ago - REGISTERED_AFTER]
            rollup.of_day(Measure.NEW_REGISTERED, day)[at] += 1
            self.first_at.setdefault(at, number + 1)
        rollup.of(Measure.VOLUNTEERS)[at] += 1
        rollup.of(Measure.PEOPLE)[at] += 1
        rollup.of_day(Measure.NEW_VOLUNTEERS, days.dates[ago])[at] += 1
        region = self.number(spot.region, KIND_DIGIT, days.dates[ago].year)
        self.volunteers.add(
            (
                number + 1, next(self.volunteer_codes), person, spot.id, spot.county_id or null,
                spot.city_id or null, status.value, region, pseudonym, days.texts[ago],
                registered, null, name.search_text,
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------- youth

    def youth(self, advance: Advance, stages: Mapping[int, SchoolStage]) -> None:
        """Write the youth members: admitted by their schools at the beginning of a school year."""
        plan, today = self.plan, self.plan.today
        starts = [
            (today - today.replace(year=today.year - 1 - back, month=9, day=1)).days
            for back in range(SCHOOL_YEARS)
        ]
        pupils = Pupils(plan, self.loader, self.days, stages, self.rollup)
        for piece in pieces(plan.size.youth, self.loader, advance):
            for number in piece:
                ago = starts[number % SCHOOL_YEARS] - number % 30
                person, spot = plan.person_of_youth(number), plan.spots[plan.youth_at[number]]
                name = self.persons.youth(person, number, ago)
                self._membership(person, spot, name, MembershipKind.YOUTH, _S.ACTIVE, ago)
                pupils.add(person, spot, self.last_membership, ago)
