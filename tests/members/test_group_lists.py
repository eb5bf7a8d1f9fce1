"""Lists of units, their files, what is kept of them how long, and who they are counted for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.database import db
from core.files.models import StoredFile
from core.files.operations import path_of
from core.rules import RuleViolation, UnknownRowError
from members import operations
from members.models import GroupEvent, GroupMembership
from members.rules.groups import MAX_FILES, GroupFacts, GroupKind, GroupStatus
from organizations import figures
from organizations.rules import Measure
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.units import PDF, credit_code, facts, make_group, make_licence, png, upload

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
G = GroupStatus


def county(cast: Cast, name: str = "东县") -> str:
    return f"/o/{cast.code(name)}/groups"


def names_on(client: Client, path: str) -> list[str]:
    return [node.text for node in client.page(path).select("#rows th a")]


@pytest.mark.covers("S19", "PRV-07", "IN-05")
def test_a_member_is_found_by_name_sound_code_or_number(cast: Cast, client_of: Clients) -> None:
    place, cora, path = cast.organization("东县"), client_of("cora"), county(cast)
    unit = make_group(place, name="ceshiyinshua csys 测试印刷")
    for _ in range(3):
        make_group(place)
    make_group(cast.organization("西县"), name="ceshiyinshua csys 测试印刷")
    for text in ("测试印刷", "yinshua", "CSYS", unit.credit_code.lower(), unit.number):
        assert names_on(cora, f"{path}?q={text}") == [unit.name], text
    assert names_on(cora, f"{path}?q=%25") == []
    assert cora.get(f"{path}?q=13800138000").status_code == 303
    assert cora.get(f"{path}?status=draft").status_code == 404
    assert cora.get(f"{path}?status=galactic").status_code == 404


def test_the_list_goes_on_by_key_and_shows_who_left_when_asked(
    cast: Cast, client_of: Clients
) -> None:
    place, cora, path = cast.organization("东县"), client_of("cora"), county(cast)
    made = [make_group(place).name for _ in range(23)]
    left = make_group(place)
    left.status = G.WITHDRAWN
    first = cora.page(path)
    more = first.select_one("#rows-more a")
    assert more is not None
    shown = names_on(cora, path) + names_on(cora, str(more["href"]))
    assert shown == list(reversed(made))
    assert names_on(cora, f"{path}?status=withdrawn") == [left.name]
    assert names_on(cora, f"{path}?after=zzzzzzzz") == []


@pytest.mark.covers("LOAD-07")
@pytest.mark.parametrize("page", ["", "/applications", "?q=ceshi"])
def test_a_list_costs_the_same_for_one_and_for_many(
    cast: Cast, client_of: Clients, count_statements: Counting, page: str
) -> None:
    place, cora, counts = cast.organization("东县"), client_of("cora"), []
    cora.page(f"{county(cast)}{page}")  # the first of all pages knows nothing yet
    for more in (1, 19):
        for _ in range(more):
            make_group(place, G.SUBMITTED)
            make_group(place)
        with count_statements() as seen:
            cora.page(f"{county(cast)}{page}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_queue_says_what_is_next_and_what_is_late(cast: Cast, client_of: Clients) -> None:
    place, cora = cast.organization("东县"), client_of("cora")
    for status in (G.SUBMITTED, G.VISITED, G.APPROVED, G.DUES_PENDING, G.RETURNED, G.DRAFT):
        make_group(place, status)
    late = make_group(place, G.DUES_PENDING)
    late.dues_due_on = clock.today() - timedelta(days=1)
    make_group(place, G.DRAFT, owner_id=cast.user("ada").id)
    make_group(place, G.ACTIVE)
    page = cora.page(f"{county(cast)}/applications")
    rows = page.select("#rows tr")
    assert len(rows) == 7
    words = ("考察", "批准，或退回", "通知交会费", "等单位交会费", "等单位修改", "上传证照，提交")
    for row, word in zip(rows, words, strict=False):
        assert word in row.text
    assert ["已到期" in row.text for row in rows].count(True) == 1


@pytest.mark.covers("MEM-03", "AZ-07")
def test_units_are_counted_apart_and_drilled_down(cast: Cast, client_of: Clients) -> None:
    figures.add(cast.organization("东县").path, Measure.GROUP_MEMBERS, 2)
    db.session.commit()
    eve, gil = client_of("eve"), client_of("gil")
    for client, place in ((eve, "东市"), (gil, "测试省")):
        page = client.page(f"/o/{cast.code(place)}/supervise?metric=I07")
        tile = next(one for one in page.select(".tile") if "团体会员" in one.text)
        assert tile.select_one(".tile-value").text.startswith("2")  # type: ignore[union-attr]
        below = next(iter(page.select("#rows th a")))
        assert "团体会员" in client.page(str(below["href"])).text
    assert eve.get(county(cast)).status_code == 403
    own = make_group(cast.organization("东市"))
    assert names_on(eve, county(cast, "东市")) == [own.name]


# ------------------------------------------------------------------------------ files


@pytest.mark.covers("FILE-06", "FILE-07", "AZ-12", "WEB-01")
def test_a_licence_is_saved_by_who_may_see_it_and_never_shown(
    cast: Cast, client_of: Clients
) -> None:
    unit = make_group(cast.organization("东县"), owner_id=cast.user("ada").id)
    file = make_licence(unit)
    office, own = f"{county(cast)}/files/{file.code}", f"/me/groups/files/{file.code}"
    for client, path in ((client_of("cora"), office), (client_of("ada"), own)):
        answer = client.get(path)
        assert answer.data == png()
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    for name, path in (("dan", office), ("ben", office), ("mia", own), ("cora", own)):
        assert client_of(name).get(path).status_code == 404
    assert Client(client_of("ada").app).get(own).status_code == 303
    path_of(file).write_bytes(png() + b"changed")
    assert client_of("cora").get(office).status_code == 404
    path_of(file).unlink()
    assert client_of("cora").get(office).status_code == 404


@pytest.mark.covers("FILE-01", "FILE-06", "FILE-07")
def test_a_file_is_taken_by_its_content_and_told_beside_the_field(
    cast: Cast, client_of: Clients
) -> None:
    unit = make_group(cast.organization("东县"), G.RETURNED, owner_id=cast.user("ada").id)
    ada, path = client_of("ada"), f"/me/groups/{unit.code}/files"

    def send(data: bytes, name: str) -> int:
        answer = upload(ada, path, data, name)
        if answer.status_code == 422:
            assert parsed(answer).select_one("#file-error")
        return answer.status_code

    assert send(b"<html>", "执照.pdf") == 422
    assert send(b"", "") == 422
    assert ada.post(path, {}).status_code == 422
    assert send(PDF + b" " * 1_950_000 + b"%%EOF", "大.pdf") == 422
    assert send(PDF + b" " * 2_200_000, "更大.pdf") == 413
    assert db.session.scalars(select(StoredFile)).all() == []
    assert send(PDF, "<script>../执照.exe") == 303
    page = ada.page(f"/me/groups/{unit.code}")
    assert "执照.pdf" in page.text
    assert page.select("#main script") == []
    for _ in range(MAX_FILES - 1):
        assert send(PDF, "执照.pdf") == 303
    assert send(PDF, "执照.pdf") == 422


def test_a_licence_is_removed_while_the_form_is_open_and_no_longer(
    cast: Cast, client_of: Clients
) -> None:
    unit = make_group(cast.organization("东县"), G.RETURNED, owner_id=cast.user("ada").id)
    first, second = make_licence(unit), make_licence(unit)
    place, code, ada = path_of(first), first.code, client_of("ada")
    assert ada.post(f"/me/groups/files/{code}/remove").status_code == 303
    assert not place.exists()
    assert ada.post(f"/me/groups/files/{code}/remove").status_code == 404
    db.session.get_one(GroupMembership, unit.id).status = G.SUBMITTED
    db.session.commit()
    assert ada.post(f"/me/groups/files/{second.code}/remove").status_code == 404
    own = f"/me/groups/{unit.code}/files"
    assert upload(ada, own, PDF).status_code == 303  # back to the page
    assert db.session.scalar(select(func.count(StoredFile.id))) == 1
    cora = client_of("cora")
    assert cora.post(f"{county(cast)}/files/{second.code}/remove").status_code == 409


def test_an_account_has_few_forms_that_lead_nowhere(cast: Cast, client_of: Clients) -> None:
    ada, path = client_of("ada"), f"/j/{cast.code('东县')}/group"
    statuses = [ada.post(path, facts()).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [422]
    assert len(ada.page("/me/groups").select("#rows tr")) == 5
    for place in ("东一村", "东镇", "东市"):
        assert ada.get(f"/j/{cast.code(place)}/group").status_code == 404


@pytest.mark.covers("AZ-05", "AZ-18")
def test_an_operation_touches_no_unit_outside_of_its_condition(cast: Cast) -> None:
    unit = make_group(cast.organization("东县"), G.VISITED)
    elsewhere = GroupMembership.organization_id == cast.organization("西县").id
    by, now = actor_of(cast, "dan"), clock.now()
    for code in (unit.code, "zzzzzzzz", "' OR 1=1", "\x00"):
        with pytest.raises(UnknownRowError):
            operations.approve_group(code, inside=elsewhere, by=by, now=now)
    with pytest.raises(UnknownRowError):
        operations.drop_group_file(make_licence(unit).code, inside=elsewhere, by=by, now=now)


# ------------------------------------------------------------------------------ retention


@pytest.mark.covers("PRV-11")
def test_what_led_nowhere_and_people_of_units_long_gone_are_not_kept(cast: Cast) -> None:
    place, today = cast.organization("东县"), clock.today()
    old_draft, young_draft = make_group(place, G.DRAFT), make_group(place, G.DRAFT)
    old_draft.created_at = clock.now() - timedelta(days=32)
    young_draft.created_at = clock.now() - timedelta(days=29)
    refused, fresh = make_group(place, G.REJECTED), make_group(place, G.CANCELLED)
    refused.left_on, fresh.left_on = today - timedelta(days=367), today
    gone, member = make_group(place), make_group(place)
    gone.status, gone.left_on = G.DISSOLVED, today - timedelta(days=1_100)
    files = [make_licence(one) for one in (old_draft, refused, gone, member)]
    paths = [path_of(one) for one in files]
    db.session.add(GroupEvent(group=refused, to_status=G.REJECTED, at=clock.now()))
    db.session.commit()
    kept = {one.id for one in (young_draft, fresh, gone, member)}
    assert operations.purge_groups(clock.now()) == 3
    db.session.commit()
    assert operations.purge_groups(clock.now()) == 0
    assert set(db.session.scalars(select(GroupMembership.id))) == kept
    assert [path.exists() for path in paths] == [False, False, False, True]
    bared = db.session.get_one(GroupMembership, gone.id)
    assert (bared.contact_name, bared.representative, bared.plain_phone) == ("", "", "")
    assert bared.name
    assert bared.number


def test_a_unit_that_left_long_ago_still_has_its_page(cast: Cast, client_of: Clients) -> None:
    unit = make_group(cast.organization("东县"))
    unit.status, unit.left_on = G.LAPSED, clock.today() - timedelta(days=1_100)
    operations.purge_groups(clock.now())
    db.session.commit()
    assert unit.name in client_of("cora").page(f"{county(cast)}/{unit.code}").text


def test_wrong_phones_do_not_pass_an_operation_either(cast: Cast) -> None:
    told = GroupFacts(
        "测试", credit_code(), GroupKind.OTHER, 1, "试", "试", "110", "测试路", "急救"
    )
    with pytest.raises(RuleViolation) as refusal:
        operations.enter_group(
            cast.organization("东县"),
            told,
            owner_id=None,
            by=actor_of(cast, "cora"),
            now=clock.now(),
        )
    assert refusal.value.field == "contact_phone"
