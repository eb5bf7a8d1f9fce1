"""Memberships and applications of two records that become one person (people.merging)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import select, union_all, update
from sqlalchemy.orm import aliased, joinedload

from core import clock
from core.database import db
from core.filters import full_day
from core.i18n import gettext
from core.rules import N_, RuleViolation
from members.admission import admission_of
from members.labels import LABELS
from members.models import Application, ApplicationEvent, Honour, Membership
from members.operations.applications import change
from members.operations.handling import count_waiting
from members.operations.memberships import move as move_membership
from members.queries.transfers import open_transfer_of
from members.rules import (
    LIVE_STATES,
    OPEN_STATES,
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
)
from organizations.models import Organization
from people.merging import Choice, Hand, Line, Plan
from people.models import Person
from people.operations.moves import CHANGED, Act, Undoing
from people.rules.duplicates import Side, Sighting

MEMBERSHIP = "membership"


class MembersHand(Hand):
    """Both histories stand with the person; of two live memberships the chosen one stays."""

    def sightings(self, person_ids: Collection[int]) -> Iterable[Sighting]:
        """Return where people are or were members, and where they apply."""
        of_members = select(
            Membership.person_id,
            Membership.organization_id,
            Membership.county_id,
            Membership.kind == MembershipKind.YOUTH,
        ).where(Membership.person_id.in_(person_ids))
        yield from (Sighting(*row) for row in db.session.execute(of_members))
        of_applicants = (
            select(Application.person_id, Application.organization_id, Organization.county_id)
            .join(Application.organization)
            .where(Application.person_id.in_(person_ids), Application.status.in_(OPEN_STATES))
        )
        yield from (Sighting(*row) for row in db.session.execute(of_applicants))

    def same_number(self, person_ids: Collection[int]) -> Iterable[tuple[int, int]]:
        """Return pairs of which one applies with the number that the other has, or names too."""
        return same_number(person_ids)

    def tell(self, person_id: int) -> Iterable[Line]:
        """Return memberships, honours and open applications of a record."""
        for one in _memberships([person_id]):
            yield Line(str(LABELS[MembershipKind][one.kind]), _text_of(one))
        names = db.session.scalars(
            select(Honour.name)
            .join(Honour.membership)
            .where(Membership.person_id == person_id, Honour.revoked_at.is_(None))
            .order_by(Honour.granted_on, Honour.id)
        ).all()
        if names:
            yield Line(gettext("荣誉"), "、".join(names))
        for waiting in _applications([person_id]):
            if waiting.status in OPEN_STATES:
                state = LABELS[ApplicationStatus][waiting.status]
                yield Line(gettext("在办的申请"), f"{waiting.organization.short_name} · {state}")

    def choices(self, first_id: int, second_id: int) -> Iterable[Choice]:
        """Ask which membership stays, where both are members."""
        live = {one.person_id: one for one in _live([first_id, second_id])}
        if len(live) > 1:
            first, second = live[first_id], live[second_id]
            default = Side.FIRST if first.joined_on <= second.joined_on else Side.SECOND
            question = gettext("留下哪份会籍（另一份结束）")
            yield Choice(MEMBERSHIP, question, _text_of(first), _text_of(second), default)

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock memberships, then applications, in the order of their keys."""
        for model in (Membership, Application):
            db.session.scalars(
                select(model)
                .where(model.person_id.in_(person_ids))
                .order_by(model.id)
                .with_for_update(of=model)
                .execution_options(populate_existing=True)
            ).all()

    def obstacles(self, plan: Plan) -> Iterator[RuleViolation]:
        """Yield an open transfer of a membership that would end, and two different numbers."""
        for one in _live(plan.ids):
            if one is not _staying(plan) and open_transfer_of(one.person_id) is not None:
                yield RuleViolation("", N_("要结束的那份会籍正在转会籍，请先办完"))
        if len(_numbers(plan)) > 1:
            yield RuleViolation("", N_("申请里写的证件号和另一份记录的不同，不能合并"))

    def foretell(self, plan: Plan) -> Iterable[str]:
        """Say which membership stays, which ends, and which application is closed."""
        live, stays = _live(plan.ids), _staying(plan)
        for one in live:
            if one is stays:
                yield gettext("会籍留下：%(text)s。", text=_text_of(one))
            else:
                yield gettext(
                    "会籍结束：%(text)s。它的会员号和会员证作废，荣誉和经过保留。",
                    text=_text_of(one),
                )
        for needless in _needless(plan):
            place = needless.organization.short_name
            yield gettext("%(place)s那份在办的申请关闭，因为已经是了。", place=place)

    def move(self, act: Act) -> None:
        """End the second membership and what nobody needs to apply for; give the rest along."""
        stays, today = _staying(act.plan), clock.local(act.now).date()
        for one in _live(act.plan.ids):
            if stays is not None and one is not stays:
                with act.noting(one, "status", "left_on", "replaced_by_id"):
                    note = act.merge.code
                    action = MembershipAction.MERGE
                    move_membership(one, action, by=act.by, now=act.now, note=note)
                    one.left_on, one.replaced_by_id = today, stays.id
        for needless in _needless(act.plan):
            with act.noting(needless, "status"):
                change(needless, ApplicationAction.WITHDRAW, by=act.by, now=act.now)
        db.session.flush()
        merged, survivor = act.plan.merged.id, act.plan.survivor.id
        for row in (*_memberships([merged]), *_applications([merged])):
            act.change(row, person_id=survivor)
        _retell([survivor])

    def restore(self, undoing: Undoing) -> None:
        """Give memberships and applications back; the ended membership is live again."""
        for one, saved in undoing.rows(Membership):
            if "status" not in saved.after:
                saved.put_back(one)
                db.session.flush()
                continue
            saved.check(one)
            _check_free(one)
            before = MembershipStatus(saved.before["status"])
            action, note = MembershipAction.UNDO_MERGE, undoing.merge.code
            by, now = undoing.by, undoing.now
            move_membership(one, action, by=by, now=now, note=note, back_to=before)
            one.left_on, one.replaced_by_id = None, None
        for one, saved in undoing.rows(Application):
            saved.check(one)
            if "status" in saved.after:
                _reopen(one, ApplicationStatus(saved.before["status"]), undoing)
            else:
                one.person_id = saved.before["person_id"]
        _retell([undoing.merge.survivor_id, undoing.merge.merged_id])

    def finish(self, person_id: int) -> None:
        """Forget the numbers that closed applications name."""
        closed = Application.person_id == person_id, Application.status.not_in(OPEN_STATES)
        nothing = dict.fromkeys(("claimed_id_type", "claimed_id_number", "claimed_id_index"))
        db.session.execute(update(Application).where(*closed).values(**nothing))


def _retell(person_ids: Collection[int]) -> None:
    """Let rosters find people by the name that they have now."""
    db.session.flush()
    for one in _memberships(person_ids):
        one.search_text = db.session.get_one(Person, one.person_id).search_text
    db.session.flush()


def same_number(person_ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of people, one of them among the given, whom one document number names."""
    one, other = aliased(Application), aliased(Application)
    is_open = one.status.in_(OPEN_STATES)
    owners = (
        select(one.person_id, Person.id)
        .join(Person, Person.id_index == one.claimed_id_index)
        .where(is_open, one.person_id != Person.id)
    )
    named = (
        select(one.person_id, other.person_id)
        .join(other, other.claimed_id_index == one.claimed_id_index)
        .where(is_open, other.status.in_(OPEN_STATES), one.person_id != other.person_id)
    )
    of_applicants = one.person_id.in_(person_ids)
    united = union_all(
        owners.where(of_applicants),
        owners.where(Person.id.in_(person_ids)),
        named.where(of_applicants),
    )
    for row in db.session.execute(united):
        yield row[0], row[1]


def _memberships(person_ids: Collection[int]) -> Sequence[Membership]:
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.organization, innerjoin=True))
        .where(Membership.person_id.in_(person_ids))
        .order_by(Membership.id)
    ).all()


def _live(person_ids: Collection[int]) -> list[Membership]:
    return [one for one in _memberships(person_ids) if one.status in LIVE_STATES]


def _applications(person_ids: Collection[int]) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .options(joinedload(Application.organization, innerjoin=True))
        .options(joinedload(Application.handler, innerjoin=True))
        .where(Application.person_id.in_(person_ids))
        .order_by(Application.id)
    ).all()


def _staying(plan: Plan) -> Membership | None:
    """Return the live membership that stays: the only one, else the chosen one."""
    live = _live(plan.ids)
    if len(live) < 2:  # noqa: PLR2004 - one of each record at most
        return live[0] if live else None
    if MEMBERSHIP not in plan.kept:
        return min(live, key=lambda one: (one.joined_on, one.person_id != plan.first.id))
    kept = plan.person_kept(MEMBERSHIP)
    return next(one for one in live if one.person_id == kept)


def _needless(plan: Plan) -> list[Application]:
    """Return open applications for what the person is by then, or applies for twice."""
    found = []
    seen: set[ApplicationKind] = set()
    waiting = [one for one in _applications(plan.ids) if one.status in OPEN_STATES]
    for one in sorted(waiting, key=lambda row: (row.submitted_at, row.id)):
        holds = any(admission_of(one.kind).holds(person_id) for person_id in plan.ids)
        if holds or one.kind in seen:
            found.append(one)
        seen.add(one.kind)
    return found


def _numbers(plan: Plan) -> set[bytes]:
    """Return the blind indexes of all document numbers that the two have or name."""
    claimed = {
        one.claimed_id_index
        for one in _applications(plan.ids)
        if one.status in OPEN_STATES and one.claimed_id_index is not None
    }
    return claimed | {one.id_index for one in (plan.first, plan.second) if one.id_index is not None}


def _text_of(membership: Membership) -> str:
    state = LABELS[MembershipStatus][membership.status]
    joined = gettext("%(day)s入会", day=full_day(membership.joined_on))
    return f"{membership.number} · {membership.organization.name} · {state} · {joined}"


def _check_free(membership: Membership) -> None:
    """Raise RuleViolation where the person joined anew since: nobody is a member twice."""
    live = _live([membership.person_id])
    if any(one is not membership for one in live):
        raise RuleViolation("", CHANGED)


def _reopen(application: Application, before: ApplicationStatus, undoing: Undoing) -> None:
    """Let an application wait again where a merge had closed it."""
    closed, application.status = application.status, before
    if before is ApplicationStatus.SUBMITTED:
        count_waiting(application, application.handler, 1)
    db.session.add(
        ApplicationEvent(
            application=application,
            action=None,
            from_status=closed,
            to_status=before,
            at=undoing.now,
            by_user_id=undoing.by.user_id,
            by_post_id=undoing.by.post_id,
            note=undoing.merge.code,
        )
    )
