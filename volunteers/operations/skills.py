"""Skills by the volunteer himself, certificates checked by a keeper, reminders of their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Letter
from accounts.operations.letters import News, tell_people
from accounts.rules.letters import LetterKind
from core import settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from volunteers.models import (
    Qualification,
    QualificationEvent,
    Volunteer,
    VolunteerProfile,
)
from volunteers.operations.admission import lock_volunteer
from volunteers.operations.records import wards_among
from volunteers.queries.own import handler_for
from volunteers.rules import SERVING, ServiceField, check_serving, day_of
from volunteers.rules.registering import check_registrar
from volunteers.rules.skills import (
    QUALIFICATION_TRANSITIONS,
    QualificationAction,
    QualificationFacts,
    QualificationStatus,
    check_qualification,
    check_return_note,
    check_skills,
    fields_text,
)

CHUNK = 500


def set_profile(
    person_id: int, skills: str, fields: Iterable[ServiceField], *, by: Actor, now: datetime
) -> None:
    """Keep what a volunteer says of himself: skills, and fields he wants to serve in (VOL-11)."""
    volunteer = serving_volunteer(person_id)
    profile = db.session.get(VolunteerProfile, volunteer.id)
    if profile is None:
        profile = VolunteerProfile(volunteer_id=volunteer.id)
        db.session.add(profile)
    profile.skills, profile.fields = check_skills(skills), fields_text(fields)
    profile.updated_at = now
    db.session.flush()
    audit("volunteers.profile", "volunteer", volunteer.id, by=by)


def add_qualification(
    person_id: int, facts: QualificationFacts, *, by: Actor, now: datetime
) -> Qualification:
    """Return a new certificate of a volunteer that waits for a keeper's look."""
    volunteer = serving_volunteer(person_id)
    known = check_qualification(facts, day_of(now))
    qualification = Qualification(
        code=opaque_code(8), volunteer=volunteer, status=QualificationStatus.SUBMITTED
    )
    _fill(qualification, known, by, now)
    db.session.add(qualification)
    db.session.flush()
    _note(qualification, None, by, now)
    db.session.flush()
    audit("qualifications.add", "qualification", qualification.id, by=by)
    return qualification


def amend_qualification(
    person_id: int, code: str, facts: QualificationFacts, *, by: Actor, now: datetime
) -> Qualification:
    """Return an own certificate with other facts: it is looked at anew."""
    serving_volunteer(person_id)
    qualification = _locked(code, Volunteer.person_id == person_id)
    known = check_qualification(facts, day_of(now))
    _step(qualification, QualificationAction.AMEND, by, now)
    _fill(qualification, known, by, now)
    db.session.flush()
    return qualification


def remove_qualification(person_id: int, code: str, *, by: Actor, now: datetime) -> None:
    """Take an own certificate out of sight; its history stays."""
    qualification = _locked(code, Volunteer.person_id == person_id)
    _step(qualification, QualificationAction.REMOVE, by, now)
    db.session.flush()


def check_certificate(code: str, *, handler_id: int, by: Actor, now: datetime) -> Qualification:
    """Return a certificate whose original a keeper has seen."""
    qualification = _to_check(code, handler_id, by)
    _step(qualification, QualificationAction.CHECK, by, now)
    _decided(qualification, by, now)
    return qualification


def return_certificate(
    code: str, note: str, *, handler_id: int, by: Actor, now: datetime
) -> Qualification:
    """Give a certificate back with a reason that the volunteer reads."""
    note = check_return_note(note)
    qualification = _to_check(code, handler_id, by)
    _step(qualification, QualificationAction.RETURN, by, now, note)
    _decided(qualification, by, now, note)
    _tell(qualification, LetterKind.QUALIFICATION_RETURNED, f"{now:%Y%m%d%H%M%S}", now)
    return qualification


def remind_of_ends(now: datetime) -> int:
    """Tell volunteers once of each end of a checked certificate; return how many.

    One that was renewed ends on another day, and is told of again.
    """
    day = day_of(now)
    last = day + timedelta(days=settings.value("qualifications.remind_days", day))
    told = exists().where(Letter.topic == _topic_column())
    found = db.session.scalars(
        select(Qualification)
        .join(Qualification.volunteer)
        .options(
            joinedload(Qualification.volunteer, innerjoin=True),
            joinedload(Qualification.handler, innerjoin=True),
        )
        .where(
            Qualification.status == QualificationStatus.CHECKED,
            Qualification.expires_on >= day,
            Qualification.expires_on <= last,
            Volunteer.status.in_(SERVING),
            ~told,
        )
        .order_by(Qualification.id)
    ).all()
    for one in found:
        _tell(one, LetterKind.QUALIFICATION_ENDS, "", now)
    return len(found)


def follow_qualifications(organization_id: int, *, now: datetime) -> None:
    """Give certificates that wait to who checks them from now on."""
    found = db.session.scalars(
        select(Qualification)
        .join(Qualification.volunteer)
        .where(
            Qualification.status == QualificationStatus.SUBMITTED,
            (Volunteer.organization_id == organization_id)
            | (Qualification.handler_id == organization_id),
        )
        .order_by(Qualification.id)
        .with_for_update(of=Qualification)
        .execution_options(populate_existing=True)
    ).all()
    for one in found:
        handler = handler_for(
            one.volunteer.organization, one.volunteer.person, one.submitted_by_id or 0, day_of(now)
        )
        if handler.id != one.handler_id:
            one.handler = handler
            _note(one, None, SYSTEM, now, "handler")
    db.session.flush()


def serving_volunteer(person_id: int) -> Volunteer:
    """Return the volunteer that a person is, the row locked. Raises RuleViolation for none."""
    volunteer = lock_volunteer(person_id)
    if volunteer is None:
        raise RuleViolation("", N_("还不是志愿者"))
    check_serving(volunteer.status)
    return volunteer


def _fill(
    qualification: Qualification, known: QualificationFacts, by: Actor, now: datetime
) -> None:
    volunteer = qualification.volunteer
    qualification.kind, qualification.name, qualification.issuer = (
        known.kind,
        known.name,
        known.issuer,
    )
    qualification.issued_on, qualification.expires_on = known.issued_on, known.expires_on
    qualification.set_number(known.number)
    qualification.submitted_at, qualification.submitted_by_id = now, by.user_id
    qualification.handler = handler_for(
        volunteer.organization, volunteer.person, by.user_id or 0, day_of(now)
    )
    qualification.note = ""


def _locked(code: str, *conditions: object) -> Qualification:
    found = db.session.scalars(
        select(Qualification)
        .join(Qualification.volunteer)
        .where(Qualification.code == code, *conditions)  # type: ignore[arg-type]
        .with_for_update(of=Qualification)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    return found


def _to_check(code: str, handler_id: int, by: Actor) -> Qualification:
    qualification = _locked(code, Qualification.handler_id == handler_id)
    person_id = qualification.volunteer.person_id
    is_ward = by.user_id is not None and bool(wards_among({person_id}, by.user_id))
    check_registrar(person_id, by.person_id, is_ward=is_ward)
    return qualification


def _decided(qualification: Qualification, by: Actor, now: datetime, note: str = "") -> None:
    qualification.checked_at, qualification.checked_by_id = now, by.user_id
    qualification.note = note
    db.session.flush()


def _step(
    qualification: Qualification,
    action: QualificationAction,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    table = QUALIFICATION_TRANSITIONS
    qualification.status = next_state(table, qualification.status, action)
    _note(qualification, action, by, now, note)
    audit(f"qualifications.{action}", "qualification", qualification.id, by=by)


def _note(
    qualification: Qualification,
    action: QualificationAction | None,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    db.session.add(
        QualificationEvent(
            qualification_id=qualification.id,
            action=action,
            to_status=qualification.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )


def _topic_column() -> object:
    ends_on = cast(Qualification.expires_on, String)
    return "qualification:" + Qualification.code + ":ends:" + func.replace(ends_on, "-", "")


def _tell(qualification: Qualification, kind: LetterKind, mark: str, now: datetime) -> None:
    ends = kind is LetterKind.QUALIFICATION_ENDS
    last = qualification.expires_on
    topic = f"qualification:{qualification.code}:{f'ends:{last:%Y%m%d}' if ends else mark}"
    details = {"day": last.isoformat()} if ends and last else {}
    news = News(kind, qualification.handler, topic, details)
    tell_people([(qualification.volunteer.person_id, news)], now=now)
