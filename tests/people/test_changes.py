"""Corrections: asked for by the person, decided by the keeper, never by himself (PRI-11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.models import Letter, User
from accounts.operations import end_post
from accounts.queries import find_user_by_phone
from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent, ReadEvent
from core.audit.operations import SYSTEM
from core.database import db
from members.models import Membership
from members.operations.memberships import relocate
from organizations.rules import Measure
from people.models import ChangeRequest
from people.rules import IdType
from people.rules.changes import ChangeStatus
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.people.wishes import OWN_PAGE, WHY, ask, decide, desk, renamed, the_change, waiting
from volunteers.models import Volunteer

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
ADULT = date(1985, 6, 15)
RESIDENT = {"id_type": "resident_id"}
PASSPORT = {"id_type": "passport", "id_number": "E12345678"}


@pytest.mark.covers("PRV-18", "S22")
def test_another_name_reaches_the_roster_the_card_and_the_account(
    cast: Cast, client_of: Clients
) -> None:
    mia, ben = client_of("mia"), client_of("ben")
    make.make_volunteer(cast.person("mia"), cast.organization("东一村"))
    db.session.commit()
    assert ask(mia) == 303
    assert waiting(cast) == 1
    assert "更正申请" in ben.page(f"/o/{cast.code('东一村')}/home").text
    row = ben.page(desk(cast)).select_one("#changes tr")
    assert row is not None
    page = ben.page(str(row.select_one("a")["href"]))  # type: ignore[index]
    assert "人mia" in page.text
    assert "人米娅" in page.text
    assert decide(cast, ben, "approve") == 303
    person = renamed("人米娅")
    texts = [
        db.session.scalars(select(model.search_text).where(model.person_id == person.id)).one()
        for model in (Membership, Volunteer)
    ]
    assert texts == [person.search_text] * 2
    assert "miya" in person.search_text
    assert find_user_by_phone(person.plain_phone).display_name == "人米娅"  # type: ignore[union-attr]
    assert "人米娅" in mia.page("/me/card").text
    assert "人米娅" in ben.page(f"/o/{cast.code('东一村')}/members?q=miya").text
    found = the_change()
    assert (found.status, found.value, found.before) == (
        ChangeStatus.APPROVED,
        None,
        '{"name": "人**"}',
    )
    assert "已更正您的信息" in mia.page("/me/messages").text
    assert "已更正" in mia.page(f"{OWN_PAGE}/{found.code}").text
    assert waiting(cast) == 0
    assert [one for one in differences() if one.measure == Measure.CHANGES_WAITING] == []
    acts = set(db.session.scalars(select(AuditEvent.action)))
    assert acts >= {"changes.request", "changes.approve"}


@pytest.mark.covers("PRV-18")
def test_a_return_tells_its_reason_and_the_next_is_shown(cast: Cast, client_of: Clients) -> None:
    mia, ben = client_of("mia"), client_of("ben")
    assert ask(mia) == 303
    first = the_change().code
    assert ask(client_of("gus"), name="人古斯") == 303
    way = f"{desk(cast)}/{first}/return"
    assert ben.post(way, {"why": " "}).status_code == 422
    assert ben.post(way, {"why": "长" * 201}).status_code == 422
    answer = ben.post(way, {"why": "证件上还是原来的字"})
    assert answer.headers["Location"].startswith(f"{desk(cast)}/{the_change().code}")
    page = mia.page(f"{OWN_PAGE}/{first}")
    assert "证件上还是原来的字" in page.text
    assert cast.person("mia").name == "人mia"
    assert ben.post(way, {"why": "再来一次"}).status_code == 409
    assert ben.post(f"{desk(cast)}/{first}/approve").status_code == 409
    assert ask(mia) == 303  # a returned one may be asked for anew


def test_one_request_per_item_and_it_can_be_taken_back(cast: Cast, client_of: Clients) -> None:
    mia = client_of("mia")
    assert [ask(mia), ask(mia)] == [303, 422]
    code = the_change().code
    assert client_of("gus").post(f"{OWN_PAGE}/{code}/withdraw").status_code == 404
    assert client_of("gus").get(f"{OWN_PAGE}/{code}").status_code == 404
    assert mia.post(f"{OWN_PAGE}/{code}/withdraw").status_code == 303
    assert mia.post(f"{OWN_PAGE}/{code}/withdraw").status_code == 409
    assert (the_change().status, the_change().value) == (ChangeStatus.WITHDRAWN, None)
    assert waiting(cast) == 0
    assert ask(mia) == 303


@pytest.mark.covers("PRV-04", "PRV-05", "PRV-03")
def test_a_new_number_is_masked_until_somebody_looks_and_the_person_reads_of_it(
    cast: Cast, client_of: Clients
) -> None:
    mia, ben = client_of("mia"), client_of("ben")
    number = make.make_id_number(ADULT, 321)
    assert ask(mia, "document", id_type="resident_id", id_number=number) == 303
    code = the_change().code
    page = f"{desk(cast)}/{code}"
    for text in (ben.get(page).text, ben.get(desk(cast)).text, mia.get(f"{OWN_PAGE}/{code}").text):
        assert number not in text
        assert number[-4:] not in text
    shown = ben.post(f"{page}/value")
    assert number in shown.text
    assert number not in ben.get(f"{page}/value").text
    (read,) = db.session.scalars(select(ReadEvent))
    assert (read.field, read.reason) == ("id_number", "check")
    assert "核对证件" in mia.page("/me/data").text
    assert decide(cast, ben, "approve") == 303
    person = cast.person("mia")
    assert (person.plain_id_number, person.born_on) == (number, ADULT)
    assert number not in the_change().after
    assert ben.post(f"{page}/value").status_code == 404


@pytest.mark.covers("PRV-06", "MEM-19")
def test_a_number_that_another_has_is_asked_for_like_any_other_and_not_given(
    cast: Cast, client_of: Clients
) -> None:
    person, mia, ben = cast.person("mia"), client_of("mia"), client_of("ben")
    kept, taken = person.plain_id_number, cast.person("ned").plain_id_number
    assert ask(mia, "document", id_type="resident_id", id_number=taken) == 303
    answer = ben.post(f"{desk(cast)}/{the_change().code}/approve")
    assert answer.status_code == 422
    told = parsed(answer).select_one("[data-focus]")
    assert told is not None
    assert "请退回，请本人带证件来核对" in told.text
    assert "人ned" not in answer.text
    assert "已登记" not in told.text
    assert cast.person("mia").plain_id_number == kept
    assert the_change().status is ChangeStatus.SUBMITTED
    assert waiting(cast) == 1


@pytest.mark.covers("PRV-13")
@pytest.mark.parametrize(("years", "status"), [(17, 422), (18, 303), (40, 303)])
def test_a_birth_day_that_makes_a_minor_is_refused(
    cast: Cast, client_of: Clients, years: int, status: int
) -> None:
    person, today = cast.person("ada"), clock.today()
    person.id_type, person.id_number, person.id_index = IdType.PASSPORT, None, None
    db.session.commit()
    born_on = date(today.year - years, 1, 1)
    answer = client_of("ada").post(
        f"{OWN_PAGE}/new/born_on", {**WHY, "born_on": born_on.isoformat()}
    )
    assert answer.status_code == status
    if status == 422:
        assert "当面办理" in parsed(answer).select_one("#born_on-error").text  # type: ignore[union-attr]
        return
    assert decide(cast, client_of("ben"), "approve") == 303
    assert cast.person("ada").born_on == born_on


def test_a_document_of_a_minor_is_refused_too(cast: Cast, client_of: Clients) -> None:
    young = make.make_id_number(clock.today() - timedelta(days=15 * 365))
    answer = client_of("mia").post(
        f"{OWN_PAGE}/new/document", {**WHY, "id_type": "resident_id", "id_number": young}
    )
    assert answer.status_code == 422
    assert parsed(answer).select_one("#id_number-error")


@pytest.mark.covers("UX-R2", "IN-09")
@pytest.mark.parametrize(
    ("field", "sent", "wrong"),
    [
        ("name", {"name": "", "why": ""}, {"name", "why"}),
        ("name", {"name": "长" * 51}, {"name"}),
        ("name", {"name": "<b>"}, {"name"}),
        ("name", {"name": "人mia"}, {"name"}),
        ("name", {"name": "人米娅", "why": "a\x07"}, {"why"}),
        ("document", {"id_number": "1"}, {"id_type"}),
        (
            "document",
            {"id_type": "resident_id", "id_number": "330102", "why": " "},
            {"id_number", "why"},
        ),
        ("document", {"id_type": "passport", "id_number": "E12345678"}, {"born_on"}),
        (
            "document",
            {"id_type": "passport", "id_number": "E12345678", "born_on": "昨天"},
            {"born_on"},
        ),
        ("document", {"id_type": "galactic", "id_number": "E12345678"}, {"id_type"}),
    ],
)
def test_every_wrong_field_is_told_at_once(
    cast: Cast, client_of: Clients, field: str, sent: dict[str, str], wrong: set[str]
) -> None:
    answer = client_of("mia").post(f"{OWN_PAGE}/new/{field}", {**WHY, **sent})
    assert answer.status_code == 422
    page = parsed(answer)
    assert {str(one["id"])[:-6] for one in page.select("p.field-error")} == wrong
    assert db.session.scalars(select(ChangeRequest)).all() == []


def test_only_what_is_kept_is_offered(cast: Cast, client_of: Clients) -> None:
    mia = client_of("mia")
    hrefs = [str(one["href"]) for one in mia.page(OWN_PAGE).select(".link-rows a")]
    assert hrefs == [f"{OWN_PAGE}/new/name", f"{OWN_PAGE}/phone", f"{OWN_PAGE}/new/document"]
    for field in ("born_on", "phone", "galactic"):
        assert mia.get(f"{OWN_PAGE}/new/{field}").status_code == 404
    cora = client_of("cora")  # keeps a county, stands nowhere
    assert "还没有加入组织" in cora.page(OWN_PAGE).text
    assert cora.get(f"{OWN_PAGE}/new/name").status_code == 404


@pytest.mark.covers("LED-04")
def test_nobody_decides_his_own(cast: Cast, client_of: Clients) -> None:
    assert ask(client_of("ben"), name="人本") == 303
    assert the_change().handler_id == cast.organization("东县").id  # ben alone keeps the village
    make.make_post(cast.user("cora"), Role.SECRETARY, cast.organization("东一村"))
    the_change().handler_id = cast.organization("东一村").id
    db.session.commit()
    answer = client_of("ben").post(f"{desk(cast)}/{the_change().code}/approve")
    assert answer.status_code == 422
    assert "这是自己的申请" in parsed(answer).text
    assert cast.person("ben").name == "人ben"
    assert decide(cast, client_of("ben"), "return", why="不要") == 422
    assert decide(cast, client_of("cora"), "approve") == 303


@pytest.mark.covers("AZ-08")
def test_the_county_decides_where_nobody_keeps_the_branch_and_upper_levels_never(
    cast: Cast, client_of: Clients
) -> None:
    assert ask(client_of("mia")) == 303
    post = cast.user("ben").posts[0]
    end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert the_change().handler_id == cast.organization("东县").id
    assert (waiting(cast), waiting(cast, "东县")) == (0, 1)
    assert decide(cast, client_of("tom"), "approve", "东镇") in {403, 404}
    assert decide(cast, client_of("eve"), "approve", "东县") == 403
    assert decide(cast, client_of("cora"), "approve", "东县") == 303
    assert renamed("人米娅")


@pytest.mark.covers("MEM-41", "MEM-43")
def test_a_request_goes_along_with_a_member_who_moves_and_ends_with_one_who_leaves(
    cast: Cast, client_of: Clients
) -> None:
    mia = client_of("mia")
    assert ask(mia) == 303
    person_id = cast.person("mia").id
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == person_id)
    ).one()
    relocate(membership, cast.organization("东二村"), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert the_change().handler_id == cast.organization("东二村").id
    assert (waiting(cast), waiting(cast, "东二村")) == (0, 1)
    assert mia.post("/me/membership/leave", {}).status_code == 303
    assert the_change().status is ChangeStatus.CLOSED
    assert waiting(cast, "东二村") == 0
    assert "更正申请已结束" in mia.page("/me/messages").text


@pytest.mark.covers("LOAD-07")
def test_the_queue_costs_the_same_for_one_and_for_many(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    ben, seen = client_of("ben"), []
    ben.get(desk(cast))  # notes which post was used last
    for number in (1, 24):
        for _ in range(number):
            make.make_change(make.make_person(), cast.organization("东一村"))
        db.session.commit()
        with count_statements() as statements:
            ben.get(desk(cast))
        seen.append(len(statements))
    assert seen[0] == seen[1]
    more = ben.page(desk(cast)).select_one("#changes-more a")
    assert more is not None
    assert len(ben.page(str(more["href"])).select("#changes tr")) == 5


def test_no_letter_tells_what_was_asked_for(cast: Cast, client_of: Clients) -> None:
    ask(client_of("mia"))
    decide(cast, client_of("ben"), "approve")
    (letter,) = db.session.scalars(select(Letter))
    assert "米娅" not in letter.details
    assert db.session.get_one(User, letter.user_id).person_id == renamed("人米娅").id
