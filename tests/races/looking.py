"""Races about hours that are looked at: decided twice, taken back or undone meanwhile (LED-15)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from core.access.permissions import Role
from core.database import db
from tests.desk_factories import make_hold
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, REFUSED, Race
from tests.races.server import Ground
from tests.races.serving import HERE, standing
from volunteers.models import Hold, HoldRecord, ServiceRecord
from volunteers.rules import ServiceStatus
from volunteers.rules.holds import HOLDING

COUNTY = "东县"


def deciding(by: stage.Somebody, hold: Hold, act: str) -> Post:
    """Return the form by which an officer decides a hold."""
    path = f"/o/{stage.place(COUNTY).code}/holds/{hold.code}/{act}"
    return Post(by.token, path, [("note", "看过签到表")])


def hold_of(record: ServiceRecord) -> Hold:
    """Return the hold over a record."""
    return db.session.scalars(
        select(Hold)
        .join(HoldRecord, HoldRecord.hold_id == Hold.id)
        .where(HoldRecord.record_id == record.id)
    ).one()


def _trials(count: int) -> Iterator[tuple[ServiceRecord, stage.Somebody, Hold]]:
    for _ in range(count):
        volunteer, account = stage.volunteer(HERE)
        record = stage.record(volunteer, account, HERE)
        yield record, account, make_hold(record, stage.place(COUNTY))


def prepare_two_decisions(_ground: Ground, count: int) -> list[Trial]:
    """One officer releases a hold, another one refuses it."""
    first, second = stage.keeper(COUNTY, Role.OFFICER), stage.keeper(COUNTY, Role.OFFICER)
    return [
        Trial([deciding(first, hold, "release"), deciding(second, hold, "refuse")], record.id)
        for record, _, hold in _trials(count)
    ]


def judge_two_decisions(trial: Trial) -> Iterator[str]:
    """One decided, the other was told; the record says what the hold says."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    record = db.session.get_one(ServiceRecord, trial.subject)
    hold = hold_of(record)
    wanted = {"released": ServiceStatus.PENDING, "refused": ServiceStatus.REFUSED}
    if record.status is not wanted.get(hold.status) or record.is_held:
        yield f"{hold.status} with a record {record.status}"


def prepare_release_and_withdrawal(_ground: Ground, count: int) -> list[Trial]:
    """A hold is released while the volunteer takes the record back."""
    officer = stage.keeper(COUNTY, Role.OFFICER)
    return [
        Trial(
            [
                deciding(officer, hold, "release"),
                Post(account.token, f"/me/hours/{record.code}/withdraw"),
            ],
            record.id,
        )
        for record, account, hold in _trials(count)
    ]


def judge_release_and_withdrawal(trial: Trial) -> Iterator[str]:
    """Both are done, in either order; nothing is credited."""
    if sorted(trial.statuses()) != [DONE, DONE]:
        yield f"statuses {trial.statuses()}"
    record = db.session.get_one(ServiceRecord, trial.subject)
    if record.status is not ServiceStatus.WITHDRAWN or record.is_held or not standing(record):
        yield f"is {record.status}, held: {record.is_held}"


def prepare_refusal_and_undo(_ground: Ground, count: int) -> list[Trial]:
    """A hold over confirmed hours is refused while their confirmation is undone."""
    officer, keeper = stage.keeper(COUNTY, Role.OFFICER), stage.keeper(HERE)
    home, trials = f"/o/{stage.place(HERE).code}/hours", []
    for _ in range(count):
        record = stage.record(*stage.volunteer(HERE), HERE)
        decision = stage.confirmed(record, keeper)
        hold = make_hold(record, stage.place(COUNTY))
        undoing = Post(keeper.token, f"{home}/decisions/{decision}/undo")
        trials.append(Trial([deciding(officer, hold, "refuse"), undoing], record.id))
    return trials


def judge_refusal_and_undo(trial: Trial) -> Iterator[str]:
    """The record is refused whoever came first, and its credit was reversed once."""
    if sorted(trial.statuses()) not in ([DONE, DONE], [DONE, REFUSED]):
        yield f"statuses {trial.statuses()}"
    record = db.session.get_one(ServiceRecord, trial.subject)
    if record.status is not ServiceStatus.REFUSED or not standing(record):
        yield f"is {record.status}"
    if hold_of(record).status in HOLDING:
        yield "the hold is open"


RACES = (
    Race(
        "two officers decide one hold",
        ("RACE-16", "LED-15"),
        ("lock on holds",),
        prepare_two_decisions,
        judge_two_decisions,
    ),
    Race(
        "a hold is released, the volunteer withdraws",
        ("RACE-04", "RACE-16", "LED-15"),
        (),
        prepare_release_and_withdrawal,
        judge_release_and_withdrawal,
    ),
    Race(
        "a hold is refused, the confirmation undone",
        ("RACE-01", "RACE-16", "LED-15"),
        (),
        prepare_refusal_and_undo,
        judge_refusal_and_undo,
    ),
)
