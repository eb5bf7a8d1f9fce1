"""Rows that addresses carry, near and far from the organization of the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from accounts.models import Letter
from accounts.operations.letters import News, tell_accounts
from accounts.rules.letters import LetterKind
from core import clock, crypto
from core.access.permissions import Role
from core.audit.operations import SYSTEM, Actor
from core.database import db
from members.models import Decision, DuesPayment
from members.operations import leave
from members.operations.dues_books import post_remittance
from members.rules import ExpulsionStatus, MembershipStatus, ProposalStatus, TransferStatus
from members.rules.exports import ExportStatus
from members.rules.groups import GroupStatus
from organizations.models import Organization
from people.rules.changes import ChangeField
from tests import desk_factories as desk
from tests import dues_factories as paying
from tests import endings, twins
from tests import factories as make
from tests.cast import Cast, organization_named
from tests.imported import make_import
from tests.papers import make_entry
from tests.school_factories import make_school
from tests.security.life_table import LIFE_BUILDERS
from tests.security.matter_table import MATTER_BUILDERS
from tests.security.merging_table import MERGING_BUILDERS
from tests.security.order_table import ORDER_BUILDERS
from tests.security.posts_table import POSTS_BUILDERS
from tests.security.public_rows import PUBLIC_BUILDERS
from tests.security.quality_table import QUALITY_BUILDERS
from tests.security.report_table import REPORT_BUILDERS
from tests.security.rights import EAST, WEST
from tests.security.row_table import OWNERS
from tests.security.school_activity_table import SCHOOL_ACTIVITY_BUILDERS
from tests.security.school_consent_table import CONSENT_BUILDERS
from tests.security.school_protection_rows import PROTECTION_BUILDERS
from tests.security.school_register_table import SCHOOL_REGISTER_BUILDERS
from tests.security.school_roster_table import class_of, pupil_of
from tests.security.school_year_rows import SCHOOL_YEAR_BUILDERS
from tests.security.service_rows import SERVICE_BUILDERS
from tests.security.venues_table import VENUE_BUILDERS
from tests.security.visits_table import VISIT_BUILDERS
from tests.units import make_group, make_licence

#: here: a row of the organization asked; near: of another county of the city; far: of another
#: city; none: a code that nobody has.
RELATIONS = ("here", "near", "far", "none")
NOBODYS = "zzzzzzzz"


def place_of(relation: str, place: str) -> str:
    """Return the organization whose row is meant."""
    if relation == "here":
        return place
    if relation == "near":
        return "东二村" if place in WEST else "西一村"
    return "北一村" if place in EAST + WEST else "东二村"


def _application(organization: Organization) -> str:
    person = make.make_person(with_id=True)
    return make.make_application(person, organization, make.make_user(person)).code


def _membership(organization: Organization) -> str:
    return make.make_membership(make.make_person(), organization).code


def _withdrawal(organization: Organization) -> str:
    person = make.make_person()
    make.make_membership(person, organization)
    db.session.flush()
    user = make.make_user(person)
    db.session.flush()
    return leave(person.id, None, "", by=Actor(user.id, person.id), now=clock.now()).code


def _honour(organization: Organization) -> str:
    membership = make.make_membership(make.make_person(), organization)
    return make.make_honour(membership, make.make_user()).code


def _payment(organization: Organization) -> DuesPayment:
    membership = make.make_membership(make.make_person(), organization)
    return paying.make_payment(paying.make_charge(membership), make.make_user())


def _proposal(status: ProposalStatus) -> Callable[[Organization], str]:
    def build(organization: Organization) -> str:
        membership = make.make_membership(make.make_person(), organization)
        return paying.make_proposal(membership, status).code

    return build


def _arriving_dues(organization: Organization) -> str:
    """Return money that was sent to the organization, booked where it was sent from."""
    source = organization_named("北一村" if organization.name != "北一村" else "东一村")
    remittance = paying.make_remittance(source, organization, make.make_user())
    post_remittance(remittance, by=SYSTEM, now=clock.now())
    return remittance.code


def _expulsion(status: ExpulsionStatus) -> Callable[[Organization], str]:
    """Return what makes an expulsion on which the organization has to act."""
    return lambda organization: endings.make_expulsion(organization, status).code


def _pending(organization: Organization) -> str:
    return endings.make_pending(organization)[1].code


def _pending_closing(organization: Organization) -> str:
    return endings.make_pending(organization)[0].code


def _death(organization: Organization) -> str:
    return endings.make_death(organization).code


def _transfer(status: TransferStatus) -> Callable[[Organization], str]:
    """Return what makes a transfer that the organization has to answer, out of it or into it."""

    def build(organization: Organization) -> str:
        person, is_leaving = make.make_person(), status is TransferStatus.REQUESTED
        user = make.make_user(person)
        other = organization_named("北一村" if organization.name != "北一村" else "东一村")
        here, there = (organization, other) if is_leaving else (other, organization)
        return make.make_transfer(person, user, here, there, status).code

    return build


def _change(organization: Organization) -> str:
    return make.make_change(make.make_person(), organization).code


def _document_change(organization: Organization) -> str:
    request = make.make_change(make.make_person(with_id=True), organization)
    request.field = ChangeField.DOCUMENT
    request.before = request.after = '{"id_type": "resident_id", "id_number": "999***"}'
    number = make.make_id_number(date(1990, 3, 7))
    request.seal_value(f'{{"id_type": "resident_id", "id_number": "{number}"}}')
    return request.code


def _letter(organization: Organization) -> str:
    news = News(LetterKind.HONOUR_RECORDED, organization, f"test:{crypto.opaque_code(8)}")
    user = make.make_user(make.make_person())
    tell_accounts([(user, news)], now=clock.now())
    own = select(Letter.code).where(Letter.user_id == user.id)
    return db.session.scalars(own).one()


def _saved_filter(organization: Organization) -> str:
    name = crypto.opaque_code(8)  # each has a name of its own
    return desk.make_saved_filter(organization, make.make_user(), name).code


def _export(organization: Organization) -> str:
    return desk.make_export(make.make_post(make.make_user(), Role.SECRETARY, organization)).code


def _export_request(organization: Organization) -> str:
    branch = organization_named("东一村")
    post = make.make_post(make.make_user(), Role.SECRETARY, branch)
    status = ExportStatus.REQUESTED
    return desk.make_export(post, status, handler=organization, grounds="quota").code


def _returned_filing(organization: Organization) -> str:
    status = MembershipStatus.FILING_RETURNED
    return make.make_membership(make.make_person(), organization, status=status).code


def _person(organization: Organization) -> str:
    person = make.make_person(with_id=True)
    make.make_membership(person, organization)
    return person.code


def _pair(organization: Organization) -> str:
    """Return a pair of two members of the organization, or of two counties under an office."""
    places = {"东市": ("东一村", "西一村"), "测试省": ("东一村", "北一村")}
    names = places.get(organization.name, ())
    people = [make.make_person(f"试{crypto.opaque_code(6)}", phone=make.make_phone())]
    people.append(make.make_person(people[0].name, phone=people[0].plain_phone))
    for number, person in enumerate(people):
        place = organization_named(names[number]) if names else organization
        make.make_membership(person, place)
    return twins.make_pair(*people).code


def _merge(organization: Organization) -> str:
    """Return a merge that the county of the organization decided."""
    person, other = make.make_person(), make.make_person()
    make.make_membership(person, organization)
    other.merged_into_id = person.id
    return twins.make_merge(person, other, organization.county_id or organization.id).code


def _import(organization: Organization) -> str:
    """Return a list that its owner checks, at whichever organization."""
    name = OWNERS["import"].get(organization.name)
    user = Cast().user(name) if name else make.make_user()
    return make_import(user, organization, ["试录入"]).code


def _decision(action: str) -> Callable[[Organization], str]:
    def build(organization: Organization) -> str:
        decision = Decision(
            code=crypto.opaque_code(12),
            action=action,
            organization_id=organization.id,
            decided_by_id=make.make_user().id,
            decided_at=clock.now(),
            count=1,
        )
        db.session.add(decision)
        return decision.code

    return build


def _unit(status: GroupStatus) -> Callable[[Organization], str]:
    """Return what makes a unit in a state; ``here`` is the organization of the address."""

    def build(organization: Organization) -> str:
        return make_group(organization, status).code

    return build


def _paper(organization: Organization) -> str:
    """Return the signed paper of a member: the code of the application it belongs to."""
    return make_entry(organization, has_paper=True).application.code


def _licence(organization: Organization) -> str:
    return make_licence(make_group(organization)).code


BUILDERS: dict[str, Callable[[Organization], str]] = {
    **PROTECTION_BUILDERS,
    **POSTS_BUILDERS,
    **SERVICE_BUILDERS,
    **LIFE_BUILDERS,
    "class": class_of,
    "pupil": pupil_of,
    **CONSENT_BUILDERS,
    **MERGING_BUILDERS,
    **SCHOOL_YEAR_BUILDERS,
    **PUBLIC_BUILDERS,
    **REPORT_BUILDERS,
    **QUALITY_BUILDERS,
    **MATTER_BUILDERS,
    **ORDER_BUILDERS,
    **SCHOOL_ACTIVITY_BUILDERS,
    **SCHOOL_REGISTER_BUILDERS,
    **VENUE_BUILDERS,
    **VISIT_BUILDERS,
    "application": _application,
    "membership": _membership,
    "returned-filing": _returned_filing,
    "honour": _honour,
    "import": _import,
    "withdrawal": _withdrawal,
    "dues-receipt": lambda organization: _payment(organization).receipt.code,
    "dues-payment": lambda organization: _payment(organization).code,
    "unpaid": _proposal(ProposalStatus.PROPOSED),
    "noticed": _proposal(ProposalStatus.NOTICED),
    "arriving-dues": _arriving_dues,
    "unit": _unit(GroupStatus.ACTIVE),
    "unit-handed-in": _unit(GroupStatus.SUBMITTED),
    "unit-visited": _unit(GroupStatus.VISITED),
    "licence": _licence,
    "paper": _paper,
    "change": _change,
    "document-change": _document_change,
    "letter": _letter,
    "departing": _transfer(TransferStatus.REQUESTED),
    "arriving": _transfer(TransferStatus.RELEASED),
    "heard": _expulsion(ExpulsionStatus.HEARD),
    "decided": _expulsion(ExpulsionStatus.DECIDED),
    "appealed": _expulsion(ExpulsionStatus.APPEALED),
    "pending": _pending,
    "pending-closing": _pending_closing,
    "death": _death,
    "saved-filter": _saved_filter,
    "export": _export,
    "export-request": _export_request,
    "person": _person,
    "pair": _pair,
    "merge": _merge,
    "approval": _decision("applications.approve"),
    "confirmation": _decision("hours.confirm"),
}


class Rows:
    """Makes each row once and remembers its code."""

    def __init__(self, organization_of: Callable[[str], Organization]) -> None:
        self.organization_of = organization_of
        self.made: dict[tuple[str, str], str] = {}
        for name in ("东小学", "西小学"):  # pages of schools are of those on the list
            make_school(organization_of(name))
        db.session.commit()

    def code(self, kind: str, relation: str, place: str) -> str:
        """Return the code of a row of the kind in the relation to the organization."""
        if relation == "none":
            return NOBODYS
        key = kind, place_of(relation, place)
        if key not in self.made:
            self.made[key] = BUILDERS[kind](self.organization_of(key[1]))
            db.session.commit()
        return self.made[key]
