"""Races about hours: confirmed twice, taken back meanwhile, overlapping, corrected and undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from core.database import db
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, REFUSED, Race
from tests.races.server import Ground
from volunteers.models import LedgerEntry, ServiceRecord
from volunteers.rules import EntryKind, ServiceStatus

HERE, THERE = "东一村", "西一村"


def confirming(by: stage.Somebody, record: ServiceRecord, place: str = HERE) -> Post:
    """Return the form that confirms a ticked record."""
    path = f"/o/{stage.place(place).code}/hours/confirm"
    return Post(by.token, path, [("ids", record.code)])


def credits_of(record_id: int) -> int:
    """Return how many credits of a record stand in the ledger, reversals taken off."""
    kinds = select(LedgerEntry.kind).where(LedgerEntry.record_id == record_id)
    return sum(1 if kind is EntryKind.CREDIT else -1 for kind in db.session.scalars(kinds))


def standing(record: ServiceRecord) -> bool:
    """Return whether the ledger and the state of a record say the same."""
    return credits_of(record.id) == int(record.status is ServiceStatus.CONFIRMED)


def prepare_double_confirmation(_ground: Ground, count: int) -> list[Trial]:
    """Two keepers confirm one record."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    trials = []
    for _ in range(count):
        record = stage.record(*stage.volunteer(HERE), HERE)
        posts = [confirming(first, record), confirming(second, record)]
        trials.append(Trial(posts, record.id))
    return trials


def prepare_confirmation_and_withdrawal(_ground: Ground, count: int) -> list[Trial]:
    """A keeper confirms while the volunteer takes the record back."""
    keeper = stage.keeper(HERE)
    trials = []
    for _ in range(count):
        volunteer, account = stage.volunteer(HERE)
        record = stage.record(volunteer, account, HERE)
        taking_back = Post(account.token, f"/me/hours/{record.code}/withdraw")
        trials.append(Trial([confirming(keeper, record), taking_back], record.id))
    return trials


def judge_one_of_two(trial: Trial) -> Iterator[str]:
    """One was done, the other was told; the ledger has a credit where it was confirmed."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    record = db.session.get_one(ServiceRecord, trial.subject)
    if not standing(record):
        yield f"{credits_of(record.id)} credits of one {record.status}"


def prepare_overlap(_ground: Ground, count: int) -> list[Trial]:
    """Two organizations confirm records of one person that share an hour."""
    first, second = stage.keeper(HERE), stage.keeper(THERE)
    trials = []
    for _ in range(count):
        volunteer, account = stage.volunteer(HERE)
        start = stage.quiet_hour()
        here = stage.record(volunteer, account, HERE, start)
        there = stage.record(volunteer, account, THERE, start + timedelta(hours=1))
        posts = [confirming(first, here), confirming(second, there, THERE)]
        trials.append(Trial(posts, volunteer.person_id))
    return trials


def judge_overlap(trial: Trial) -> Iterator[str]:
    """One is credited, the other waits on and its keeper is told."""
    if sorted(trial.statuses()) != [DONE, REFUSED]:
        yield f"statuses {trial.statuses()}"
    statement = select(ServiceRecord).where(ServiceRecord.person_id == trial.subject)
    records = db.session.scalars(statement).all()
    if sorted(record.status for record in records) != ["confirmed", "pending"]:
        yield f"records are {[record.status for record in records]}"
    if sum(credits_of(record.id) for record in records) != 1:
        yield "more or less than one credit"


def prepare_undo_and_correction(ground: Ground, count: int) -> list[Trial]:
    """A decision is undone while another keeper corrects the record that it confirmed."""
    first, second = stage.keeper(HERE), stage.keeper(HERE)
    home = f"/o/{stage.place(HERE).code}/hours"
    trials = []
    for _ in range(count):
        record = stage.record(*stage.volunteer(HERE), HERE)
        decision = stage.confirmed(record, first)
        undoing = Post(first.token, f"{home}/decisions/{decision}/undo")
        fields = [("hours", "1.5"), ("reason", "签到表写的是一个半小时")]
        correcting = Post(second.token, f"{home}/records/{record.code}/correction", fields)
        trials.append(Trial([undoing, correcting], record.id))
    return trials


def judge_undo_and_correction(trial: Trial) -> Iterator[str]:
    """The record waits again with its two hours, or is confirmed with one and a half."""
    if sorted(trial.statuses()) not in ([DONE, CONFLICT], [DONE, REFUSED]):
        yield f"statuses {trial.statuses()}"
    record = db.session.get_one(ServiceRecord, trial.subject)
    if (record.status, record.minutes) not in (
        (ServiceStatus.PENDING, 120),
        (ServiceStatus.CONFIRMED, 90),
    ):
        yield f"is {record.status} with {record.minutes} minutes"
    total = db.session.scalar(
        select(func.sum(LedgerEntry.minutes)).where(LedgerEntry.record_id == record.id)
    )
    if not standing(record) or total != (90 if record.status is ServiceStatus.CONFIRMED else 0):
        yield f"{total} minutes in the ledger, record is {record.status}"


RACES = (
    Race(
        "two confirm one record",
        ("RACE-01", "RACE-16"),
        ("lock on records",),
        prepare_double_confirmation,
        judge_one_of_two,
    ),
    Race(
        "one confirms, the volunteer withdraws",
        ("RACE-04", "RACE-16"),
        ("lock on records",),
        prepare_confirmation_and_withdrawal,
        judge_one_of_two,
    ),
    Race(
        "overlapping hours at two places",
        ("RACE-05", "LED-02", "RACE-16"),
        ("refusal of overlaps",),
        prepare_overlap,
        judge_overlap,
    ),
    Race(
        "one undoes, the other corrects",
        ("RACE-04", "RACE-16"),
        ("lock on records",),
        prepare_undo_and_correction,
        judge_undo_and_correction,
    ),
)
