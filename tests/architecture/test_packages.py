"""The contracts on imports bind every package, and each of them can be broken."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

pytestmark = pytest.mark.pure

# Beside the application, which never imports them.
BESIDE = {"bench", "tests", "tools"}

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CHAIN = next(contract for contract in LINTER["contracts"] if contract["id"] == "chain")

# One import per line that must break a contract, beside imports that must not.
SOURCES = {
    "core/rules.py": "import enum",
    "core/database.py": "import sqlalchemy",
    "people/models.py": "from core.database import x",
    "people/rules.py": "import datetime\nimport core.rules\nimport core.database\nimport flask",
    "members/rules/dues.py": "import members.rules.words\nimport people.rules",
    "members/rules/words.py": "import decimal",
    "members/routes.py": "import flask\nimport sqlalchemy.orm\nimport members.models",
    "members/models.py": "import people.models",
    "people/routes/pages.py": "import core.database\nimport people.queries",
    "people/queries.py": "import people.models\nimport members.models",
}

BROKEN = [
    "people.rules imports core.database",
    "people.rules imports flask",
    "members.rules.dues imports people.rules",
    "members.routes -> sqlalchemy",
    "members.routes -> members.models",
    "people.routes.pages -> core.database",
    "people.queries -> members.models",
]


def test_every_package_stands_in_the_chain() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - BESIDE
    assert packages
    assert packages == set(CHAIN["layers"])
    assert packages == set(LINTER["root_packages"])


def test_each_import_against_the_architecture_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in LINTER["root_packages"]:
        write(tmp_path / package / "__init__.py", "")
    for name, text in SOURCES.items():
        write(tmp_path / Path(name).parent / "__init__.py", "")
        write(tmp_path / name, text)
    said = lint(tmp_path)
    assert [line for line in BROKEN if line not in said] == []
    found = [line for line in said.splitlines() if " imports " in line or " -> " in line]
    assert len(found) == len(BROKEN)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lint(folder: Path) -> str:
    """What import-linter says about a project in which every contract is broken."""
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "0 kept, 3 broken" in done.stdout, done.stdout + done.stderr
    return done.stdout
