"""Numbers that are maintained, and which of them who may see (domain.md ORG-02, AZ-07). Pure."""

from __future__ import annotations

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
    }
)
NAMED_MEASURES = PEOPLE_MEASURES - {
    Measure.YOUTH_MEMBERS,
    Measure.NEW_MEMBERS,
    Measure.YOUTH_TIMES,
    Measure.FIRST_AID_TIMES,
}


@dataclass(frozen=True, slots=True)
class Discretion:
    """Which numbers of people a viewer does not get (security.md AZ-07, decisions.md D10).

    Groups smaller than ``floor`` are hidden outside the viewer's own organization; adults and
    volunteers are not where he may read their names anyway.
    """

    floor: int
    own_id: int
    sees_names: bool

    def hides(self, organization_id: int, measure: Measure, value: int) -> bool:
        """Return whether the number of an organization must not be shown."""
        if measure not in PEOPLE_MEASURES or not 0 < value < self.floor:
            return False
        if organization_id == self.own_id:
            return False
        return not (self.sees_names and measure in NAMED_MEASURES)
