"""The scan of signed papers: out after an approval for all of the school, told to every child."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select

from core import clock
from core.audit.models import ReadEvent
from core.database import db
from people.rules.minors import ApprovalStatus
from schools.models import ConsentPaper, Pupil
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import years_ago
from tests.security.school_consent_table import CONSENT_BUILDERS
from tests.security.school_protection_rows import make_approval
from tests.units import png

Clients = Callable[[str], Client]


@pytest.mark.covers("PRV-10", "PRV-05", "MEM-14")
def test_a_scan_is_seen_after_approval_and_every_child_reads_of_it(
    cast: Cast, client_of: Clients
) -> None:
    place = cast.organization("东小学")
    here = school.make_class(place, grade=4, number=2)
    pupils = [school.make_pupil(here, born_on=years_ago(10)) for _ in range(3)]
    finn, board = client_of("finn"), f"/o/{place.code}/consents"
    page = hand_in(finn, f"{board}/{here.code}", pupils)
    (paper,) = db.session.scalars(select(ConsentPaper))
    look = f"{board}/papers/{paper.code}/look"
    assert look in page
    assert finn.post(look).status_code == 422
    assert reads() == []
    one_child = make_approval(place, ApprovalStatus.APPROVED)
    one_child.asker_id, one_child.person_id = cast.user("finn").id, pupils[0].person_id
    db.session.commit()
    assert finn.post(look).status_code == 422  # the others of the bundle are not meant
    assert reads() == []
    one_child.person_id = None
    db.session.commit()
    given = finn.post(look)
    assert (given.status_code, given.mimetype) == (200, "image/png")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert sorted(reads()) == sorted((each.person_id, "consent") for each in pupils)
    other = CONSENT_BUILDERS["consent-paper"](cast.organization("西小学"))
    db.session.commit()
    assert finn.get(f"{board}/papers/{other}/look").status_code == 404


def hand_in(finn: Client, path: str, pupils: list[Pupil]) -> str:
    """Bring the papers of a class, and return the page of the class after."""
    fields = {
        "ids": [each.code for each in pupils],
        "count": str(len(pupils)),
        "signed_on": clock.today().isoformat(),
        "file": (BytesIO(png()), "1.png"),
    }
    sent = finn.post(f"{path}/papers", fields, content_type="multipart/form-data")
    assert sent.status_code == 303
    return finn.get(path).text


def reads() -> list[tuple[int, str]]:
    return [(row.person_id, row.field) for row in db.session.scalars(select(ReadEvent))]
