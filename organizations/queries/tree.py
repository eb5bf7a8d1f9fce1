"""Reading the tree: what a scope reaches, children, search, places in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, bindparam, select, true
from sqlalchemy.orm import joinedload

from core import settings
from core.access.permissions import Level, Permission, Reach
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.rules import N_, RuleViolation
from core.statements import Kept
from organizations import figures
from organizations.listing import GRASSROOTS, PAGE, Listed, words_of
from organizations.models import Division, Organization, OrganizationClosing
from organizations.rules import (
    OPEN_STATES,
    ClosingStatus,
    Discretion,
    DivisionLevel,
    Measure,
    OrganizationKind,
    ids_of_path,
    subtree_range,
)

SEPARATOR = " · "
TARGETS = 12


class Extent(StrEnum):
    """By which column the rows inside a scope are found."""

    OWN = "organization"
    COUNTY = "county"
    CITY = "city"
    ALL = "province"
    BELOW = "below"


_EXTENTS = {
    Level.UNIT: Extent.OWN,
    Level.COUNTY: Extent.COUNTY,
    Level.CITY: Extent.CITY,
    Level.PROVINCE: Extent.ALL,
}


def top_id() -> int:
    """Return the id of the organization above all."""
    found: int = (
        db.session.scalars(
            select(Organization.id)
            .where(Organization.parent_id.is_(None))
            .order_by(Organization.id)
        ).first()
        or 0
    )
    return found


def path_of(organization_id: int) -> str:
    """Return the path of an organization."""
    asked = select(Organization.path).where(Organization.id == organization_id)
    return db.session.scalars(asked).one()


def extent_of(scope: Scope) -> Extent:
    """Return how the rows of a scope are found."""
    if scope.reach is Reach.HERE:
        return Extent.OWN
    return _EXTENTS.get(scope.place.level, Extent.BELOW)


#: What a statement that is put together once is asked with each time: the names of ``bounds``.
_NAMES: Mapping[str, Any] = {
    name: bindparam(name) for name in ("scope_id", "scope_low", "scope_high")
}


def inside(extent: Extent, model: Any, values: Mapping[str, Any] = _NAMES) -> ColumnElement[bool]:
    """Return the condition that keeps rows inside a scope: the only way from scope to SQL.

    Without values it is for a statement that is put together once per process and gets those of
    ``bounds`` when it is executed. ``model`` has ``organization_id``, ``county_id`` and
    ``city_id``. Each request names one model; a row outside does not exist for the viewer.
    """
    if extent is Extent.ALL:
        return true()
    if extent is Extent.BELOW:
        path = Organization.path
        below = and_(path >= values["scope_low"], path < values["scope_high"])
        return cast(
            "ColumnElement[bool]",
            model.organization_id.in_(select(Organization.id).where(below)),
        )
    return cast("ColumnElement[bool]", getattr(model, f"{extent}_id") == values["scope_id"])


def stands_in(extent: Extent, organization: Any) -> ColumnElement[bool]:
    """Return the condition of an organization inside a scope, by its place in the tree.

    For questions about a past day: where a row stood then is told by organizations, not by the
    row. The values are those of ``bounds``.
    """
    if extent is Extent.OWN:
        return cast("ColumnElement[bool]", organization.id == _NAMES["scope_id"])
    path = organization.path
    return and_(path >= _NAMES["scope_low"], path < _NAMES["scope_high"])


def bounds(scope: Scope) -> dict[str, Any]:
    """Return the values of a scope for the condition of ``inside``."""
    low, high = subtree_range(scope.place.path)
    return {"scope_id": scope.place.id, "scope_low": low, "scope_high": high}


def within(scope: Scope, model: Any) -> ColumnElement[bool]:
    """Return the condition that keeps rows inside the scope, with its values."""
    return inside(extent_of(scope), model, bounds(scope))


def under(path: str) -> ColumnElement[bool]:
    """Return the condition for organizations at and under a path."""
    low, high = subtree_range(path)
    return and_(Organization.path >= low, Organization.path < high)


def under_given() -> ColumnElement[bool]:
    """Return the same condition for statements that are kept; ``bounds_of`` a path are given."""
    return and_(Organization.path >= bindparam("low"), Organization.path < bindparam("high"))


def bounds_of(path: str) -> dict[str, str]:
    """Return what ``under_given`` asks for by name."""
    low, high = subtree_range(path)
    return {"low": low, "high": high}


def organization_of_code(code: str) -> Organization | None:
    """Return the organization with an opaque code."""
    return db.session.scalars(select(Organization).where(Organization.code == code)).one_or_none()


def organization_of_id(organization_id: int) -> Organization:
    """Return the organization with an id. Raises NoResultFound for one that does not exist."""
    return db.session.get_one(Organization, organization_id)


def standing_closing(organization_id: int) -> OrganizationClosing | None:
    """Return the closing of an organization that stands, with where its people went."""
    return db.session.scalars(
        select(OrganizationClosing).where(
            OrganizationClosing.organization_id == organization_id,
            OrganizationClosing.status == ClosingStatus.CLOSED,
        )
    ).one_or_none()


def closings_at(county_id: int, after: str = "") -> Page[OrganizationClosing]:
    """Return a page of the closings of a county that stand, newest first: one statement."""
    statement = (
        select(OrganizationClosing)
        .options(
            joinedload(OrganizationClosing.organization, innerjoin=True),
            joinedload(OrganizationClosing.target),
        )
        .where(
            OrganizationClosing.shelter_id == county_id,
            OrganizationClosing.status == ClosingStatus.CLOSED,
        )
        .order_by(OrganizationClosing.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(OrganizationClosing.id).where(OrganizationClosing.code == after)
        statement = statement.where(OrganizationClosing.id < anchor.scalar_subquery())
    return page_of(db.session.scalars(statement).all(), PAGE)


def targets_in(like: Organization, text: str, but_id: int = 0) -> list[tuple[str, str]]:
    """Return code and name of open grassroots organizations of one county, by a text if given.

    Those that belong where ``like`` does: of a unit right under a city the city's own units.
    """
    statement = (
        select(Organization.code, Organization.name)
        .where(
            Organization.county_id == like.county_id,
            *(() if like.county_id else (Organization.city_id == like.city_id,)),
            Organization.kind.in_(GRASSROOTS),
            Organization.status.in_(OPEN_STATES),
            Organization.id != but_id,
            *_named(text),
        )
        .order_by(Organization.search_text, Organization.code)
        .limit(TARGETS)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def known_target(code: str) -> Organization:
    """Return the organization that a form names. Raises RuleViolation for none."""
    found = organization_of_code(code)
    if found is None:
        raise RuleViolation("target", N_("没有这个组织，请重新选"))
    return found


def branch_of_division(code: str) -> Organization | None:
    """Return the branch of province, city or county at a division."""
    kinds = (OrganizationKind.PROVINCIAL, OrganizationKind.CITY, OrganizationKind.COUNTY)
    statement = select(Organization).where(
        Organization.division_code == code, Organization.kind.in_(kinds)
    )
    return db.session.scalars(statement).one_or_none()


def divisions_under(code: str, level: DivisionLevel) -> Sequence[Division]:
    """Return the divisions in force directly under a division."""
    statement = select(Division).where(
        Division.parent_code == code, Division.level == level, Division.valid_to.is_(None)
    )
    return db.session.scalars(statement.order_by(Division.code)).all()


def ancestors(path: str) -> Sequence[Organization]:
    """Return the organizations on a path from the province down, itself included: one statement."""
    statement = select(Organization).where(Organization.id.in_(ids_of_path(path)))
    rows = db.session.scalars(statement).all()
    return sorted(rows, key=lambda row: len(row.path))


_NAMES_OF = Kept(
    select(Organization.id, Organization.short_name).where(
        Organization.id.in_(bindparam("ids", expanding=True))
    )
)


def place_texts(
    organizations: Iterable[Organization | Listed], *, with_own: bool = True
) -> dict[int, str]:
    """Return ``id -> 北山社区 · 上城区 · 杭州市`` for a page of rows: one statement.

    Without the own name only what stands above it is told.
    """
    rows = list(organizations)
    wanted = {above for row in rows for above in ids_of_path(row.path)[1:-1]}
    found = _NAMES_OF.rows({"ids": list(wanted)}) if wanted else ()
    names = {row[0]: row[1] for row in found}
    return {
        row.id: SEPARATOR.join(
            [
                *([row.short_name] if with_own else []),
                *(names[above] for above in reversed(ids_of_path(row.path)[1:-1])),
            ]
        )
        for row in rows
    }


def _named(text: str) -> list[ColumnElement[bool]]:
    return [Organization.search_text.contains(word, autoescape=True) for word in words_of(text)]


Numbers = dict[int, dict[tuple[Measure, int], int]]


def numbers(
    organization_ids: Iterable[int],
    measures: Iterable[Measure],
    periods: Iterable[int] = (0,),
) -> Numbers:
    """Return ``id -> (measure, period) -> value``; what is missing is zero: one statement."""
    ids = list(organization_ids)
    found: Numbers = {one: {} for one in ids}
    for (one, measure, period), value in figures.values(ids, measures, periods).items():
        found[one][Measure(measure), period] = value
    return found


def discretion_of(scope: Scope, day: date) -> Discretion:
    """Return which numbers of people the scope's post may see on a day (AZ-07)."""
    return Discretion(
        floor=settings.value("figures.small_group", on=day),
        own_id=scope.post.place.id,
        sees_names=scope.may(Permission.MEMBERS_VIEW),
    )
