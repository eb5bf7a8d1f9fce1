"""Numbers that are maintained, and which of them who may see (domain.md ORG-02, AZ-07). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """Numbers maintained for every organization and all above it.

    ORGANIZATIONS counts active grassroots organizations (domain.md ORG-02, I01): branches of
    county and above are not among the 20,700.
    """

    ORGANIZATIONS = "organizations"
    ADULT_MEMBERS = "adult_members"
    YOUTH_MEMBERS = "youth_members"
    GROUP_MEMBERS = "group_members"
    VOLUNTEERS = "volunteers"
    REGISTERED_VOLUNTEERS = "registered_volunteers"
    SCHOOLS = "schools"
    SCHOOL_BRANCHES = "school_branches"
    APPLICATIONS_WAITING = "applications_waiting"
    APPLICATIONS_DOUBTFUL = "applications_doubtful"
    FILINGS_WAITING = "filings_waiting"
    HOURS_WAITING = "hours_waiting"
    OBJECTIONS_WAITING = "objections_waiting"
    HOLDS_WAITING = "holds_waiting"
    GROUPS_WAITING = "groups_waiting"
    CHANGES_WAITING = "changes_waiting"
    ACTIVITIES_WAITING = "activities_waiting"
    RIGHTS_WAITING = "rights_waiting"
    NEW_MEMBERS = "new_members"
    CONFIRMED_MINUTES = "confirmed_minutes"
    CONFIRMED_RECORDS = "confirmed_records"
    YOUTH_ACTIVITIES = "youth_activities"
    YOUTH_TIMES = "youth_times"
    FIRST_AID_TIMES = "first_aid_times"
    DUES_CHARGED = "dues_charged"
    DUES_PAID = "dues_paid"
    DUES_CHARGES = "dues_charges"
    DUES_SETTLED = "dues_settled"
    DUES_REMITTED = "dues_remitted"
    # Reference: what others count, to compare with.
    TOWNSHIP_DIVISIONS = "township_divisions"
    VILLAGE_DIVISIONS = "village_divisions"
    RESIDENTS = "residents"
    # Flow: kept by month and year.
    NEW_ADULTS = "new_adults"
    LEFT_ADULTS = "left_adults"
    NEW_YOUTH = "new_youth"
    LEFT_YOUTH = "left_youth"
    GRADUATED_YOUTH = "graduated_youth"
    NEW_VOLUNTEERS = "new_volunteers"
    NEW_REGISTERED = "new_registered"
    MANUAL_RECORDS = "manual_records"
    VENUE_ACTIVITIES = "venue_activities"
    VENUE_TIMES = "venue_times"
    CERTIFICATES = "certificates"
    ADMISSIONS_HANDLED = "admissions_handled"
    FILINGS_HANDLED = "filings_handled"
    APPEALS_HANDLED = "appeals_handled"
    # Stock: kept as it is now.
    PUPILS = "pupils"
    TEAMS = "teams"
    STARS = "stars"
    VENUES = "venues"
    MINORS = "minors"
    MINORS_CONSENTED = "minors_consented"
    PEOPLE = "people"
    MISSING_ID = "missing_id"
    MISSING_PHONE = "missing_phone"
    DUPLICATES = "duplicates"
    # Counted every night: they change with the day, without any fact.
    ACTIVE_VOLUNTEERS = "active_volunteers"
    OVERDUE_ELECTIONS = "overdue_elections"
    SILENT_VENUES = "silent_venues"
    OVERDUE_APPLICATIONS = "overdue_applications"
    OVERDUE_FILINGS = "overdue_filings"
    STALE_PEOPLE = "stale_people"
    # What the desks of data quality count: each adult once at each organization that keeps him.
    DESK_PEOPLE = "desk_people"
    DESK_NO_ID = "desk_no_id"
    DESK_NO_PHONE = "desk_no_phone"
    DESK_NO_BIRTH = "desk_no_birth"
    DESK_NO_PAPER = "desk_no_paper"
    DESK_WRONG_ID = "desk_wrong_id"
    DESK_WRONG_PHONE = "desk_wrong_phone"
    DESK_DOUBLE = "desk_double"


#: What waits at one organization for its keeper: read on every page of his, so kept apart too.
QUEUES = frozenset(
    {
        Measure.APPLICATIONS_WAITING,
        Measure.FILINGS_WAITING,
        Measure.HOURS_WAITING,
        Measure.OBJECTIONS_WAITING,
        Measure.HOLDS_WAITING,
        Measure.GROUPS_WAITING,
        Measure.CHANGES_WAITING,
        Measure.ACTIVITIES_WAITING,
        Measure.RIGHTS_WAITING,
    }
)

#: What the desks of data quality count, by the night.
DESK = frozenset(one for one in Measure if one.name.startswith("DESK_"))

#: What no transaction can keep, because it changes with the day: counted by `figures nightly`.
NIGHTLY = frozenset(
    {
        Measure.ACTIVE_VOLUNTEERS,
        Measure.OVERDUE_ELECTIONS,
        Measure.SILENT_VENUES,
        Measure.OVERDUE_APPLICATIONS,
        Measure.OVERDUE_FILINGS,
        Measure.STALE_PEOPLE,
        *DESK,
        Measure.MINORS,
        Measure.MINORS_CONSENTED,
    }
)
#: What is taken over from elsewhere with a source, and never counted from rows of this system.
REFERENCES = frozenset({Measure.TOWNSHIP_DIVISIONS, Measure.VILLAGE_DIVISIONS, Measure.RESIDENTS})

#: What happens in a time: kept by month and year, and no stock at the end of a month.
FLOWS = frozenset(
    {
        Measure.NEW_MEMBERS,
        Measure.CONFIRMED_MINUTES,
        Measure.CONFIRMED_RECORDS,
        Measure.YOUTH_ACTIVITIES,
        Measure.YOUTH_TIMES,
        Measure.FIRST_AID_TIMES,
        Measure.DUES_CHARGED,
        Measure.DUES_PAID,
        Measure.DUES_CHARGES,
        Measure.DUES_SETTLED,
        Measure.DUES_REMITTED,
        Measure.NEW_ADULTS,
        Measure.LEFT_ADULTS,
        Measure.NEW_YOUTH,
        Measure.LEFT_YOUTH,
        Measure.GRADUATED_YOUTH,
        Measure.NEW_VOLUNTEERS,
        Measure.NEW_REGISTERED,
        Measure.MANUAL_RECORDS,
        Measure.VENUE_ACTIVITIES,
        Measure.VENUE_TIMES,
        Measure.CERTIFICATES,
        Measure.ADMISSIONS_HANDLED,
        Measure.FILINGS_HANDLED,
        Measure.APPEALS_HANDLED,
    }
)

#: Numbers of people; small ones could tell who is meant.
PEOPLE_MEASURES = frozenset(
    {
        Measure.ADULT_MEMBERS,
        Measure.YOUTH_MEMBERS,
        Measure.VOLUNTEERS,
        Measure.REGISTERED_VOLUNTEERS,
        Measure.NEW_MEMBERS,
        Measure.YOUTH_TIMES,
        Measure.FIRST_AID_TIMES,
        Measure.DUES_CHARGES,
        Measure.DUES_SETTLED,
        Measure.NEW_ADULTS,
        Measure.LEFT_ADULTS,
        Measure.NEW_YOUTH,
        Measure.LEFT_YOUTH,
        Measure.GRADUATED_YOUTH,
        Measure.NEW_VOLUNTEERS,
        Measure.NEW_REGISTERED,
        Measure.CERTIFICATES,
        Measure.STARS,
        Measure.PUPILS,
        Measure.MINORS,
        Measure.MINORS_CONSENTED,
        Measure.PEOPLE,
        Measure.MISSING_ID,
        Measure.MISSING_PHONE,
        Measure.DUPLICATES,
        Measure.ACTIVE_VOLUNTEERS,
        Measure.OVERDUE_APPLICATIONS,
        Measure.OVERDUE_FILINGS,
        Measure.STALE_PEOPLE,
        *DESK,
    }
)
#: Cases of people that were decided: how long the only one took is told of somebody known.
HANDLED_MEASURES = frozenset(
    {Measure.ADMISSIONS_HANDLED, Measure.FILINGS_HANDLED, Measure.APPEALS_HANDLED}
)
#: What those who serve did: of one or two volunteers it is told of somebody known, however much.
SERVED_MEASURES = frozenset(
    {Measure.CONFIRMED_MINUTES, Measure.CONFIRMED_RECORDS, Measure.MANUAL_RECORDS}
)
#: Numbers that are others added up: where one of those is hidden, the sum would tell it.
SUMS: Mapping[Measure, tuple[Measure, ...]] = {
    Measure.NEW_MEMBERS: (Measure.NEW_ADULTS, Measure.NEW_YOUTH),
    Measure.PEOPLE: (Measure.ADULT_MEMBERS, Measure.YOUTH_MEMBERS, Measure.VOLUNTEERS),
}
NAMED_MEASURES = (PEOPLE_MEASURES | HANDLED_MEASURES | SERVED_MEASURES) - {
    Measure.YOUTH_MEMBERS,
    Measure.NEW_MEMBERS,
    Measure.YOUTH_TIMES,
    Measure.FIRST_AID_TIMES,
    Measure.NEW_YOUTH,
    Measure.LEFT_YOUTH,
    Measure.GRADUATED_YOUTH,
    Measure.PUPILS,
    Measure.MINORS,
    Measure.MINORS_CONSENTED,
}
#: No organization has these numbers: where nobody belongs, and any that is not the viewer's.
NOWHERE, SOME_OTHER = -1, 0
_DISCREET = PEOPLE_MEASURES | HANDLED_MEASURES | SERVED_MEASURES


@dataclass(frozen=True, slots=True)
class Discretion:
    """Which numbers of people a viewer does not get (security.md AZ-07, decisions.md D10).

    Groups smaller than ``floor`` are hidden outside the viewer's own organization; adults and
    volunteers are not where he may read their names anyway. What was served is small by how many
    serve, not by how much it is.
    """

    floor: int
    own_id: int
    sees_names: bool

    @classmethod
    def of_everybody(cls, floor: int) -> Discretion:
        """Return what holds whoever reads: somebody who belongs nowhere and sees no names."""
        return cls(floor, own_id=NOWHERE, sees_names=False)

    def may_hide(self, measure: Measure) -> bool:
        """Return whether a number of one person would be hidden at some other organization."""
        return self.hides(SOME_OTHER, measure, 1)

    def hides(self, organization_id: int, measure: Measure, value: int) -> bool:
        """Return whether the number of an organization must not be shown."""
        if measure not in _DISCREET or not 0 < value < self.floor:
            return False
        if organization_id == self.own_id:
            return False
        return not (self.sees_names and measure in NAMED_MEASURES)
