"""Everything that the pages of this issue can show, and the codes by which pages are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pyotp
from sqlalchemy import select

from accounts.models import Post, User, UserSession
from accounts.queries.factors import secret_context
from accounts.rules import SessionKind
from core import clock, keyring
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.jobs.rules import JobStatus
from core.jobs.running import BROKE
from members import operations as joining
from members.models import GroupMembership, Membership
from members.operations import card_token
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    ExpulsionStatus,
    GradeFacts,
    MemberGrade,
    MembershipStatus,
    TransferStatus,
    WithdrawalReason,
)
from members.rules.exports import ExportStatus
from members.rules.groups import GroupStatus
from organizations.models import Organization
from people.models import Person
from people.operations.changes import request_change
from people.rules import IdType
from people.rules.changes import ChangeField
from tests import endings
from tests import factories as make
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.dues import furnish_dues, membership_of
from tests.e2e.server import World
from tests.races.stage import keeper, session_of
from tests.units import make_group, make_licence
from volunteers import operations as hours
from volunteers.models import Volunteer


@dataclass(slots=True)
class Scenery:
    """Codes for addresses, and session tokens of people who are not in the cast."""

    codes: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def path(self, pattern: str) -> str:
        """Return an address with its codes."""
        return pattern.format(**self.codes)

    def token(self, who: str | None) -> str | None:
        """Return the session token of somebody of the cast or of this scenery."""
        return None if who is None else self.tokens.get(who) or token_of(who)


PLACES = {
    "province": "测试省",
    "city": "东市",
    "county": "东县",
    "township": "东镇",
    "branch": "东一村",
    "quiet": "东二村",
    "school": "东小学",
    "north": "北县",
}


def furnish(served: World) -> Scenery:
    """Put everything on stage and return where it is."""
    scenery = Scenery()
    with served.writing():
        stage.rename_cast()
        stage.list_schools()
        branch = organization_named("东一村")
        scenery.codes.update({key: organization_named(name).code for key, name in PLACES.items()})
        stage.crowd(branch)
        _applications(scenery, branch)
        _own_hours(scenery)
        _records(scenery, branch)
        _people(scenery, branch)
        _jobs(scenery)
        scenery.codes |= furnish_dues(branch, membership_of("mia"))
        _units(scenery)
        _changes(scenery, branch)
        _exports(scenery, branch)
        stage.settle()
    return scenery


def _applications(scenery: Scenery, branch: Organization) -> None:
    queue = stage.queue_of_applications(branch, safe=22, doubtful=2)
    scenery.codes.update(application=queue[0].code, doubtful=queue[-1].code)
    kinds = {"new_member": ApplicationKind.MEMBER, "new_helper": ApplicationKind.VOLUNTEER}
    for who, kind in kinds.items():
        application, user = stage.apply(branch, kind, days=9)
        scenery.codes[who] = application.code
        scenery.tokens[who] = session_of(user, SessionKind.PERSON)
    returned, user = stage.apply(branch, ApplicationKind.MEMBER)
    stage.return_application(returned, stage.acting("ben"))
    scenery.codes["returned"] = returned.code
    scenery.tokens["returned"] = session_of(user, SessionKind.PERSON)
    approved, user = stage.apply(branch, ApplicationKind.MEMBER)
    stage.approve(approved, stage.acting("ben"))
    scenery.codes["approved"] = approved.code
    scenery.tokens["approved"] = session_of(user, SessionKind.PERSON)
    _minor(scenery, branch)
    empty = make.make_user(name="试新来")
    scenery.tokens["newcomer"] = session_of(empty, SessionKind.PERSON)
    ready = make.make_user()
    answers: dict[str, str | date | IdType | None]
    answers = {"name": "试新来", "id_type": IdType.RESIDENT_ID, "id_number": document()}
    joining.save_draft(ready.id, branch.id, ApplicationKind.MEMBER, answers, now=clock.now())
    scenery.tokens["drafted"] = session_of(ready, SessionKind.PERSON)


def _minor(scenery: Scenery, branch: Organization) -> None:
    born_on = clock.today() - timedelta(days=16 * 366)
    young, user = stage.apply(branch, ApplicationKind.VOLUNTEER, days=0, born_on=born_on)
    assert young.status is ApplicationStatus.CONSENT_PENDING
    scenery.codes.update(young=young.code, guardian=stage.guardian_token())
    scenery.tokens["young"] = session_of(user, SessionKind.PERSON)


def _own_hours(scenery: Scenery) -> None:
    secretary = stage.acting("ben")
    for days, title in ((70, "献血站引导"), (40, "环湖巡护"), (12, "急救演练")):
        stage.confirm(stage.log("ada", title, days), secretary)
    confirmed = stage.log("ada", "急救演练", 5)
    stage.confirm(confirmed, secretary)
    refused = stage.log("ada", "图书整理", 8, minutes=300)
    stage.refuse(refused, secretary)
    objected = stage.log("ada", "陪老人看病", 20, minutes=240)
    stage.refuse(objected, secretary)
    now = objected.submitted_at + timedelta(days=1)
    hours.object_(objected.code, "当天来回用了四个小时", by=stage.acting("ada"), now=now)
    pending = stage.log("ada", "急救演练", 0)
    scenery.codes.update(
        own_confirmed=confirmed.code,
        own_refused=refused.code,
        objection=objected.code,
        own_pending=pending.code,
    )


def _records(scenery: Scenery, branch: Organization) -> None:
    records = stage.queue_of_records(branch, 22)
    group = stage.group_of_records(branch, 5)
    strange = stage.queue_of_records(branch, 1)[0]
    strange.doubts, strange.title = "long", "整夜值守"
    scenery.codes.update(record=records[0].code, group=group[0].code, strange=strange.code)


def _people(scenery: Scenery, branch: Organization) -> None:
    member = db.session.scalars(
        select(Membership).where(Membership.organization_id == branch.id)
    ).first()
    volunteer = db.session.scalars(
        select(Volunteer).where(Volunteer.organization_id == branch.id)
    ).first()
    assert member
    assert volunteer
    scenery.codes.update(
        membership=member.code,
        person=member.person.code,
        volunteer=volunteer.code,
        card=stage.card_token(member),
    )
    _filings(scenery, branch)
    _leaver(scenery, branch)
    _movers(scenery, branch)
    _endings(scenery, branch)
    scenery.codes["honour"] = make.make_honour(member, make.make_user()).code
    _sign_in_half_way(scenery)
    double = keeper("东一村", Role.SECRETARY)
    user = db.session.get_one(User, double.user_id)
    make.make_post(user, Role.OFFICER, organization_named("东县"))
    scenery.tokens["double"] = double.token


def _jobs(scenery: Scenery) -> None:
    """Leave the secretary a job of each kind of end, and one that is on its way."""
    user = db.session.scalars(select(User).where(User.id == stage.acting("ben").user_id)).one()
    post = db.session.scalars(select(Post).where(Post.user_id == user.id)).one()
    running = make.make_job(post, JobStatus.RUNNING, 820, 2000)
    stopped = make.make_job(post, JobStatus.FAILED, 75, 2000, BROKE)
    finished = make.make_job(post, JobStatus.DONE, 1995, 2000)
    finished.left_out = 5
    scenery.codes.update(running=running.code, stopped=stopped.code, finished=finished.code)


def _units(scenery: Scenery) -> None:
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


def _exports(scenery: Scenery, branch: Organization) -> None:
    """Leave the secretary files in every state, one of them for the county to approve."""
    user = db.session.scalars(select(User).where(User.id == stage.acting("ben").user_id)).one()
    post = db.session.scalars(select(Post).where(Post.user_id == user.id)).one()
    county = organization_named("东县")
    for status in (ExportStatus.READY, ExportStatus.APPROVED, ExportStatus.REMOVED):
        make.make_export(post, status)
    refused = make.make_export(post, ExportStatus.REFUSED, grounds="minors")
    refused.decision_note = "用名册就可以"
    asked = make.make_export(post, ExportStatus.REQUESTED, handler=county, counted=6200)
    asked.grounds_text, asked.is_unusual = "quota id_numbers", True
    saved = make.make_saved_filter(branch, user)
    scenery.codes.update(asked=asked.code, saved=saved.code)


def _filings(scenery: Scenery, branch: Organization) -> None:
    """Leave some members waiting for the county, as if approved days ago; one came back."""
    states = [MembershipStatus.APPROVED] * 6 + [MembershipStatus.FILING_RETURNED]
    for status in states:
        person = make.make_person(born_on=stage.birth(), with_id=True)
        membership = make.make_membership(person, branch, status=status)
        membership.approved_at = clock.now() - timedelta(days=3)
    membership.filing_note = "请核对入会日期"
    db.session.flush()
    scenery.codes["refiled"] = membership.code


def _leaver(scenery: Scenery, branch: Organization) -> None:
    """Leave somebody who has just left the branch, and may still undo it."""
    person = make.make_person(born_on=stage.birth(), with_id=True)
    make.make_membership(person, branch)
    user = make.make_user(person)
    db.session.flush()
    by = Actor(user.id, person.id)
    joining.leave(person.id, WithdrawalReason.MOVED, "去外地了", by=by, now=clock.now())
    scenery.tokens["left"] = session_of(user, SessionKind.PERSON)


def _movers(scenery: Scenery, branch: Organization) -> None:
    """Leave one member on the way out of the branch, and one on the way in."""
    other = organization_named("东二村")
    for source, target, status in (
        (branch, other, TransferStatus.REQUESTED),
        (other, branch, TransferStatus.RELEASED),
    ):
        person = make.make_person(born_on=stage.birth(), with_id=True)
        user = make.make_user(person)
        transfer = make.make_transfer(person, user, source, target, status)
        scenery.tokens["moving"] = session_of(user, SessionKind.PERSON)
    scenery.codes["arriving"] = transfer.code


def _endings(scenery: Scenery, branch: Organization) -> None:
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


def _changes(scenery: Scenery, branch: Organization) -> None:
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


def _sign_in_half_way(scenery: Scenery) -> None:
    """Leave a secretary between the first factor and the second."""
    double = keeper("东一村", Role.SECRETARY)
    user = db.session.get_one(User, double.user_id)
    user.totp_secret = keyring.seal(pyotp.random_base32(), secret_context(user))
    user.totp_confirmed_at = clock.now()
    session = db.session.scalars(select(UserSession).where(UserSession.user_id == user.id)).one()
    session.factor_at, session.needs_factor = None, True
    scenery.tokens["keyed"] = double.token


def document() -> str:
    """Return a document number that nobody else has."""
    return make.make_id_number(stage.birth())
