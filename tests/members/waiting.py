"""Applications that wait, and what the tests ask about them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from core import clock
from core.database import db
from members import operations
from members.models import Application
from members.rules import ApplicationKind
from organizations.figures import values
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.members.conftest import actor_of

days = count(1)
KIND = ApplicationKind.MEMBER


def apply(cast: Cast, place: str = "东一村", number: int = 1, flags: str = "") -> list[str]:
    """Let people apply through the operation, so that figures are true; return the codes."""
    codes = []
    for _ in range(number):
        born_on = date(1950, 1, 1) + timedelta(days=next(days))
        person = make.make_person(with_id=True, born_on=born_on)
        application = operations.submit_application(
            make.make_user(person),
            cast.organization(place),
            KIND,
            operations.Answers(name=person.name),
            by=actor_of(cast, "mia"),
            now=clock.now(),
        )
        if flags:
            application.flags, application.is_doubtful = flags, True
        codes.append(application.code)
    db.session.commit()
    return codes


def found(code: str) -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).where(Application.code == code)).one()


def figure(cast: Cast, place: str, measure: Measure, period: int = 0) -> int:
    one = cast.organization(place).id
    return values([one], [measure], [period]).get((one, measure, period), 0)


def queue_of(cast: Cast, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/applications"
