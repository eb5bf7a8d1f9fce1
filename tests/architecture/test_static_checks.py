"""What a template or a line of Python may not do unseen: markup, raw SQL, code out of data.

The checks are those of ruff (``select = ["ALL"]`` holds flake8-bandit); here is the proof that they
look, the list of what was reviewed, and what no linter knows.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.architecture.tree import ROOT, sources

pytestmark = pytest.mark.pure

#: No page: Flask escapes what ends in .xml as well.
OTHER_TEMPLATES = {"public/sitemap.xml"}
#: Where text becomes markup without escaping, and how often; each line says why it may.
MARKUP = {"accounts/routes/factors.py": 1, "core/i18n.py": 3, "supervision/navigation.py": 2}
#: Lines that are reviewed and left out of a check, by file and code; SQL of own names apart.
REVIEWED = {
    ("accounts/routes/blueprint.py", "S105"): 1,
    ("core/backup/copies.py", "S603"): 2,
    ("core/imports/workbooks.py", "S603"): 1,
    ("core/messages.py", "S310"): 2,
    ("datasets/demo/cast.py", "S105"): 1,
    ("datasets/scale/hours.py", "S311"): 1,
    ("datasets/scale/names.py", "S311"): 1,
    ("datasets/scale/people.py", "S311"): 1,
    ("datasets/scale/persons.py", "S311"): 1,
    ("datasets/scale/plan.py", "S311"): 1,
    ("datasets/scale/serving.py", "S311"): 1,
    ("members/queries/drives.py", "S311"): 1,
    **{(name, "S704"): count for name, count in MARKUP.items()},
}
LEFT_OUT = re.compile(r"# noqa:((?:[ ,]*[A-Z]+\d+)+)")
NEVER = re.compile(r"render_template_string|import pickle|import marshal|\bshelve\b|yaml\.load\(")
BAD = {
    "S704": "from markupsafe import Markup\n\n\ndef f(x: str) -> str:\n    return Markup(x)\n",
    "S608": "def f(x: str) -> str:\n    return f'SELECT * FROM t WHERE a = {x}'\n",
    "S301": "import pickle\n\n\ndef f(x: bytes) -> object:\n    return pickle.loads(x)\n",
    "S506": "import yaml\n\n\ndef f(x: str) -> object:\n    return yaml.load(x)\n",
    "S307": "def f(x: str) -> object:\n    return eval(x)\n",
    "S602": "import subprocess\n\n\ndef f(x: str) -> None:\n    subprocess.run(x, shell=True)\n",
    "S501": "import requests\n\n\ndef f(x: str) -> None:\n    requests.get(x, verify=False)\n",
    "S311": "import random\n\n\ndef f() -> float:\n    return random.random()\n",
    "S701": "from jinja2 import Environment\n\nE = Environment(autoescape=False)\n",
}


def templates() -> list[Path]:
    """Return every template of the application."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


@pytest.mark.covers("IN-04")
def test_every_template_is_escaped_and_none_says_safe() -> None:
    """The syntax is asked, not the text: ``safe.rows`` is a name, ``x | safe`` is a filter."""
    names = {str(path.relative_to(ROOT / "templates")) for path in templates()}
    assert {name for name in names if not name.endswith(".html")} == OTHER_TEMPLATES
    syntax = Environment(autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
    found = []
    for path in templates():
        tree = syntax.parse(path.read_text("utf-8"))
        found += [
            (path.name, one.lineno) for one in tree.find_all(nodes.Filter) if one.name == "safe"
        ]
        found += [(path.name, one.lineno) for one in tree.find_all(nodes.EvalContextModifier)]
    assert len(names) > 500
    assert found == []


@pytest.mark.covers("IN-04")
def test_text_becomes_markup_in_reviewed_places_only() -> None:
    found = Counter(
        str(path) for path, text in product() for _ in re.findall(r"\bMarkup\((?!\))", text)
    )
    assert dict(found) == MARKUP


@pytest.mark.covers("CFG-07")
def test_what_is_left_out_of_the_checks_was_reviewed() -> None:
    codes = re.compile(r"S(?!608)\d+")
    found = Counter(
        (str(path), code)
        for path, text in product()
        for words in LEFT_OUT.findall(text)
        for code in codes.findall(words)
    )
    assert dict(found) == REVIEWED
    assert [str(path) for path, text in product() if NEVER.search(text)] == []
    assert [str(path) for path, text in product() if re.search(r"# noqa(?!:)", text)] == []


@pytest.mark.covers("CFG-07")
def test_the_checks_look_at_the_product(tmp_path: Path) -> None:
    """Each of these is found in a file that lies where the product lies."""
    folder = tmp_path / "members"
    folder.mkdir()
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for code, text in BAD.items():
        (folder / f"{code.lower()}.py").write_text(text, encoding="utf-8")
    ruff = Path(sys.executable).parent / "ruff"
    done = subprocess.run(
        [ruff, "check", "--no-cache", "--output-format=json", "members"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
    )
    found = {(Path(one["filename"]).stem, one["code"]) for one in json.loads(done.stdout)}
    assert {code for code in BAD if (code.lower(), code) not in found} == set()


def product() -> list[tuple[Path, str]]:
    """Return the Python files of the product with their texts."""
    aside = ("tests/", "bench/", "tools/", "migrations/")
    return [(path, text) for path, text in sources() if not str(path).startswith(aside)]
