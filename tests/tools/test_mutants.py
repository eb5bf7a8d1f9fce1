"""The list of mutants fits the tree, and a control that is gone would be told."""

from __future__ import annotations

import tomllib

import pytest

from tools import mutants
from tools.programs import ROOT

KNOWN = tomllib.loads(mutants.MUTANTS.read_text("utf-8"))

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("name", KNOWN)
def test_a_mutant_fits_the_tree(name: str) -> None:
    mutant = KNOWN[name]
    text = (ROOT / mutant["file"]).read_text("utf-8")
    assert mutants.switched_off(text, mutant) != text
    assert [test for test in mutant["tests"] if not (ROOT / test).exists()] == []


def test_a_text_that_is_gone_or_doubled_tells_nothing() -> None:
    mutant = {"file": "x.py", "before": "check()", "after": ""}
    for text in ("", "check()\ncheck()"):
        with pytest.raises(mutants.CannotTellError):
            mutants.switched_off(text, mutant)


def test_an_unknown_name_is_no_success() -> None:
    assert mutants.main(["M0"]) == 1
