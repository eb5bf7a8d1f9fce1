"""Short ways to have hours of two records of one volunteer, and what they add up to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import Actor
from core.audit.queries import verify_chain
from core.database import db
from organizations.rules import Measure
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.people.pairs import VOLUNTEER, account_of, twin
from tests.volunteers.desk import BRANCH, COUNTY, acting, figure
from volunteers import operations as hours
from volunteers.models import LedgerEntry, ServiceRecord, Volunteer, VolunteerTotal
from volunteers.queries.verification import verify
from volunteers.rules import (
    Entry,
    ServiceStatus,
)

S = ServiceStatus
OTHER = "东二村"
MEASURES = (
    Measure.VOLUNTEERS,
    Measure.REGISTERED_VOLUNTEERS,
    Measure.CONFIRMED_MINUTES,
    Measure.CONFIRMED_RECORDS,
    Measure.HOURS_WAITING,
)


def figures_of(cast: Cast) -> dict[tuple[str, Measure], int]:
    return {
        (place, one): figure(cast, place, one)
        for place in (BRANCH, OTHER, COUNTY)
        for one in MEASURES
    }


def log(person: Person, entry: Entry, *, now: datetime | None = None) -> ServiceRecord:
    """Return a record that somebody entered himself."""
    user = account_of(person) or make.make_user(person)
    record = hours.log_service(
        person.id, entry, by=Actor(user.id, person.id), now=now or clock.now()
    )
    db.session.commit()
    return record


def confirm(cast: Cast, record: ServiceRecord, *, now: datetime | None = None) -> None:
    """Let the keeper of the branch confirm a record."""
    keepers = {BRANCH: "ben", OTHER: "bea", "东镇": "tom"}
    keeper = keepers[record.organization.name]
    hours.confirm(
        [record.code],
        handler_id=record.handler_id,
        by=acting(cast, keeper),
        now=now or clock.now(),
        doubtful=True,
    )
    db.session.commit()


def sums(*people: Person) -> dict[str, int]:
    """Return what totals, records and ledger of people add up to, in minutes."""
    ids = [one.id for one in people]
    volunteers = db.session.scalars(select(Volunteer).where(Volunteer.person_id.in_(ids))).all()
    total, record = VolunteerTotal, ServiceRecord
    own = [one.id for one in volunteers]

    def add(column: object, *conditions: object) -> int:
        return db.session.scalar(select(func.coalesce(func.sum(column), 0)).where(*conditions)) or 0  # type: ignore[arg-type]

    return {
        "confirmed": add(total.confirmed_minutes, total.volunteer_id.in_(own)),
        "pending": add(total.pending_minutes, total.volunteer_id.in_(own)),
        "records": add(record.minutes, record.person_id.in_(ids), record.status == S.CONFIRMED),
        "ledger": add(
            LedgerEntry.minutes, LedgerEntry.pseudonym.in_([one.pseudonym for one in volunteers])
        ),
    }


def check_books() -> None:
    """Fail where ledger, records, totals, figures or the audit chain say different things."""
    db.session.commit()
    report = verify(db.session.connection(), [])
    ours = [line for line in report.differences if not line.startswith("figure: volunteers")]
    assert ours == []
    assert verify_chain(AuditEvent).is_sound


def two(cast: Cast, **how: object) -> tuple[Person, Person]:
    """Return two records of one volunteer, in two villages."""
    first = twin(cast, BRANCH, roles=VOLUNTEER, account=True, **how)  # type: ignore[arg-type]
    second = twin(cast, OTHER, roles=VOLUNTEER, account=True)
    return first, second
