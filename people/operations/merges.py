"""Two records of one person become one, and one again two: one transaction each (MEM-19, AZ-16)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from accounts.operations import resume_user, suspend_user
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import Actor, record, record_read
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from people.counting import anew
from people.letters import tell_merge
from people.merging import Plan, hands
from people.models import (
    Consent,
    ConsentRequest,
    DuplicateCandidate,
    MergedRow,
    Person,
    PersonMerge,
)
from people.operations.duplicates import look_for, settle
from people.operations.moves import Act, Undoing
from people.operations.persons import set_name
from people.queries.duplicates import locked_candidate, merge_at
from people.queries.merging import kept_side, obstacles, plan_for
from people.queries.persons import phone_of_account
from people.rules.duplicates import (
    DUPLICATE_TRANSITIONS,
    DuplicateAction,
    KeptField,
    LookField,
    Side,
    check_decider,
    check_reason,
    check_undo,
)
from people.rules.reveals import RevealReason

BATCH = 100
NUMBER = ("id_type", "id_number", "id_index")
PHONE = ("phone", "phone_index", "phone_tail_index")
OWN = ("name", "match_key", "pinyin", "initials", "sex", "born_on", *NUMBER, *PHONE)


def merge(
    code: str,
    kept: Mapping[str, Side],
    reason: str,
    *,
    county_id: int,
    by: Actor,
    now: datetime,
) -> PersonMerge:
    """Return the merge of a pair that a county holds; everything of both is one person's then.

    Raises UnknownRowError for a pair that is not the county's, IllegalTransition for one that was
    decided meanwhile, RuleViolation for what stands against it.
    """
    words, today = check_reason(reason), clock.local(now).date()
    if by.user_id is None:
        message = "an officer merges, never a clock"
        raise ValueError(message)
    people = _locked_people(_pair(code))
    candidate = locked_candidate(code, county_id)
    if candidate is None:
        raise UnknownRowError(code)
    for hand in hands():
        hand.lock(list(people))
    plan = plan_for(people[candidate.low_id], people[candidate.high_id], kept, today)
    next_state(DUPLICATE_TRANSITIONS, candidate.status, DuplicateAction.MERGE)
    for violation in obstacles(plan, county_id, by):
        raise violation
    done = _begun(plan, candidate, words, county_id=county_id, by_id=by.user_id, now=now)
    phones = _phones(plan.ids)
    settle(candidate, DuplicateAction.MERGE, by=by, now=now)
    _carry_out(Act(plan, done, by, now))
    _write_down("people.merge", done, words, by)
    tell_merge(done, LetterKind.RECORDS_MERGED, phones, now)
    look_for([plan.survivor.id, plan.merged.id], now=now)
    return done


def undo_merge(code: str, reason: str, *, county_id: int, by: Actor, now: datetime) -> PersonMerge:
    """Return a merge that was taken back: every row that it moved is where it was.

    Raises RuleViolation where it is too late, where one of the two was merged again or where a
    moved row changed since.
    """
    words, found = check_reason(reason), merge_at(county_id, code)
    if found is None:
        raise UnknownRowError(code)
    people = _locked_people((found.survivor_id, found.merged_id))
    done = merge_at(county_id, code, lock=True)
    if done is None:
        raise UnknownRowError(code)
    check_undo(
        done.undo_until,
        clock.local(now).date(),
        is_undone=done.undone_at is not None,
        is_settled=done.settled_at is not None,
    )
    check_decider(set(people), by.person_id)
    _check_last(done, people[done.survivor_id])
    phones = _phones(list(people))
    undoing = Undoing(done, by, now)
    try:
        _put_back(undoing, list(people))
    except IntegrityError as error:
        raise TryAgainError from error
    done.undone_at, done.undone_by_id, done.undone_note = now, by.user_id, words
    candidate = db.session.get_one(DuplicateCandidate, done.candidate_id, with_for_update=True)
    settle(candidate, DuplicateAction.UNDO_MERGE, by=by, now=now)
    phones |= _phones(list(people))
    _write_down("people.undo_merge", done, words, by)
    tell_merge(done, LetterKind.RECORDS_PARTED, phones, now)
    look_for(list(people), now=now)
    return done


def settle_merges(now: datetime) -> int:
    """Make merges final whose time for an undo is over; return how many, none when all are.

    What they moved is forgotten, and so is who the merged-away record named (decisions.md D6).
    """
    today = clock.local(now).date()
    due = db.session.scalars(
        select(PersonMerge)
        .where(PersonMerge.settled_at.is_(None), PersonMerge.undo_until < today)
        .order_by(PersonMerge.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for done in due:
        done.settled_at = now
        db.session.execute(delete(MergedRow).where(MergedRow.merge_id == done.id))
        if done.undone_at is None:
            _forget_name(db.session.get_one(Person, done.merged_id))
            for hand in hands():
                hand.finish(done.survivor_id)
            record("people.settle_merge", "person_merge", done.id, by=Actor())
    db.session.flush()
    return len(due)


def _begun(
    plan: Plan,
    candidate: DuplicateCandidate,
    words: str,
    *,
    county_id: int,
    by_id: int,
    now: datetime,
) -> PersonMerge:
    days = settings.value("merges.undo_days", on=plan.today)
    done = PersonMerge(
        code=crypto.opaque_code(8),
        candidate_id=candidate.id,
        survivor_id=plan.survivor.id,
        merged_id=plan.merged.id,
        organization_id=county_id,
        reason=words,
        merged_at=now,
        merged_by_id=by_id,
        undo_until=plan.today + timedelta(days=days),
    )
    db.session.add(done)
    db.session.flush()
    return done


def _pair(code: str) -> tuple[int, int]:
    row = db.session.execute(
        select(DuplicateCandidate.low_id, DuplicateCandidate.high_id).where(
            DuplicateCandidate.code == code
        )
    ).one_or_none()
    if row is None:
        raise UnknownRowError(code)
    return row.low_id, row.high_id


def _locked_people(ids: Collection[int]) -> dict[int, Person]:
    """Return people by key, locked in one order: merges of one person follow each other.

    Rows that only point to them do not wait.
    """
    found = db.session.scalars(
        select(Person)
        .where(Person.id.in_(ids))
        .order_by(Person.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in found}


def _carry_out(act: Act) -> None:
    with anew((act.plan.survivor.id, act.plan.merged.id)):
        _join(act)
        for hand in hands():
            hand.move(act)
    _move_consents(act)
    _close_account(act)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def _move_consents(act: Act) -> None:
    """Let both histories of guardians' answers stand with the record that stays."""
    for model in (ConsentRequest, Consent):
        rows = select(model).where(model.person_id == act.plan.merged.id).order_by(model.id)
        for row in db.session.scalars(rows.with_for_update()):
            act.change(row, person_id=act.plan.survivor.id)


def _close_account(act: Act) -> None:
    """Close the account of the merged-away record; it keeps what it held, and no right moves."""
    user = _locked_account(act.plan.merged.id)
    if user is not None:
        with act.noting(user, "person_id", "suspended_at"):
            suspend_user(user, by=act.by, now=act.now)
            user.person_id = None
            db.session.flush()


def _locked_account(person_id: int) -> User | None:
    return db.session.scalars(
        select(User)
        .where(User.person_id == person_id)
        .with_for_update(of=User)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _join(act: Act) -> None:
    """Give the record that stays the chosen values; the other points to it from now on."""
    plan = act.plan
    survivor, merged = plan.survivor, plan.merged
    number, id_type = merged.plain_id_number, merged.id_type
    if number and id_type is not None:
        act.change(merged, **dict.fromkeys(NUMBER))
        db.session.flush()
    with act.noting(survivor, *OWN):
        if number and id_type is not None:
            survivor.set_id_number(id_type, number)
        _take_chosen(survivor, merged, act)
    earlier = select(Person).where(Person.merged_into_id == merged.id).order_by(Person.id)
    for person in (*db.session.scalars(earlier.with_for_update(key_share=True)), merged):
        act.change(person, merged_into_id=survivor.id)


def _take_chosen(survivor: Person, merged: Person, act: Act) -> None:
    plan = act.plan
    taken = {field for field in KeptField if field is not KeptField.RECORD}
    taken = {field for field in taken if kept_side(plan, field) is not plan.survivor_side}
    if KeptField.NAME in taken:
        set_name(survivor, merged.name)
    if KeptField.BORN_ON in taken:
        survivor.born_on = merged.born_on
    if KeptField.SEX in taken:
        survivor.sex = merged.sex
    if KeptField.PHONE in taken:
        survivor.set_phone(merged.plain_phone)


def _check_last(done: PersonMerge, survivor: Person) -> None:
    """Raise RuleViolation where a later merge rests on this one: the last is undone first."""
    later = select(PersonMerge.id).where(
        PersonMerge.id > done.id,
        PersonMerge.survivor_id == done.survivor_id,
        PersonMerge.undone_at.is_(None),
    )
    if survivor.merged_into_id is not None or db.session.scalar(later.limit(1)) is not None:
        raise RuleViolation("", N_("留下的记录后来又和别的记录合并过，请先撤销后来的那一次"))


def _put_back(undoing: Undoing, ids: Sequence[int]) -> None:
    for hand in hands():
        hand.lock(ids)
    with anew(ids):
        for person, saved in undoing.rows(Person):
            saved.put_back(person)
            db.session.flush()
        for hand in reversed(hands()):
            hand.restore(undoing)
    for model in (Consent, ConsentRequest):
        for row, saved in undoing.rows(model):
            saved.put_back(row)
    for user, saved in undoing.rows(User):
        saved.check(user)
        if saved.before["suspended_at"] is None:
            resume_user(user, by=undoing.by, now=undoing.now)
        user.person_id = saved.before["person_id"]
    db.session.flush()


def _phones(person_ids: Collection[int]) -> set[str]:
    """Return the phones of people and of their accounts: all of them learn of a merge."""
    people = db.session.scalars(select(Person).where(Person.id.in_(person_ids)))
    users = db.session.scalars(select(User).where(User.person_id.in_(person_ids)))
    found = {one.plain_phone for one in people} | {phone_of_account(one) for one in users}
    return found - {""}


def _write_down(action: str, done: PersonMerge, words: str, by: Actor) -> None:
    """Write the audit event, and a line of the read log for each of the two records."""
    reason = f"{RevealReason.OTHER}:{words}"
    for person_id in (done.survivor_id, done.merged_id):
        record_read(person_id, LookField.MERGE, reason, by=by)
    record(
        action,
        "person_merge",
        done.id,
        by=by,
        survivor=done.survivor_id,
        merged=done.merged_id,
    )


def _forget_name(person: Person) -> None:
    person.name = person.match_key = person.pinyin = person.initials = ""
    person.sex = person.born_on = None
    for column in (*NUMBER, *PHONE):
        setattr(person, column, None)
