"""Words of codes: every package adds its own, none is forgotten."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask

from core import labels

pytestmark = pytest.mark.pure


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


WORDS: dict[type[StrEnum], dict[Any, Any]] = {Colour: {Colour.RED: "红", Colour.BLUE: "蓝"}}


def test_a_code_is_shown_by_its_word() -> None:
    app = Flask("words")
    labels.install(app, WORDS)
    label = app.jinja_env.filters["label"]
    assert (label(Colour.RED), label(None)) == ("红", "—")


def test_a_kind_nobody_named_fails_loudly() -> None:
    app = Flask("words")
    labels.install(app)
    with pytest.raises(KeyError):
        app.jinja_env.filters["label"](Colour.RED)


def test_neither_a_forgotten_code_nor_a_kind_named_twice_is_taken() -> None:
    app = Flask("words")
    with pytest.raises(ValueError, match="blue"):
        labels.install(app, {Colour: {Colour.RED: "红"}})
    labels.install(app, WORDS)
    with pytest.raises(ValueError, match="twice"):
        labels.install(app, WORDS)
