"""What the pages of cases, of requests and of switched modules need, written by hand."""

from __future__ import annotations

from collections.abc import Callable

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from people.models import Matter, RightsRequest
from people.rules.matters import MatterKind
from people.rules.rights import RightsKind, RightsStatus
from tests import factories as make
from tests.security.activity_table import OWN, PUBLIC

MATTERS: dict[str, str] = {
    "people.gave_matter_receipt": "matters",
    "people.give_matter_receipt": "matters",
    "people.show_matter": "matters",
    "organizations.list_switches": "modules",
    "organizations.switch_module": "modules",
    "people.answer_request": "requests",
    "people.approve_change": "changes",
    "people.change": OWN,
    "people.change_queue": "changes",
    "people.changes": OWN,
    "people.decide_change": "changes",
    "people.desk_phone": "changes",
    "people.desk_phone_code": "changes",
    "people.gave_matter_secret": OWN,
    "people.give_matter_secret": OWN,
    "people.list_matters": "matters",
    "people.matter_figures": "figures",
    "people.matter_progress": PUBLIC,
    "people.new_change": OWN,
    "people.new_phone": OWN,
    "people.new_request": OWN,
    "people.own_matter": OWN,
    "people.own_matters": OWN,
    "people.own_request": OWN,
    "people.phone_code": OWN,
    "people.refuse_request": "requests",
    "people.return_change": "changes",
    "people.rights_queue": "requests",
    "people.rights_request": "requests",
    "people.show_change": "changes",
    "people.shown_change": "changes",
    "people.verify_request": "requests",
    "people.withdraw_change": OWN,
    "people.withdraw_request": OWN,
}

MATTER_ROWS: dict[str, str] = {
    "people.gave_matter_receipt": "matter",
    "people.give_matter_receipt": "matter",
    "people.show_matter": "matter",
    "people.answer_request": "request-verified",
    "people.refuse_request": "request-verified",
    "people.rights_request": "request",
    "people.verify_request": "request",
}

OWN_MATTERS: dict[str, str] = {
    "people.gave_matter_secret": "matter",
    "people.give_matter_secret": "matter",
    "people.own_matter": "matter",
    "people.own_request": "request",
    "people.withdraw_request": "request",
}


def make_request(
    place: Organization, status: RightsStatus = RightsStatus.RECEIVED
) -> RightsRequest:
    """Return a question of somebody that an organization has to answer."""
    person = make.make_person()
    row = RightsRequest(
        code=crypto.opaque_code(8),
        kind=RightsKind.QUESTION,
        person_id=person.id,
        organization=place,
        handler=place,
        status=status,
        words="什么时候活动？",
        requested_by_id=make.make_user(person).id,
        requested_at=clock.now(),
        due_on=clock.today(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _request(place: Organization) -> str:
    return make_request(place).code


def _verified(place: Organization) -> str:
    return make_request(place, RightsStatus.VERIFIED).code


def _matter(place: Organization) -> str:
    make_request(place)
    db.session.commit()
    newest = db.session.query(Matter).where(Matter.kind == MatterKind.QUESTION)
    found = newest.order_by(Matter.id.desc()).first()
    assert found is not None
    return found.number


MATTER_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "matter": _matter,
    "request": _request,
    "request-verified": _verified,
}
