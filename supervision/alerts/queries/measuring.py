"""The figures that alert rules judge: maintained numbers, the pace to a target, what comes near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select

from activities.models import Venue, VenuePulse
from activities.rules.holding import silent_before
from activities.rules.venues import OPEN_TO_PEOPLE
from core import clock, settings
from core.access.permissions import Level
from core.database import db
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations.lives import due_months
from organizations.models import Organization
from organizations.queries import under
from organizations.rules import OPEN_STATES, ids_of_path
from organizations.rules.life import due_until
from people.models import Matter
from people.rules.matters import MatterKind, MatterState
from supervision.alerts.defaults import RULES
from supervision.alerts.definitions import AlertRule, Finding, judge, pace, without
from supervision.alerts.queries.thresholds import Thresholds
from supervision.alerts.rules import Nearness, near_days
from supervision.indicators.book import read_catalogue
from supervision.indicators.counting import target_of as target_in
from supervision.indicators.queries import default_target, readings
from supervision.indicators.rules import Reading
from supervision.recount import filer
from supervision.rollup.daily import first_in_time

Nearby = Mapping[tuple[Nearness, int], int]


@dataclass(frozen=True, slots=True)
class Measured:
    """What every rule says of some organizations: readings of those watched, and findings."""

    readings: Mapping[tuple[int, str], Reading]
    findings: Mapping[tuple[int, str], Finding]


def measured(
    places: Sequence[tuple[int, Level]],
    thresholds: Thresholds,
    near: Nearby,
    day: date,
    only: Iterable[AlertRule] | None = None,
) -> Measured:
    """Return readings and findings of organizations by (id, rule).

    Four statements whatever their number.
    What a township answers for is its own, without its villages: each of them is watched itself.
    """
    rules = list(RULES.values() if only is None else only)
    ids = [place_id for place_id, _level in places]
    lower = _children([place_id for place_id, level in places if level is Level.TOWNSHIP])
    asked = {*ids, *(one for several in lower.values() for one in several)}
    figures = readings(asked, [rule.definition for rule in rules], day.year) if ids else {}
    targets = _targets([rule for rule in rules if rule.is_pace], places, day)
    found: dict[tuple[int, str], Reading] = {}
    findings: dict[tuple[int, str], Finding] = {}
    for place_id, level in places:
        for rule in rules:
            threshold = thresholds.get((rule.code, level))
            if threshold is None:
                continue
            parts = lower.get(place_id, ())
            reading = without(
                rule.definition,
                figures[place_id, rule.code],
                [figures[one, rule.code] for one in parts],
            )
            if rule.is_pace:
                target = targets[rule.code].get(place_id, 0)
                reading = pace(reading.top, target, day) if target > 0 else Reading(None, 0)
            found[place_id, rule.code] = reading
            finding = judge(rule, threshold, reading, _coming(rule, near, place_id, parts))
            if finding is not None:
                findings[place_id, rule.code] = finding
    return Measured(found, findings)


def reading_of(
    rule: AlertRule, organization: Organization, thresholds: Thresholds, day: date
) -> tuple[Reading | None, Finding | None]:
    """Return the figure of one organization now, and what the rule says of it.

    The figure is None where the rule does not watch its level.
    """
    near = near_counts(day, organization.path, rule.near) if rule.near is not None else {}
    place = organization.id, organization.level
    told = measured([place], thresholds, near, day, [rule])
    key = organization.id, rule.code
    return told.readings.get(key), told.findings.get(key)


def near_counts(day: date, path: str = "", only: Nearness | None = None) -> Nearby:
    """Return what comes near its deadline, ``(what, organization) -> how many``.

    Counted at the organizations concerned, at and under a path, and at all above them: one
    statement for each kind.
    """
    found: Counter[tuple[Nearness, int]] = Counter()
    for kind, statement in _NEAR.items():
        if only is not None and kind is not only:
            continue
        asked = statement(day).group_by(Organization.path)
        if path:
            asked = asked.where(under(path))
        for place_path, count in db.session.execute(asked):
            for place_id in ids_of_path(place_path):
                found[kind, place_id] += count
    return found


def _children(parent_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """Return the organizations directly under others: one statement, none for no organization."""
    found: dict[int, list[int]] = {}
    if not parent_ids:
        return found
    below = Organization.parent_id.in_(parent_ids)
    asked = select(func.coalesce(Organization.parent_id, 0), Organization.id).where(below)
    for parent_id, place_id in db.session.execute(asked):
        found.setdefault(parent_id, []).append(place_id)
    return found


def _coming(rule: AlertRule, near: Nearby, place_id: int, parts: Iterable[int]) -> int:
    """Return what comes near at an organization itself."""
    if rule.near is None:
        return 0
    below = sum(near.get((rule.near, one), 0) for one in parts)
    return near.get((rule.near, place_id), 0) - below


def _targets(
    rules: Sequence[AlertRule], places: Sequence[tuple[int, Level]], day: date
) -> Mapping[str, Mapping[int, int]]:
    """Return rule -> organization -> what the year asks of it, where it asks anything."""
    if not rules or not places:
        return {rule.code: {} for rule in rules}
    book = read_catalogue([day.year], [one for one, _level in places])
    found: dict[str, dict[int, int]] = {}
    for rule in rules:
        default = default_target(rule.indicator, day)
        asked = {
            one: target_in(book, rule.indicator, day.year, one, level, default)
            for one, level in places
        }
        found[rule.code] = {one: told.value for one, told in asked.items() if told}
    return found


def _applications(day: date) -> Select[str, int]:
    """Applications of people four fifths of whose time to be answered are over."""
    days = settings.value("matters.join_member", on=day)
    last = clock.add_working_days(day, near_days(days))
    return (
        select(Organization.path, func.count())
        .join(Matter, Matter.organization_id == Organization.id)
        .where(
            Matter.kind.in_((MatterKind.JOIN_MEMBER, MatterKind.JOIN_VOLUNTEER)),
            Matter.state == MatterState.OPEN,
            Matter.due_on >= day,
            Matter.due_on <= last,
        )
    )


def _filings(day: date) -> Select[str, int]:
    """Members four fifths of whose time to be filed are over, at the Red Cross that files them."""
    days = settings.value("filings.working_days", on=day)
    after = clock.add_working_days(day, near_days(days)) + timedelta(days=1)
    begin, end = (clock.day_bounds(first_in_time(one, days))[0] for one in (day, after))
    return (
        select(Organization.path, func.count())
        .join(Membership, filer() == Organization.id)
        .where(
            Membership.kind == MembershipKind.ADULT,
            Membership.status == MembershipStatus.APPROVED,
            Membership.approved_at >= begin,
            Membership.approved_at < end,
        )
    )


def _elections(day: date) -> Select[str, int]:
    """Organizations whose term is due: so many months before its end (ORG-17)."""
    return select(Organization.path, func.count()).where(
        Organization.status.in_(OPEN_STATES),
        Organization.term_ends_on >= day,
        Organization.term_ends_on <= due_until(day, due_months(day)),
    )


def _venues(day: date) -> Select[str, int]:
    """Venues that will be silent soon: nothing for four fifths of the months that it takes."""
    months = settings.value("venues.silent_months", on=day)
    silent = silent_before(day, months)
    soon = silent + timedelta(days=near_days((day - silent).days))
    last = func.coalesce(VenuePulse.last_held_on, Venue.opened_on, Venue.named_on)
    return (
        select(Organization.path, func.count())
        .join(Venue, Venue.organization_id == Organization.id)
        .outerjoin(VenuePulse, VenuePulse.venue_id == Venue.id)
        .where(Venue.status.in_(OPEN_TO_PEOPLE), last >= silent, last < soon)
    )


_NEAR: Mapping[Nearness, Callable[[date], Select[str, int]]] = {
    Nearness.APPLICATIONS: _applications,
    Nearness.FILINGS: _filings,
    Nearness.ELECTIONS: _elections,
    Nearness.VENUES: _venues,
}
