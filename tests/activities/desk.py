"""Short ways to post activities and to sign up, by people of the cast."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from accounts.models import Letter, User
from accounts.rules.letters import LetterKind
from activities.models import Activity, Shift, Signup
from activities.rules import LIVE
from core import clock
from core.database import db
from people.models import Person
from tests.cast import Cast
from tests.client import Client

BRANCH, COUNTY = "东一村", "东县"


def day_in(days: int) -> str:
    """Return a day as a date field holds it."""
    return (clock.today() + timedelta(days=days)).isoformat()


def posted(days: int = 3, **changes: object) -> dict[str, Any]:
    """Return a filled form of a new activity."""
    return {
        "title": "社区急救演练",
        "field": "first_aid",
        "place": "社区广场",
        "description": "练习心肺复苏",
        "risks": "室内进行，有专人指导",
        "day": day_in(days),
        "start": "14:00",
        "end": "16:00",
        "seats": "2",
        "then": "publish",
        **changes,
    }


def post(cast: Cast, keeper: Client, form: dict[str, Any] | None = None) -> Activity:
    """Return the activity that a keeper of the branch posted."""
    answer = keeper.post(f"/o/{cast.code(BRANCH)}/events/new", form or posted())
    assert answer.status_code == 303, answer.text
    return newest()


def newest() -> Activity:
    """Return the activity that was written last."""
    return db.session.scalars(select(Activity).order_by(Activity.id.desc()).limit(1)).one()


def agree(cast: Cast, keeper: Client, activity: Activity, place: str) -> None:
    """Agree to an asking for a venue as its page shows it."""
    page = keeper.page(f"/o/{cast.code(place)}/venue-askings")
    form = page.select_one(f"form[action*='{activity.code}/agree']")
    assert form is not None
    seen = form.select_one("input[name=seen]")
    assert seen is not None
    assert keeper.post(str(form["action"]), {"seen": str(seen["value"])}).status_code == 303


def shifts(activity: Activity) -> list[Shift]:
    """Return the shifts of an activity, in the order of time."""
    statement = select(Shift).where(Shift.activity_id == activity.id).order_by(Shift.starts_at)
    return list(db.session.scalars(statement))


def first_shift(activity: Activity) -> Shift:
    """Return the first shift of an activity."""
    return shifts(activity)[0]


def sign_up(client: Client, shift: Shift, form: dict[str, str] | None = None) -> Any:
    """Return the answer to somebody who signs up."""
    return client.post(f"/events/shifts/{shift.code}", form or {})


def live(shift: Shift) -> dict[str, str]:
    """Return ``name -> state`` of the sign-ups of a shift that live, in their order."""
    statement = (
        select(Person.name, Signup.status)
        .join(Person, Person.id == Signup.person_id)
        .where(Signup.shift_id == shift.id, Signup.status.in_(LIVE))
        .order_by(Signup.id)
    )
    return {row[0]: row[1].value for row in db.session.execute(statement)}


def letters(user: User) -> list[LetterKind]:
    """Return the kinds of letters of an account, oldest first."""
    statement = select(Letter.kind).where(Letter.user_id == user.id).order_by(Letter.id)
    return list(db.session.scalars(statement))


def begin(shift: Shift, at: datetime) -> None:
    """Let a shift and its sign-ups begin at an instant, as if planned so."""
    length = shift.ends_at - shift.starts_at
    activity = shift.activity
    shift.starts_at, shift.ends_at = at, at + length
    activity.first_starts_at, activity.last_ends_at = at, at + length
    for signup in db.session.scalars(select(Signup).where(Signup.shift_id == shift.id)):
        signup.starts_at, signup.ends_at = shift.starts_at, shift.ends_at
    db.session.commit()
