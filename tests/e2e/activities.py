"""Activities on stage, and the pages that show them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from activities import codes
from activities.models import Activity
from activities.operations import agreeing
from activities.rules import (
    ActivityStatus,
    AttendanceOutcome,
    AttendanceWay,
    Ground,
    SignupStatus,
)
from core import clock
from core.database import db
from core.messages import outbox
from organizations.models import Organization
from people.models import Person
from tests import factories as make
from tests.activity_factories import (
    make_activity,
    make_attendance,
    make_ending,
    make_guardian,
    make_review,
    make_shift,
    make_signup,
    shift_of,
)
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

GUARDIAN = "13900002222"
LONG = "在社区文化礼堂练习心肺复苏、止血包扎和搬运伤员，" * 12
ACTIVITY_SHEETS = (
    Sheet("activities.event", None, "/events/{activity}"),
    Sheet("activities.event", None, "/events/{called_off}", state="cancelled"),
    Sheet("activities.events", "ada", "/events"),
    Sheet("activities.events", "ned", "/events?near=own", state="none near"),
    Sheet("activities.sign_up", "ada", "/events/shifts/{strict_shift}", state="not met"),
    Sheet("activities.sign_up", "gus", "/events/shifts/{fair_shift}"),
    Sheet("activities.sign_up", "gus", "/events/shifts/{fair_shift}", press("报名"), "wrong"),
    Sheet("activities.own_signups", "ada", "/me/events"),
    Sheet("activities.own_signups", "newcomer", "/me/events", state="none"),
    Sheet("activities.own_signup", "ada", "/me/events/{own_signup}?done=new"),
    Sheet("activities.own_signup", "gus", "/me/events/{own_waiting}", state="waiting"),
    Sheet("activities.list_activities", "ben", "/o/{branch}/events"),
    Sheet("activities.list_activities", "bea", "/o/{quiet}/events", state="empty"),
    Sheet("activities.list_activities", "cora", "/o/{county}/events", state="above"),
    Sheet("activities.new_activity", "ben", "/o/{branch}/events/new"),
    Sheet("activities.new_activity", "ben", "/o/{branch}/events/new?like={activity}", state="like"),
    Sheet("activities.new_activity", "bea", "/o/{quiet}/events/new", press("发布"), "wrong"),
    Sheet("activities.show_activity", "ben", "/o/{branch}/events/{activity}?done=changed"),
    Sheet("activities.show_activity", "ben", "/o/{branch}/events/{draft_activity}", state="draft"),
    Sheet("activities.edit_activity", "ben", "/o/{branch}/events/{activity}/edit"),
    Sheet("activities.add_shift", "ben", "/o/{branch}/events/{activity}/shifts/new"),
    Sheet("activities.edit_shift", "ben", "/o/{branch}/shifts/{shift}/edit"),
    Sheet("activities.remove_shift", "ben", "/o/{branch}/shifts/{shift}/remove"),
    Sheet("activities.cancel_activity", "ben", "/o/{branch}/events/{activity}/cancel"),
    Sheet("activities.roster", "ben", "/o/{branch}/shifts/{shift}"),
    Sheet("volunteers.add_to_shift", "ben", "/o/{branch}/shifts/{shift}/add?q={own_number}"),
    Sheet("volunteers.add_to_shift", "ben", "/o/{branch}/shifts/{shift}/add?q=zz", state="none"),
    Sheet("activities.own_signup", "ada", "/me/events/{own_agreeing}", state="agreement"),
    Sheet("activities.guardian_agreement", None, "/g/a/{agreement_link}"),
    Sheet("activities.guardian_agreement", None, "/g/a/{agreement_link}", press("同意"), "wrong"),
    Sheet("activities.agreement_answered", None, "/g/agreed"),
    Sheet("activities.turn_down_signup", "ben", "/o/{branch}/signups/{own_signup}/decline"),
    Sheet("activities.activity_poster", "ben", "/o/{branch}/events/{activity}/poster"),
    Sheet("activities.code_page", None, "/q/{fixed}", state="stranger"),
    Sheet("activities.code_page", "gus", "/q/{fixed}"),
    Sheet("activities.code_page", "ada", "/q/{fixed}", state="there"),
    Sheet("activities.code_page", "ada", "/q/{gone_fixed}", state="over"),
    Sheet("activities.desk", "ben", "/o/{branch}/events/{running_activity}/desk"),
    Sheet("activities.desk", "ben", "/o/{branch}/events/{activity}/desk", state="early"),
    Sheet("activities.own_desk", "ada", "/me/desk/{running_shift}"),
    Sheet("activities.own_desk", "ada", "/me/desk/{gone_shift}", state="over"),
    Sheet("activities.own_code_screen", "ada", "/me/desk/{running_shift}/code"),
    Sheet("volunteers.choose_leader", "ben", "/o/{branch}/events/{running_activity}/leader?q=人"),
    Sheet("activities.code_screen", "ben", "/o/{branch}/shifts/{running_shift}/code"),
    Sheet("activities.sign_in_sheet", "ben", "/o/{branch}/shifts/{running_shift}/sign-in"),
    Sheet("activities.code_poster", "ben", "/o/{branch}/shifts/{running_shift}/code-poster"),
    Sheet("volunteers.end_shift", "ben", "/o/{branch}/shifts/{running_shift}/end"),
    Sheet("volunteers.end_shift", "ben", "/o/{branch}/shifts/{gone_shift}/end", state="ended"),
    Sheet("volunteers.set_minutes", "ben", "/o/{branch}/signups/{here_signup}/minutes"),
    Sheet("volunteers.add_on_spot", "ben", "/o/{branch}/shifts/{running_shift}/join?q=人"),
    Sheet("activities.reviews", "cora", "/o/{county}/event-reviews"),
    Sheet("activities.review", "cora", "/o/{county}/event-reviews/{review}"),
    Sheet("activities.return_activity", "cora", "/o/{county}/event-reviews/{review}/return"),
)


def furnish_activities(scenery: Scenery, branch: Organization) -> None:
    """Leave activities in every state, people with a seat, people who wait."""
    ada, gus = (db.session.get_one(Person, stage.acting(name).person_id) for name in ("ada", "gus"))
    activity = make_activity(branch, seats=2)
    activity.description, activity.bring = LONG, "方便活动的衣服，水杯"
    shift = shift_of(activity)
    make_shift(activity, shift.starts_at + timedelta(hours=4), role="登记")
    own = make_signup(shift, ada)
    make_signup(shift, make.make_person(born_on=stage.birth()))
    waiting = make_signup(shift, gus, SignupStatus.WAITLISTED)
    refused = make_signup(shift, make.make_person(born_on=stage.birth()), SignupStatus.REFUSED)
    refused.reason = "证书已过期"
    called_off = make_activity(branch, ActivityStatus.CANCELLED, title="义诊")
    called_off.reason = "场地停电"
    _furnish_desk(scenery, branch, ada)
    scenery.codes.update(
        activity=activity.code,
        shift=shift.code,
        own_signup=own.code,
        own_waiting=waiting.code,
        called_off=called_off.code,
        draft_activity=make_activity(branch, ActivityStatus.DRAFT, title="敬老探访").code,
        review=make_review(organization_named("东县"), branch).code,
        strict_shift=shift_of(_strict(branch)).code,
        fair_shift=shift_of(_fair(branch)).code,
    )


def _furnish_desk(scenery: Scenery, branch: Organization, ada: Person) -> None:
    """Leave an activity that runs, with people who came and did not, and one that was ended."""
    running = make_activity(branch, starts_at=clock.now() - timedelta(minutes=20), title="献血引导")
    shift = shift_of(running)
    here = make_signup(shift, ada)
    make_attendance(here)
    for flags in ("shared", "on_spot"):
        person = make.make_person(born_on=stage.birth())
        make_attendance(make_signup(shift, person), AttendanceWay.FIXED, flags=flags)
    make_signup(shift, make.make_person(born_on=stage.birth()))
    gone = make_activity(branch, starts_at=clock.now() - timedelta(hours=5), title="义剪")
    gone_shift = shift_of(gone)
    signup = make_signup(gone_shift, make.make_person(born_on=stage.birth()))
    running.leader_id = gone.leader_id = ada.id
    settled = make_attendance(signup, AttendanceWay.TICK, AttendanceWay.END)
    settled.ending_id = make_ending(gone_shift).id
    settled.outcome = AttendanceOutcome.OVERLAP
    scenery.codes.update(
        running_activity=running.code,
        running_shift=shift.code,
        here_signup=here.code,
        gone_shift=gone_shift.code,
        fixed=codes.fixed_code(shift),
        gone_fixed=codes.fixed_code(gone_shift),
    )


def furnish_agreements(scenery: Scenery, branch: Organization) -> None:
    """Leave an agreement to accept again, and one that waits at a guardian's phone."""
    activity = make_activity(branch, title="龙舟护航", starts_at=clock.now() + timedelta(days=12))
    activity.grounds = Ground.LARGE.value
    shift = shift_of(activity)
    ada = db.session.get_one(Person, stage.acting("ada").person_id)
    child = make.make_person(born_on=date(clock.today().year - 16, 1, 5))
    make_guardian(child, branch, GUARDIAN)
    own, ward = make_signup(shift, ada), make_signup(shift, child)
    for one in (own, ward):
        agreeing.ask(one, activity, clock.now())
    [sent] = [one for one in outbox() if one.phone == GUARDIAN]
    number = db.session.scalars(select(Volunteer.number).where(Volunteer.person_id == ada.id)).one()
    scenery.codes.update(
        own_agreeing=own.code,
        agreement_link=sent.text.rpartition("/g/a/")[2],
        own_number=number,
    )


def _strict(branch: Organization) -> Activity:
    """Return an activity that asks for everything, at a time that is taken."""
    strict = make_activity(branch, title="水域救援演练")
    strict.grounds = Ground.DANGER.value
    strict.policy_number = "YS-2026-0001"
    strict.policy_from = strict.policy_to = clock.today() + timedelta(days=3)
    strict.certificate, strict.needs_registered, strict.min_age = "救护员证", True, 60
    return strict


def _fair(branch: Organization) -> Activity:
    """Return an activity with an agreement, at a time that is free."""
    fair = make_activity(branch, title="嘉年华", starts_at=clock.now() + timedelta(days=9))
    fair.grounds, fair.certificate = Ground.LARGE.value, "救护员证"
    return fair
