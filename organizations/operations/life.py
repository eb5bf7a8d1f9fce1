"""What becomes of an organization: stopped for a time, described, checked; its member groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, check_line, next_state
from organizations import figures
from organizations.models import (
    CheckAnswer,
    CheckList,
    MemberGroup,
    Organization,
    OrganizationFile,
)
from organizations.operations.closing import hold
from organizations.operations.councils import note
from organizations.rules import (
    OPEN_STATES,
    ORGANIZATION_TRANSITIONS,
    Measure,
    OrganizationAction,
    is_grassroots,
)
from organizations.rules.life import (
    Group,
    LifeAction,
    Profile,
    check_evidence,
    check_group,
    check_items,
    check_list_year,
    check_profile,
    check_words,
)

CODE_LENGTH = 8
SOURCE_MAX = 120


def suspend(organization: Organization, words: str, *, by: Actor, now: datetime) -> None:
    """Stop an organization for a time: it counts no more and takes nobody in (整顿)."""
    _turn(organization, OrganizationAction.SUSPEND, words, by, now)


def resume(organization: Organization, words: str, *, by: Actor, now: datetime) -> None:
    """Let an organization that was stopped go on."""
    _turn(organization, OrganizationAction.RESUME, words, by, now)


def _turn(
    organization: Organization, action: OrganizationAction, words: str, by: Actor, now: datetime
) -> None:
    hold([organization.id])
    if not is_grassroots(organization.kind):
        raise RuleViolation("", N_("只能整顿基层组织"))
    before = organization.status
    reached = next_state(ORGANIZATION_TRANSITIONS, before, action)
    text = check_words(words)
    organization.status = reached
    change = (reached in OPEN_STATES) - (before in OPEN_STATES)
    figures.add_split(organization.path, Measure.ORGANIZATIONS, organization.kind, change)
    note(organization, LifeAction(action.value), by=by, now=now, words=text)
    record(f"organization.{action}", "organization", organization.id, by=by)


def describe(organization: Organization, facts: Profile, *, by: Actor, now: datetime) -> None:
    """Change what an organization tells of itself. Raises RuleViolation."""
    known = check_profile(facts)
    hold([organization.id])
    row = db.session.get(OrganizationFile, organization.id)
    if row is None:
        row = OrganizationFile(organization_id=organization.id)
        db.session.add(row)
    organization.phone = known.phone
    row.contact, row.address = known.contact, known.address
    row.has_party_group, row.party_branches = known.has_party_group, known.party_branches
    row.rescue_teams = known.rescue_teams
    row.changed_at, row.changed_by_id = now, by.user_id
    note(organization, LifeAction.EDIT, by=by, now=now)
    record("organization.describe", "organization", organization.id, by=by)


def set_checklist(from_year: int, text: str, source: str, *, by: Actor, now: datetime) -> CheckList:
    """Return the quality list that holds from a year on (ORG-04). Raises RuleViolation."""
    check_list_year(from_year, clock.local(now).year)
    items = check_items(text)
    row = db.session.get(CheckList, from_year) or CheckList(from_year=from_year)
    row.items = "\n".join(items)
    row.source = check_line(source, "source", SOURCE_MAX)
    row.entered_at, row.entered_by_id = now, by.user_id
    db.session.add(row)
    db.session.flush()
    record("checklist.set", "checklist", from_year, by=by)
    return row


def answer_checklist(
    organization: Organization,
    year: int,
    answers: Mapping[str, tuple[bool, str]],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Keep what an organization answers of a year, by item. Raises RuleViolation."""
    if year > clock.local(now).year:
        raise RuleViolation("", N_("还没到这一年"))
    hold([organization.id])
    for number, (item, (is_met, words)) in enumerate(answers.items()):
        key = (organization.id, year, item)
        row = db.session.get(CheckAnswer, key)
        if row is None:
            row = CheckAnswer(organization_id=organization.id, year=year, item=item)
        row.is_met = is_met
        row.evidence = check_evidence(words, f"words_{number}", is_met=is_met)
        row.answered_at, row.answered_by_id = now, by.user_id
        db.session.add(row)
    db.session.flush()
    record("checklist.answer", "organization", organization.id, by=by, year=year)


def add_group(organization: Organization, facts: Group, *, by: Actor, now: datetime) -> MemberGroup:
    """Return a new member group; the organizations stay as many (ORG-03). Raises RuleViolation."""
    hold([organization.id])
    known = check_group(facts, organization.kind)
    row = MemberGroup(
        code=crypto.opaque_code(CODE_LENGTH),
        organization_id=organization.id,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    _group(row, known)
    db.session.add(row)
    db.session.flush()
    record("group.add", "member_group", row.id, by=by)
    return row


def change_group(organization: Organization, code: str, facts: Group, *, by: Actor) -> MemberGroup:
    """Return a member group as it is told now. Raises RuleViolation."""
    hold([organization.id])
    row = group_of(organization, code)
    _group(row, check_group(facts, organization.kind))
    db.session.flush()
    record("group.change", "member_group", row.id, by=by)
    return row


def end_group(organization: Organization, code: str, *, by: Actor, now: datetime) -> None:
    """End a member group; its row stays."""
    hold([organization.id])
    row = group_of(organization, code)
    row.ended_on = clock.local(now).date()
    db.session.flush()
    record("group.end", "member_group", row.id, by=by)


def group_of(organization: Organization, code: str) -> MemberGroup:
    """Return a member group of an organization. Raises UnknownRowError."""
    found = db.session.scalars(
        select(MemberGroup).where(
            MemberGroup.code == code,
            MemberGroup.organization_id == organization.id,
            MemberGroup.ended_on.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def _group(row: MemberGroup, known: Group) -> None:
    same = select(MemberGroup.id).where(
        MemberGroup.organization_id == row.organization_id,
        MemberGroup.name == known.name,
        MemberGroup.ended_on.is_(None),
        MemberGroup.id != (row.id or 0),
    )
    if db.session.scalars(same.limit(1)).first() is not None:
        raise RuleViolation("name", N_("已有这个名称的小组"))
    row.name, row.leader, row.heads = known.name, known.leader, known.heads
