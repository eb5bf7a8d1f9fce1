"""Terms of councils: due, reminded, overdue, elected anew, gone back; earlier ones stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock
from core.database import db
from core.rules import IllegalTransition, RuleViolation, next_state
from organizations.models import OrganizationCouncil
from organizations.rules import (
    ORGANIZATION_TRANSITIONS,
    OrganizationAction,
    OrganizationKind,
    OrganizationStatus,
)
from organizations.rules.foundings import (
    FOUNDING_TRANSITIONS,
    RESULT_MAX,
    FoundingAction,
    FoundingStatus,
)
from organizations.rules.life import (
    COUNCIL_TRANSITIONS,
    Body,
    Council,
    CouncilAction,
    CouncilStatus,
    LifeState,
    TermState,
    check_council,
    due_until,
    life_state,
    reminder_of,
    term_end,
    term_state,
)
from tests.cast import Cast
from tests.client import Client, parsed
from tests.organizations.lives import council, day, meeting, seat
from tests.supervision.parts import look

Clients = Callable[[str], Client]


def remind(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["terms", "remind"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()


def newest() -> OrganizationCouncil:
    statement = select(OrganizationCouncil).order_by(OrganizationCouncil.id.desc()).limit(1)
    return db.session.scalars(statement).one()


def told(cast: Cast, name: str) -> list[LetterKind]:
    mine = select(Letter.kind).where(Letter.user_id == cast.user(name).id).order_by(Letter.id)
    return list(db.session.scalars(mine))


@pytest.mark.covers("S18", "ORG-12")
@pytest.mark.parametrize(("name", "place"), [("cora", "东县"), ("eve", "东市"), ("gil", "测试省")])
def test_the_list_of_overdue_terms_has_as_many_rows_as_are_counted(
    cast: Cast, client_of: Clients, name: str, place: str
) -> None:
    for one in ("东一村", "东县", "东市", "测试省"):
        cast.organization(one).term_ends_on = clock.today() - timedelta(days=12)
    db.session.commit()
    listed = f"/o/{cast.code(place)}/organizations?state=overdue"
    page = client_of(name).page(listed)
    [count] = [one for one in page.select("main a") if "换届超期" in one.text or "超期" in one.text]
    found = re.search(r"\d+", count.text)
    assert found
    rows = page.select("main tr[data-row]")
    assert len(rows) == int(found[0]) == {"东县": 2, "东市": 3, "测试省": 4}[place]


@pytest.mark.covers("S18", "ORG-10", "ORG-12", "ORG-17")
def test_a_term_is_reminded_ends_turns_red_and_starts_anew(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    village, ben = cast.organization("东一村"), client_of("ben")
    today = clock.today()
    old = seat(village, term_end(today, -5) + timedelta(days=150))
    due = f"/o/{cast.code('东县')}/organizations?state=due"
    remind(app)
    assert told(cast, "ben") == [LetterKind.TERM_DUE]
    assert told(cast, "cora") == []
    assert "还有 150 天" in look(client_of("cora"), due).main.text
    village.term_ends_on = old.ends_on = today - timedelta(days=12)
    db.session.commit()
    remind(app)
    remind(app)
    assert told(cast, "ben") == [LetterKind.TERM_DUE, LetterKind.TERM_OVERDUE]
    assert told(cast, "cora") == [LetterKind.TERM_OVERDUE]
    assert (
        "东一村"
        not in look(client_of("dan"), f"/o/{cast.code('西县')}/organizations?state=overdue").text
    )
    sent = meeting() | council(ends_on="")
    assert ben.post(f"/o/{cast.code('东一村')}/councils/new", sent).status_code == 303
    new = db.session.scalars(
        select(OrganizationCouncil).order_by(OrganizationCouncil.id.desc())
    ).first()
    assert new is not None
    assert (new.due, new.present, new.method, new.result) == (
        40, 38, "equal_ballot", "甲会长 38 票当选"
    )  # fmt: skip
    assert cast.organization("东一村").term_ends_on == term_end(new.starts_on, 5)
    page = look(client_of("cora"), f"/o/{cast.code('东一村')}/councils").main.text
    assert "旧会长" in page
    assert "甲会长" in page


@pytest.mark.covers("ORG-17")
def test_each_stage_is_told_once_and_who_has_no_keeper_is_told_above(
    cast: Cast, app: Flask
) -> None:
    village, today = cast.organization("北一村"), clock.today()
    seat(village, term_end(today, -5) + timedelta(days=20))
    remind(app)
    remind(app)
    assert told(cast, "noa") == [LetterKind.TERM_DUE]
    assert told(cast, "cora") == []


@pytest.mark.covers("ORG-01")
def test_a_record_goes_back_from_above_and_is_put_right_below(
    cast: Cast, client_of: Clients
) -> None:
    here = f"/o/{cast.code('东一村')}/councils"
    ben, cora = client_of("ben"), client_of("cora")
    old = seat(cast.organization("东一村"), clock.today() - timedelta(days=900))
    assert ben.post(f"{here}/new", meeting() | council()).status_code == 303
    code = newest().code
    assert cora.get(f"{here}/new").status_code == 403
    assert ben.get(f"{here}/{code}/return").status_code == 403
    assert cora.post(f"{here}/{code}/return", {"words": ""}).status_code == 422
    assert cora.post(f"{here}/{code}/return", {"words": "票数不对"}).status_code == 303
    assert cast.organization("东一村").term_ends_on == old.ends_on
    assert told(cast, "ben") == [LetterKind.COUNCIL_RETURNED]
    assert "票数不对" in look(ben, here).main.text
    assert cora.get(f"{here}/{code}/edit").status_code == 403
    right = meeting(result="甲会长 37 票当选") | council()
    assert ben.post(f"{here}/{code}/edit", right).status_code == 303
    assert ben.get(f"{here}/{code}/edit").status_code == 404
    assert cast.organization("东一村").term_ends_on != old.ends_on
    assert "37 票" in look(cora, here).main.text


#: What is changed of a right record -> the field beside which the reason stands.
WRONG = (
    ({"ends_on": day(10)}, "ends_on"),
    ({"ends_on": day(3)}, "ends_on"),
    ({"ends_on": "2099-01-01"}, "ends_on"),
    ({"starts_on": day(9)}, "starts_on"),
    ({"starts_on": day(-3)}, "starts_on"),
    ({"held_on": day(2000)}, "held_on"),
    ({"present": "41"}, "present"),
    ({"result": ""}, "result"),
    ({"head": ""}, "head"),
    ({"head": "甲、乙"}, "head"),
    ({"directors": "同一人、同一人"}, "directors"),
)


def test_a_re_election_that_cannot_be_is_refused(cast: Cast, client_of: Clients) -> None:
    seat(cast.organization("东一村"), clock.today() - timedelta(days=900))
    before, ben = cast.organization("东一村").term_ends_on, client_of("ben")
    path = f"/o/{cast.code('东一村')}/councils/new"
    for changes, field in WRONG:
        answer = ben.post(path, meeting() | council() | changes)
        assert answer.status_code == 422, changes
        error = parsed(answer).select_one(f"#{field}-error")
        assert error is not None, changes
        assert "批复" not in error.text
    assert cast.organization("东一村").term_ends_on == before


@pytest.mark.covers("S18", "ORG-16")
def test_everything_wrong_with_a_record_is_told_in_one_round(
    cast: Cast, client_of: Clients
) -> None:
    seat(cast.organization("东一村"), clock.today() - timedelta(days=900))
    wrong = {"held_on": "上周", "present": "41", "result": "", "head": "", "directors": "甲、甲"}
    told = meeting() | council() | wrong | {"ends_on": "2099-01-01"}
    answer = client_of("ben").post(f"/o/{cast.code('东一村')}/councils/new", told)
    assert answer.status_code == 422
    marked = {one["id"] for one in parsed(answer).select("[id$='-error']")}
    assert marked == {f"{name}-error" for name in (*wrong, "ends_on")}
    began = (clock.today() - timedelta(days=900)).isoformat()
    again = {"held_on": began, "starts_on": began, "result": "长" * (RESULT_MAX + 1)}
    answer = client_of("ben").post(
        f"/o/{cast.code('东一村')}/councils/new", meeting() | council() | again
    )
    marked = {one["id"] for one in parsed(answer).select("[id$='-error']")}
    assert {"starts_on-error", "result-error"} <= marked


# ------------------------------------------------------------------------------- the tables

_F, _O = FoundingStatus, OrganizationStatus
#: ORG-17 as it is written down, move by move: what is not here does not go.
LIFE = {
    (_F.DRAFT, "apply", _F.SUBMITTED),
    (_F.SUBMITTED, "return", _F.RETURNED),
    (_F.RETURNED, "resubmit", _F.SUBMITTED),
    (_F.SUBMITTED, "approve", _F.APPROVED),
    (_F.APPROVED, "found", _F.FOUNDED),
    (_F.FOUNDED, "seat", _F.ACTIVE),
    (_F.DRAFT, "withdraw", _F.WITHDRAWN),
    (_F.SUBMITTED, "withdraw", _F.WITHDRAWN),
    (_F.RETURNED, "withdraw", _F.WITHDRAWN),
    (_F.APPROVED, "withdraw", _F.WITHDRAWN),
}
STOPPED = {
    OrganizationAction.SUSPEND: {(_O.ACTIVE, _O.SUSPENDED)},
    OrganizationAction.RESUME: {(_O.SUSPENDED, _O.ACTIVE)},
}
RECORDS = {
    CouncilAction.RETURN: {(CouncilStatus.SEATED, CouncilStatus.RETURNED)},
    CouncilAction.CORRECT: {(CouncilStatus.RETURNED, CouncilStatus.SEATED)},
}


@pytest.mark.pure
@pytest.mark.covers("ORG-17")
def test_every_move_of_the_life_is_as_written_and_no_other_goes() -> None:
    for state, action in product(FoundingStatus, FoundingAction):
        wanted = {end for start, act, end in LIFE if (start, act) == (state, action.value)}
        assert _ends(FOUNDING_TRANSITIONS, state, action) == wanted
    for stand, turn in product(OrganizationStatus, STOPPED):
        reached = {end for start, end in STOPPED[turn] if start is stand}
        assert _ends(ORGANIZATION_TRANSITIONS, stand, turn) == reached
    for record, move in product(CouncilStatus, CouncilAction):
        moved = {end for start, end in RECORDS[move] if start is record}
        assert _ends(COUNCIL_TRANSITIONS, record, move) == moved
    for status, term in product(OrganizationStatus, TermState):
        is_late = status is _O.ACTIVE and term in {TermState.DUE, TermState.OVERDUE}
        assert life_state(status, term) == LifeState(term.value if is_late else status.value)


def _ends(table: Mapping[Any, Any], state: StrEnum, action: StrEnum) -> set[Any]:
    try:
        return {next_state(table, state, action)}
    except IllegalTransition:
        return set()


@pytest.mark.pure
@pytest.mark.covers("ORG-17")
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-400, 400))
def test_a_term_is_due_from_six_months_before_and_overdue_the_day_after(
    ends_on: date, ahead: int
) -> None:
    today = ends_on - timedelta(days=ahead)
    state = term_state(ends_on, today, 6)
    assert (state is TermState.OVERDUE) == (ahead < 0)
    if ahead > 184:
        assert state is TermState.RUNNING
    if 0 <= ahead <= 180:
        assert state is TermState.DUE
    stage = reminder_of(ends_on, today, (6, 3, 1))
    assert (stage is None) == (state is TermState.RUNNING)
    if ahead >= 0 and stage:
        assert ends_on <= due_until(today, stage)
    if ahead < 0:
        assert stage == 0


@pytest.mark.pure
@pytest.mark.covers("ORG-13", "ORG-14")
@pytest.mark.parametrize(
    ("kind", "years"), [(OrganizationKind.SCHOOL, 3), (OrganizationKind.VILLAGE, 5)]
)
def test_a_term_never_ends_before_it_begins_nor_lasts_longer(
    kind: OrganizationKind, years: int
) -> None:
    starts_on, one = date(2024, 2, 29), timedelta(days=1)
    body = Body(kind, 40, years, 10)
    whole = Council("甲", starts_on, secretary="乙", coordinator="丙")
    assert check_council(whole, body, date(2026, 1, 1)).ends_on == term_end(starts_on, years)
    for ends_on in (starts_on, starts_on - one, term_end(starts_on, years) + one):
        wrong = replace(whole, ends_on=ends_on)
        with pytest.raises(RuleViolation) as refused:
            check_council(wrong, body, date(2026, 1, 1))
        assert refused.value.field == "ends_on"
