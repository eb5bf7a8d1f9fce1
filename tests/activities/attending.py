"""Short ways to be at an activity: a shift that runs, codes, scans, the clock moved on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from activities import codes
from activities.models import Attendance, Shift, Signup
from core import clock
from core.database import db
from tests import activity_factories as acting
from tests.activities.desk import BRANCH, begin
from tests.cast import Cast
from tests.client import Client, parsed

MINUTE = timedelta(minutes=1)


def running(cast: Cast, *people: str, since: int = 10, **changes: Any) -> Shift:
    """Return a shift of two hours that began some minutes ago, with people who signed up."""
    shift = acting.shift_of(acting.make_activity(cast.organization(BRANCH), **changes))
    for name in people:
        acting.make_signup(shift, cast.person(name))
    begin(shift, clock.now().replace(second=0, microsecond=0) - since * MINUTE)
    return shift


@contextmanager
def later(**time: float) -> Iterator[datetime]:
    """Let the clock stand later within the block."""
    before = clock._offset
    clock.set_offset_for_tests(before + timedelta(**time), production=False)
    try:
        yield clock.now()
    finally:
        clock.set_offset_for_tests(before, production=False)


def shown(shift: Shift) -> str:
    """Return the address of the code that the screen shows now."""
    return f"/q/{codes.rotating_code(shift, clock.now())}"


def printed(shift: Shift) -> str:
    """Return the address of the printed code."""
    return f"/q/{codes.fixed_code(shift)}"


def button(client: Client, address: str) -> tuple[str, str] | None:
    """Return what the one button of the page behind a code says, and where it sends."""
    form = parsed(client.get(address)).select_one("main form")
    if form is None:
        return None
    words = form.select_one("button[type=submit]")
    assert words is not None
    return words.text.strip(), str(form["action"])


def scan(client: Client, address: str, **fields: str) -> Any:
    """Return the answer to the one button of the page behind a code, tapped once."""
    page = parsed(client.get(address))
    form = page.select_one("main form")
    assert form is not None, page.select_one("main").text  # type: ignore[union-attr]
    hidden = {
        str(one["name"]): str(one.get("value", "")) for one in form.select("input[type=hidden]")
    }
    kept = {name: value for name, value in hidden.items() if name in {"act", "digest"}}
    return client.post(str(form["action"]), {**kept, **fields})


def main_text(client: Client, address: str) -> str:
    """Return the words of a page."""
    main = parsed(client.get(address)).select_one("main")
    assert main is not None
    return " ".join(main.text.split())


def attendance(cast: Cast, name: str, shift: Shift) -> Attendance | None:
    """Return the attendance of somebody at a shift, as it is in the database."""
    statement = (
        select(Attendance)
        .join(Signup, Signup.id == Attendance.signup_id)
        .where(Signup.shift_id == shift.id, Signup.person_id == cast.person(name).id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def states(shift: Shift) -> dict[str, str]:
    """Return ``person -> state`` of who is noted at a shift."""
    statement = (
        select(Signup, Attendance)
        .join(Attendance, Attendance.signup_id == Signup.id)
        .where(Signup.shift_id == shift.id)
    )
    return {row[0].person.name: row[1].status.value for row in db.session.execute(statement)}
