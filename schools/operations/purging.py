"""What is not kept of a child who did not join, or joined no longer (scenarios 3 and 24)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from accounts.operations.letters import forget_letters_about
from core import clock
from core.audit.operations import SYSTEM, record
from core.database import db
from core.imports.models import Import, ImportRow
from core.messages import Message
from members.models import Membership
from people import erasing
from people.models import Consent, ConsentRequest, Guardian, Person
from people.operations.consents import lapse_unanswered
from people.operations.duplicates import forget_person
from people.operations.erasures import forget_identity
from schools.models import Pupil, PupilEvent, PupilYear, SignedConsent
from schools.operations.erasing import forget_own_links
from schools.operations.pupils import hold, step
from schools.rules.pupils import ON_ROSTER, PupilAction, PupilStatus

BATCH = 200
#: Who has to be gone once the day has come: a draft whose guardian never answered as well, and
#: one that left the school as a draft.
ENDED = (
    PupilStatus.DRAFT,
    PupilStatus.REFUSED,
    PupilStatus.WITHDRAWN,
    PupilStatus.REMOVED,
    PupilStatus.LEFT,
)


def purge_due(now: datetime) -> int:
    """Remove what names children whose day has come; return how many, at most a batch.

    Of who was a member the year, the figures and the fact of the consent stay, without a name;
    of who never was, nothing. Somebody who is something else too keeps what that needs. Doing it
    again finds nothing.
    """
    lapse_unanswered(now)
    today = clock.local(now).date()
    due = select(Pupil.id).where(Pupil.due_on <= today, Pupil.status.in_(ENDED))
    ids = db.session.scalars(due.order_by(Pupil.id).limit(BATCH)).all()
    for pupil_id in ids:
        _purge(hold(pupil_id), now)
    db.session.flush()
    return len(ids)


def _purge(pupil: Pupil, now: datetime) -> None:
    person_id, pupil.due_on = pupil.person_id, None
    if pupil.status is PupilStatus.DRAFT:
        step(pupil, PupilAction.REMOVE, by=SYSTEM, now=now)
    _drop_rows_of_list(pupil)
    forget_letters_about(person_id)
    elsewhere = select(Pupil.id).where(
        Pupil.person_id == person_id, Pupil.id != pupil.id, Pupil.status.in_(ON_ROSTER)
    )
    stays = db.session.scalars(elsewhere.limit(1)).first() is not None
    if not stays:
        for code in db.session.scalars(
            select(Guardian.code).where(Guardian.person_id == person_id)
        ):
            told = Message.purpose.startswith(f"guardian:{code}:", autoescape=True)
            db.session.execute(delete(Message).where(told))
        db.session.execute(delete(Guardian).where(Guardian.person_id == person_id))
    was_member = db.session.scalars(
        select(Membership.id).where(Membership.person_id == person_id).limit(1)
    ).first()
    record("pupil.purge", "person", person_id, by=SYSTEM)
    _drop_messages(pupil)
    forget_own_links([pupil.id])
    if was_member is not None:
        if not stays and not _is_something_else(person_id):
            forget_identity(pupil.person, now)
        return
    _drop_requests(pupil)
    db.session.execute(delete(PupilEvent).where(PupilEvent.pupil_id == pupil.id))
    db.session.execute(delete(PupilYear).where(PupilYear.pupil_id == pupil.id))
    db.session.delete(pupil)
    db.session.flush()
    if not stays:
        _drop_person(person_id)


def _is_something_else(person_id: int) -> bool:
    """Return whether somebody has an account, or is a member or a volunteer beside the school."""
    account = db.session.scalars(select(User.id).where(User.person_id == person_id)).first()
    return account is not None or bool(erasing.waiting_for(person_id))


def _drop_requests(pupil: Pupil) -> None:
    """Remove the requests of a school about a child who was never a member."""
    requests = db.session.scalars(
        select(ConsentRequest).where(
            ConsentRequest.person_id == pupil.person_id,
            ConsentRequest.organization_id == pupil.organization_id,
        )
    ).all()
    pupil.request_id = None
    db.session.flush()
    of_them = [request.id for request in requests]
    db.session.execute(delete(SignedConsent).where(SignedConsent.request_id.in_(of_them)))
    for request in requests:
        db.session.execute(delete(Consent).where(Consent.request_id == request.id))
        db.session.delete(request)
    db.session.flush()


def _drop_messages(pupil: Pupil) -> None:
    """Remove what was sent to guardians about a child."""
    codes = select(ConsentRequest.code).where(ConsentRequest.person_id == pupil.person_id)
    for code in (f"paper:{pupil.code}", *db.session.scalars(codes).all()):
        of_it = Message.purpose.startswith(f"consent:{code}:", autoescape=True)
        db.session.execute(delete(Message).where(of_it))


def _drop_rows_of_list(pupil: Pupil) -> None:
    """Remove the row of the list that brought the child: it holds the name."""
    if pupil.import_code is None:
        return
    lists = select(Import.id).where(Import.code == pupil.import_code)
    made = or_(ImportRow.made_id == pupil.id, ImportRow.found_id == pupil.person_id)
    db.session.execute(delete(ImportRow).where(ImportRow.import_id.in_(lists), made))


def _drop_person(person_id: int) -> None:
    """Remove the record of a child on which nothing else stands."""
    try:
        with db.session.begin_nested():
            forget_person(person_id)
            db.session.execute(delete(Person).where(Person.id == person_id))
    except IntegrityError:  # an account, a volunteer: that keeps it
        return
