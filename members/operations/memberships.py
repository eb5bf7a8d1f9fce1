"""Making and ending memberships: number, card, history and figures in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from core import clock, crypto, keyring
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, next_state
from members.admission import register
from members.models import Application, Membership, MembershipEvent, Resettlement
from members.operations.dues_charges import take_along
from members.operations.flows import count_change, count_flows, flows_of
from members.operations.numbering import take_serial
from members.queries.withdrawals import is_member
from members.rules import (
    LIVE_STATES,
    MEMBERSHIP_TRANSITIONS,
    ApplicationKind,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    member_number,
)
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure, ids_of_path
from people.counting import count_rows, row_of
from people.models import Person
from people.operations.changes import follow_home

NO_DIVISION = "000000"
MEASURES = {
    MembershipKind.ADULT: Measure.ADULT_MEMBERS,
    MembershipKind.YOUTH: Measure.YOUTH_MEMBERS,
}

#: Steps of a merge: the hands of the packages move what they keep of the person.
MERGES = (MembershipAction.MERGE, MembershipAction.UNDO_MERGE)
#: Told the person whenever a membership ended, came back or went elsewhere: packages further left
#: know somebody by it. Called in the transaction, after the change was written.
MEMBERSHIP_CHANGED: list[Callable[[int, datetime], None]] = []


def card_token(membership_code: str, digest: bytes | None = None) -> str:
    """Return the token of a card's verification link: 128 bits that need the index key.

    With the stored digest it is the token of the cards given out, whatever key serves now; nothing
    where the key of that day is gone.
    """
    if digest is None:
        return keyring.paper_code(membership_code, "card")
    return keyring.known_paper_code(membership_code, "card", digest)


def create_membership(
    person: Person,
    organization: Organization,
    kind: MembershipKind,
    *,
    by: Actor,
    now: datetime,
    application: Application | None = None,
    status: MembershipStatus = MembershipStatus.APPROVED,
    joined_on: date | None = None,
) -> Membership:
    """Return a new live membership with number, card and figures (domain.md MEM-10, MEM-18).

    The unique index on live memberships has the last word on "never a second one" (MEM-19).
    """
    day = joined_on or clock.local(now).date()
    code = crypto.opaque_code(8)
    membership = Membership(
        code=code,
        person=person,
        organization=organization,
        county_id=organization.county_id,
        city_id=organization.city_id,
        application_id=application.id if application else None,
        kind=kind,
        status=status,
        number=next_number(organization, kind, day.year),
        verify_digest=keyring.digest_of(card_token(code)),
        joined_on=day,
        approved_at=now,
        filed_at=now if status is MembershipStatus.ACTIVE else None,
        search_text=person.search_text,
    )
    db.session.add(membership)
    _note(membership, None, by=by, now=now)
    _count_stock(membership, 1)
    _count_admission(membership, 1)
    count_flows(organization.path, flows_of(membership))
    if _waits(membership):
        figures.add(filing_path(organization), Measure.FILINGS_WAITING, 1)
    return membership


def move(
    membership: Membership,
    action: MembershipAction,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    back_to: MembershipStatus | None = None,
) -> None:
    """Take a membership through its table, with history and figures. Raises IllegalTransition.

    ``back_to`` is the live state that an undone act returns to, where the table has the usual.
    """
    before, waited, flowed = membership.status, _waits(membership), flows_of(membership)
    reached = next_state(MEMBERSHIP_TRANSITIONS, before, action)
    membership.status = back_to or reached
    waiting = _waits(membership) - waited
    if waiting:
        figures.add(filing_path(membership.organization), Measure.FILINGS_WAITING, waiting)
    if before is MembershipStatus.PENDING_TRANSFER is not membership.status:
        _settle_waiting(membership, now)
    live = (membership.status in LIVE_STATES) - (before in LIVE_STATES)
    if live:
        membership.left_on = clock.local(now).date() if live < 0 else None
        _count_stock(membership, live)
    is_merged = True if action is MembershipAction.MERGE else None
    flowing = flows_of(membership, is_merged=is_merged)
    count_change(membership.organization.path, flowed, flowing)
    admitted = _is_admitted(membership.status) - _is_admitted(before)
    if admitted:
        _count_admission(membership, admitted)
    _note(membership, action, by=by, now=now, note=note)
    if live:
        db.session.flush()
        follow_home(membership.person_id, now=now)
        if action not in MERGES:
            _tell(membership, now)


def make_adult(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Make an adult membership of a youth one: the same row, number and joining day (MEM-42).

    The county files it as it files every adult; who waits there goes on waiting.
    """
    flowed = flows_of(membership)
    _count_stock(membership, -1)
    membership.kind = MembershipKind.ADULT
    _count_stock(membership, 1)
    membership.converted_on = clock.local(now).date()
    membership.approved_at, membership.filed_at, membership.filed_by_id = now, None, None
    count_change(membership.organization.path, flowed, flows_of(membership))
    move(membership, MembershipAction.CONVERT, by=by, now=now)
    db.session.flush()


def relocate(membership: Membership, target: Organization, *, by: Actor, now: datetime) -> None:
    """Take a membership to another organization, number and joining day unchanged (MEM-41).

    Its figures go along; the county of the new organization files it.
    """
    note = f"{membership.organization.name} → {target.name}"
    _count_stock(membership, -1)
    _count_admission(membership, -1)
    count_flows(membership.organization.path, flows_of(membership), -1)
    membership.organization = target
    membership.county_id, membership.city_id = target.county_id, target.city_id
    take_along(membership, target)
    _count_stock(membership, 1)
    _count_admission(membership, 1)
    membership.approved_at, membership.filed_at, membership.filed_by_id = now, None, None
    membership.filing_note = ""
    count_flows(target.path, flows_of(membership))
    move(membership, MembershipAction.TRANSFER, by=by, now=now, note=note)
    db.session.flush()
    follow_home(membership.person_id, now=now)
    _tell(membership, now)


def relocate_figures(
    kind: MembershipKind, joined_on: date, old_path: str, new_path: str, count: int
) -> None:
    """Take the stock and the admissions of members who joined on a day to another organization."""
    measure = MEASURES.get(kind)
    if measure is None:
        return
    for path, change in ((old_path, -count), (new_path, count)):
        figures.add(path, measure, change)
        figures.add_dated(path, Measure.NEW_MEMBERS, change, joined_on)


class MemberAdmission:
    """Approval makes an adult member; the county files (decisions.md D16)."""

    def admit(self, application: Application, *, by: Actor, now: datetime) -> None:
        """Create the membership that the application asked for."""
        create_membership(
            application.person,
            application.organization,
            MembershipKind.ADULT,
            by=by,
            now=now,
            application=application,
        )

    def undo(self, application: Application, *, by: Actor, now: datetime) -> None:
        """Revoke the membership; the application is free to be approved again."""
        membership = membership_of_application(application.id)
        if membership is None:
            return
        if membership.organization_id != application.organization_id:
            raise RuleViolation("", N_("已经转到别的组织，不能撤销"))
        try:
            move(membership, MembershipAction.REVOKE, by=by, now=now, note=application.code)
        except IllegalTransition as refusal:
            raise RuleViolation("", N_("已经备案，不能撤销")) from refusal
        membership.application_id = None

    def holds(self, person_id: int) -> bool:
        """Return whether the person is a member anywhere."""
        return is_member(person_id)

    def end(self, person_id: int, *, by: Actor, now: datetime) -> None:
        """Do nothing: guardians consent to volunteering; youth members belong to their school."""


def hold_branches(organizations: Iterable[Organization]) -> Sequence[Organization]:
    """Return the counties and cities above organizations, loaded by one statement.

    Whoever admits many keeps the list meanwhile: each number then finds its county in the
    session, and all rows are written together at the end.
    """
    ids = {one.county_id or one.city_id for one in organizations} - {None}
    return db.session.scalars(select(Organization).where(Organization.id.in_(ids))).all()


def membership_of_application(application_id: int) -> Membership | None:
    """Return the membership that an application led to, its row locked."""
    return db.session.scalars(
        select(Membership).where(Membership.application_id == application_id).with_for_update()
    ).one_or_none()


def filing_path(organization: Organization) -> str:
    """Return the path of who files: the county, or the next above where there is none."""
    ids = ids_of_path(organization.path)
    filer = organization.county_id or organization.city_id or ids[0]
    return "".join(f"{one}/" for one in ids[: ids.index(filer) + 1])


def _settle_waiting(membership: Membership, now: datetime) -> None:
    """Note that a member of a closed organization waits at the county no longer (MEM-41)."""
    db.session.execute(
        update(Resettlement)
        .where(
            Resettlement.membership_id == membership.id,
            Resettlement.until_on.is_not(None),
            Resettlement.settled_at.is_(None),
        )
        .values(settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _waits(membership: Membership) -> bool:
    """Return whether the county has a filing to answer: of adults only (decisions.md D10)."""
    is_adult = membership.kind is MembershipKind.ADULT
    return is_adult and membership.status is MembershipStatus.APPROVED


def next_number(organization: Organization, kind: MembershipKind, year: int) -> str:
    """Return a member number that nobody has had: county, kind, year, serial (MEM-18)."""
    return number_maker(organization, kind)(year)


def number_maker(organization: Organization, kind: MembershipKind) -> Callable[[int], str]:
    """Return what gives the next number of an organization's county for a year."""
    code = _region_of(organization)
    return lambda year: member_number(code, kind, year, take_serial(f"member:{code}:{kind}:{year}"))


def _region_of(organization: Organization) -> str:
    """Return the six digits of the county, or of the city where no county stands above."""
    branch_id = organization.county_id or organization.city_id
    branch = db.session.get(Organization, branch_id) if branch_id else organization
    code = branch.division_code if branch else None
    return (code or NO_DIVISION)[:6]


def _tell(membership: Membership, now: datetime) -> None:
    for told in MEMBERSHIP_CHANGED:
        told(membership.person_id, now)


def _is_admitted(status: MembershipStatus) -> bool:
    """Return whether a membership counts as an admission: who left later was admitted, too."""
    return status is not MembershipStatus.REVOKED


def _count_stock(membership: Membership, change: int) -> None:
    measure = MEASURES.get(membership.kind)
    if measure is not None:
        path = membership.organization.path
        figures.add(path, measure, change)
        needs_phone = membership.kind is MembershipKind.ADULT
        count_rows(path, [row_of(membership.person, needs_phone=needs_phone)], change)


def _count_admission(membership: Membership, change: int) -> None:
    if membership.kind in MEASURES:
        path, day = membership.organization.path, membership.joined_on
        figures.add_dated(path, Measure.NEW_MEMBERS, change, day)


def _note(
    membership: Membership,
    action: MembershipAction | None,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    db.session.add(
        MembershipEvent(
            membership=membership,
            action=action,
            to_status=membership.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note[:200],
        )
    )


register(ApplicationKind.MEMBER, MemberAdmission())
