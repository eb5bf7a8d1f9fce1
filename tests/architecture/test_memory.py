"""A worker holds what pages need: what a single command or paper uses is loaded when it runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tools.programs import ROOT

#: The demonstration with all that it plays through, and the library that writes PDF.
SELDOM = {"datasets.demo.seeding", "fpdf"}


@pytest.mark.pure
@pytest.mark.covers("LOAD-07")
def test_a_worker_does_not_load_what_few_ever_need() -> None:
    asked = f"import app, sys; print(*sorted({SELDOM!r} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not found.stdout.split()
