"""PostgreSQL: pages work as a role that owns nothing (deploy/application-role.sql, ADR 0046)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import create_app
from core import clock
from core.database import db
from tests.cast import build_cast, token_of
from tests.client import Client
from tests.conftest import make_config
from tests.plugins.databases import own_database
from tests.schema import make_schema
from tools.programs import ROOT
from volunteers.queries.verification import verify

pytestmark = pytest.mark.only_on("postgresql")

GRANTS = ROOT / "deploy" / "application-role.sql"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an app that works as the role, on a schema and a cast of the owner."""
    role = f"redcross_app_{secrets.token_hex(4)}"
    folder: Path = tmp_path_factory.mktemp("role")
    with own_database() as url:
        owner = create_app(make_config(folder, url))
        with owner.app_context():
            make_schema()
            build_cast()
            db.session.execute(text(f"CREATE ROLE {role} LOGIN NOBYPASSRLS"))
            grants = GRANTS.read_text("utf-8").replace("redcross_app", role)
            db.session.execute(text(grants))
            db.session.execute(text("CREATE TABLE later (id serial PRIMARY KEY)"))
            db.session.commit()
            db.session.remove()
        parts = urlsplit(url)
        address = parts.netloc.rpartition("@")[2]
        app = create_app(
            make_config(folder, urlunsplit(parts._replace(netloc=f"{role}@{address}")))
        )
        yield app
        for one in (app, owner):
            with one.app_context():
                db.session.remove()
                if one is owner:
                    db.session.execute(text(f"DROP OWNED BY {role}"))
                    db.session.execute(text(f"DROP ROLE {role}"))
                    db.session.commit()
                    db.session.remove()
                db.engine.dispose()


@pytest.mark.covers("AZ-14")
def test_it_owns_nothing_and_stands_above_no_policy(served: Flask) -> None:
    asked = """
        SELECT r.rolsuper, r.rolbypassrls,
            (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid)
        FROM pg_roles r WHERE r.rolname = current_user
    """
    with served.app_context():
        assert tuple(db.session.execute(text(asked)).one()) == (False, False, 0)


@pytest.mark.covers("AZ-14", "LED-12")
@pytest.mark.parametrize(
    "act",
    [
        "ALTER TABLE ledger_entries DISABLE TRIGGER USER",
        "ALTER TABLE audit_events ADD COLUMN more integer",
        "TRUNCATE audit_events",
        "TRUNCATE read_events",
        "DELETE FROM ledger_entries",
        "DROP TABLE service_records CASCADE",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (id integer)",
        "SET session_replication_role = replica",
    ],
)
def test_what_would_undo_a_guard_is_refused(served: Flask, act: str) -> None:
    with served.app_context(), pytest.raises(ProgrammingError, match=r"denied|must be owner"):
        db.session.execute(text(act))


@pytest.mark.covers("AZ-14")
def test_pages_and_acts_work_as_this_role(served: Flask) -> None:
    with served.app_context():
        ada = Client(served, token_of("ada"))
        day = (clock.today() - timedelta(days=1)).isoformat()
        fields = {"day": day, "title": "巡河", "field": "aid", "length": "120"}
        done = ada.post("/me/hours/new", fields)
        assert done.status_code == 303, done.text
        ben = Client(served, token_of("ben"))
        assert ben.get("/").status_code in (200, 303)
        assert served.test_client().get("/readyz").status_code == 200
        db.session.execute(text("INSERT INTO later DEFAULT VALUES"))
        db.session.commit()
        assert verify(db.session.connection(), []).is_sound
