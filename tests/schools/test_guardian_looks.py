"""A guardian reads who looked at the child, and takes every consent back at one page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.models import ReadEvent
from core.database import db
from people.models import Guardian
from people.rules.consents import ConsentStatus
from schools.models import Pupil
from schools.rules.pupils import PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import years_ago
from tests.schools.acting import actor_of
from tests.schools.test_consent_pages import code_for, link_of

Clients = Callable[[str], Client]


def children_of_one_phone(cast: Cast, count: int) -> list[Pupil]:
    here = school.make_class(cast.organization("东小学"))
    found = [school.make_pupil(here, born_on=years_ago(9 + at)) for at in range(count)]
    phone = make.make_phone()
    for guardian in db.session.scalars(select(Guardian)):
        guardian.set_phone(phone)
    return found


def agree_for_all(guardian: Client, links: list[str]) -> str:
    """Agree at the first link and for the other children; return the address that is proven."""
    fields = {"code": code_for(guardian, links[0]), "answer": "give"}
    proven = guardian.post(f"{links[0]}/answer", fields).headers["Location"]
    for form in guardian.page(proven).select('form[action*="/others/"]'):
        assert guardian.post(str(form["action"]), {"answer": "give"}).status_code == 303
    return str(proven)


@pytest.mark.covers("PRI-01", "PRV-09", "G1")
def test_consent_for_every_child_is_withdrawn_at_one_page(app: Flask, cast: Cast) -> None:
    children, guardian = children_of_one_phone(cast, 3), Client(app)
    links = [link_of(one) for one in children]
    proven = agree_for_all(guardian, links)
    assert {one.status for one in children} == {PupilStatus.MEMBER}
    page = guardian.page(proven)
    forms = [str(one["action"]) for one in page.select('form[action*="/others/"]')]
    assert len(forms) == 2
    assert all(one.person.name not in page.text for one in children)
    assert Client(app).post(forms[0], {"answer": "withdraw"}).status_code == 404  # unproven
    for form in forms:
        assert guardian.post(form, {"answer": "withdraw"}).status_code == 303
    states = {one.person_id: one.status for one in children}
    assert sorted(states.values()) == [
        PupilStatus.MEMBER,
        PupilStatus.WITHDRAWN,
        PupilStatus.WITHDRAWN,
    ]
    assert guardian.page(proven).select('form[action*="/others/"]') == []


@pytest.mark.covers("PRI-01", "PRV-09")
def test_one_child_is_withdrawn_alone_and_all_only_where_that_is_chosen(
    app: Flask, cast: Cast
) -> None:
    children, guardian = children_of_one_phone(cast, 3), Client(app)
    links = [link_of(one) for one in children]
    proven = agree_for_all(guardian, links)
    fields = {"code": code_for(guardian, links[1]), "answer": "withdraw"}
    assert guardian.post(f"{links[1]}/withdraw", fields).status_code == 303
    states = [one.status for one in children]
    assert states == [PupilStatus.MEMBER, PupilStatus.WITHDRAWN, PupilStatus.MEMBER]
    (everybody,) = guardian.page(proven).select('form[action*="withdraw-all"]')
    assert Client(app).post(str(everybody["action"])).status_code == 404  # unproven
    assert guardian.post(str(everybody["action"])).status_code == 303
    assert {one.status for one in children} == {PupilStatus.WITHDRAWN}


@pytest.mark.covers("PRI-11", "PRV-05")
def test_who_looked_is_told_to_who_proved_the_phone_and_to_nobody_else(
    app: Flask, cast: Cast
) -> None:
    (child,), guardian = children_of_one_phone(cast, 1), Client(app)
    link = link_of(child)
    fields = {"code": code_for(guardian, link), "answer": "give"}
    guardian.post(f"{link}/answer", fields)
    finn = actor_of(cast, "finn", "东小学")
    db.session.add(
        ReadEvent(
            at=clock.now(),
            actor_id=finn.user_id,
            post_id=finn.post_id,
            person_id=child.person_id,
            organization_id=cast.organization("东小学").id,
            role="coordinator",
            field="phone",
            reason="contact",
        )
    )
    db.session.commit()
    assert "东小学 辅导员看了" not in guardian.page(link).text
    school.let_codes_age()
    fields = {"code": code_for(guardian, link), "answer": "look"}
    answer = guardian.post(f"{link}/answer", fields)
    page = guardian.page(answer.headers["Location"])
    assert "东小学 辅导员看了" in page.text
    assert "人finn" not in page.text
    assert child.request is not None
    assert child.request.status is ConsentStatus.GIVEN  # looking answers nothing
    wrong = {"code": "000000", "answer": "look"}
    assert Client(app).post(f"{link}/answer", wrong).status_code == 422
