"""Links to pupils' own phones, and what pupils said yes to for themselves (decisions.md D5)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from core import crypto
from core.database import db
from people.models import Consent
from people.queries import OWN_CHANNEL
from people.rules.consents import ConsentPurpose, ConsentStatus
from schools.models import OwnConsent, Pupil
from schools.rules.pupils import ON_ROSTER


def link_of_token(token: str) -> OwnConsent | None:
    """Return the link of a token."""
    statement = select(OwnConsent).where(OwnConsent.token_digest == crypto.hash_token(token))
    return db.session.scalars(statement).one_or_none()


def links_of(pupil_id: int) -> Sequence[OwnConsent]:
    """Return every link that went to the own phone of a pupil, the newest first."""
    statement = select(OwnConsent).where(OwnConsent.pupil_id == pupil_id)
    return db.session.scalars(statement.order_by(OwnConsent.id.desc())).all()


def own_answers_of(person_id: int, *, lock: bool = False) -> Sequence[Consent]:
    """Return what stands of a person's own answers at school; volunteering is another purpose."""
    joining = aliased(Consent)
    at_school = exists().where(
        joining.request_id == Consent.request_id, joining.purpose == ConsentPurpose.JOINING
    )
    statement = select(Consent).where(
        Consent.person_id == person_id,
        Consent.channel == OWN_CHANNEL,
        Consent.status == ConsentStatus.GIVEN,
        at_school,
    )
    if lock:
        statement = statement.with_for_update(of=Consent)
    return db.session.scalars(statement.order_by(Consent.id)).all()


def still_asks(link: OwnConsent) -> bool:
    """Return whether a link has a use: an answer is wanted for a roster, or there is one."""
    if link.status is not ConsentStatus.REQUESTED:
        return True
    on_roster = select(Pupil.id).where(Pupil.id == link.pupil_id, Pupil.status.in_(ON_ROSTER))
    return db.session.scalars(on_roster).first() is not None
