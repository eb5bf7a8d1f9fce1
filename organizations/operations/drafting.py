"""Lists of organizations that become one: read, judged row by row, with the numbers (ORG-17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, next_state
from organizations.models import Organization
from organizations.models.merging import Merger, MergerRow
from organizations.operations.closing import CLOSING_CHECKS, check_target
from organizations.operations.founding import has_child_named
from organizations.rules import (
    ORGANIZATION_TRANSITIONS,
    Line,
    MergerRowStatus,
    MergerStatus,
    MergerStep,
    OrganizationAction,
    OrganizationKind,
    OrganizationStatus,
    check_closing,
    check_length,
    check_name,
    check_parent,
    ids_of_path,
    is_grassroots,
    level_of,
    looks_like_code,
    name_taken,
    problems_of,
)

CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """What a Red Cross decided for a whole list; a line may name a document of its own.

    ``ends_divisions`` tells that the divisions become one as well, not only the organizations.
    """

    document: str
    merged_on: date
    ends_divisions: bool = False


@dataclass(slots=True)
class _Reading:
    """A list while it is judged: who decides, what the codes name, new names and their kinds."""

    place: Organization
    decision: Decision
    today: date
    known: Mapping[str, Organization]
    problems: Mapping[int, str]
    new: dict[str, tuple[int | None, OrganizationKind]] = field(default_factory=dict)
    rows: list[MergerRow] = field(default_factory=list)


def prepare(
    place: Organization, lines: Sequence[Line], decision: Decision, *, by: Actor, now: datetime
) -> Merger:
    """Return a list as a draft: every row judged, nothing changed yet.

    Raises RuleViolation for a list without rows, a document or a day that cannot be.
    """
    today = clock.local(now).date()
    check_length(len(lines), settings.value("mergers.most_rows", on=today))
    document = check_closing(decision.document, decision.merged_on, None, today)
    merger = Merger(
        code=crypto.opaque_code(CODE_LENGTH),
        organization_id=place.id,
        status=MergerStatus.DRAFT,
        document=document,
        merged_on=decision.merged_on,
        ends_divisions=decision.ends_divisions,
        created_at=now,
        created_by_id=by.user_id,
    )
    db.session.add(merger)
    db.session.flush()
    reading = _Reading(place, decision, today, _known(lines), problems_of(lines))
    for line in lines:
        _read(reading, line, merger)
    db.session.add_all(reading.rows)
    record("merger.prepare", "organization", place.id, by=by, rows=len(reading.rows))
    db.session.flush()
    return merger


def _known(lines: Sequence[Line]) -> dict[str, Organization]:
    codes = sorted({code for line in lines for code in (line.source, line.target) if code})
    found: dict[str, Organization] = {}
    for start in range(0, len(codes), 500):
        chunk = Organization.code.in_(codes[start : start + 500])
        found |= {one.code: one for one in db.session.scalars(select(Organization).where(chunk))}
    return found


def _read(reading: _Reading, line: Line, merger: Merger) -> None:
    source = reading.known.get(line.source)
    if source is not None and not source.path.startswith(reading.place.path):
        source = None
    document = line.document or reading.decision.document
    row = _row(reading, merger, line, source, MergerStep.MERGE)
    try:
        target = _judge(reading, line, source, document)
    except RuleViolation as violation:
        row.status = MergerRowStatus.REFUSED
        row.explain(violation.message, violation.params)
        children: Sequence[Organization] = ()
    else:
        row.target_id = target.id if target else None
        row.target_name = "" if target else check_name(line.target)
        children = open_children(source) if source else ()
    for child in children:
        moving = _row(reading, merger, line, child, MergerStep.MOVE)
        moving.source_text = child.code
        moving.target_id, moving.target_name = row.target_id, row.target_name
        _keep(reading, moving)
    _keep(reading, row)


def _row(
    reading: _Reading, merger: Merger, line: Line, source: Organization | None, step: MergerStep
) -> MergerRow:
    return MergerRow(
        merger_id=merger.id,
        line=line.number,
        step=step,
        status=MergerRowStatus.READY,
        source_text=line.source,
        source_id=source.id if source else None,
        target_name=line.target,
        document=" ".join((line.document or reading.decision.document).split())[:60],
    )


def _keep(reading: _Reading, row: MergerRow) -> None:
    row.position = len(reading.rows) + 1
    reading.rows.append(row)


def _judge(
    reading: _Reading, line: Line, source: Organization | None, document: str
) -> Organization | None:
    """Return what takes an organization in, None for a new one. Raises RuleViolation."""
    if line.number in reading.problems:
        raise RuleViolation("", reading.problems[line.number])
    target = reading.known.get(line.target)
    if source is None:
        raise RuleViolation("", N_("没有这个组织：%(code)s"), code=line.source)
    if target is None and looks_like_code(line.target):
        raise RuleViolation("", N_("没有这个组织：%(code)s"), code=line.target)
    if target is not None and not target.path.startswith(reading.place.path):
        raise RuleViolation("", N_("没有这个组织：%(code)s"), code=line.target)
    check_stands(source)
    check_decider(reading.place, source, target)
    check_closing(document, reading.decision.merged_on, source.founded_on, reading.today)
    if target is not None:
        check_target(source, target, OrganizationAction.MERGE)
    else:
        _check_new(reading, line, source)
    _check_children(source, target)
    for check in CLOSING_CHECKS:
        check(source, target)
    return target


def check_stands(organization: Organization) -> None:
    """Raise RuleViolation where an organization ended before: a list may come twice."""
    try:
        next_state(ORGANIZATION_TRANSITIONS, organization.status, OrganizationAction.MERGE)
    except IllegalTransition:
        raise RuleViolation("", N_("这个组织已经合并或撤销，不用再办")) from None


def check_decider(place: Organization, source: Organization, target: Organization | None) -> None:
    """Raise RuleViolation where another Red Cross decides (domain.md 1.2, decisions.md D11).

    Grassroots organizations are merged by the Red Cross that set them up; counties by the lowest
    one above both.
    """
    if is_grassroots(source.kind):
        if source.branch_id != place.id:
            raise RuleViolation("", N_("基层组织由它的县（市、区）红十字会合并"))
        return
    other = target or source
    decider = source.city_id if source.city_id == other.city_id else ids_of_path(source.path)[0]
    if source.kind is not OrganizationKind.COUNTY or decider != place.id:
        raise RuleViolation("", N_("只有两个县（市、区）的上级红十字会可以合并它们"))


def _check_new(reading: _Reading, line: Line, source: Organization) -> None:
    name = check_name(line.target)
    if not is_grassroots(source.kind):
        raise RuleViolation("", N_("县（市、区）只能并入另一个县（市、区）"))
    parent = db.session.get_one(Organization, source.parent_id)
    wanted = reading.new.setdefault(name, (parent.id, source.kind))
    if wanted[1] is not source.kind:
        raise RuleViolation("", N_("合成一个新组织的，要是同一类组织"))
    if wanted[0] == parent.id and has_child_named(parent, name):
        raise name_taken()


def _check_children(source: Organization, target: Organization | None) -> None:
    """Raise RuleViolation where what stands below cannot stand below the other one."""
    level = target.level if target else level_of(source.kind)
    for child in open_children(source):
        check_parent(child.kind, level)
        if target is not None and has_child_named(target, child.name):
            message = N_("两边都有『%(name)s』，请先把它们合并")
            raise RuleViolation("", message, name=child.name)


def open_children(organization: Organization) -> Sequence[Organization]:
    """Return the organizations directly below that are not closed."""
    gone = (OrganizationStatus.MERGED, OrganizationStatus.DISSOLVED)
    statement = select(Organization).where(
        Organization.parent_id == organization.id, Organization.status.not_in(gone)
    )
    return db.session.scalars(statement.order_by(Organization.id)).all()
