"""Short ways to ask for a correction, and to answer one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.database import db
from organizations.figures import OWN, values
from organizations.rules import Measure
from people.models import ChangeRequest, Person
from tests.cast import Cast
from tests.client import Client

OWN_PAGE = "/me/changes"
WHY = {"why": "登记时写错了一个字"}


def the_change() -> ChangeRequest:
    db.session.expire_all()
    return db.session.scalars(select(ChangeRequest).order_by(ChangeRequest.id.desc())).first() or (
        pytest.fail("no request")
    )


def ask(client: Client, field: str = "name", **value: str) -> int:
    sent = value or {"name": "人米娅"}
    return client.post(f"{OWN_PAGE}/new/{field}", {**WHY, **sent}).status_code


def desk(cast: Cast, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/changes"


def decide(cast: Cast, client: Client, verb: str, place: str = "东一村", **sent: str) -> int:
    return client.post(f"{desk(cast, place)}/{the_change().code}/{verb}", sent).status_code


def waiting(cast: Cast, place: str = "东一村") -> int:
    one = cast.organization(place).id
    found = values([one], [Measure.CHANGES_WAITING], [OWN])
    return found.get((one, Measure.CHANGES_WAITING, OWN), 0)


def renamed(name: str) -> Person:
    db.session.expire_all()
    return db.session.scalars(select(Person).where(Person.name == name)).one()
