"""What memberships and answered applications add to the numbers of a month (I05, I06, I20).

Who goes to another organization neither leaves nor joins: what a membership ever added goes along
with it, as the admissions do, so that the level above both sees no change at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from core import clock
from members.models import Application, Membership
from members.rules import LIVE_STATES, ApplicationStatus, MembershipKind, MembershipStatus
from organizations import figures
from organizations.rules import Measure
from organizations.rules.handling import days_part

NEW = {MembershipKind.ADULT: Measure.NEW_ADULTS, MembershipKind.YOUTH: Measure.NEW_YOUTH}
LEFT = {MembershipKind.ADULT: Measure.LEFT_ADULTS, MembershipKind.YOUTH: Measure.LEFT_YOUTH}
#: How somebody left who is a member all the same: the second of two records, of age.
MERGED, CONVERTED = "merged", "converted"
#: States in which an application was answered for good.
ANSWERED = (ApplicationStatus.APPROVED, ApplicationStatus.REJECTED)


class Flow(NamedTuple):
    """One more in the month and the year of a day; ``part`` is how, nothing where it has none."""

    measure: Measure
    day: date
    part: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides the flows of a membership; days in Shanghai.

    ``filed_on`` is the day on which somebody of the county filed it, nothing for one that was
    filed by itself or not yet.
    """

    kind: MembershipKind
    status: MembershipStatus
    joined_on: date
    converted_on: date | None = None
    left_on: date | None = None
    is_merged: bool = False
    approved_on: date | None = None
    filed_on: date | None = None


def flows(facts: Facts) -> Counter[Flow]:
    """Return what a membership adds. One whose admission was taken back adds nothing."""
    found = Counter[Flow]()
    if facts.kind not in NEW or facts.status is MembershipStatus.REVOKED:
        return found
    if facts.converted_on is None:
        found[Flow(NEW[facts.kind], facts.joined_on)] += 1
    else:
        found[Flow(Measure.NEW_YOUTH, facts.joined_on)] += 1
        found[Flow(Measure.LEFT_YOUTH, facts.converted_on, CONVERTED)] += 1
        found[Flow(Measure.NEW_ADULTS, facts.converted_on)] += 1
    if facts.left_on is not None and facts.status not in LIVE_STATES:
        way = MERGED if facts.is_merged else facts.status.value
        found[Flow(LEFT[facts.kind], facts.left_on, way)] += 1
    if facts.filed_on is not None and facts.approved_on is not None:
        days = days_part(facts.approved_on, facts.filed_on)
        found[Flow(Measure.FILINGS_HANDLED, facts.filed_on, days)] += 1
    return found


def flows_of(membership: Membership, *, is_merged: bool | None = None) -> Counter[Flow]:
    """Return what a membership adds as it stands; ``is_merged`` where the row does not say yet."""
    is_second = membership.replaced_by_id is not None if is_merged is None else is_merged
    return flows(
        Facts(
            membership.kind,
            membership.status,
            membership.joined_on,
            membership.converted_on,
            membership.left_on,
            is_second,
            *filing_days(
                membership.kind,
                membership.approved_at,
                membership.filed_at,
                membership.filed_by_id,
            ),
        )
    )


def filing_days(
    kind: MembershipKind, approved_at: datetime, filed_at: datetime | None, by_id: int | None
) -> tuple[date | None, date | None]:
    """Return the days of approval and filing, nothing where nobody of a county filed it."""
    if kind is not MembershipKind.ADULT or filed_at is None or by_id is None:
        return None, None
    return clock.local(approved_at).date(), clock.local(filed_at).date()


def count_flows(path: str, changes: Counter[Flow], sign: int = 1) -> None:
    """Add what was collected to the numbers, or with ``sign`` -1 take it away again."""
    for flow, count in changes.items():
        if count:
            part = flow.part or None
            figures.add_dated(path, flow.measure, sign * count, flow.day, part=part)


def count_change(path: str, before: Counter[Flow], after: Counter[Flow]) -> None:
    """Bring the numbers from what was added before to what is added now."""
    changes = Counter(after)
    changes.subtract(before)
    count_flows(path, changes)


def count_answer(application: Application, sign: int) -> None:
    """Count an application that was answered for good at who answered it, by its days.

    Who was entered by the keeper himself never waited, and is left out.
    """
    decided_at = application.decided_at
    if application.status not in ANSWERED or decided_at is None:
        return
    if decided_at <= application.submitted_at:
        return
    first, last = (clock.local(one).date() for one in (application.submitted_at, decided_at))
    path, part = application.handler.path, days_part(first, last)
    figures.add_dated(path, Measure.ADMISSIONS_HANDLED, sign, last, part=part)
