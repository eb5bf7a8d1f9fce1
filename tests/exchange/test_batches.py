"""Batches: one to one, equal to the ledger, only who agreed, changes, refusals, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from activities.rules import ActivityStatus
from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent
from core.database import db
from core.exports import vault
from core.jobs import operations as jobs
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from exchange import operations
from exchange.documents import schema_text
from exchange.operations import gathering
from exchange.profiles import PROFILES
from exchange.rules import SCHEMA, BatchMode, BatchStatus, Identity, ObjectKind, Profile
from people.rules import mask_phone
from tests import activity_factories, desk_factories, volunteering
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.exchange.batches import (
    PLACE,
    box_of,
    consent,
    fresh,
    made,
    officer,
    receipted,
    sent,
)
from tests.volunteers.certified import confirm, credited
from tests.volunteers.desk import BRANCH, acting, an_entry, log
from tests.volunteers.holding import held
from tools.programs import ROOT
from volunteers import operations as hours
from volunteers.models import LedgerEntry, Trainee, Volunteer, VolunteerTotal
from volunteers.queries.counting import grades_of
from volunteers.rules import WorkKind
from volunteers.rules.stars import StarStatus

ClientOf = Callable[[str], Client]


def volunteer_of(cast: Cast, name: str) -> Volunteer:
    person = cast.person(name)
    return db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()


def profiled(app: Flask, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Let the receiving system be another one."""
    profile = Profile(date(2020, 1, 1), "test", "另一个系统", **values)
    monkeypatch.setitem(app.extensions, PROFILES, (profile,))


def one_of_each(cast: Cast) -> None:
    """Let ada have one of everything that is shared."""
    ada, branch = volunteer_of(cast, "ada"), cast.organization(BRANCH)
    credited(cast, minutes=90)
    volunteering.make_team(branch, leader=ada)
    activity_factories.make_activity(branch)
    activity_factories.make_activity(branch, ActivityStatus.DRAFT, title="没有发布")
    training = volunteering.make_training(branch, cast.user("ben"))
    db.session.add(Trainee(training_id=training.id, volunteer_id=ada.id))
    desk_factories.make_star(ada, cast.organization("东县"), StarStatus.GRANTED)
    membership = make.make_membership(cast.person("ada"), branch)
    make.make_honour(membership, cast.user("ben"))
    db.session.commit()


@pytest.mark.covers("VOL-51", "VOL-53", "LED-01", "S33")
def test_every_object_leaves_one_to_one(cast: Cast) -> None:
    one_of_each(cast)
    consent(cast, "ada")
    box = box_of(made(cast))
    assert {kind: len(box[kind]) for kind in ObjectKind} == {
        "volunteer": 1,
        "group": 1,
        "project": 1,
        "service": 1,
        "training": 1,
        "honour": 2,
        "evaluation": 0,
        "certificate": 0,
    }
    for kind, items in SCHEMA.items():
        for row in box[kind]:
            assert list(row["facts"]) == [item.name for item in items]
            empty = {item.name for item in items if not item.is_kept}
            assert {name for name in empty if row["facts"][name] is not None} == set()
    ada = volunteer_of(cast, "ada")
    assert box["volunteer"][0]["number"] == ada.number
    assert box["volunteer"][0]["facts"]["name"] == "人ada"
    assert {row["facts"]["volunteer"] for row in box["service"] + box["honour"]} == {ada.number}
    service = box["service"][0]["facts"]
    assert service["recorder"] != service["confirmer"]
    assert box["schema"]["codes"]["sex"].keys() == {"male", "female"}


@pytest.mark.covers("VOL-53", "PRV-10", "PRV-12", "D10")
def test_only_adults_who_agreed_are_in_it(cast: Cast) -> None:
    credited(cast, "ada")
    credited(cast, "gus")
    consent(cast, "ada", "gus", "wes")
    cast.person("gus").born_on = date(clock.today().year - 17, 1, 1)
    cast.person("wes").born_on = None
    db.session.commit()
    batch = made(cast)
    box = box_of(batch)
    assert [row["facts"]["name"] for row in box["volunteer"]] == ["人ada"]
    assert len(box["service"]) == 1
    assert "人gus" not in str(box)
    assert batch.counts["left_out"]["minors"] == 2
    assert box["manifest"]["left_out"]["no_consent"] >= 2


@pytest.mark.covers("LED-01", "VOL-52")
def test_the_minutes_are_those_of_the_ledger(cast: Cast) -> None:
    records = [credited(cast, "ada", minutes=m, back=4 + m // 10) for m in (60, 90, 125)]
    credited(cast, "gus", minutes=45)
    place, ben = cast.organization(BRANCH).id, acting(cast, "ben")
    hours.correct(records[0].code, 30, "看错了", organization_id=place, by=ben, now=clock.now())
    db.session.commit()
    consent(cast, "ada")
    manifest = box_of(made(cast))["manifest"]
    ada = volunteer_of(cast, "ada")
    ledger = select(func.sum(LedgerEntry.minutes)).where(LedgerEntry.pseudonym == ada.pseudonym)
    total = select(func.sum(VolunteerTotal.confirmed_minutes)).where(
        VolunteerTotal.volunteer_id == ada.id
    )
    minutes = manifest["objects"]["service"]["minutes"]
    assert minutes == db.session.scalar(ledger) == db.session.scalar(total)
    assert minutes > 0


@pytest.mark.covers("LED-01")
def test_a_record_that_the_ledger_denies_stops_the_batch(cast: Cast) -> None:
    record = credited(cast, "ada")
    consent(cast, "ada")
    record.minutes += 1
    db.session.commit()
    begun = operations.start_batch(officer(cast), BatchMode.FULL, now=clock.now())
    db.session.commit()
    assert not fresh(begun.code).is_whole
    operations.give_up(begun.code, officer(cast), now=clock.now())
    assert fresh(begun.code).status is BatchStatus.CLOSED


@pytest.mark.covers("VOL-51")
def test_a_service_names_the_activity_in_which_it_was_given(cast: Cast) -> None:
    alone, scanned = credited(cast, "ada", back=4), credited(cast, "ada", back=6)
    activity = activity_factories.make_activity(cast.organization(BRANCH))
    signup = activity_factories.make_signup(
        activity_factories.shift_of(activity), cast.person("ada")
    )
    scanned.attendance_id = activity_factories.make_attendance(signup).id
    consent(cast, "ada")
    box = box_of(made(cast))
    told = {row["number"]: row["facts"]["project"] for row in box["service"]}
    assert told == {alone.code: None, scanned.code: activity.code}
    assert activity.code in {row["number"] for row in box["project"]}


@pytest.mark.covers("LED-15", "VOL-52")
def test_hours_that_somebody_looks_into_stay_here_and_are_taken_back(cast: Cast) -> None:
    record = credited(cast, "ada", minutes=60)
    consent(cast, "ada")
    receipted(cast, made(cast))
    held(record)
    batch = made(cast, BatchMode.CHANGES)
    assert [row["operation"] for row in box_of(batch)["service"]] == ["withdraw"]
    assert receipted(cast, batch).report["kinds"]["service"]["our_minutes"] == 0


@pytest.mark.covers("LED-08", "VOL-52")
def test_work_that_is_no_service_leaves_with_no_batch_and_is_in_no_sum(cast: Cast) -> None:
    credited(cast, "ada", minutes=60)
    meeting = log(cast, "ada", an_entry(minutes=90, title="例会"))
    meeting.work, meeting.counts = WorkKind.MEETING, False
    confirm(cast, meeting, clock.now())
    consent(cast, "ada")
    manifest = box_of(made(cast))["manifest"]
    assert manifest["objects"]["service"]["rows"] == 1
    assert manifest["objects"]["service"]["minutes"] == 60
    assert grades_of(meeting.person_id) == {meeting.method: 60}


@pytest.mark.covers("VOL-52")
def test_changes_are_told_once_and_what_is_no_longer_shared_is_taken_back(cast: Cast) -> None:
    first, _second = credited(cast, "ada"), credited(cast, "gus")
    consent(cast, "ada", "gus")
    receipted(cast, made(cast))
    nothing = made(cast, BatchMode.CHANGES)
    assert all(one["rows"] == 0 for one in nothing.counts["objects"].values())
    receipted(cast, nothing)
    consent(cast, "gus", to=False)
    cast.person("ada").name = "人ada改"
    db.session.commit()
    batch = made(cast, BatchMode.CHANGES)
    box = box_of(batch)
    by_operation = {(row["operation"], row["version"]) for row in box["volunteer"]}
    assert by_operation == {("put", 2), ("withdraw", 2)}
    assert [row["operation"] for row in box["service"]] == ["withdraw"]
    report = receipted(cast, batch).report["kinds"]
    assert report["volunteer"]["ours"] == 1
    assert report["service"]["our_minutes"] == first.minutes


@pytest.mark.covers("S33", "VOL-52")
def test_only_the_refused_rows_go_again_and_none_goes_twice(cast: Cast) -> None:
    records = [credited(cast, "ada", back=4 + n) for n in range(4)]
    consent(cast, "ada")
    refused = [("service", one.code, 1, "时间不对") for one in records[:3]]
    batch = receipted(cast, made(cast), *refused)
    assert batch.status is BatchStatus.RECEIPTED
    assert batch.report["kinds"]["service"]["refused"] == 3
    again = made(cast, BatchMode.REJECTS, follows=batch.code)
    box = box_of(again)
    assert {row["number"] for row in box["service"]} == {one.code for one in records[:3]}
    assert {row["version"] for row in box["service"]} == {1}  # nothing of them has changed
    assert box["volunteer"] == []
    assert fresh(batch.code).status is BatchStatus.CLOSED
    with pytest.raises(RuleViolation, match="上一批还没有办完"):
        operations.start_batch(officer(cast), BatchMode.CHANGES, now=clock.now())
    report = receipted(cast, again).report["kinds"]
    assert report["service"]["ours"] == 4
    assert report["service"]["our_minutes"] == sum(one.minutes for one in records)
    with pytest.raises(IllegalTransition):
        operations.start_batch(
            officer(cast), BatchMode.REJECTS, now=clock.now(), follows=batch.code
        )
    after = made(cast, BatchMode.CHANGES)
    assert sum(one["rows"] for one in after.counts["objects"].values()) == 0


@pytest.mark.covers("VOL-52")
def test_a_batch_that_was_given_up_counts_for_nothing(cast: Cast) -> None:
    credited(cast, "ada")
    consent(cast, "ada")
    batch = sent(cast, made(cast))
    operations.give_up(batch.code, officer(cast), now=clock.now())
    db.session.commit()
    again = box_of(made(cast, BatchMode.CHANGES))
    assert [(row["operation"], row["version"]) for row in again["service"]] == [("put", 1)]


@pytest.mark.covers("EXP-05", "EXP-04", "AZ-11")
def test_a_batch_leaves_by_two_officers_only(cast: Cast, client_of: ClientOf) -> None:
    consent(cast, "ada")
    batch = made(cast)
    mine, path = officer(cast), f"/o/{cast.code(PLACE)}/exchange/{batch.code}"
    with pytest.raises(RuleViolation, match="不能同意自己做的"):
        operations.agree(batch.code, mine, now=clock.now())
    with pytest.raises(UnknownRowError):
        operations.take_file(batch.code, mine, now=clock.now())
    gil = client_of("gil")
    assert gil.post(f"{path}/file").status_code == 404
    assert gil.post(f"{path}/agree").status_code == 422
    operations.agree(batch.code, officer(cast, "人二号"), now=clock.now())
    with pytest.raises(RuleViolation, match="还没有下载"):
        operations.mark_sent(batch.code, mine, now=clock.now())
    answer = gil.post(f"{path}/file")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    taken = select(func.count()).where(AuditEvent.action == "exchange.download")
    assert db.session.scalar(taken) == 1
    for name in ("eve", "cora", "ben", "opal"):
        make.make_post(cast.user(name), Role.SUPERVISOR, cast.organization(PLACE))
        assert client_of(name).get(path).status_code in {403, 404}


@pytest.mark.covers("PRV-01", "EXP-05")
@pytest.mark.parametrize("identity", list(Identity))
def test_identity_leaves_as_the_configuration_says(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, identity: Identity
) -> None:
    profiled(app, monkeypatch, identity=identity, names={"volunteer": {"name": "xm", "sex": ""}})
    config = app.config["REDCROSS"]
    monkeypatch.setitem(app.config, "REDCROSS", replace(config, exchange_key=bytes(16)))
    consent(cast, "ada")
    person = cast.person("ada")
    box = box_of(made(cast))
    facts = box["volunteer"][0]["facts"]
    phone = person.plain_phone
    fitting: dict[Identity, bool] = {
        Identity.NONE: facts["phone"] is None,
        Identity.MASKED: facts["phone"] == mask_phone(phone),
        Identity.SEALED: str(facts["phone"]).startswith("sm4.exchange."),
        Identity.PLAIN: facts["phone"] == phone,
    }
    assert [one for one, fits in fitting.items() if fits] == [identity]
    assert (person.plain_id_number in str(box)) is (identity is Identity.PLAIN)
    assert facts["xm"] == "人ada"
    assert {"name", "sex"}.isdisjoint(facts)


@pytest.mark.covers("FLT-01", "EXP-06")
def test_a_chunk_written_before_a_kill_is_written_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        credited(cast, "ada", back=4 + n)
    consent(cast, "ada")
    monkeypatch.setattr(gathering, "CHUNK", 1)
    keep, calls = vault.keep_part, []

    def once_killed(code: str, number: int, payload: bytes) -> None:
        keep(code, number, payload)
        calls.append(number)
        if len(calls) == 3:
            raise RuntimeError("killed")

    monkeypatch.setattr(vault, "keep_part", once_killed)
    begun = operations.start_batch(officer(cast), BatchMode.FULL, now=clock.now())
    db.session.commit()
    batch = fresh(begun.code)
    assert not batch.is_whole
    jobs.resume(batch.job_code, by=acting(cast, "gil"))
    db.session.commit()
    box = box_of(fresh(batch.code))
    assert len({row["number"] for row in box["service"]}) == len(box["service"]) == 3
    assert calls[2] == calls[3]
    assert [path.name for path in (vault.folder() / batch.code).iterdir()] == ["sealed"]


@pytest.mark.covers("VOL-51")
def test_the_schema_of_the_manual_is_that_of_the_code(app: Flask) -> None:
    with app.test_request_context():
        told = schema_text()
    assert (ROOT / "docs" / "exchange-schema.json").read_text("utf-8") == told
    named = {item.codes for items in SCHEMA.values() for item in items if item.codes}
    assert named == set(json.loads(told)["codes"])
