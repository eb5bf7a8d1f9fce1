"""The form of a unit: entered, amended, handed in, taken back; and every step of its history."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from members.models import GroupEvent, GroupFile, GroupMembership
from members.rules import MemberGrade
from members.rules.groups import (
    GROUP_ENDED,
    GROUP_HELD,
    GROUP_LIVE,
    GROUP_TRANSITIONS,
    GROUP_WAITING,
    GroupAction,
    GroupFacts,
    GroupStatus,
    check_facts,
)
from organizations import figures
from organizations.models import Organization
from organizations.operations.founding import search_text_of
from organizations.rules import OPEN_STATES, Measure
from people.rules import check_contact_phone, check_credit_code

MAX_SEARCH_TEXT = 260
MAX_OPEN_FORMS = 5
CODE = re.compile(r"[0-9a-z]{4,12}")


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
    _fill(group, known)
    if group.status not in GROUP_LIVE:
        check_free(group)
    db.session.flush()
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
    change(group, GroupAction.CANCEL, by=by, now=now)
    db.session.flush()
    return group


def locked_group(code: str, inside: ColumnElement[bool]) -> GroupMembership:
    """Return a unit as it is now, its row locked. Raises UnknownRowError outside of ``inside``."""
    if not CODE.fullmatch(code):
        raise UnknownRowError
    group = db.session.scalars(
        select(GroupMembership)
        .where(GroupMembership.code == code, inside)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if group is None:
        raise UnknownRowError
    return group


def change(
    group: GroupMembership,
    action: GroupAction,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
    back_to: GroupStatus | None = None,
) -> None:
    """Take a unit through its table, with history and figures. Raises IllegalTransition.

    ``back_to`` is where an undone withdrawal returns to.
    """
    before = group.status
    reached = next_state(GROUP_TRANSITIONS, before, action)
    group.status = back_to or reached
    for states, measure in (
        (GROUP_LIVE, Measure.GROUP_MEMBERS),
        (GROUP_WAITING, Measure.GROUPS_WAITING),
    ):
        moved = (group.status in states) - (before in states)
        if moved:
            figures.add(group.organization.path, measure, moved)
    if group.status in GROUP_ENDED:
        group.left_on = clock.local(now).date()
    note(group, action, by=by, now=now, words=words)
    record(f"groups.{action}", "group", group.id, by=by)


def note(
    group: GroupMembership,
    action: GroupAction | None,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
) -> None:
    """Write one step of the history."""
    db.session.add(
        GroupEvent(
            group=group,
            action=action,
            to_status=group.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=words[:200],
        )
    )


def check_free(group: GroupMembership) -> None:
    """Raise RuleViolation where the unit is a group member already, anywhere (MEM-19)."""
    taken = select(GroupMembership.id).where(
        GroupMembership.credit_code == group.credit_code,
        GroupMembership.status.in_(GROUP_HELD),
    )
    with db.session.no_autoflush:
        found = db.session.scalars(taken.limit(2)).all()
    if any(one != group.id for one in found):
        raise RuleViolation("credit_code", N_("这个统一社会信用代码的单位已经是团体会员"))


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
