"""The rows that somebody who is entered becomes: values for the database, nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core import crypto, keyring
from core.audit.operations import Actor
from core.pinyin import NamePinyin
from members.models import Decision
from members.rules import (
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    Flag,
    Paper,
)
from organizations.models import Organization
from people.operations.persons import Identity


@dataclass(slots=True)
class Newcomer:
    """Somebody to be entered: checked facts, and whom of those stored it is.

    ``flags`` makes it an application that another desk looks at. ``has_id`` and ``has_phone`` tell
    of the record once it is written.
    """

    name: str
    match_key: str
    sound: NamePinyin
    identity: Identity | None = None
    id_index: bytes | None = None
    born_on: date | None = None
    phone: str = ""
    phone_index: bytes | None = None
    joined_on: date | None = None
    person_id: int | None = None
    is_new: bool = False
    has_id: bool = False
    has_phone: bool = False
    completed: str = ""
    flags: tuple[Flag, ...] = ()
    application_id: int = 0

    @property
    def is_handed(self) -> bool:
        return bool(self.flags)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and by whom people are entered, in which decision."""

    organization: Organization
    decision: Decision
    by: Actor
    now: datetime
    import_code: str | None = None
    paper: Paper = field(default_factory=Paper)


def person_row(one: Newcomer, now: datetime) -> dict[str, Any]:
    """Return the row of a new person; a document that has to be looked at is not his yet."""
    code = crypto.opaque_code(8)
    identity = None if one.is_handed else one.identity
    known = one.identity
    phone = one.phone
    return {
        "code": code,
        "name": one.name,
        "match_key": one.match_key,
        "pinyin": one.sound.full,
        "initials": one.sound.initials,
        "sex": known.sex if known else None,
        "born_on": known.born_on if known else one.born_on,
        "id_type": identity.id_type if identity else None,
        "id_number": keyring.seal(identity.number, f"persons.id_number:{code}")
        if identity
        else None,
        "id_index": one.id_index if identity else None,
        "phone": keyring.seal(phone, f"persons.phone:{code}") if phone else None,
        "phone_index": one.phone_index,
        "phone_tail_index": keyring.index_of(phone[-4:], "phone-tail") if phone else None,
        "created_at": now,
    }


def application_row(
    one: Newcomer, desk: Desk, kind: ApplicationKind, other_id: int
) -> dict[str, Any]:
    code, handed = crypto.opaque_code(8), one.is_handed
    claim = one.identity if handed else None
    return {
        "code": code,
        "kind": kind,
        "person_id": one.person_id,
        "organization_id": desk.organization.id,
        "handler_id": other_id if handed else desk.organization.id,
        "status": ApplicationStatus.SUBMITTED if handed else ApplicationStatus.APPROVED,
        "submitted_by_id": desk.by.user_id,
        "submitted_at": desk.now,
        "flags": ",".join(one.flags),
        "is_doubtful": handed,
        "claimed_id_type": claim.id_type if claim else None,
        "claimed_id_number": keyring.seal(claim.number, f"applications.claimed_id_number:{code}")
        if claim
        else None,
        "claimed_id_index": one.id_index if claim else None,
        "decision_id": None if handed else desk.decision.id,
        "decided_at": None if handed else desk.now,
        "decided_by_id": None if handed else desk.by.user_id,
    }


def event_rows(one: Newcomer, desk: Desk) -> list[dict[str, Any]]:
    base = {
        "application_id": one.application_id,
        "at": desk.now,
        "by_user_id": desk.by.user_id,
        "by_post_id": desk.by.post_id,
        "note": "",
    }
    sent = {
        **base,
        "action": None,
        "from_status": None,
        "to_status": ApplicationStatus.SUBMITTED,
    }
    if one.is_handed:
        return [sent]
    approved = {
        **base,
        "action": ApplicationAction.APPROVE,
        "from_status": ApplicationStatus.SUBMITTED,
        "to_status": ApplicationStatus.APPROVED,
    }
    return [sent, approved]


def entry_row(one: Newcomer, desk: Desk) -> dict[str, Any]:
    return {
        "application_id": one.application_id,
        "entered_by_id": desk.by.user_id,
        "post_id": desk.by.post_id,
        "entered_at": desk.now,
        "import_code": desk.import_code,
        "is_new_person": one.is_new,
        "completed": one.completed,
        "signed_on": desk.paper.signed_on,
        "witness": desk.paper.witness,
        "paper_number": desk.paper.number,
        "paper_file_code": None,
    }
