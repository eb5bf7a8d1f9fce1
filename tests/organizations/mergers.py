"""Lists of organizations that merge, and what must be equal before and after."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from core.jobs.models import Job
from core.jobs.running import run
from organizations import figures, operations
from organizations.models import Figure, Organization
from organizations.models.merging import Merger, MergerRow
from organizations.operations import Decision
from organizations.rules import Line, MergerRowStatus, OrganizationKind
from organizations.totals import CONSERVED
from tests import factories as make
from tests.cast import Cast, organization_named
from tests.races import books

DOCUMENT = "东红〔2026〕31号"


def scope_of(name: str, place: str) -> Scope:
    """Return the scope in which a person of the cast merges organizations."""
    code, asked = organization_named(place).code, Permission.ORGANIZATIONS_MERGE
    found = scope_of_account(Cast().user(name).id, code, asked)
    assert found is not None
    return found


def prepare(scope: Scope, pairs: Sequence[tuple[str, str]], *, divisions: bool = False) -> str:
    """Return the code of a list of pairs, a draft of the post."""
    lines = [Line(number, *pair) for number, pair in enumerate(pairs, start=1)]
    place = db.session.get_one(Organization, scope.place.id)
    decision = Decision(DOCUMENT, clock.today(), divisions)
    merger = operations.prepare(place, lines, decision, by=Actor.of_scope(scope), now=clock.now())
    db.session.commit()
    return merger.code


def the(code: str) -> Merger:
    """Return a list as the database has it."""
    return db.session.scalars(select(Merger).where(Merger.code == code)).one()


def merge(scope: Scope, code: str) -> Job:
    """Start a list and let a worker do it to the end; twice, which does no harm."""
    job = operations.start_merger(code, scope, now=clock.now())
    return _done(job)


def undo(scope: Scope, code: str) -> Job:
    """Take a list back to the end."""
    job = operations.start_undo(code, scope, now=clock.now())
    return _done(job)


def _done(job: Job) -> Job:
    code = job.code
    db.session.commit()
    run(code)
    run(code)
    db.session.expire_all()
    return db.session.scalars(select(Job).where(Job.code == code)).one()


def rows_of(code: str) -> list[tuple[MergerRowStatus, str]]:
    """Return state and problem of every row."""
    found = select(MergerRow).where(MergerRow.merger_id == the(code).id)
    found = found.order_by(MergerRow.position)
    return [(row.status, row.problem) for row in db.session.scalars(found)]


def standing(*names: str) -> dict[tuple[int, str, int], int]:
    """Return every number, of every measure and period, of organizations named."""
    ids = [organization_named(name).id for name in names]
    found = db.session.scalars(select(Figure).where(Figure.organization_id.in_(ids)))
    return {(one.organization_id, one.measure, one.period): one.value for one in found if one.value}


def people(*names: str) -> dict[str, int]:
    """Return the numbers of people of organizations together."""
    ids = [organization_named(name).id for name in names]
    found: dict[str, int] = dict.fromkeys((one.value for one in CONSERVED), 0)
    for (_, measure, _), value in figures.values(ids, CONSERVED).items():
        found[measure] += value
    return found


def villages(parent: str, count: int, *, people_each: int = 1, prefix: str = "") -> list[str]:
    """Return the codes of new villages below an organization, with members and volunteers."""
    above = organization_named(parent)
    codes = []
    for number in range(count):
        name = f"{prefix or parent}{number + 1}号村"
        place = make.make_organization(OrganizationKind.VILLAGE, name, above)
        for _ in range(people_each):
            person = make.make_person()
            make.make_membership(person, place)
            make.make_volunteer(person, place)
        codes.append(place.code)
    books.settle()
    db.session.commit()
    return codes
