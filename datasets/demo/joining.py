"""Members and volunteers of the demonstration, and applications in every state."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import User
from core.audit.operations import Actor
from core.database import db
from datasets.demo import cast, names
from datasets.demo.people import Stage, account, born_on, make_person
from datasets.demo.places import COUNTIES
from members import operations as joining
from members.models import Application, Membership
from members.operations import Answers
from members.rules import (
    ApplicationKind,
    MembershipKind,
    MembershipStatus,
    ReturnReason,
)
from organizations.models import Organization
from organizations.rules import OrganizationKind
from people.models import ConsentRequest, Person
from people.operations.changes import request_change
from people.rules import IdType
from people.rules.changes import ChangeField

#: kind of organization -> how many members and volunteers join
CROWDS = {
    OrganizationKind.VILLAGE: (10, 6),
    OrganizationKind.TOWNSHIP: (6, 3),
    OrganizationKind.HOSPITAL: (12, 8),
}
PUPILS, PUPILS_OF_SMALL_SCHOOL = 12, 3
MEMBER, VOLUNTEER = ApplicationKind.MEMBER, ApplicationKind.VOLUNTEER
FILED_DAYS_AGO, WAITING_DAYS = 20, (6, 1, 1)
JOINED_DAYS_AGO = (320, 260, 200, 150, 90, 45, 9, 6)


def build_members(stage: Stage) -> None:
    """Let the cast and the crowd apply, be approved, be filed or wait."""
    _build_cast(stage)
    for county in (*COUNTIES.values(), "龙港市"):
        for _, organization in stage.places.below(county):
            if organization.kind is OrganizationKind.SCHOOL:
                _build_school(stage, organization)
            else:
                _build_crowd(stage, organization)
        _file(stage, stage.places[county])
    for county in COUNTIES.values():
        _build_waiting(stage, county)
    _build_changes(stage)


def apply(
    stage: Stage,
    user: User,
    organization: Organization,
    kind: ApplicationKind,
    days_ago: int,
    answers: Answers,
) -> Application:
    """Return an application of an account, handed in some days ago."""
    by = Actor(user.id, user.person_id)
    now = stage.at(days_ago)
    return joining.submit_application(user, organization, kind, answers, by=by, now=now)


def approve(stage: Stage, application: Application, days_ago: int) -> None:
    """Let whoever handles an application approve it."""
    by = stage.decider(application.handler_id, application.person_id)
    joining.approve(
        [application.code],
        handler_id=application.handler_id,
        by=by,
        now=stage.at(days_ago, 15),
        doubtful=True,
    )


def answers_of(stage: Stage, serial: int, name: str, age: int) -> Answers:
    """Return what an adult types into the join page."""
    number = names.id_number_of(serial, born_on(stage, age, serial))
    return Answers(name=name, id_type=IdType.RESIDENT_ID, id_number=number)


def _build_cast(stage: Stage) -> None:
    for one in cast.CAST:
        user = stage.users[one.key]
        if one.pupil_of:
            _enroll(stage, user.person_id or 0, stage.places[one.pupil_of], 200)
        if one.member_of:
            found = apply(
                stage,
                user,
                stage.places[one.member_of],
                MEMBER,
                300,
                answers_of(stage, one.serial, one.name, one.age),
            )
            approve(stage, found, 298)
        if one.volunteer_of:
            _enter_volunteer(stage, one)
    _ask_for_child(stage)


def _enter_volunteer(stage: Stage, one: cast.Character) -> None:
    place = stage.places[one.volunteer_of]
    answers = Answers(name=one.name)
    if one.guardian:
        answers = _minor_answers(stage, one, one.guardian)
    found = apply(stage, stage.users[one.key], place, VOLUNTEER, 280, answers)
    if one.guardian:
        request = db.session.scalars(
            select(ConsentRequest).where(ConsentRequest.person_id == found.person_id)
        ).one()
        joining.answer_consent(request, given=True, now=stage.at(279))
    approve(stage, found, 278)


def _minor_answers(stage: Stage, one: cast.Character, guardian: str) -> Answers:
    known = next(other for other in cast.CAST if other.key == guardian)
    return Answers(
        name=one.name,
        born_on=born_on(stage, one.age, one.serial),
        guardian_name=known.name,
        guardian_phone=names.phone_of(known.serial),
    )


def _ask_for_child(stage: Stage) -> None:
    """Leave one request for the guardian to answer: the child would like to volunteer."""
    child = next(one for one in cast.CAST if one.key == "child")
    answers = _minor_answers(stage, child, "guardian")
    apply(stage, stage.users["child"], stage.places["上城区/村1"], VOLUNTEER, 2, answers)


def _build_crowd(stage: Stage, organization: Organization) -> None:
    members, volunteers = CROWDS[organization.kind]
    for index in range(members):
        days_ago = JOINED_DAYS_AGO[index % len(JOINED_DAYS_AGO)]
        user, answers = _somebody(stage)
        found = apply(stage, user, organization, MEMBER, days_ago, answers)
        approve(stage, found, days_ago - 2)
        if index < volunteers // 2:
            _volunteer(stage, user, answers.name, organization, days_ago - 3)
    for _ in range(volunteers - volunteers // 2):
        user, answers = _somebody(stage)
        _volunteer(stage, user, answers.name, organization, 180)


def _volunteer(
    stage: Stage, user: User, name: str, organization: Organization, days_ago: int
) -> None:
    found = apply(stage, user, organization, VOLUNTEER, days_ago, Answers(name=name))
    approve(stage, found, days_ago - 1)


def _somebody(stage: Stage) -> tuple[User, Answers]:
    serial = stage.next_serial()
    name = names.name_of(serial)
    return account(stage, serial, name), answers_of(stage, serial, name, 22 + serial % 50)


def _build_school(stage: Stage, school: Organization) -> None:
    """Enroll pupils; one school stays so small that its number is hidden above (AZ-07)."""
    is_small = school.id == stage.places["西湖区/校2"].id
    for _ in range(PUPILS_OF_SMALL_SCHOOL if is_small else PUPILS):
        serial = stage.next_serial()
        person = make_person(stage, names.name_of(serial), 8 + serial % 7, serial)
        _enroll(stage, person.id, school, 200)


def _build_changes(stage: Stage) -> None:
    """Leave two corrections to decide at the first community."""
    for key, days_ago in (("member", 3), ("leader", 1)):
        user = stage.users[key]
        person = db.session.get_one(Person, user.person_id)
        request_change(
            person,
            ChangeField.NAME,
            {"name": f"{person.name[:-1]}佳"},
            "登记时写错了一个字",
            by=Actor(user.id, person.id),
            now=stage.at(days_ago),
        )


def _enroll(stage: Stage, person_id: int, school: Organization, days_ago: int) -> None:
    joining.create_membership(
        db.session.get_one(Person, person_id),
        school,
        MembershipKind.YOUTH,
        by=stage.keepers[school.id],
        now=stage.at(days_ago),
        status=MembershipStatus.ACTIVE,
    )
    db.session.flush()


def _file(stage: Stage, county: Organization) -> None:
    """Let the county file what was approved; the newest wait, one is returned."""
    statement = (
        select(Membership.code)
        .where(
            Membership.county_id == county.id,
            Membership.status == MembershipStatus.APPROVED,
            Membership.approved_at < stage.at(FILED_DAYS_AGO + 1),
        )
        .order_by(Membership.approved_at, Membership.id)
    )
    codes = db.session.scalars(statement).all()
    by, now = stage.keepers[county.id], stage.at(FILED_DAYS_AGO)
    filed, returned = codes[:-1], codes[-1:]
    joining.file(filed, county_id=county.id, by=by, now=now)
    note = "姓名和证件照片看不清，请再核对"
    joining.return_filing(returned, note, county_id=county.id, by=by, now=now)


def _build_waiting(stage: Stage, county: str) -> None:
    """Leave applications in every state: waiting, late, doubtful, returned, rejected, withdrawn."""
    for place, days in ((f"{county}/村1", WAITING_DAYS), (f"{county}/镇1", (1,))):
        for days_ago in days:
            hand_in(stage, stage.places[place], days_ago)
    village = stage.places[f"{county}/村1"]
    hand_in(stage, village, 2, twin=True)
    hand_in(stage, stage.places[f"{county}/村4"], 4)
    keeper, handler = stage.keepers[village.id], village.id
    returned = hand_in(stage, village, 12)
    joining.return_(
        [returned.code],
        ReturnReason.ID_WRONG,
        "",
        handler_id=handler,
        by=keeper,
        now=stage.at(11),
    )
    rejected = hand_in(stage, village, 30)
    note = "不住在本社区，请到居住地申请"
    joining.reject(rejected.code, note, handler_id=handler, by=keeper, now=stage.at(29))
    withdrawn = hand_in(stage, village, 25)
    joining.withdraw(withdrawn, by=Actor(withdrawn.submitted_by_id), now=stage.at(24))


def hand_in(
    stage: Stage, organization: Organization, days_ago: int, *, twin: bool = False
) -> Application:
    """Return an application that waits; a twin has name and birth day of somebody known."""
    user, answers = _somebody(stage)
    if twin:
        serial = stage.next_serial()
        age = 22 + serial % 50
        make_person(stage, answers.name, age, serial)
        number = names.id_number_of(serial + 500, born_on(stage, age, serial))
        answers = Answers(name=answers.name, id_type=IdType.RESIDENT_ID, id_number=number)
    return apply(stage, user, organization, MEMBER, days_ago, answers)
