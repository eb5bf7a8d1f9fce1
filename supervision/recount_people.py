"""How the numbers about people are counted from rows (domain.md I05 to I09, I13, I14, I19 to I21).

Each function is a topic of the recount: what a measure is, told as statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import String, case, cast, distinct, func, literal, or_, select
from sqlalchemy.orm import aliased

from core.local_days import days_between, local_day
from members.models import Application, DuesRemittance, Expulsion, GroupMembership, Membership
from members.operations.flows import ANSWERED, CONVERTED, LEFT, MERGED
from members.rules import (
    LIVE_STATES,
    ExpulsionStatus,
    MembershipKind,
    MembershipStatus,
    RemittanceStatus,
)
from members.rules.groups import GROUP_LIVE
from organizations.counting import Count, Counts, cells_of, dated, group
from organizations.models import Organization
from organizations.rules import Measure
from organizations.rules.handling import LONGEST
from people.models import DuplicatePlace, Person
from schools.models import Pupil, PupilEvent
from schools.rules.pupils import ON_ROSTER, PupilAction
from volunteers.models import (
    ServiceCertificate,
    ServiceRecord,
    ServiceRecordEvent,
    StarGrant,
    Team,
    Volunteer,
)
from volunteers.rules import SERVING, ServiceAction, VolunteerStatus
from volunteers.rules.stars import StarStatus
from volunteers.rules.teams import TEAM_LIVE

_M = Membership
_ADULT, _YOUTH = _M.kind == MembershipKind.ADULT, _M.kind == MembershipKind.YOUTH
_ADMITTED = _M.status != MembershipStatus.REVOKED
_CHANGED = _M.converted_on.is_not(None)


def with_parts(
    measure: Measure, by: Any, day: Any, part: Any, *conditions: Any, value: Any = None
) -> Iterator[Count]:
    """Yield a flow and the flows of its parts."""
    yield from dated(measure, by, day, *conditions, value=value)
    yield from dated(measure, by, day, *conditions, value=value, part=part)


def joining() -> Iterator[Count]:
    """Count who joined, by the day; of age counts as adult from the day of the own consent."""
    at = _M.organization_id
    yield from dated(Measure.NEW_YOUTH, at, _M.joined_on, _ADMITTED, or_(_YOUTH, _CHANGED))
    since = func.coalesce(_M.converted_on, _M.joined_on)
    yield from dated(Measure.NEW_ADULTS, at, since, _ADMITTED, _ADULT)


def leaving() -> Iterator[Count]:
    """Count who left, by the day and the way of it."""
    at, gone = (
        _M.organization_id,
        (_ADMITTED, _M.status.not_in(LIVE_STATES), _M.left_on.is_not(None)),
    )
    way = case((_M.replaced_by_id.is_not(None), MERGED), else_=cast(_M.status, String(32)))
    for kind, measure in LEFT.items():
        yield from with_parts(measure, at, _M.left_on, way, *gone, _M.kind == kind)
    of_age = _ADMITTED, _ADULT, _CHANGED
    yield from with_parts(
        Measure.LEFT_YOUTH, at, _M.converted_on, literal(CONVERTED, String), *of_age
    )


def handled() -> Iterator[Count]:
    """Count what was answered, by the days that it took: admissions, filings, appeals."""
    one = Application
    answered = one.status.in_(ANSWERED), one.decided_at > one.submitted_at
    taken = _days(one.submitted_at, one.decided_at)
    day, measure = local_day(one.decided_at), Measure.ADMISSIONS_HANDLED
    yield from with_parts(measure, one.handler_id, day, taken, *answered)
    filed = _ADMITTED, _ADULT, _M.filed_at.is_not(None), _M.filed_by_id.is_not(None)
    taken, day = _days(_M.approved_at, _M.filed_at), local_day(_M.filed_at)
    yield from with_parts(Measure.FILINGS_HANDLED, _M.organization_id, day, taken, *filed)
    out = Expulsion
    states = (ExpulsionStatus.UPHELD, ExpulsionStatus.OVERTURNED)
    settled = out.status.in_(states), out.appealed_at.is_not(None)
    taken, day = _days(out.appealed_at, out.settled_at), local_day(out.settled_at)
    measure = Measure.APPEALS_HANDLED
    yield from with_parts(measure, out.organization_id, day, taken, *settled)
    yield from _answered_objections()


def _answered_objections() -> Iterator[Count]:
    """Count answers to objections against refused hours, each level for itself."""
    step, before = ServiceRecordEvent, aliased(ServiceRecordEvent)
    asked = (
        select(func.max(before.at))
        .where(
            before.record_id == step.record_id,
            before.id < step.id,
            before.action.in_((ServiceAction.OBJECT, ServiceAction.APPEAL)),
        )
        .correlate(step)
        .scalar_subquery()
    )
    answers = step.action.in_((ServiceAction.GRANT_OBJECTION, ServiceAction.UPHOLD))
    given = (
        select(
            ServiceRecord.organization_id.label("at"),
            local_day(step.at).label("day"),
            _days(asked, step.at).label("taken"),
        )
        .join(ServiceRecord, ServiceRecord.id == step.record_id)
        .where(answers)
        .subquery("answers")
    )
    yield from with_parts(Measure.APPEALS_HANDLED, given.c.at, given.c.day, given.c.taken)


def _days(first: Any, last: Any) -> Any:
    """Return the name of the part: whole days, what is longer together."""
    taken = days_between(first, last)
    return cast(case((taken < 0, 0), (taken > LONGEST, LONGEST), else_=taken), String(32))


def units() -> Iterator[Count]:
    """Count units by kind, and what levels sent up of dues."""
    one = GroupMembership
    live = one.status.in_(GROUP_LIVE)
    yield from group(Measure.GROUP_MEMBERS, one.organization_id, live)
    yield from group(Measure.GROUP_MEMBERS, one.organization_id, live, part=one.kind)
    sent = DuesRemittance
    stands = sent.status != RemittanceStatus.RETURNED, Organization.id == sent.organization_id
    yield from with_parts(
        Measure.DUES_REMITTED,
        sent.organization_id,
        sent.remitted_on,
        Organization.level,
        *stands,
        value=sent.amount,
    )


def volunteers() -> Iterator[Count]:
    """Count who was entered and registered, teams by field, stars, certificates."""
    one = Volunteer
    at, admitted = one.organization_id, one.status != VolunteerStatus.REVOKED
    yield from dated(Measure.NEW_VOLUNTEERS, at, one.entered_on, admitted)
    graded = one.registered_on.is_not(None)
    yield from dated(Measure.NEW_REGISTERED, at, one.registered_on, admitted, graded)
    team = Team
    stands = team.status.in_(TEAM_LIVE)
    yield from group(Measure.TEAMS, team.organization_id, stands)
    yield from group(Measure.TEAMS, team.organization_id, stands, part=team.field)
    held = (
        select(at.label("at"), func.max(StarGrant.star).label("star"))
        .join(StarGrant, StarGrant.volunteer_id == one.id)
        .where(StarGrant.status == StarStatus.GRANTED, one.status.in_(SERVING))
        .group_by(one.id, at)
        .subquery("held")
    )
    yield from group(Measure.STARS, held.c.at)
    yield from group(Measure.STARS, held.c.at, part=held.c.star)
    paper = ServiceCertificate
    yield from dated(Measure.CERTIFICATES, paper.issuer_id, local_day(paper.issued_at))


def pupils() -> Iterator[Count]:
    """Count pupils on rosters, and who graduated and was not taken back since."""
    yield from group(Measure.PUPILS, Pupil.organization_id, Pupil.status.in_(ON_ROSTER))
    step, later = PupilEvent, aliased(PupilEvent)
    undone = (
        select(later.id)
        .where(
            later.pupil_id == step.pupil_id,
            later.id > step.id,
            later.action == PupilAction.UNDO,
        )
        .exists()
    )
    graduated = Pupil.id == step.pupil_id, step.action == PupilAction.GRADUATE, ~undone
    day = local_day(step.at)
    yield from dated(Measure.GRADUATED_YOUTH, Pupil.organization_id, day, *graduated)


def lists() -> Iterator[Count]:
    """Count rows of lists and what they lack (people.counting), and pairs in lists."""
    member, one = _M, Volunteer
    of_member = member.person_id == Person.id, member.status.in_(LIVE_STATES), or_(_ADULT, _YOUTH)
    of_volunteer = one.person_id == Person.id, one.status.in_(SERVING)
    no_id, no_phone = Person.id_index.is_(None), Person.phone_index.is_(None)
    for measure, member_lacks, lacks in (
        (Measure.PEOPLE, (), ()),
        (Measure.MISSING_ID, (no_id, _ADULT), (no_id,)),
        (Measure.MISSING_PHONE, (no_phone, _ADULT), (no_phone,)),
    ):
        yield from group(measure, member.organization_id, *of_member, *member_lacks)
        yield from group(measure, one.organization_id, *of_volunteer, *lacks)
    yield _pairs()


def _pairs() -> Count:
    """Return the count of open pairs: once at each list's organization and all above any."""
    place = aliased(Organization)
    start = select(DuplicatePlace.candidate_id, DuplicatePlace.county_id.label("at"))
    covered = start.cte("covered", recursive=True)
    climbing = covered.union(
        select(covered.c.candidate_id, place.parent_id.label("at"))
        .join(place, place.id == covered.c.at)
        .where(place.parent_id.is_not(None))
    )
    value = func.count(distinct(climbing.c.candidate_id))
    cells = select(*cells_of(climbing.c.at, None, None, value)).group_by(climbing.c.at)
    return Count(Measure.DUPLICATES, cells, climbs=False)


TOPICS: tuple[Counts, ...] = (
    *(joining, leaving, handled, units),
    *(volunteers, pupils, lists),
)


def all_topics() -> Iterable[Count]:
    """Yield how every number about people is counted."""
    return (one for topic in TOPICS for one in topic())
