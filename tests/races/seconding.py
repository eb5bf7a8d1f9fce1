"""Races about hours entered for others: two second persons, release and refusal, a quota, a no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from tests.races import stage
from tests.races.harness import Post, Trial
from tests.races.race import CONFLICT, DONE, Race
from tests.races.server import Ground
from tests.races.serving import credits_of, standing
from tests.units import png
from volunteers import operations as hours
from volunteers.models import ServiceRecord, ServiceSheet, SheetLine, Volunteer
from volunteers.operations import KeyedLine
from volunteers.rules import RefusalReason, ServiceField, ServiceStatus, WorkKind
from volunteers.rules.sheets import SheetFacts, SheetStatus

HERE, COUNTY = "东一村", "东县"
LONG = 480


def draft(operator: stage.Somebody, people: list[Volunteer], minutes: int = 120) -> ServiceSheet:
    """Return a draft with everybody at one time of yesterday, its evidence kept."""
    organization, now = stage.place(HERE), clock.now()
    by = Actor(operator.user_id, operator.person_id, operator.post_id, "", organization.id)
    start = clock.day_bounds(clock.today() - timedelta(days=1))[0] + timedelta(hours=8)
    end = start + timedelta(minutes=minutes)
    facts = SheetFacts("义诊", ServiceField.HEALTH, WorkKind.SERVICE, start, end, "没有手机")
    sheet = hours.begin_sheet(facts, organization=organization, by=by, now=now)
    hours.keep_evidence(sheet.code, png(2, 2), by=by, now=now)
    hours.keep_lines(sheet.code, [KeyedLine(one.id, start, end) for one in people], by=by)
    return sheet


def sent(operator: stage.Somebody, people: list[Volunteer], minutes: int = 120) -> ServiceSheet:
    """Return a sheet that waits at the county."""
    sheet, now = draft(operator, people, minutes), clock.now()
    by = Actor(operator.user_id, operator.person_id, operator.post_id, "", sheet.line_id)
    return hours.send_sheet(sheet.code, by=by, now=now)


def records_of(sheet_id: int) -> list[ServiceRecord]:
    found = select(ServiceRecord).where(ServiceRecord.sheet_id == sheet_id)
    return list(db.session.scalars(found.order_by(ServiceRecord.id)))


def agreeing(by: stage.Somebody, sheet: ServiceSheet) -> Post:
    """Return the form by which a second person agrees to all of a sheet."""
    ids = [("ids", one.code) for one in records_of(sheet.id)]
    return Post(by.token, f"{_desk(sheet)}/confirm", [*ids, ("looked_at", "1")])


def _desk(sheet: ServiceSheet) -> str:
    return f"/o/{stage.place(COUNTY).code}/seconds/{sheet.code}"


def prepare_two_seconds(_ground: Ground, count: int) -> list[Trial]:
    """Two officers agree to one sheet."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        sheet = sent(stage.keeper(HERE), [stage.volunteer(HERE)[0]])
        trials.append(Trial([agreeing(first, sheet), agreeing(second, sheet)], sheet.id))
    return trials


def judge_two_seconds(trial: Trial) -> Iterator[str]:
    """One agreed, the other was told; one credit stands."""
    if sorted(trial.statuses()) != [DONE, CONFLICT]:
        yield f"statuses {trial.statuses()}"
    [record] = records_of(int(trial.subject))
    if not standing(record) or record.status is not ServiceStatus.CONFIRMED:
        yield f"{credits_of(record.id)} credits of one {record.status}"


def prepare_release_and_refusal(_ground: Ground, count: int) -> list[Trial]:
    """One officer releases a sheet that is held, the other does not accept it."""
    first, second = (stage.keeper(COUNTY, Role.OFFICER) for _ in range(2))
    trials = []
    for _ in range(count):
        people = [stage.volunteer(HERE)[0] for _ in range(6)]
        sheet = sent(stage.keeper(HERE), people, LONG)
        releasing = Post(first.token, f"{_desk(sheet)}/release")
        fields = [("reason", RefusalReason.NOT_THERE.value)]
        refusing = Post(second.token, f"{_desk(sheet)}/refusal", fields)
        trials.append(Trial([releasing, refusing], sheet.id))
    return trials


def judge_release_and_refusal(trial: Trial) -> Iterator[str]:
    """It was not accepted, whether it had been released before or never."""
    if sorted(trial.statuses()) not in ([DONE, DONE], [DONE, CONFLICT]):
        yield f"statuses {trial.statuses()}"
    sheet = db.session.get_one(ServiceSheet, trial.subject)
    released = sheet.status is SheetStatus.SENT
    if released != (sorted(trial.statuses()) == [DONE, DONE]):
        yield f"{sheet.status} after {trial.statuses()}"
    states = {one.status for one in records_of(sheet.id)}
    if states != {ServiceStatus.REFUSED}:
        yield f"records are {states}"


def prepare_agreeing_and_disowning(_ground: Ground, count: int) -> list[Trial]:
    """An officer agrees while the volunteer says that it was not him."""
    officer = stage.keeper(COUNTY, Role.OFFICER)
    trials = []
    for _ in range(count):
        volunteer, account = stage.volunteer(HERE)
        sheet = sent(stage.keeper(HERE), [volunteer])
        [record] = records_of(sheet.id)
        saying = Post(account.token, f"/me/hours/{record.code}/not-me")
        trials.append(Trial([agreeing(officer, sheet), saying], sheet.id))
    return trials


def judge_agreeing_and_disowning(trial: Trial) -> Iterator[str]:
    """It counts for nothing, credited before or not."""
    if sorted(trial.statuses()) not in ([DONE, DONE], [DONE, CONFLICT]):
        yield f"statuses {trial.statuses()}"
    [record] = records_of(int(trial.subject))
    if record.status is not ServiceStatus.DISOWNED or credits_of(record.id):
        yield f"{credits_of(record.id)} credits of one {record.status}"


def prepare_two_sheets(_ground: Ground, count: int) -> list[Trial]:
    """One account sends two sheets at once that are too much together."""
    trials = []
    for _ in range(count):
        operator = stage.keeper(HERE)
        posts = [_sending(operator, draft(operator, _helpers(3), LONG)) for _ in range(2)]
        trials.append(Trial(posts, operator.user_id))
    return trials


def _helpers(count: int) -> list[Volunteer]:
    return [stage.volunteer(HERE)[0] for _ in range(count)]


def _sending(operator: stage.Somebody, sheet: ServiceSheet) -> Post:
    codes = select(Volunteer.code).join(SheetLine, SheetLine.volunteer_id == Volunteer.id)
    found = db.session.scalars(codes.where(SheetLine.sheet_id == sheet.id)).all()
    fields = [(f"rows-{number}-code", code) for number, code in enumerate(found)]
    path = f"/o/{stage.place(HERE).code}/sheets/{sheet.code}"
    return Post(operator.token, path, [*fields, ("do", "send")])


def judge_two_sheets(trial: Trial) -> Iterator[str]:
    """Both were sent, and one of them is held."""
    if trial.statuses() != [DONE, DONE]:
        yield f"statuses {trial.statuses()}"
    counts = (
        select(ServiceSheet.status, func.count())
        .where(ServiceSheet.entered_by_id == trial.subject)
        .group_by(ServiceSheet.status)
    )
    found = {row[0]: row[1] for row in db.session.execute(counts)}
    if found != {SheetStatus.SENT: 1, SheetStatus.HELD: 1}:
        yield f"sheets are {found}"


RACES = (
    Race(
        "two agree to one sheet",
        ("RACE-01", "LED-05", "RACE-16"),
        ("lock on sheets",),
        prepare_two_seconds,
        judge_two_seconds,
    ),
    Race(
        "one releases a sheet, the other refuses it",
        ("RACE-04", "LED-06", "RACE-16"),
        (),
        prepare_release_and_refusal,
        judge_release_and_refusal,
    ),
    Race(
        "one agrees, the volunteer says it was not him",
        ("RACE-04", "LED-05", "RACE-16"),
        (),  # the look for patterns comes between: without the lock they hardly meet
        prepare_agreeing_and_disowning,
        judge_agreeing_and_disowning,
    ),
    Race(
        "one account sends two sheets",
        ("LED-06", "RACE-16"),
        ("lock on operators",),
        prepare_two_sheets,
        judge_two_sheets,
    ),
)
