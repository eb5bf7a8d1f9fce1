"""Which requests read in a transaction, and how a text is looked for."""

from __future__ import annotations

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from core.database import db, escaped, write_intent

POSTGRESQL, SQLITE = "postgresql+psycopg://nobody@localhost/nothing", "sqlite://"


@pytest.mark.covers("RACE-16")
@pytest.mark.parametrize(
    ("url", "writes", "alone"),
    [(POSTGRESQL, False, True), (POSTGRESQL, True, False), (SQLITE, False, False)],
)
def test_only_pages_on_postgresql_read_without_a_transaction(
    app: Flask, url: str, *, writes: bool, alone: bool
) -> None:
    with app.app_context():
        engines = cast("dict[str | None, Engine]", db.engines)
        usual, engines[None] = engines[None], create_engine(url)
        token = write_intent.set(writes)
        try:
            options: Any = cast("Engine", db.session.get_bind()).get_execution_options()
        finally:
            write_intent.reset(token)
            engines[None] = usual
    assert (options.get("isolation_level") == "AUTOCOMMIT") is alone


def test_signs_of_a_pattern_are_looked_for_as_they_are() -> None:
    assert escaped("a/b%c_d") == "a//b/%c/_d"
