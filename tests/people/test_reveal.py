"""Looking at a phone or an ID number: reason, fresh factor, quota, and the person sees who did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from accounts.models import UserSession
from core import clock
from core.audit.models import ReadEvent
from core.audit.queries import verify_chain
from core.database import db
from core.settings import DatedSetting
from members.queries import membership_of
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]


def path_of(cast: Cast, name: str, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/people/{cast.person(name).code}/reveal"


ASKED = {"field": "phone", "reason": "contact"}


@pytest.mark.covers("PRV-05", "PRV-10")
def test_a_look_needs_a_reason_and_the_person_reads_of_it(client_of: Clients, cast: Cast) -> None:
    mia, ben = cast.person("mia"), client_of("ben")
    path = path_of(cast, "mia")
    assert mia.plain_phone not in ben.get(path).text
    refused = ben.post(path, {"field": "phone"})
    assert refused.status_code == 422
    assert mia.plain_phone not in refused.text
    other = ben.post(path, {"field": "phone", "reason": "other"})
    assert other.status_code == 422
    shown = ben.post(path, ASKED)
    assert shown.status_code == 200
    assert mia.plain_phone in shown.text
    assert mia.plain_id_number not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    (row,) = db.session.scalars(select(ReadEvent).where(ReadEvent.person_id == mia.id))
    assert (row.field, row.reason, row.actor_id) == ("phone", "contact", cast.user("ben").id)
    assert verify_chain(ReadEvent).is_sound
    page = client_of("mia").page("/me/data")
    assert "东一村 秘书看了手机号" in page.text
    assert "联系本人" in page.text
    assert "人ben" not in page.text


@pytest.mark.covers("PRV-05")
def test_sending_the_form_again_shows_nothing_and_counts_nothing(
    client_of: Clients, cast: Cast
) -> None:
    mia, ben = cast.person("mia"), client_of("ben")
    key = "k" * 22
    assert mia.plain_phone in ben.post(path_of(cast, "mia"), ASKED, key=key).text
    again = ben.post(path_of(cast, "mia"), ASKED, key=key, follow_redirects=True)
    assert again.status_code == 200
    assert mia.plain_phone not in again.text
    assert len(db.session.scalars(select(ReadEvent)).all()) == 1


@pytest.mark.covers("AU-10")
def test_an_old_second_factor_is_asked_for_again(client_of: Clients, cast: Cast) -> None:
    mia, user = cast.person("mia"), cast.user("ben")
    session = db.session.scalars(select(UserSession).where(UserSession.user_id == user.id)).one()
    session.factor_at = clock.now() - timedelta(minutes=11)
    db.session.commit()
    ben = client_of("ben")
    for answer in (ben.get(path_of(cast, "mia")), ben.post(path_of(cast, "mia"), ASKED)):
        assert answer.status_code == 303
        assert "next=" in answer.location
        assert mia.plain_phone not in answer.text
    assert db.session.scalars(select(ReadEvent)).all() == []


@pytest.mark.covers("PRV-05")
def test_the_quota_of_a_day_ends_looking(client_of: Clients, cast: Cast) -> None:
    db.session.add(
        DatedSetting(
            name="reveals.per_day",
            valid_from=clock.today(),
            value=2,
            source="test",
            entered_at=clock.now(),
        )
    )
    db.session.commit()
    ben, path = client_of("ben"), path_of(cast, "mia")
    assert [ben.post(path, ASKED).status_code for _ in range(3)] == [200, 200, 422]
    assert len(db.session.scalars(select(ReadEvent)).all()) == 2


@pytest.mark.covers("PRV-05")
def test_without_the_read_log_nothing_is_shown(client_of: Clients, cast: Cast) -> None:
    mia = cast.person("mia")

    def fail(*_: object) -> None:
        message = "the read log is down"
        raise RuntimeError(message)

    event.listen(ReadEvent, "before_insert", fail)
    try:
        answer = client_of("ben").post(path_of(cast, "mia"), ASKED)
    finally:
        event.remove(ReadEvent, "before_insert", fail)
    assert answer.status_code == 500
    assert mia.plain_phone not in answer.text


@pytest.mark.covers("AZ-01", "AZ-03")
@pytest.mark.parametrize(
    ("name", "subject", "place", "status"),
    [
        ("ben", "mia", "东一村", 200),
        ("cora", "mia", "东一村", 200),
        ("cora", "mia", "东县", 200),
        ("finn", "hana", "东小学", 422),
        ("cora", "hana", "东小学", 404),
        ("cora", "hana", "东县", 404),
        ("ben", "wes", "东一村", 404),
        ("ben", "finn", "东一村", 404),
        ("bea", "mia", "东二村", 404),
        ("bea", "mia", "东一村", 404),
        ("tom", "mia", "东一村", 403),
        ("eve", "mia", "东县", 403),
        ("tess", "mia", "东一村", 403),
        ("mia", "mia", "东一村", 404),
    ],
)
def test_who_may_look_at_whom(
    client_of: Clients, cast: Cast, name: str, subject: str, place: str, status: int
) -> None:
    answer = client_of(name).post(path_of(cast, subject, place), ASKED)
    assert answer.status_code == status
    assert (cast.person(subject).plain_phone in answer.text) is (status == 200)


def test_ones_own_data_is_masked_until_asked_for(client_of: Clients, cast: Cast) -> None:
    person, mia = cast.person("mia"), client_of("mia")
    page = mia.get("/me/data").text
    assert person.plain_phone not in page
    assert person.masked_phone in page
    shown = mia.post("/me/data/show")
    assert shown.status_code == 200
    assert person.plain_id_number in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert membership_of(person.id) is not None
