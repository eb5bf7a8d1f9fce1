"""What is not kept of a child whose guardian refused (domain.md, scenario 3; decisions.md D5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from accounts.models import KnownDevice, OneTimeCode, Post, User, UserSession
from accounts.operations.letters import forget_letters_about, forget_letters_of
from core import clock, settings
from core.audit.operations import SYSTEM, record
from core.database import db
from core.messages import Message
from members.models import Application, ApplicationEvent, JoinDraft
from members.rules import OPEN_STATES, ApplicationKind, ApplicationStatus
from people.models import Consent, ConsentRequest, Person
from people.operations.consents import lapse_unanswered
from people.operations.duplicates import forget_person
from people.operations.matters import forget
from people.queries import refused_children
from people.rules.consents import ConsentPurpose


def purge_refused(now: datetime) -> int:
    """Remove what was kept of children under 14 whose guardian refused, withdrew or never answered.

    Seven days after the end; return how many requests were removed. Doing it again finds
    nothing. A person or account that something else stands on is kept without the application.
    What a school asked, the school forgets (``schools.operations.purging``).
    Of a child who was admitted before, the consent stays as evidence (domain.md PRI-12).
    """
    lapse_unanswered(now)
    removed = 0
    admitted = exists().where(
        Application.person_id == ConsentRequest.person_id,
        Application.kind == ApplicationKind.VOLUNTEER,
        Application.status == ApplicationStatus.APPROVED,
    )
    asked = aliased(Consent)
    at_school = exists().where(
        asked.request_id == ConsentRequest.id, asked.purpose == ConsentPurpose.JOINING
    )
    kept = timedelta(days=settings.value("consents.kept_days", on=clock.local(now).date()))
    for request in refused_children(now - kept, ~admitted, ~at_school):
        _end_waiting(request)
        person_id, request_id = request.person_id, request.id
        _remove_request(request)
        _remove_applications(person_id)
        user_id = db.session.scalar(select(User.id).where(User.person_id == person_id))
        if _remove_person(person_id, user_id) and user_id is not None:
            _remove_account(user_id)
        record("consent.purge", "consent_request", request_id, by=SYSTEM)
        removed += 1
    db.session.flush()
    return removed


def _end_waiting(request: ConsentRequest) -> None:
    """Close the application whose answer will not come; one with another request goes on."""
    asked = Application.consent_request_id == request.id
    waiting = select(Application).where(asked, Application.status.in_(OPEN_STATES))
    for application in db.session.scalars(waiting.with_for_update()):
        application.status = ApplicationStatus.WITHDRAWN
    db.session.flush()
    forgotten = update(Application).where(asked).values(consent_request_id=None)
    db.session.execute(forgotten)


def _remove_request(request: ConsentRequest) -> None:
    purposes = Message.purpose.startswith(f"consent:{request.code}:", autoescape=True)
    db.session.execute(delete(Message).where(purposes))
    db.session.execute(delete(Consent).where(Consent.request_id == request.id))
    db.session.execute(delete(ConsentRequest).where(ConsentRequest.id == request.id))


def _remove_applications(person_id: int) -> None:
    ended_ids = select(Application.id).where(
        Application.person_id == person_id,
        Application.kind == ApplicationKind.VOLUNTEER,
        Application.status == ApplicationStatus.WITHDRAWN,
    )
    ended = ended_ids.scalar_subquery()
    forget(Application, list(db.session.scalars(ended_ids)))
    of_them = ApplicationEvent.application_id.in_(ended)
    db.session.execute(delete(ApplicationEvent).where(of_them))
    db.session.execute(delete(Application).where(Application.id.in_(ended)))


def _remove_person(person_id: int, user_id: int | None) -> bool:
    """Remove the record of a person; return whether nothing else stood on it."""
    try:
        with db.session.begin_nested():
            if user_id is not None:
                user = db.session.get_one(User, user_id)
                user.person_id, user.display_name = None, ""
                db.session.flush()
            forget_letters_about(person_id)
            forget_person(person_id)
            db.session.execute(delete(Person).where(Person.id == person_id))
    except IntegrityError:
        return False
    return True


def _remove_account(user_id: int) -> None:
    """Remove the account of a child; one that holds a post or handed in more is kept."""
    user = db.session.get_one(User, user_id)
    phone = user.phone_index
    try:
        with db.session.begin_nested():
            forget_letters_of(user_id)
            for model in (JoinDraft, UserSession, KnownDevice):
                db.session.execute(delete(model).where(model.user_id == user_id))
            db.session.execute(delete(OneTimeCode).where(OneTimeCode.phone_index == phone))
            held = select(Post.id).where(Post.user_id == user_id).limit(1)
            if db.session.scalar(held) is None:
                db.session.execute(delete(User).where(User.id == user_id))
    except IntegrityError:
        return
