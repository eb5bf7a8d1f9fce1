"""What the pages of dues can show: paid and unpaid, sent up, and unpaid for years."""

from __future__ import annotations

from sqlalchemy import select

from core import clock
from core.database import db
from members import operations as joining
from members.models import DuesCharge, Membership
from members.operations import dues_books
from members.operations.dues_charges import charge
from members.queries.dues import payments_behind
from members.queries.dues_books import debts_of
from members.queries.dues_due import all_tariffs
from members.rules import ProposalStatus
from organizations.models import Organization
from tests import dues_factories as paying
from tests import factories as make
from tests.e2e import stage

COLLECTED, OPEN = 3, 4


def furnish_dues(branch: Organization, mia: Membership) -> dict[str, str]:
    """Put dues of a branch on stage; return the codes of what its pages are about."""
    by, year, now = stage.acting("ben"), clock.today().year, clock.now()
    paid = [_charged(branch) for _ in range(COLLECTED)]
    for _ in range(OPEN):
        _charged(branch)
    mia.joined_on = mia.joined_on.replace(year=year - 1)
    own = charge(mia, year - 1, all_tariffs(), now=now)
    assert own
    charge(mia, year, all_tariffs(), now=now)
    db.session.flush()
    due = {one.code: 1000 for one in (*paid, own)}
    receipt = joining.collect(branch, due, "试财0001", clock.today(), by=by, now=now)
    single = joining.collect(
        branch, {_charged(branch).code: 1000}, "试财0002", clock.today(), by=by, now=now
    )
    payment = payments_behind(single.id)[0].code
    dues_books.write(db.session())
    [debt] = debts_of(branch.id)
    sent = joining.remit(branch, debt.upper_id, year, 400, "试汇01", clock.today(), by=by, now=now)
    waiting, noticed = (
        paying.make_proposal(_member(branch), status)
        for status in (ProposalStatus.PROPOSED, ProposalStatus.NOTICED)
    )
    return {
        "dues_receipt": receipt.code,
        "dues_payment": payment,
        "dues_sent": sent.code,
        "unpaid": waiting.code,
        "noticed": noticed.code,
    }


def _member(branch: Organization) -> Membership:
    return make.make_membership(make.make_person(born_on=stage.birth()), branch)


def _charged(branch: Organization) -> DuesCharge:
    made = charge(_member(branch), clock.today().year, all_tariffs(), now=clock.now())
    assert made
    db.session.flush()
    return made


def membership_of(name: str) -> Membership:
    """Return the membership of somebody of the cast."""
    person_id = stage.user_of(name).person_id
    return db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()
