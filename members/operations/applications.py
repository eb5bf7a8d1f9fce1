"""Applying, handing in again, asking once more, taking back (domain.md MEM-10, VOL-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, NN_, RuleViolation, next_state
from core.transactions import TryAgainError
from members import letters
from members.admission import admission_of
from members.models import Application, ApplicationEvent, JoinDraft
from members.operations.handling import count_waiting, decider_of, handler_for
from members.operations.identities import (
    keep_identity,
    mark_flags,
    region_of,
    release_identity,
)
from members.queries.own import is_established, open_application
from members.rules import (
    APPLICATION_TRANSITIONS,
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    JoinField,
    JoinWay,
    fields_to_fix,
    volunteer_way,
)
from organizations.models import Organization
from organizations.operations.closing import hold
from organizations.rules import OPEN_STATES as OPEN_ORGANIZATIONS
from people.models import Person
from people.operations.consents import (
    Guardian,
    close_request,
    keep_own_consent,
    request_consent,
)
from people.operations.duplicates import look_for
from people.operations.persons import create_person, set_name
from people.queries import phone_of_account
from people.rules import IdType, age_on, check_mobile, check_name
from people.rules.consents import ConsentPurpose

PURPOSES = {
    JoinWay.WITH_CONSENT: (ConsentPurpose.VOLUNTEERING,),
    JoinWay.THROUGH_GUARDIAN: (ConsentPurpose.DATA, ConsentPurpose.VOLUNTEERING),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What an applicant typed."""

    name: str = ""
    id_type: IdType | None = None
    id_number: str = ""
    born_on: date | None = None
    guardian_name: str = ""
    guardian_phone: str = ""


def submit_application(
    user: User,
    organization: Organization,
    kind: ApplicationKind,
    answers: Answers,
    *,
    by: Actor,
    now: datetime,
) -> Application:
    """Return the application; one that is open at the same place already is returned as it is.

    A minor's application waits for the guardian. Raises RuleViolation for what a rule refuses,
    TryAgainError where another request was first (security.md RACE-03).
    """
    hold([organization.id], only_read=True)
    if organization.status not in OPEN_ORGANIZATIONS:
        raise RuleViolation("", N_("这个组织已经停办，请换一个"))
    _lock_account(user)
    today = clock.local(now).date()
    person = _person_of(user, answers, now)
    waiting = _waiting_here(person, organization, kind)
    if waiting is not None:
        return waiting
    application = Application(
        code=crypto.opaque_code(8),
        kind=kind,
        person=person,
        organization=organization,
        handler=handler_for(organization, user.id, today),
        status=ApplicationStatus.SUBMITTED,
        submitted_by_id=user.id,
        submitted_at=now,
    )
    region = keep_identity(application, answers.id_type, answers.id_number, answers.born_on, today)
    way = _way(application, today)
    mark_flags(application, region, is_minor=way is not JoinWay.OWN)
    application.handler = decider_of(application, today)
    if way is not JoinWay.OWN:
        application.status = ApplicationStatus.CONSENT_PENDING
    _add(application)
    if way is not JoinWay.OWN:
        _ask_guardian(application, answers, way, by=by, now=now)
    _begin(application, by=by, now=now)
    look_for([person.id], now=now)
    _drop_draft(user, organization, kind)
    return application


def resubmit(application: Application, answers: Answers, *, by: Actor, now: datetime) -> None:
    """Hand a returned application in again with the fields that were named."""
    application.status = next_state(
        APPLICATION_TRANSITIONS, application.status, ApplicationAction.RESUBMIT
    )
    today = clock.local(now).date()
    reason = application.return_reason
    fields = fields_to_fix(reason, application.kind) if reason else ()
    if JoinField.NAME in fields:
        _mend_name(application.person, check_name(answers.name))
    region = region_of(application)
    if JoinField.ID_NUMBER in fields:
        region = keep_identity(
            application, answers.id_type, answers.id_number, answers.born_on, today
        )
    mark_flags(application, region, is_minor=_way(application, today) is not JoinWay.OWN)
    application.handler = decider_of(application, today)
    application.submitted_at, application.nudged_at = now, None
    application.decision_id = application.decided_at = application.decided_by_id = None
    count_waiting(application, application.handler, 1)
    note(application, ApplicationAction.RESUBMIT, ApplicationStatus.RETURNED, by=by, now=now)
    db.session.flush()
    look_for([application.person_id], now=now)


def _mend_name(person: Person, name: str) -> None:
    """Give an applicant another name; the name of somebody who was approved before stands."""
    if name == person.name:
        return
    if is_established(person.id):
        raise RuleViolation("name", N_("姓名已经核实过，要改请找所在组织"))
    set_name(person, name)


def withdraw(application: Application, *, by: Actor, now: datetime) -> None:
    """Take an application back; possible until it is decided.

    The guardian's link stops, and a number that only this application named is free again.
    """
    change(application, ApplicationAction.WITHDRAW, by=by, now=now)
    if application.consent_request_id is not None:
        close_request(application.consent_request_id)
    release_identity(application)
    db.session.flush()


def nudge(application: Application, *, by: Actor, now: datetime) -> None:
    """Ask the handler once more, once, from day 7 on (ux.md S05)."""
    days = settings.value("applications.nudge_days", on=clock.local(now).date())
    if application.status is not ApplicationStatus.SUBMITTED or application.nudged_at:
        raise RuleViolation("", N_("已经催过一次，请再等等"))
    if now < application.submitted_at + timedelta(days=days):
        raise RuleViolation("", NN_("提交满 %(days)d 天后可以催一次"), days=days)
    application.nudged_at = now
    letters.tell_handler(application, now)
    db.session.flush()
    record("application.nudge", "application", application.id, by=by)


def change(
    application: Application,
    action: ApplicationAction,
    *,
    by: Actor,
    now: datetime,
    back_to: ApplicationStatus | None = None,
) -> None:
    """Take an application through its table, with history and figures. Raises IllegalTransition.

    ``back_to`` is the state that an undone act returns to, where the table has the usual.
    """
    before = application.status
    reached = next_state(APPLICATION_TRANSITIONS, before, action)
    application.status = back_to or reached
    waiting = (application.status is ApplicationStatus.SUBMITTED) - (
        before is ApplicationStatus.SUBMITTED
    )
    if waiting:
        count_waiting(application, application.handler, waiting)
    note(application, action, before, by=by, now=now)


def note(
    application: Application,
    action: ApplicationAction | None,
    before: ApplicationStatus | None,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
) -> None:
    """Write one step of the history, for the person and for the audit."""
    db.session.add(
        ApplicationEvent(
            application=application,
            action=action,
            from_status=before,
            to_status=application.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=words[:200],
        )
    )
    record(f"application.{action or 'submit'}", "application", application.id, by=by)


def _lock_account(user: User) -> None:
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    db.session.refresh(user, ["person_id"])


def _person_of(user: User, answers: Answers, now: datetime) -> Person:
    """Return the person of the account, made now where there is none yet."""
    name = check_name(answers.name)
    if user.person_id is None:
        person = create_person(name, now=now, phone=phone_of_account(user))
        user.person_id = person.id
        user.display_name = user.display_name or name
        return person
    person = db.session.get_one(Person, user.person_id)
    if person.name != name and not is_established(person.id):
        set_name(person, name)
    return person


def _waiting_here(
    person: Person, organization: Organization, kind: ApplicationKind
) -> Application | None:
    """Return the application that is open here already. Raises RuleViolation for a second one."""
    waiting = open_application(person.id, kind)
    if waiting is not None and waiting.organization_id == organization.id:
        return waiting
    if waiting is not None:
        raise RuleViolation("", N_("您在别的组织有一份申请正在办理，请等办完或先撤回"))
    if admission_of(kind).holds(person.id):
        raise RuleViolation("", N_("您已经加入了，不用再申请"))
    return None


def _way(application: Application, today: date) -> JoinWay:
    if application.kind is ApplicationKind.MEMBER:
        return JoinWay.OWN
    born_on = application.person.born_on
    return volunteer_way(
        age_on(born_on, today) if born_on else None,
        min_age=settings.value("volunteers.min_age", on=today),
        min_age_alone=settings.value("volunteers.min_age_alone", on=today),
    )


def _ask_guardian(
    application: Application, answers: Answers, way: JoinWay, *, by: Actor, now: datetime
) -> None:
    guardian = Guardian(
        check_name(answers.guardian_name, "guardian_name"),
        check_mobile(answers.guardian_phone, "guardian_phone"),
    )
    request = request_consent(
        application.person,
        guardian,
        PURPOSES[way],
        organization=application.organization,
        by=by,
        now=now,
    )
    application.consent_request_id = request.id
    if way is JoinWay.WITH_CONSENT:
        keep_own_consent(request, by=by, now=now)


def _add(application: Application) -> None:
    db.session.add(application)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def _begin(application: Application, *, by: Actor, now: datetime) -> None:
    if application.status is ApplicationStatus.SUBMITTED:
        count_waiting(application, application.handler, 1)
    note(application, None, None, by=by, now=now)
    db.session.flush()


def _drop_draft(user: User, organization: Organization, kind: ApplicationKind) -> None:
    db.session.execute(
        delete(JoinDraft).where(
            JoinDraft.user_id == user.id,
            JoinDraft.organization_id == organization.id,
            JoinDraft.kind == kind,
        )
    )
