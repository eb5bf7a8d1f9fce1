"""SQLite and PostgreSQL give the same answers to the same script (MIG-07).

Both begin with the same rows, those of PostgreSQL copied by ``database copy``, and stand still at
the same instant. The script asks for what the two are known to see in different ways: order of
Chinese names, case, signs of LIKE, empty against missing, length of texts, size of numbers, days.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app import create_app
from core import clock
from core.database import db
from tests import factories as make
from tests.cast import TREE, build_cast, organization_named, token_of
from tests.client import Client
from tests.conftest import make_config
from tests.datasets.building import run
from tests.schema import make_schema

pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.soak]

#: Names whose order or likeness depends on who compares them.
NAMES = (
    *("王一", "王二", "阿依古丽·买买提", "欧阳一", "张三", "章三", "吕布", "绿步", "一", "丁一"),
    *("Ada", "ada", "ADA", "Zoë", "zoe", "Ä", "a_b", "a%b", "axb", "𠮷野", "Ｌｉ", "li"),
)
SEARCHES = (
    *(
        "人",
        "王",
        "ada",
        "ADA",
        "Ada",
        "zoe",
        "ZOË",
        "ä",
        "a_b",
        "a%b",
        "%",
        "_",
        "/",
        "'",
        "\\",
        "",
    ),
    *("wang", "WANG", "𠮷", "ｌｉ", " 王 ", "长" * 300, "0001", "1990000", "王\u200b一", "\x00"),
)
SIZES = ("0", "-1", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "x")
TEXTS = ("", " ", "救护", "长" * 120, "长" * 121, "长" * 2_000, "a\x00b", "😀" * 60, "<b>粗</b>")
MINUTES = ("", "0", "15", "120", "1441", "2147483648", "9223372036854775808", "1e3", "１２０")
PAGES = ("home", "members", "volunteers", "hours", "applications", "organizations", "events")
OWN = ("/", "/me", "/me/profile", "/me/hours", "/me/messages", "/me/applications", "/me/settings")
READERS = {
    "ben": "东一村",
    "cora": "东县",
    "eve": "东市",
    "gil": "测试省",
    "noa": "北县",
    "dan": "西县",
}
#: ``make soak`` lets all of them search for everything, a commit two of them.
FULL = os.environ.get("SOAK") == "full"
SEARCHERS = READERS if FULL else ("ben", "gil")
LEAST = 300 if FULL else 170
#: Codes are drawn by lot where a row is made; other words of this form are the same anyway.
CODE = re.compile(r"(?<![\w])(?=[a-z]*\d)[a-z\d]{8}(?!\w)|(?<=[/\"-])[a-z\d]{8}(?=[?\"/])")


@dataclass(frozen=True, slots=True)
class Step:
    """One request: of whom, where to, and the form that is sent where there is one."""

    who: str
    path: str
    form: tuple[tuple[str, str], ...] = ()


def script(codes: dict[str, str]) -> Iterator[Step]:
    """Yield the steps, the same at every run."""
    for who, place in READERS.items():
        office = f"/o/{codes[place]}"
        yield from (Step(who, path) for path in OWN)
        yield from (Step(who, f"{office}/{page}") for page in PAGES)
        if who in SEARCHERS:
            yield from (Step(who, f"{office}/members?q={_quoted(q)}") for q in SEARCHES)
    office = f"/o/{codes['东县']}"
    yield from (Step("cora", f"{office}/volunteers?q={_quoted(q)}") for q in SEARCHES)
    yield from (Step("cora", f"{office}/members?page={size}") for size in SIZES)
    yield from (Step("cora", f"{office}/members?after={size}") for size in SIZES)
    days = [(clock.today() - timedelta(days=days)).isoformat() for days in (-1, 0, 3, 40, 4_000)]
    first, last = days[2], ("2026-02-30", "0001-01-01", "9999-12-31", "")
    yield from (_entry(day, "救护", "120") for day in (*days, *last))
    yield from (_entry(first, title, "120") for title in TEXTS)
    yield from (_entry(first, f"第{number}次", size) for number, size in enumerate(MINUTES))
    yield from (Step(who, "/me/hours") for who in ("ada", "ben"))
    yield from (Step("ben", f"/o/{codes['东一村']}/{page}") for page in ("hours", "home"))


def _entry(day: str, title: str, minutes: str) -> Step:
    form = {"day": day, "title": title, "field": "first_aid", "length": minutes, "again": "y"}
    return Step("ada", "/me/hours/new", tuple(form.items()))


def _quoted(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode())


@pytest.fixture
def twins(tmp_path_factory: pytest.TempPathFactory, own_url: str) -> Iterator[tuple[Flask, Flask]]:
    """Return an app on SQLite and one on PostgreSQL with the same rows."""
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False):
        here = create_app(make_config(tmp_path_factory.mktemp("here")))
        with here.app_context():
            make_schema()
            build_cast()
            for name in NAMES:
                make.make_membership(make.make_person(name), organization_named("东一村"))
            db.session.commit()
            db.session.remove()
        done = run(here, "database", "copy", "--to", own_url)
        assert done.exit_code == 0, done.output
        there = create_app(make_config(tmp_path_factory.mktemp("there"), own_url))
        yield here, there
        for app in (here, there):
            with app.app_context():
                db.engine.dispose()


@pytest.mark.covers("MIG-07")
def test_both_databases_give_the_same_answers(twins: tuple[Flask, Flask]) -> None:
    here, there = twins
    with here.app_context():
        codes = {name: organization_named(name).code for name in TREE}
        db.session.remove()
    steps = list(script(codes))
    answers = [answers_of(app, steps) for app in (here, there)]
    wrong = {}
    for step, one, other in zip(steps, *answers, strict=True):
        if one != other:
            wrong[step] = difference(one, other)
    assert wrong == {}
    statuses = [status for status, _ in answers[0]]
    assert len(steps) >= LEAST
    assert {200, 303, 422} <= set(statuses)
    assert max(statuses) < 500


def answers_of(app: Flask, steps: list[Step]) -> list[tuple[int, str]]:
    """Return status and body of every step; codes are told by the order in which they are met."""
    met: dict[str, str] = {}
    return [answer(app, step, met) for step in steps]


def answer(app: Flask, step: Step, met: dict[str, str]) -> tuple[int, str]:
    """Return status and body of a step, without what is drawn by lot."""
    with app.app_context():
        client = Client(app, token_of(step.who))
        done = client.post(step.path, dict(step.form)) if step.form else client.get(step.path)
        place = done.headers.get("Location", "")
        found = done.status_code, normalised(place + "\n" + done.text, met)
        db.session.remove()
    return found


def normalised(body: str, met: dict[str, str]) -> str:
    """Return a body without tokens and keys, new codes of eight signs numbered."""
    body = re.sub(r"[\w.-]{24,}", "#", body)
    return CODE.sub(lambda found: met.setdefault(found[0], f"code-{len(met)}"), body)


def difference(one: tuple[int, str], other: tuple[int, str]) -> list[object]:
    """Return the statuses, or the first lines that are not the same."""
    if one[0] != other[0]:
        return [one[0], other[0]]
    lines = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    return next(([left, right] for left, right in lines if left != right), ["length"])
