"""Papers that guardians signed: recorded for a class at once, child by child, with their scan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.files import operations as files
from core.files.models import StoredFile
from core.files.rules import read_content
from core.rules import NN_, RuleViolation, UnknownRowError
from people.models import ConsentRequest
from people.operations.consents import Signed, close_request, keep_signed
from people.operations.minors import purpose_of
from people.operations.reveals import look_together
from people.rules.consents import ConsentStatus
from people.rules.duplicates import LookField
from people.rules.wards import Voice, age_of, check_ward, needed
from schools.models import ConsentPaper, Pupil, SchoolClass, SignedConsent
from schools.operations.consents import admit_if_agreed, tell, usable_guardians
from schools.operations.pupils import hold
from schools.queries.consents import ages_on, requests_of
from schools.rules.pupils import ConsentState, PupilStatus

#: No name and no number of a child leaves with the file (PRV-07).
FILE_NAME = "同意书"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the coordinator holds: how many papers, of which day, whose are not among them."""

    shown: Collection[str]
    missing: Collection[str]
    count: int
    signed_on: date
    own_signed: bool
    scan: bytes


def record_papers(
    school_class: SchoolClass, bundle: Bundle, *, by: Actor, now: datetime
) -> ConsentPaper:
    """Return the bundle that was kept: each child of it has an answer of its own (MEM-14).

    Only of children whom the page showed and who still wait. Raises RuleViolation where the number
    of papers is not that of the children, and for a file that is not taken.
    """
    pupils = _signed(school_class, set(bundle.shown) - set(bundle.missing))
    if not pupils or len(pupils) != bundle.count:
        raise RuleViolation(
            "count", NN_("数一数：名单上交了的是 %(listed)s 份，请核对后再填"), listed=len(pupils)
        )
    content = read_content(bundle.scan)
    file = files.keep(content, FILE_NAME, by=by, now=now)
    paper = ConsentPaper(
        code=crypto.opaque_code(8),
        class_id=school_class.id,
        signed_on=bundle.signed_on,
        count=bundle.count,
        file_code=file.code,
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    db.session.add(paper)
    db.session.flush()
    for pupil in pupils:
        _agree(pupil, paper, own_signed=bundle.own_signed, by=by, now=now)
    record("consent.papers", "consent_paper", paper.id, by=by, count=bundle.count)
    db.session.flush()
    return paper


def read_papers(paper: ConsentPaper, *, by: Actor, now: datetime) -> StoredFile:
    """Return the scan of a bundle; the read log of every child on it has the look first (PRV-10).

    Raises RuleViolation where one of the children may not be looked at, and over the quota of the
    day; UnknownRowError where no scan is kept. The caller has asked for a fresh second factor.
    """
    kept = select(StoredFile).where(StoredFile.code == paper.file_code)
    file = db.session.scalars(kept).one_or_none()
    if file is None:
        raise UnknownRowError(paper.code)
    signed = (
        select(ConsentRequest.person_id)
        .join(SignedConsent, SignedConsent.request_id == ConsentRequest.id)
        .where(SignedConsent.paper_id == paper.id)
        .order_by(ConsentRequest.person_id)
    )
    reasons = {one: purpose_of(one, by, now) for one in db.session.scalars(signed)}
    look_together(reasons, LookField.CONSENT, by=by, now=now, protected=True)
    return file


def _signed(school_class: SchoolClass, codes: Collection[str]) -> Sequence[Pupil]:
    statement = (
        select(Pupil)
        .options(joinedload(Pupil.person, innerjoin=True))
        .where(
            Pupil.code.in_(codes),
            Pupil.class_id == school_class.id,
            Pupil.status == PupilStatus.DRAFT,
        )
        .order_by(Pupil.id)
        .with_for_update(of=Pupil)
    )
    return db.session.scalars(statement).all()


def _agree(
    waiting: Pupil, paper: ConsentPaper, *, own_signed: bool, by: Actor, now: datetime
) -> None:
    pupil, today = hold(waiting.id), clock.local(now).date()
    age, ages = age_of(pupil.person.born_on, today), ages_on(today)
    check_ward(age, ages)
    said = needed(age, ages)
    guardian = next(iter(usable_guardians(pupil, by, today)), None)
    signed = Signed(
        guardian.name if guardian else "",
        guardian.plain_phone if guardian else "",
        sorted(purpose for purpose, voice in said if voice is Voice.GUARDIAN),
        sorted(purpose for purpose, voice in said if voice is Voice.OWN and own_signed),
    )
    for request in requests_of(pupil.person_id):
        if request.status is ConsentStatus.REQUESTED:
            close_request(request.id)
    request = keep_signed(pupil.person, signed, organization=pupil.organization, by=by, now=now)
    db.session.add(SignedConsent(request_id=request.id, paper_id=paper.id))
    pupil.request, pupil.consent, pupil.due_on = request, ConsentState.GIVEN, None
    db.session.flush()
    admit_if_agreed(pupil, by=by, now=now)
    tell(pupil, ConsentState.GIVEN, request, now)
