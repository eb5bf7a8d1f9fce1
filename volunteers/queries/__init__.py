"""Reading volunteers, their records and their hours, always inside a scope or by the owner."""

from volunteers.models import ServiceRecord
from volunteers.queries.own import (
    Recent,
    Step,
    YearHours,
    handler_for,
    hours_by_year,
    own_record,
    recent_services,
    records_of_person,
    steps_of,
    title_and_field,
    usual_days,
    volunteer_of,
)
from volunteers.queries.queue import (
    Group,
    decision_of,
    group_of,
    group_records,
    groups,
    is_own,
    objections,
    record_in_scope,
    waiting,
)
from volunteers.queries.records import standing_records
from volunteers.queries.roster import (
    is_volunteer_in,
    records_in,
    stays_as,
    volunteer_in,
)
from volunteers.queries.summary import (
    HoursSummary,
    NextStep,
    StepKind,
    WaitingHours,
    hours_summary,
    waiting_of,
)

__all__ = [
    "Group",
    "HoursSummary",
    "NextStep",
    "Recent",
    "ServiceRecord",
    "Step",
    "StepKind",
    "WaitingHours",
    "YearHours",
    "decision_of",
    "group_of",
    "group_records",
    "groups",
    "handler_for",
    "hours_by_year",
    "hours_summary",
    "is_own",
    "is_volunteer_in",
    "objections",
    "own_record",
    "recent_services",
    "record_in_scope",
    "records_in",
    "records_of_person",
    "standing_records",
    "stays_as",
    "steps_of",
    "title_and_field",
    "usual_days",
    "volunteer_in",
    "volunteer_of",
    "waiting",
    "waiting_of",
]
