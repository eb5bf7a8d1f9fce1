"""What stands on the desks: jobs, units, files, ended memberships, corrections."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from accounts.models import Post, User
from accounts.rules import SessionKind
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.imports.rules import ImportStatus
from core.jobs.rules import JobStatus
from core.jobs.running import BROKE
from core.settings import DatedSetting
from members import operations as joining
from members.models import GroupMembership
from members.operations import card_token
from members.operations.dues_groups import charge_group
from members.queries.dues_due import all_tariffs
from members.rules import (
    ExpulsionStatus,
    GradeFacts,
    MemberGrade,
)
from members.rules.exports import ExportStatus
from members.rules.groups import GroupStatus
from organizations.models import Organization
from people.models import Person
from people.operations.changes import request_change
from people.rules.changes import ChangeField
from tests import desk_factories as desk
from tests import endings
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.imported import make_import
from tests.papers import make_entry
from tests.races.stage import session_of
from tests.units import make_group, make_licence
from volunteers import operations as serving
from volunteers.models import Volunteer, VolunteerTotal
from volunteers.rules.certificates import CertificateReason, Period
from volunteers.rules.holds import HoldStatus
from volunteers.rules.patterns import Pattern
from volunteers.rules.stars import StarStatus

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery


def furnish_jobs(scenery: Scenery) -> None:
    """Leave the secretary a job of each kind of end, one on its way, the county half an undo."""
    post, above = (
        db.session.scalars(select(Post).where(Post.user_id == stage.acting(name).user_id)).one()
        for name in ("ben", "cora")
    )
    desk.make_job(above, JobStatus.FAILED, 75, 2000, BROKE, kind="members.undo_drive")
    running = desk.make_job(post, JobStatus.RUNNING, 820, 2000)
    stopped = desk.make_job(post, JobStatus.FAILED, 75, 2000, BROKE)
    finished = desk.make_job(post, JobStatus.DONE, 1995, 2000)
    finished.left_out = 5
    scenery.codes.update(running=running.code, stopped=stopped.code, finished=finished.code)


def furnish_certificates(scenery: Scenery) -> None:
    """Leave a volunteer certificates in each state."""
    ada, cora = stage.acting("ada"), stage.acting("cora")
    county, now = organization_named("东县").id, clock.now()
    person_id = ada.person_id or 0
    days = [Period(clock.today() - timedelta(days=back), clock.today()) for back in (200, 100, 60)]
    valid, old, void = (
        serving.issue_certificate(person_id, period, by=ada, now=now) for period in days
    )
    reason, other = CertificateReason.PERSON_CORRECTED, CertificateReason.OTHER
    serving.replace_certificate(old.code, reason, "", issuer_id=county, by=cora, now=now)
    serving.revoke_certificate(void.code, other, "开重了", issuer_id=county, by=cora, now=now)
    gus = db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == stage.acting("gus").person_id)
    ).one()
    held = desk.make_certificate(gus, organization_named("东县"))
    false = CertificateReason.FALSE_HOURS
    serving.revoke_certificate(held.code, false, "", issuer_id=county, by=cora, now=now)
    scenery.codes.update(
        cert_held=held.code,
        certified=valid.code,
        cert_old=old.code,
        cert_void=void.code,
        cert_token=serving.verify_token(valid.code),
        cert_void_token=serving.verify_token(void.code),
    )


def furnish_answers(scenery: Scenery) -> None:
    """Leave one refusal that the county upheld, and one that went on to the city."""
    secretary, cora, ada = stage.acting("ben"), stage.acting("cora"), stage.acting("ada")
    county = organization_named("东县").id
    for key, title, days in (("own_upheld", "整理仓库", 26), ("appeal", "送药上门", 30)):
        record = stage.log(stage.user_of("ada"), title, days)
        stage.refuse(record, secretary)
        now = record.submitted_at + timedelta(days=1)
        serving.object_(record.code, "当天在场", by=ada, now=now)
        serving.uphold(record.code, "名单里没有", handler_id=county, by=cora, now=clock.now())
        scenery.codes[key] = record.code
    serving.appeal(scenery.codes["appeal"], "同队的人可以证明", by=ada, now=clock.now())


def furnish_holds(scenery: Scenery, branch: Organization) -> None:
    """Leave the county holds of several patterns in each state; confirmed hours lie open."""
    county = organization_named("东县")
    patterns = (Pattern.NO_CHECK_IN, Pattern.MUTUAL, Pattern.NIGHTS, Pattern.OBJECTION)
    for status, pattern in zip(HoldStatus, patterns, strict=True):
        volunteer = make.make_volunteer(make.make_person(born_on=stage.birth()), branch)
        hold = desk.make_hold(make.make_record(volunteer, branch), county, status, pattern)
        scenery.codes[f"hold_{status}"] = hold.code
        if status is HoldStatus.OPEN:
            hold.due_on = clock.today() - timedelta(days=3)
    own = stage.log(stage.user_of("ada"), "防汛值守", 3)
    desk.make_hold(own, county)
    noticed = stage.log(stage.user_of("ada"), "心肺复苏教学", 4)
    stage.confirm(noticed, stage.acting("ben"))
    row = DatedSetting(name="hours.notice_days", valid_from=date(2021, 1, 1), value=7,
                       source="测试", entered_at=clock.now())  # fmt: skip
    db.session.add(row)
    scenery.codes.update(own_held=own.code, noticed_record=noticed.code)


def furnish_stars(scenery: Scenery, branch: Organization) -> None:
    """Leave stars in every state at the county; one volunteer has the hours and has not asked."""
    county = organization_named("东县")
    for status in StarStatus:
        volunteer = make.make_volunteer(make.make_person(born_on=stage.birth()), branch)
        star = desk.make_star(volunteer, county, status, star=2)
        scenery.codes[f"star_{status}"] = star.code
    for who in ("ada", "gus"):
        own = db.session.scalars(
            select(Volunteer).where(Volunteer.person_id == stage.acting(who).person_id)
        ).one()
        if who == "ada":
            desk.make_star(own, county, StarStatus.GRANTED)
            desk.make_star(own, county, StarStatus.REVOKED, star=2)
        minutes = 7_000
        db.session.add(VolunteerTotal(volunteer_id=own.id, year=2021, confirmed_minutes=minutes))


def furnish_units(scenery: Scenery) -> None:
    """Leave units in every state at the county; one contact has two of them."""
    county, user = organization_named("东县"), make.make_user(make.make_person())
    scenery.tokens["contact"] = session_of(user, SessionKind.PERSON)
    own = make_group(county, owner_id=user.id, name="测试很长很长的名称" * 8)
    make_licence(own)
    returned = make_group(county, GroupStatus.RETURNED, owner_id=user.id)
    returned.reason = "证照看不清，请重新上传"
    make_licence(returned)
    due = make_group(county, GroupStatus.DUES_PENDING)
    due.dues_due_on = clock.today() - timedelta(days=2)
    db.session.flush()
    for unit in (own, due):
        charged = charge_group(unit, clock.today().year, all_tariffs(), now=clock.now())
        assert charged
    db.session.flush()
    joining.receive_group_dues(
        own.code, clock.today().year, 100_00, "浙财团0001", clock.today(),
        inside=GroupMembership.id == own.id, by=stage.acting("cora"), now=clock.now(),
    )  # fmt: skip
    states = {
        "unit_handed_in": GroupStatus.SUBMITTED,
        "unit_visited": GroupStatus.VISITED,
        "unit_unpaid": GroupStatus.ARREARS,
        "unit_proposed": GroupStatus.PROPOSED,
    }
    scenery.codes.update(
        unit_own=own.code,
        unit_returned=returned.code,
        unit_due=due.code,
        unit_card=card_token(own.code),
        **{key: make_group(county, status).code for key, status in states.items()},
    )
    grade = GradeFacts(MemberGrade.SPECIAL, clock.today(), "长期支持急救培训")
    inside, by = GroupMembership.id == own.id, stage.acting("cora")
    joining.set_group_grade(own.code, grade, inside=inside, by=by, now=clock.now())


def furnish_exports(scenery: Scenery, branch: Organization) -> None:
    """Leave the secretary files in every state, one of them for the county to approve."""
    user = db.session.scalars(select(User).where(User.id == stage.acting("ben").user_id)).one()
    post = db.session.scalars(select(Post).where(Post.user_id == user.id)).one()
    county = organization_named("东县")
    for status in (ExportStatus.READY, ExportStatus.APPROVED, ExportStatus.REMOVED):
        desk.make_export(post, status)
    refused = desk.make_export(post, ExportStatus.REFUSED, grounds="minors")
    refused.decision_note = "用名册就可以"
    asked = desk.make_export(post, ExportStatus.REQUESTED, handler=county, counted=6200)
    asked.grounds_text, asked.is_unusual = "quota id_numbers", True
    saved = desk.make_saved_filter(branch, user)
    scenery.codes.update(asked=asked.code, saved=saved.code)


def furnish_endings(scenery: Scenery, branch: Organization) -> None:
    """Leave expulsions at every desk, a closed village whose members wait, and a death."""
    county, city = organization_named("东县"), organization_named("东市")
    for key, place, status in (
        ("heard", branch, ExpulsionStatus.HEARD),
        ("decided", county, ExpulsionStatus.DECIDED),
        ("appealed", city, ExpulsionStatus.APPEALED),
        ("accused", branch, ExpulsionStatus.PROPOSED),
        ("expelled", branch, ExpulsionStatus.EFFECTIVE),
    ):
        person = make.make_person(born_on=stage.birth(), with_id=True)
        user = make.make_user(person)
        made = endings.make_expulsion(branch, status, person)
        made.handler = place
        scenery.codes[key] = made.code
        scenery.tokens[key] = session_of(user, SessionKind.PERSON)
    closing, waiting = endings.make_pending(county)
    scenery.codes.update(
        closing=closing.code, pending=waiting.code, closed=closing.organization.code
    )
    endings.make_death(branch)


def furnish_changes(scenery: Scenery, branch: Organization) -> None:
    """Leave requests for corrections: mia's own, others' in the queue, one of a document."""
    mia = stage.acting("mia")
    person = db.session.get_one(Person, mia.person_id)
    own = request_change(
        person,
        ChangeField.NAME,
        {"name": "试改名"},
        "登记时写错了一个字",
        by=mia,
        now=clock.now() - timedelta(days=2),
    )
    scenery.codes["own_change"] = own.code
    for _ in range(3):
        queued = make.make_change(make.make_person(born_on=stage.birth()), branch)
    scenery.codes["change"] = queued.code
    member = make.make_person(born_on=stage.birth(), with_id=True)
    make.make_membership(member, branch)
    user = make.make_user(member)
    db.session.flush()
    wanted = {
        "id_type": "resident_id",
        "id_number": make.make_id_number(member.born_on or clock.today()),
    }
    document = request_change(
        member,
        ChangeField.DOCUMENT,
        wanted,
        "最后一位写错了",
        by=Actor(user.id, member.id),
        now=clock.now() - timedelta(days=1),
    )
    scenery.codes["document_change"] = document.code


def furnish_lists(scenery: Scenery, branch: Organization) -> None:
    """Leave the secretary a list in each of its states."""
    ben = db.session.get_one(User, stage.acting("ben").user_id)
    checked = make_import(ben, branch, ["试录甲", "试录乙"])
    mapped = make_import(ben, branch, ["试录丙"], ImportStatus.DRAFT)
    layout = {**mapped.layout, "assigned": {"0": "name"}, "unsure": [1], "missing": ["id_number"]}
    mapped.layout_text = json.dumps(layout)
    imported = make_import(ben, branch, ["试录丁"], ImportStatus.DONE)
    imported.made, imported.confirmed_at = 41, clock.now()
    stuck = make_import(ben, branch, ["试录戊"], ImportStatus.WRITING)
    paper = make_entry(branch, has_paper=True).application.code
    unscanned = make_entry(branch, "试长长长长长长长长长长长长长长长长长长长名").application.code
    scenery.codes.update(paper=paper, unscanned=unscanned)
    scenery.codes.update(
        checked=checked.code, mapped=mapped.code, imported=imported.code, stuck=stuck.code
    )
