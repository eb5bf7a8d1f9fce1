"""The commands of the ledger: anchor, verify, exit codes (LED-13)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from core.database import db
from tests import factories as make
from tests.cast import Cast, build_cast, organization_named
from tests.conftest import make_config
from tests.schema import make_schema
from tests.volunteers.desk import BRANCH, an_entry, confirm, log
from tests.volunteers.tampering import open_tables, truncate
from volunteers import anchors
from volunteers.models import VolunteerTotal

ENTRIES = 40
TAMPERINGS = 200


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Flask]:
    """An application with a database file of its own, for commands that commit."""
    app = create_app(make_config(tmp_path, anchors=str(tmp_path / "elsewhere")))
    with app.app_context():
        make_schema()
        build_cast()
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("LED-13")
def test_the_commands_anchor_verify_and_find_a_cut_end(own_app: Flask, tmp_path: Path) -> None:
    cast = Cast()
    runner = own_app.test_cli_runner()

    def run(*words: str) -> tuple[int, str]:
        done = runner.invoke(args=["ledger", *words])
        return done.exit_code, done.output

    assert run("verify")[0] == 0
    assert run("anchor")[0] == 0
    for back in range(1, 4):
        confirm(cast, log(cast, "ada", an_entry(back=back, title=f"第{back}次")))
    db.session.remove()
    code, output = run("anchor")
    assert code == 0
    assert json.loads(output)["sequence"] == 3
    folder = own_app.config["REDCROSS"].anchor_folder
    assert folder == tmp_path / "elsewhere"
    assert len(list(folder.glob(anchors.PATTERN))) == 2
    assert run("anchor")[0] == 0
    assert len(list(folder.glob(anchors.PATTERN))) == 2
    code, output = run("verify")
    assert code == 0
    assert "3 entries, 2 anchors" in output
    with open_tables(db.session.connection()):
        for statement in truncate(random.Random(1), db.session.connection(), 3).split(";"):  # noqa: S311
            db.session.execute(text(statement))
    db.session.commit()
    db.session.remove()
    code, output = run("verify")
    assert code == 1
    assert "knew 3 entries" in output
    code, output = run("anchor")
    assert code == 1
    assert "is gone or differs" in output


@pytest.mark.only_on("sqlite")
def test_verify_counts_what_it_does_not_list(own_app: Flask) -> None:
    branch = organization_named(BRANCH)
    for _ in range(25):
        volunteer = make.make_volunteer(make.make_person(), branch)
        db.session.add(VolunteerTotal(volunteer_id=volunteer.id, year=2026, confirmed_minutes=1))
    db.session.commit()
    db.session.remove()
    done = own_app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert done.exit_code == 1
    assert "total: 25 in all" in done.output
    assert done.output.count("the ledger has 0, total 1") == 20


@pytest.mark.pure
@pytest.mark.parametrize("content", ["", "{}", '{"sequence": 1, "digest": "x"}', "[]"])
def test_an_unreadable_anchor_is_no_anchor(tmp_path: Path, content: str) -> None:
    (tmp_path / "ledger-20261122-000000000001.json").write_text(content)
    with pytest.raises(ValueError, match="is no anchor"):
        anchors.read_all(tmp_path)
