"""All numbers counted from the rows: stopped, while others write, twice at once, by other words."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from bench.verification import check
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from members.rules import MembershipStatus
from organizations import counting, figures, figures_runs
from organizations.models import Figure, FigureCheck, FigurePart, Organization
from organizations.operations import (
    found,
    tallies,
)
from organizations.operations.founding import NewOrganization
from organizations.rules import Measure, OrganizationKind
from supervision.recount import KEPT, differences
from supervision.rollup import operations
from tests import factories as make
from tests.cast import Cast
from tests.supervision.test_figures import start_equal
from volunteers.operations import confirm

VILLAGE, TOWN = "东一村", "东镇"


now, keep = clock.now, db.session.commit


def rebuild(*measures: Measure) -> int:
    return operations.rebuild(measures, keep=keep, now=now(), told=lambda *_: None)


def spoil(seed: int = 1) -> None:
    """Make numbers wrong at random: some are gone, some are others, some are of nobody."""
    start_equal()
    chance = Random(seed)  # noqa: S311 - a test that can be repeated
    models: tuple[Any, ...] = (Figure, FigurePart)
    for model in models:
        for row in db.session.scalars(select(model).order_by(*model.__table__.primary_key)):
            if chance.random() < 0.5:
                row.value = chance.choice((0, row.value + 3, -1))
    place = db.session.scalars(select(Organization.path).order_by(Organization.id)).first() or ""
    figures.add_split(place, Measure.VENUES, "memorial_place", 4)
    db.session.commit()
    assert differences()


def test_a_rebuild_that_was_stopped_goes_on_and_leaves_every_number_right(cast: Cast) -> None:
    spoil()
    measures = operations.begin_rebuild(only_missing=False, keep=keep)
    assert set(KEPT) <= set(measures)
    rebuild(*measures[:5])
    db.session.rollback()
    left = operations.begin_rebuild(only_missing=False, keep=keep)
    assert left == measures[5:]
    wrong = rebuild(*left)
    operations.finish_rebuild(clock.today(), wrong, keep=keep, now=now())
    assert wrong
    assert differences() == []
    assert figures_runs.as_of(figures_runs.REBUILD) == clock.today()
    assert operations.begin_rebuild(only_missing=True, keep=keep) == []
    assert operations.begin_rebuild(only_missing=False, keep=keep) == measures


def test_an_upgrade_counts_only_what_was_never_counted(app: Flask, cast: Cast) -> None:
    start_equal()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["figures", "rebuild"]).exit_code == 0
    gone = Measure.ORGANIZATIONS
    db.session.execute(
        text("DELETE FROM figure_checks WHERE measure = :name"), {"name": gone.value}
    )
    db.session.execute(text("DELETE FROM figure_parts"))
    db.session.commit()
    again = runner.invoke(args=["figures", "catch-up"])
    assert again.exit_code == 0, again.output
    assert differences() == []
    quick = runner.invoke(args=["figures", "catch-up"])
    assert quick.output.strip().endswith(", 0 written")


def test_what_others_write_between_looking_and_correcting_is_not_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil()
    look = counting.look

    def look_while_others_write(*values: Any) -> Any:
        seen = look(*values)
        new = NewOrganization(OrganizationKind.VILLAGE, "东九村", founded_on=date(2026, 1, 5))
        monkeypatch.setattr(tallies, "look", look)
        found(new, cast.organization(TOWN), by=SYSTEM)
        db.session.commit()
        return seen

    monkeypatch.setattr(tallies, "look", look_while_others_write)
    rebuild(Measure.ORGANIZATIONS)
    assert [one for one in differences() if one.measure == Measure.ORGANIZATIONS] == []


def test_two_who_correct_at_once_correct_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil()
    look, before = counting.look, db.session.get_one(FigureCheck, Measure.ORGANIZATIONS.value)
    version = before.version

    def look_while_another_corrects(*values: Any) -> Any:
        seen = look(*values)
        monkeypatch.setattr(tallies, "look", look)
        rebuild(Measure.ORGANIZATIONS)
        return seen

    monkeypatch.setattr(tallies, "look", look_while_another_corrects)
    rebuild(Measure.ORGANIZATIONS)
    assert [one for one in differences() if one.measure == Measure.ORGANIZATIONS] == []
    row = db.session.get_one(FigureCheck, Measure.ORGANIZATIONS.value)
    assert (row.version, row.corrected) == (version + 1, 0)


@pytest.mark.covers("LOAD-02", "AZ-07")
def test_random_organizations_and_numbers_equal_plain_sql(cast: Cast) -> None:
    by = Actor(cast.user("ben").id, cast.person("ben").id)
    for place in (VILLAGE, "东二村", "西一村"):
        for status in (MembershipStatus.ACTIVE, MembershipStatus.APPROVED):
            make.make_membership(make.make_person(), cast.organization(place), status=status)
        volunteer = make.make_volunteer(make.make_person(), cast.organization(place))
        record = make.make_record(volunteer, cast.organization(place))
        confirm([record.code], handler_id=record.handler_id, by=by, now=now())
    spoil(2)
    rebuild(*operations.begin_rebuild(only_missing=False, keep=keep))
    assert check(50, 20, seed=3) == []
