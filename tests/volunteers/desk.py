"""Short ways to have hours entered and decided by people of the cast."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from accounts.models import Post
from core import clock, crypto, keyring
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from organizations.figures import values
from organizations.rules import Measure
from people.models import ConsentRequest
from people.rules.consents import ConsentStatus
from tests import factories as make
from tests.cast import Cast, phone_of
from volunteers import operations as hours
from volunteers.models import LedgerEntry, ServiceRecord, VolunteerTotal
from volunteers.rules import Entry, ServiceField, ServiceStatus

BRANCH, COUNTY = "东一村", "东县"


def acting(cast: Cast, name: str) -> Actor:
    """Return somebody of the cast, in the post he holds where he has one."""
    user = cast.user(name)
    post = db.session.scalars(select(Post).where(Post.user_id == user.id)).first()
    if post is None:
        return Actor(user.id, user.person_id)
    return Actor(user.id, user.person_id, post.id, post.role, post.organization_id)


def second_secretary(cast: Cast, name: str = "gus") -> None:
    """Give the branch another keeper: with one alone, his own hours go to the county."""
    make.make_post(cast.user(name), Role.SECRETARY, cast.organization(BRANCH))
    db.session.commit()


def an_entry(
    back: int = 1, minutes: int = 120, title: str = "急救演练", start: time | None = None
) -> Entry:
    """Return what a volunteer would type about some days ago."""
    day = clock.today() - timedelta(days=back)
    return Entry(day, minutes, title, ServiceField.FIRST_AID, start)


def log(
    cast: Cast, name: str, entry: Entry | None = None, now: datetime | None = None
) -> ServiceRecord:
    """Return a record that somebody of the cast entered himself."""
    record = hours.log_service(
        cast.person(name).id,
        entry or an_entry(),
        by=acting(cast, name),
        now=now or clock.now(),
    )
    db.session.commit()
    return record


def confirm(cast: Cast, *records: ServiceRecord, by: str = "ben", place: str = BRANCH) -> str:
    """Return the code of the decision that confirmed records."""
    decision = hours.confirm(
        [record.code for record in records],
        handler_id=cast.organization(place).id,
        by=acting(cast, by),
        now=clock.now(),
    )
    db.session.commit()
    return decision.code


def totals(record: ServiceRecord) -> dict[int, tuple[int, int]]:
    """Return ``year -> (confirmed, pending)`` of the record's volunteer."""
    total = VolunteerTotal
    rows = db.session.execute(
        select(total.year, total.confirmed_minutes, total.pending_minutes).where(
            total.volunteer_id == record.volunteer_id
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def entries_of(record: ServiceRecord) -> list[tuple[str, int]]:
    """Return kind and minutes of the ledger entries of a record, in order."""
    rows = db.session.execute(
        select(LedgerEntry.kind, LedgerEntry.minutes)
        .where(LedgerEntry.record_id == record.id)
        .order_by(LedgerEntry.id)
    )
    return [(kind.value, minutes) for kind, minutes in rows]


def figure(cast: Cast, place: str, measure: Measure, period: int = 0) -> int:
    """Return a maintained number of an organization."""
    place_id = cast.organization(place).id
    return values([place_id], [measure], [period]).get((place_id, measure, period), 0)


def queue(cast: Cast, place: str = BRANCH) -> str:
    """Return the address of the queue of an organization."""
    return f"/o/{cast.code(place)}/hours"


def crowd(cast: Cast, size: int, title: str = "急救演练", back: int = 2) -> list[ServiceRecord]:
    """Records of as many new volunteers of the branch, each entered by himself."""
    found = []
    for _ in range(size):
        person = make.make_person()
        make.make_volunteer(person, cast.organization(BRANCH))
        user = make.make_user(person)
        entry = an_entry(back=back, title=title)
        found.append(
            hours.log_service(
                person.id,
                entry,
                by=Actor(user.id, person.id),
                now=clock.now(),
            )
        )
    db.session.commit()
    return found


def states(*records: ServiceRecord) -> set[ServiceStatus]:
    """Return the states of records as the database has them."""
    for record in records:
        db.session.refresh(record)
    return {record.status for record in records}


def make_ben_guardian(cast: Cast, person_id: int) -> None:
    """Ben's phone was named as that of a person's guardian."""
    code, phone = crypto.opaque_code(8), phone_of("ben")
    db.session.add(
        ConsentRequest(
            code=code,
            token_digest=crypto.hash_token(code),
            person_id=person_id,
            organization_id=cast.organization(BRANCH).id,
            guardian_name="人ben",
            guardian_phone=keyring.seal(phone, f"consent_requests.guardian_phone:{code}"),
            guardian_phone_index=keyring.index_of(phone, "phone"),
            status=ConsentStatus.GIVEN,
            requested_at=clock.now(),
            expires_at=clock.now(),
        )
    )
    db.session.commit()
