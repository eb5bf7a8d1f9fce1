"""A time that the leader proposed: the volunteer agrees or objects, with a photo (S6, S11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import func, select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from activities.rules import AttendanceWay as Way
from core import clock
from core.database import db
from core.files.models import StoredFile
from core.rules import RuleViolation
from tests.activities.attending import running
from tests.cast import Cast
from tests.client import Client
from tests.units import png, upload
from tests.volunteers.desk import BRANCH, COUNTY, acting, log
from tests.volunteers.ended import end, was_there
from tests.volunteers.holding import desk_of, only_hold, sound
from volunteers import operations as hours
from volunteers.models import ServicePicture, ServiceRecord
from volunteers.operations.erasing import erase_volunteer
from volunteers.operations.pictures import MOST, forget_pictures, keep_picture
from volunteers.rules import Doubt, RefusalReason, ServiceStatus

CITY = "东市"
ClientOf = Callable[[str], Client]


@pytest.fixture
def proposed(cast: Cast, client_of: ClientOf) -> ServiceRecord:
    """Return the record of gus, who never signed out."""
    shift = running(cast, "gus", since=200)
    was_there(cast, "gus", shift, ways=(Way.CODE, None))
    assert end(cast, client_of("ben"), shift).status_code == 303
    return db.session.scalars(select(ServiceRecord)).one()


def pictures() -> int:
    return db.session.scalar(select(func.count()).select_from(StoredFile)) or 0


def links_of(page: BeautifulSoup) -> list[Tag]:
    """Return the links of a page to photos of hours."""
    return list(page.select("main a[href*='/hours/pictures/']"))


def page_of(record: ServiceRecord) -> str:
    return f"/me/hours/{record.code}"


@pytest.mark.covers("S6", "VOL-29")
def test_who_did_not_sign_out_is_told_and_agrees(
    cast: Cast, client_of: ClientOf, proposed: ServiceRecord
) -> None:
    told = select(Letter.user_id).where(Letter.kind == LetterKind.HOURS_PROPOSED)
    assert db.session.scalars(told).all() == [cast.user("gus").id]
    gus, page = client_of("gus"), page_of(proposed)
    assert "时间没错" in str(gus.page(page).main)
    assert gus.post(f"{page}/agree").status_code == 303
    shown = str(gus.page(page).main)
    assert "本人说时间没错" in shown
    assert f"{page}/agree" not in shown
    assert gus.post(f"{page}/agree").status_code == 422
    assert gus.get(f"{page}/dispute").status_code == 404
    assert proposed.doubt_list == [Doubt.NO_CHECK_OUT]
    assert sound()


@pytest.mark.covers("S6", "FILE-06")
def test_who_says_the_time_is_wrong_is_looked_at_with_his_photo(
    cast: Cast, client_of: ClientOf, proposed: ServiceRecord
) -> None:
    gus, page = client_of("gus"), page_of(proposed)
    assert gus.post(f"{page}/dispute", {"note": ""}).status_code == 422
    assert upload(gus, f"{page}/dispute?", b"GIF89a", "a.gif").status_code == 422
    assert pictures() == 0
    who = acting(cast, "gus")
    hours.dispute(proposed.code, "我四点才走", by=who, now=clock.now(), picture=png(2, 2))
    db.session.commit()
    assert Doubt.DISPUTED in proposed.doubt_list
    other = client_of("ben").page(f"/o/{cast.code(BRANCH)}/hours/records/{proposed.code}")
    [link] = links_of(other)
    assert "我四点才走" in other.text
    assert "本人说时间不对" in other.text
    assert client_of("ben").get(str(link["href"])).mimetype == "image/png"
    mine = links_of(gus.page(page))[0]
    assert gus.get(str(mine["href"])).mimetype == "image/png"
    assert client_of("ada").get(str(mine["href"])).status_code == 404


@pytest.mark.covers("S6")
def test_of_hours_he_told_himself_nobody_is_asked(cast: Cast, client_of: ClientOf) -> None:
    record = log(cast, "ada")
    db.session.commit()
    ada, page = client_of("ada"), page_of(record)
    assert "时间没错" not in str(ada.page(page).main)
    assert ada.post(f"{page}/agree").status_code == 404
    assert ada.get(f"{page}/dispute").status_code == 404


@pytest.mark.covers("S6")
def test_what_is_called_wrong_is_never_confirmed_among_others(
    cast: Cast, proposed: ServiceRecord
) -> None:
    proposed.doubts, who, now = "", acting(cast, "gus"), clock.now()
    hours.dispute(proposed.code, "我四点才走", by=who, now=now)
    deciding: dict[str, Any] = {
        "handler_id": proposed.handler_id,
        "by": acting(cast, "cora"),
        "now": now,
    }
    with pytest.raises(RuleViolation, match="逐个看"):
        hours.confirm([proposed.code], **deciding)
    hours.confirm([proposed.code], **deciding, doubtful=True)
    assert proposed.status is ServiceStatus.CONFIRMED
    db.session.commit()
    assert sound()


@pytest.mark.covers("S6", "VOL-29")
def test_confirmed_on_anothers_word_can_still_be_objected_to(
    cast: Cast, client_of: ClientOf, proposed: ServiceRecord
) -> None:
    now = clock.now()
    hours.confirm(
        [proposed.code],
        handler_id=proposed.handler_id,
        by=acting(cast, "cora"),
        now=now,
        doubtful=True,
    )
    db.session.commit()
    gus, page = client_of("gus"), page_of(proposed)
    assert "申诉" in str(gus.page(page).main)
    assert gus.post(f"{page}/objection", {"note": "少记了一小时"}).status_code == 303
    assert "少记了一小时" in client_of("cora").page(desk_of(cast, only_hold())).text
    assert sound()


def refused(cast: Cast) -> ServiceRecord:
    """Return hours of ada that the branch did not accept."""
    record = log(cast, "ada")
    reason, ben = RefusalReason.NOT_THERE, acting(cast, "ben")
    place = cast.organization(BRANCH).id
    hours.refuse([record.code], reason, "", handler_id=place, by=ben, now=clock.now())
    return record


@pytest.mark.covers("S11", "VOL-29")
def test_the_photo_goes_with_the_objection_and_with_the_appeal(
    cast: Cast, client_of: ClientOf
) -> None:
    record, ada = refused(cast), acting(cast, "ada")
    now = clock.now()
    hours.object_(record.code, "我在现场", by=ada, now=now, picture=png(2, 2))
    db.session.commit()
    page = f"/o/{cast.code(COUNTY)}/objections/{record.code}"
    [link] = links_of(client_of("cora").page(page))
    assert client_of("cora").get(str(link["href"])).status_code == 200
    county, cora = cast.organization(COUNTY).id, acting(cast, "cora")
    hours.uphold(record.code, "名单里没有", handler_id=county, by=cora, now=now)
    hours.appeal(record.code, "看照片", by=ada, now=now, picture=png(3, 3))
    db.session.commit()
    page = f"/o/{cast.code(CITY)}/objections/{record.code}"
    links = links_of(client_of("eve").page(page))
    assert [client_of("eve").get(str(one["href"])).status_code for one in links] == [200, 200]
    code = str(link["href"]).rpartition("/")[2]
    elsewhere = f"/o/{cast.code('北县')}/hours/pictures/{code}"
    assert client_of("noa").get(elsewhere).status_code == 404


@pytest.mark.covers("S11", "PRV-10")
def test_photos_are_few_and_go_with_time_and_with_the_account(cast: Cast) -> None:
    record, ada, now = refused(cast), acting(cast, "ada"), clock.now()
    for _ in range(MOST):
        keep_picture(record, png(2, 2), by=ada, now=now)
    with pytest.raises(RuleViolation, match="最多附"):
        keep_picture(record, png(2, 2), by=ada, now=now)
    oldest = db.session.scalars(select(ServicePicture).order_by(ServicePicture.id)).first()
    assert oldest is not None
    oldest.handed_in_at = now - timedelta(days=800)
    db.session.commit()
    assert forget_pictures(now) == 1
    assert (pictures(), forget_pictures(now)) == (MOST - 1, 0)
    erase_volunteer(record.person_id)
    db.session.commit()
    assert pictures() == 0
