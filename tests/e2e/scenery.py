"""Everything that the pages of this issue can show, and the codes by which pages are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pyotp
from sqlalchemy import select

from accounts.models import User, UserSession
from accounts.queries.factors import secret_context
from accounts.rules import SessionKind
from core import clock, keyring
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from members import operations as joining
from members.models import Membership
from members.rules import (
    ApplicationKind,
    ApplicationStatus,
    MembershipStatus,
    TransferStatus,
    WithdrawalReason,
)
from organizations.models import Organization
from people.rules import IdType
from tests import factories as make
from tests import twins
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.activities import furnish_activities, furnish_agreements
from tests.e2e.desk_scenery import (
    furnish_answers,
    furnish_certificates,
    furnish_changes,
    furnish_endings,
    furnish_exports,
    furnish_holds,
    furnish_jobs,
    furnish_lists,
    furnish_stars,
    furnish_units,
)
from tests.e2e.dues import furnish_dues, membership_of
from tests.e2e.indicator_pages import furnish_indicators
from tests.e2e.keying import furnish_sheets
from tests.e2e.life_pages import furnish_life
from tests.e2e.matter_pages import furnish_matters
from tests.e2e.merging_pages import furnish_mergers
from tests.e2e.order_pages import furnish_orders
from tests.e2e.posts_pages import furnish_posts
from tests.e2e.public_pages import furnish_public
from tests.e2e.quality_pages import furnish_quality
from tests.e2e.report_pages import furnish_reports
from tests.e2e.school_activity_pages import furnish_school_activity
from tests.e2e.school_consent_pages import furnish_consents
from tests.e2e.school_protection_scenery import furnish_protection
from tests.e2e.school_register_pages import furnish_register
from tests.e2e.school_roster_pages import furnish_roster
from tests.e2e.school_year_pages import furnish_years
from tests.e2e.server import World
from tests.e2e.venues_pages import furnish_venues
from tests.e2e.visit_pages import furnish_visits
from tests.e2e.volunteer_scenery import (
    furnish_exchange,
    furnish_registering,
    furnish_skills,
    furnish_teams,
)
from tests.races.stage import keeper, session_of
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
    "far": "北县",
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
        furnish_holds(scenery, branch)
        _records(scenery, branch)
        _people(scenery, branch)
        furnish_certificates(scenery)
        furnish_stars(scenery, branch)
        furnish_jobs(scenery)
        scenery.codes |= furnish_dues(branch, membership_of("mia"))
        furnish_units(scenery)
        furnish_changes(scenery, branch)
        furnish_exports(scenery, branch)
        furnish_lists(scenery, branch)
        furnish_registering(scenery, branch)
        furnish_skills(scenery, branch)
        furnish_activities(scenery, branch)
        furnish_agreements(scenery, branch)
        furnish_teams(scenery, branch)
        furnish_exchange(scenery)
        furnish_sheets(scenery, branch)
        _schools_and_mergers(scenery)
        stage.settle()
    return scenery


def _schools_and_mergers(scenery: Scenery) -> None:
    furnish_mergers(scenery)
    furnish_register(scenery)
    furnish_life(scenery)
    furnish_school_activity(scenery)
    scenery.codes |= furnish_protection(membership_of("hana").person.code)
    scenery.codes |= furnish_roster(organization_named("东小学"))
    scenery.codes |= furnish_consents(organization_named("东小学"))
    furnish_posts(scenery)
    furnish_years(scenery)
    furnish_public(scenery, organization_named("东一村"))
    furnish_quality(scenery)
    furnish_venues(scenery)
    furnish_visits(scenery)
    furnish_matters(scenery)
    furnish_indicators(scenery)
    furnish_orders(scenery)
    furnish_reports(scenery)


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
        stage.confirm(stage.log(stage.user_of("ada"), title, days), secretary)
    confirmed = stage.log(stage.user_of("ada"), "急救演练", 5)
    stage.confirm(confirmed, secretary)
    refused = stage.log(stage.user_of("ada"), "图书整理", 8, minutes=300)
    stage.refuse(refused, secretary)
    objected = stage.log(stage.user_of("ada"), "陪老人看病", 20, minutes=240)
    stage.refuse(objected, secretary)
    now = objected.submitted_at + timedelta(days=1)
    hours.object_(objected.code, "当天来回用了四个小时", by=stage.acting("ada"), now=now)
    furnish_answers(scenery)
    pending = stage.log(stage.user_of("ada"), "急救演练", 0)
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
    furnish_endings(scenery, branch)
    _twins(scenery, branch)
    scenery.codes["honour"] = make.make_honour(member, make.make_user()).code
    _sign_in_half_way(scenery)
    double = keeper("东一村", Role.SECRETARY)
    user = db.session.get_one(User, double.user_id)
    make.make_post(user, Role.OFFICER, organization_named("东县"))
    scenery.tokens["double"] = double.token


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


def _twins(scenery: Scenery, branch: Organization) -> None:
    """Leave a pair with long names, one of two counties, and one that was merged."""
    name, born_on = "试" * 46 + "同名", stage.birth()
    pair = [make.make_person(name, born_on=born_on) for _ in range(2)]
    for person, place in zip(pair, (branch, organization_named("东二村")), strict=True):
        make.make_membership(person, place)
        make.make_volunteer(person, place)
    scenery.codes["pair"] = twins.make_pair(*pair).code
    phone = make.make_phone()
    apart = [make.make_person("试两县", phone=phone) for _ in range(2)]
    for person, place in zip(apart, (branch, organization_named("西一村")), strict=True):
        make.make_membership(person, place)
    scenery.codes["abroad"] = twins.make_pair(*apart).code
    kept, gone = make.make_person(born_on=stage.birth()), make.make_person()
    make.make_membership(kept, branch)
    gone.merged_into_id = kept.id
    county_id = branch.county_id or branch.id
    scenery.codes["merge"] = twins.make_merge(kept, gone, county_id).code


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
