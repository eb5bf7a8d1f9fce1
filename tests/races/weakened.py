"""The application that the races run against: the product, or the product without one guard.

``tests/races/server.py`` names the guard to take away in the environment; the product knows
nothing of it. A guard in the code is taken away in every worker (``create_app``), a guard in
the schema before the server starts (``weaken``).
"""

from __future__ import annotations

import importlib
import os
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from app import create_app as create_product
from core import chain, door, idempotency, pending, transactions
from core.access import guard
from core.database import db, write_intent
from organizations import figures
from organizations.models import Figure, FigurePart

WITHOUT = "RACES_WITHOUT"
WORKER_HEADER = "X-Race-Worker"
PAUSE = 0.05


def create_app() -> Flask:
    """Return the product's application, without the guard that the environment names."""
    app = create_product()
    app.after_request(name_worker)
    name = os.environ.get(WITHOUT, "")
    if name:
        with app.app_context():
            db.session.configure(expire_on_commit=False)
        for remove in IN_CODE[name]:
            remove(app)
    return app


def create_door() -> door.Door:
    """Return that application as the server calls it."""
    return door.before(create_app())


def name_worker(response: Response) -> Response:
    """Tell which process answered: a race needs two of them."""
    response.headers[WORKER_HEADER] = str(os.getpid())
    return response


# --------------------------------------------------------------------------- guards in the code

Removal = Callable[[Flask], None]


def stale(place: str) -> Removal:
    """Take the lock away from what a function reads: the transaction ends, others go on."""
    module_name, _, name = place.rpartition(".")

    def remove(_app: Flask) -> None:
        module = importlib.import_module(module_name)
        read: Callable[..., Any] = getattr(module, name)

        @wraps(read)
        def read_and_let_go(*values: Any, **options: Any) -> Any:
            found = read(*values, **options)
            if not transactions.is_reading():
                db.session.commit()
                time.sleep(PAUSE)
            return found

        setattr(module, name, read_and_let_go)

    return remove


def slow(place: str) -> Removal:
    """Let time pass behind what a function reads, as on a machine that is busy elsewhere."""
    module_name, _, name = place.rpartition(".")

    def remove(_app: Flask) -> None:
        module = importlib.import_module(module_name)
        read: Callable[..., Any] = getattr(module, name)

        @wraps(read)
        def read_and_wait(*values: Any, **options: Any) -> Any:
            found = read(*values, **options)
            if has_request_context() and request.method == "POST":
                time.sleep(PAUSE)
            return found

        setattr(module, name, read_and_wait)

    return remove


def late(place: str) -> Removal:
    """Let time pass before a function reads: the other hand is in the middle of it by then."""
    module_name, _, name = place.rpartition(".")

    def remove(_app: Flask) -> None:
        module = importlib.import_module(module_name)
        read: Callable[..., Any] = getattr(module, name)

        @wraps(read)
        def wait_and_read(*values: Any, **options: Any) -> Any:
            if has_request_context() and request.method == "POST":
                time.sleep(PAUSE)
            return read(*values, **options)

        setattr(module, name, wait_and_read)

    return remove


def unversioned(place: str) -> Removal:
    """Let the rows of a model be written over by who read an earlier version of them."""
    module_name, _, name = place.rpartition(".")

    def remove(_app: Flask) -> None:
        getattr(importlib.import_module(module_name), name).__mapper__.version_id_col = None

    return remove


def without_keys(app: Flask) -> None:
    """Let every request pass, whether its key was used before or not."""
    app.before_request_funcs[None].remove(idempotency.claim)


def without_retries(app: Flask) -> None:
    """Answer with the first conflict of the database, and let SQLite begin without its lock."""
    transactions.MAX_ATTEMPTS = 1
    hooks = app.before_request_funcs[None]
    hooks.insert(hooks.index(guard.check), begin_without_lock)


def begin_without_lock() -> None:
    """Let the transaction of the request begin as one that only reads."""
    write_intent.set(False)


def without_chain_lock(app: Flask) -> None:
    """Seal the rows of a request after its commit, behind a head that was read without a lock."""
    event.remove(Session, "before_commit", chain._seal_before_commit)

    @event.listens_for(Session, "before_commit")
    def keep_for_later(session: Session) -> None:
        session.flush()
        g.setdefault("unsealed", []).extend(session.info.pop(chain.UNSEALED, []))

    app.after_request_funcs[None].insert(0, seal_late)


def seal_late(response: Response) -> Response:
    """Seal what the request wrote, behind the head as it was a moment ago."""
    rows: list[chain.Chained] = g.pop("unsealed", [])
    for name in sorted({row.CHAIN for row in rows}):
        head = db.session.get(chain.ChainHead, name, populate_existing=True)
        sequence, digest = (head.sequence, head.digest) if head else (0, chain.GENESIS)
        db.session.commit()
        time.sleep(PAUSE)
        for row in [row for row in rows if name == row.CHAIN]:
            sequence += 1
            digest = chain.link(digest, sequence, row.facts())
            row.sequence, row.digest = sequence, digest
        db.session.merge(chain.ChainHead(name=name, sequence=sequence, digest=digest))
        db.session.commit()
    return response


def without_growth(app: Flask) -> None:
    """Write numbers over after the commit, as they were a moment ago plus the change."""
    event.remove(Session, "before_commit", figures._write_before_commit)

    @event.listens_for(Session, "before_commit")
    def keep_for_later(session: Session) -> None:
        if pending.is_over(session):
            for name in (figures.PENDING, figures.PARTS_PENDING):
                g.setdefault(name, Counter()).update(session.info.pop(name, {}))

    app.after_request_funcs[None].insert(0, write_over)


def write_over(response: Response) -> Response:
    """Write the numbers of a request over those that were there before."""
    written: tuple[tuple[Any, str], ...] = (
        (Figure, figures.PENDING),
        (FigurePart, figures.PARTS_PENDING),
    )
    for model, name in written:
        changes: Counter[tuple[Any, ...]] = g.pop(name, Counter())
        kept = {key: db.session.get(model, key) for key in sorted(changes)}
        values = {key: (row.value if row else 0) + changes[key] for key, row in kept.items()}
        db.session.commit()
        time.sleep(PAUSE)
        for key, value in values.items():
            columns = [column.name for column in model.__table__.primary_key]
            db.session.merge(model(**dict(zip(columns, key, strict=True)), value=value))
        db.session.commit()
    return response


IN_CODE: dict[str, tuple[Removal, ...]] = {
    "lock on applications": (
        stale("members.operations.decisions._locked"),
        stale("members.operations.decisions._check_not_members"),
    ),
    "lock on records": (
        stale("volunteers.operations.decisions.lock_records"),
        stale("volunteers.operations.claims.lock_records"),
    ),
    "lock on places": (
        stale("organizations.operations.merging.hold"),
        stale("organizations.operations.closing.hold"),
    ),
    "lock on sheets": (
        stale("volunteers.operations.seconds.lock_sheet"),
        stale("volunteers.operations.seconds.lock_records"),
        stale("volunteers.operations.decisions.lock_records"),
        stale("volunteers.operations.claims.lock_records"),
    ),
    "lock on operators": (stale("volunteers.operations.sending._lock_operator"),),
    "lock on orders": (stale("supervision.orders.operations.order_for"),),
    "lock on reports": (stale("supervision.reports.operations.reports.locked"),),
    "lock on freezing": (stale("supervision.reports.operations.reports._accepted"),),
    "turns of tries": (stale("accounts.operations.passwords.wrong_tries"),),
    "lock on grants": (stale("accounts.operations.grants._locked"),),
    "lock on holds": (stale("volunteers.operations.holds._lock"),),
    "refusal of overlaps": (stale("volunteers.operations.decisions.find_collisions"),),
    "unique document": (stale("members.operations.identities.owners_of"),),
    "lock on members": (stale("members.operations.withdrawals.locked_membership"),),
    "lock on units": (stale("members.operations.group_decisions.locked_group"),),
    "unique unit": (stale("members.operations.group_decisions.check_free"),),
    "lock on expulsions": (stale("members.operations.hearings._locked"),),
    "lock on corrections": (stale("people.operations.changes._locked"),),
    "lock on serials": (stale("members.operations.numbering._lock"),),
    "lock on posts": (stale("accounts.directory.held_posts"),),
    "lock on seats": (stale("activities.operations.signups.locked_shift"),),
    "lock on appointment slots": (stale("activities.operations.appointments.locked_slot"),),
    "lock on a person's time": (stale("activities.operations.signups._check_free"),),
    "lock on a check-in": (stale("activities.operations.checkin.at_shift"),),
    "lock on a roll call": (stale("activities.operations.presence._of"),),
    "lock on a led desk": (stale("activities.operations.leading.hold_desk"),),
    "lock on an ending": (stale("volunteers.operations.attendance.gather"),),
    "lock on pupils": (  # the pause is long enough for the whole of the other request
        stale("schools.operations.pupils.consents_stand"),
        stale("schools.operations.pupils.consents_stand"),
        stale("schools.operations.pupils.consents_stand"),
        stale("schools.operations.pupils.consents_stand"),
        unversioned("schools.models.Pupil"),
        late("members.routes.consent.consent_request"),
    ),
    "claim of keys": (without_keys,),
    "growing figures": (without_growth,),
    "lock on chains": (without_chain_lock,),
    "retries": (without_retries, slow("members.routes.journey.draft_of")),
}

# ------------------------------------------------------------------------- guards in the schema

OVERLAP_TRIGGERS = {
    "sqlite": ("service_records_no_overlap_insert", "service_records_no_overlap_update"),
    "postgresql": ("service_records_no_overlap ON service_records",),
}


def weaken(connection: Connection, name: str) -> None:
    """Take away what would hold the schema together where a guard in the code is missing."""
    operations = Operations(MigrationContext.configure(connection))
    if name == "lock on applications":
        operations.drop_index("uq_memberships_person_live", "memberships")
        drop_unique(operations, "memberships", "uq_memberships_application_id")
    elif name == "lock on serials":
        drop_unique(operations, "memberships", "uq_memberships_number")
    elif name == "unique unit":
        operations.drop_index("uq_group_memberships_credit_code_held", "group_memberships")
    elif name == "unique document":
        operations.drop_index("uq_persons_id_index", "persons")
    elif name == "refusal of overlaps":
        for trigger in OVERLAP_TRIGGERS[connection.dialect.name]:
            connection.execute(text(f"DROP TRIGGER {trigger}"))


def drop_unique(operations: Operations, table: str, constraint: str) -> None:
    """Drop a constraint of an empty table; SQLite makes the table anew."""
    with operations.batch_alter_table(table) as batch:
        batch.drop_constraint(constraint, type_="unique")
