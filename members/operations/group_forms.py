"""The form of a unit: entered, amended, handed in, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from members.models import GroupFile, GroupMembership
from members.operations.dues_groups import drop_charges, recharge_group
from members.operations.groups import change, check_free, count_kind, locked_group, note
from members.rules import MemberGrade
from members.rules.groups import GROUP_LIVE, GroupAction, GroupFacts, GroupStatus, check_facts
from organizations.models import Organization
from organizations.operations.founding import search_text_of
from organizations.rules import OPEN_STATES
from people.rules import check_contact_phone, check_credit_code

MAX_SEARCH_TEXT = 260
MAX_OPEN_FORMS = 5


def enter_group(
    organization: Organization,
    facts: GroupFacts,
    *,
    owner_id: int | None,
    by: Actor,
    now: datetime,
) -> GroupMembership:
    """Return the draft of a unit's form at a Red Cross of county level or above (MEM-11).

    ``owner_id`` is the account of the unit's contact; None where the county enters it. Raises
    RuleViolation for wrong facts, and where an account has too many forms on their way.
    """
    if organization.status not in OPEN_STATES:
        raise RuleViolation("", N_("这个组织已经停办，请换一个"))
    if owner_id is not None:
        _check_few(owner_id)
    group = GroupMembership(
        code=crypto.opaque_code(8),
        organization=organization,
        owner_id=owner_id,
        status=GroupStatus.DRAFT,
        grade=MemberGrade.ORDINARY,
        created_at=now,
    )
    _fill(group, _checked(facts))
    check_free(group)
    db.session.add(group)
    note(group, None, by=by, now=now)
    db.session.flush()
    record("groups.enter", "group", group.id, by=by)
    return group


def amend_group(
    code: str, facts: GroupFacts, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> GroupMembership:
    """Return a unit with other facts: of its form, or of a member whose contact changed.

    The credit code of a member stands; so does the phone where none is told. Raises
    RuleViolation, IllegalTransition, UnknownRowError.
    """
    group = locked_group(code, inside)
    known = _checked(replace(facts, contact_phone=facts.contact_phone or group.plain_phone))
    if group.status in GROUP_LIVE:
        known = replace(known, credit_code=group.credit_code)
    change(group, GroupAction.AMEND, by=by, now=now)
    is_member = group.status in GROUP_LIVE
    count_kind(group, -is_member)
    _fill(group, known)
    count_kind(group, +is_member)
    if group.status not in GROUP_LIVE:
        check_free(group)
    db.session.flush()
    recharge_group(group, now)
    return group


def submit_group(
    code: str, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> GroupMembership:
    """Hand a form in, or in again after it came back; a licence file must be there (MEM-15).

    Raises RuleViolation where it is missing or the unit is a group member already.
    """
    group = locked_group(code, inside)
    is_again = group.status is GroupStatus.RETURNED
    files = select(func.count()).select_from(GroupFile).where(GroupFile.group_id == group.id)
    if not db.session.scalar(files):
        raise RuleViolation("file", N_("请先上传证照"))
    check_free(group)
    change(group, GroupAction.RESUBMIT if is_again else GroupAction.SUBMIT, by=by, now=now)
    group.submitted_at = now
    db.session.flush()
    return group


def cancel_group(
    code: str, *, inside: ColumnElement[bool], by: Actor, now: datetime
) -> GroupMembership:
    """Take an application back; possible until its dues came in."""
    group = locked_group(code, inside)
    drop_charges(group)
    change(group, GroupAction.CANCEL, by=by, now=now)
    db.session.flush()
    return group


def _check_few(owner_id: int) -> None:
    forms = select(func.count()).where(
        GroupMembership.owner_id == owner_id, GroupMembership.status == GroupStatus.DRAFT
    )
    if (db.session.scalar(forms) or 0) >= MAX_OPEN_FORMS:
        raise RuleViolation("", N_("您有好几份申请没有提交，请先提交或撤回"))


def _checked(facts: GroupFacts) -> GroupFacts:
    return replace(
        check_facts(facts),
        credit_code=check_credit_code(facts.credit_code),
        contact_phone=check_contact_phone(facts.contact_phone, "contact_phone"),
    )


def _fill(group: GroupMembership, facts: GroupFacts) -> None:
    group.name = facts.name
    group.search_text = search_text_of(facts.name)[:MAX_SEARCH_TEXT]
    group.credit_code, group.kind, group.staff = facts.credit_code, facts.kind, facts.staff
    group.representative, group.contact_name = facts.representative, facts.contact_name
    group.address, group.plan = facts.address, facts.plan
    if facts.contact_phone != group.plain_phone:
        group.set_phone(facts.contact_phone)
