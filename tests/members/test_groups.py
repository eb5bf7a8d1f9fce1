"""Units become group members: by their contact or entered by the county (MEM-01, MEM-11, S19)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.messages import outbox
from members import operations
from members.models import GroupEvent, GroupMembership
from members.operations import card_token
from members.rules import is_member_number
from members.rules.groups import GroupStatus
from organizations import figures
from organizations.rules import Measure
from people.rules.reveals import RevealReason
from supervision.recount import differences
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.units import PDF, credit_code, facts, make_group, make_licence, owes_since, png, upload

Clients = Callable[[str], Client]
G = GroupStatus


def county(cast: Cast, name: str = "东县") -> str:
    return f"/o/{cast.code(name)}/groups"


def the_unit() -> GroupMembership:
    return db.session.scalars(select(GroupMembership)).one()


def act(client: Client, cast: Cast, unit: GroupMembership, step: str, **fields: str) -> int:
    return client.post(f"{county(cast)}/{unit.code}/{step}", fields).status_code


def wrong_figures() -> list[Any]:
    """Return the figures of units that are not what is counted."""
    return [one for one in differences() if one.measure.startswith("group")]


def measured(cast: Cast, place: str) -> tuple[int, int]:
    """Return group members and waiting units of a place, as its pages read them."""
    one = cast.organization(place).id
    found = figures.values([one], [Measure.GROUP_MEMBERS, Measure.GROUPS_WAITING])
    return tuple(  # type: ignore[return-value]
        found.get((one, measure, figures.STOCK), 0)
        for measure in (Measure.GROUP_MEMBERS, Measure.GROUPS_WAITING)
    )


@pytest.mark.covers("MEM-01", "MEM-11", "MEM-15", "MEM-16", "S19")
def test_a_unit_joins_on_the_phone_of_its_contact(cast: Cast, client_of: Clients) -> None:
    ada, org = client_of("ada"), cast.code("东县")
    assert ada.page(f"/j/{org}").select_one(f"a[href='/j/{org}/group']")
    told = facts(credit_code=credit_code("N2"))
    assert ada.post(f"/j/{org}/group", told).status_code == 303
    unit = the_unit()
    own = f"/me/groups/{unit.code}"
    page = ada.page(own).text
    assert "200 到 500 人（不含），每年 500 元" in page
    assert "权利由法定代表人行使" in page
    draft = f"{county(cast)}/{unit.code}"
    assert client_of("cora").get(draft).status_code == 404  # a draft is the contact's own
    assert ada.post(f"{own}/submit").status_code == 422
    assert upload(ada, f"{own}/files", png()).status_code == 303
    assert ada.post(f"{own}/submit").status_code == 303
    assert measured(cast, "东县") == (0, 1)
    assert wrong_figures() == []


@pytest.mark.covers("MEM-11", "MEM-18", "MEM-03", "S19", "CERT-02")
def test_the_county_visits_approves_and_takes_the_dues(cast: Cast, client_of: Clients) -> None:
    cora, org = client_of("cora"), cast.code("东县")
    unit = make_group(cast.organization("东县"), G.SUBMITTED, owner_id=cast.user("ada").id)
    figures.add(unit.organization.path, Measure.GROUPS_WAITING, 1)
    assert "团体会员申请" in cora.page(f"/o/{org}/home").text
    assert "考察" in cora.page(f"{county(cast)}/applications").text
    today = clock.today().isoformat()
    visit = {"visitors": "试考察", "visited_on": today, "findings": "情况属实"}
    assert act(cora, cast, unit, "approve") == 409  # nobody went there yet
    assert act(cora, cast, unit, "visit", **visit) == 303
    assert act(cora, cast, unit, "approve") == 303
    assert act(cora, cast, unit, "dues/ask") == 303
    unit = the_unit()
    assert unit.dues_due_on == clock.add_working_days(clock.today(), 10)
    assert is_member_number(unit.number or "")
    assert (unit.number or "")[6] == "3"
    assert unit.name in outbox(1)[0].text
    public = Client(cora.app)
    assert public.get(f"/v/{card_token(unit.code)}").status_code == 404  # no member yet
    assert act(cora, cast, unit, "dues", number="测收 0001", paid_on=today, amount="500") == 303
    assert the_unit().status is G.ACTIVE
    assert [measured(cast, name) for name in ("东县", "东市", "测试省")] == [(1, 0)] * 3
    assert measured(cast, "西县") == (0, 0)
    assert wrong_figures() == []


@pytest.mark.covers("MEM-16", "CERT-02", "EMB-01")
def test_papers_name_the_unit_and_anybody_can_verify_them(cast: Cast, client_of: Clients) -> None:
    unit = make_group(cast.organization("东县"), owner_id=cast.user("ada").id)
    ada, cora = client_of("ada"), client_of("cora")
    paper = ada.page(f"/me/groups/{unit.code}/certificate").text
    for words in ("团体会员证书", unit.name, str(unit.number), "权利由法定代表人行使"):
        assert words in paper
    for page in ("certificate", "plate"):
        assert unit.name in cora.page(f"{county(cast)}/{unit.code}/{page}").text
    shown = Client(ada.app).page(f"/v/{card_token(unit.code)}").text
    assert unit.name in shown
    assert "团体会员有效" in shown
    for more in (cast.organization("东县").name, unit.credit_code, unit.representative):
        assert more not in shown


@pytest.mark.covers("MEM-11", "MEM-15")
def test_the_county_enters_a_unit_on_behalf_and_mends_it(cast: Cast, client_of: Clients) -> None:
    cora = client_of("cora")
    assert cora.post(f"{county(cast)}/new", facts()).status_code == 303
    unit = the_unit()
    path = f"{county(cast)}/{unit.code}"
    assert upload(cora, f"{path}/files", PDF, "证书.pdf").status_code == 303
    assert cora.post(f"{path}/submit").status_code == 303
    assert unit.owner_id is None
    assert cora.post(f"{path}/return", {"note": ""}).status_code == 422
    assert cora.post(f"{path}/return", {"note": "证照看不清"}).status_code == 303
    changed = facts(credit_code=unit.credit_code, name="测试印刷集团")
    assert cora.post(f"{path}/edit", changed).status_code == 303
    assert cora.post(f"{path}/submit").status_code == 303
    assert the_unit().name == "测试印刷集团"
    assert wrong_figures() == []


@pytest.mark.covers("MEM-11")
def test_a_returned_form_tells_why_and_is_handed_in_again(cast: Cast, client_of: Clients) -> None:
    ada, cora = client_of("ada"), client_of("cora")
    unit = make_group(cast.organization("东县"), G.SUBMITTED, owner_id=cast.user("ada").id)
    make_licence(unit)
    own = f"/me/groups/{unit.code}"
    assert (
        ada.post(f"{own}/edit", facts()).status_code == 303
    )  # not to be changed: back to the page
    assert the_unit().name == unit.name
    assert act(cora, cast, unit, "return", note="单位名称和执照不一样") == 303
    assert "单位名称和执照不一样" in ada.page(own).text
    assert "团体会员申请要改一改" in outbox(1)[0].text
    told = facts(name="测试更名公司", credit_code=unit.credit_code)
    assert ada.post(f"{own}/edit", told).status_code == 303
    assert ada.post(f"{own}/submit").status_code == 303
    assert (the_unit().status, the_unit().name) == (G.SUBMITTED, "测试更名公司")


@pytest.mark.covers("MEM-15", "UX-R2")
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        (
            {"name": " ", "credit_code": "1", "staff": "0", "plan": ""},
            "name credit_code staff plan",
        ),
        ({"kind": "galactic", "contact_phone": "123"}, "kind contact_phone"),
        ({"representative": "长" * 51, "contact_name": "a\x07"}, "representative contact_name"),
        ({"address": "长" * 121, "plan": "长" * 501, "staff": "二百"}, "address plan staff"),
        ({"credit_code": "91350100M000100Y4Z"}, "credit_code"),
    ],
)
def test_every_wrong_field_is_told_at_once_and_the_others_are_kept(
    cast: Cast, client_of: Clients, changes: dict[str, str], fields: str
) -> None:
    told = facts(**changes)
    for client, path in (
        (client_of("ada"), f"/j/{cast.code('东县')}/group"),
        (client_of("cora"), f"{county(cast)}/new"),
    ):
        answer = client.post(path, told)
        assert answer.status_code == 422
        page = parsed(answer)
        wrong = {str(node["id"]).removesuffix("-error") for node in page.select(".field-error")}
        assert wrong == set(fields.split())
        if "address" not in fields:
            assert page.select_one("#address")["value"] == told["address"]  # type: ignore[index]
    assert db.session.scalars(select(GroupMembership)).all() == []


@pytest.mark.covers("MEM-15", "DAT-04")
@pytest.mark.parametrize("phone", ["0571-88880000", "+86 138-0013-8000"])
def test_a_contact_may_have_a_landline(cast: Cast, client_of: Clients, phone: str) -> None:
    told = facts(contact_phone=phone)
    assert client_of("cora").post(f"{county(cast)}/new", told).status_code == 303
    assert the_unit().plain_phone in {"0571-88880000", "13800138000"}
    assert "88880000" not in (the_unit().contact_phone or "")


@pytest.mark.covers("MEM-19")
def test_a_unit_that_is_a_member_anywhere_cannot_join_again(cast: Cast, client_of: Clients) -> None:
    held = make_group(cast.organization("北县"))
    told = facts(credit_code=held.credit_code)
    answer = client_of("ada").post(f"/j/{cast.code('东县')}/group", told)
    assert answer.status_code == 422
    assert "已经是团体会员" in parsed(answer).select_one("#credit_code-error").text  # type: ignore[union-attr]
    other = make_group(
        cast.organization("东县"), G.VISITED, code_of_unit=held.credit_code, name="测试重名"
    )
    cora = client_of("cora")
    assert "北县" in cora.page(f"{county(cast)}/{other.code}").text
    assert act(cora, cast, other, "approve") == 422
    held = db.session.get_one(GroupMembership, held.id)
    held.status = G.WITHDRAWN
    db.session.commit()
    assert act(cora, cast, other, "approve") == 303


@pytest.mark.covers("UX-R2")
def test_an_approval_is_undone_within_minutes_before_anybody_was_told(
    cast: Cast, client_of: Clients
) -> None:
    cora, unit = client_of("cora"), make_group(cast.organization("东县"), G.VISITED)
    figures.add(unit.organization.path, Measure.GROUPS_WAITING, 1)
    assert act(cora, cast, unit, "approve") == 303
    number, messages = the_unit().number, len(outbox())
    assert act(cora, cast, unit, "approve/undo") == 303
    assert the_unit().status is G.VISITED
    assert act(cora, cast, unit, "approve") == 303
    assert the_unit().number == number
    assert len(outbox()) == messages
    the_unit().approved_at = clock.now() - timedelta(minutes=11)
    assert act(cora, cast, unit, "approve/undo") == 422
    assert the_unit().status is G.APPROVED
    assert wrong_figures() == []


@pytest.mark.covers("LED-04")
@pytest.mark.parametrize("step", ["approve", "return", "dues/ask"])
def test_nobody_decides_what_he_handed_in(cast: Cast, client_of: Clients, step: str) -> None:
    state = G.APPROVED if step == "dues/ask" else G.VISITED
    unit = make_group(cast.organization("东县"), state, owner_id=cast.user("cora").id)
    assert act(client_of("cora"), cast, unit, step, note="为何") == 422
    assert the_unit().status is state


@pytest.mark.covers("MEM-43")
def test_a_unit_leaves_freely_and_thinks_better_of_it(cast: Cast, client_of: Clients) -> None:
    unit = make_group(cast.organization("东县"), G.ARREARS, owner_id=cast.user("ada").id)
    ada, own = client_of("ada"), f"/me/groups/{unit.code}"
    figures.add(unit.organization.path, Measure.GROUP_MEMBERS, 1)
    figures.add_part(unit.organization.path, Measure.GROUP_MEMBERS, unit.kind, 1)
    assert "马上生效" in ada.page(f"{own}/leave").text
    assert ada.post(f"{own}/leave", {"note": "a\x07"}).status_code == 422
    assert ada.post(f"{own}/leave", {"note": ""}).status_code == 303
    assert the_unit().status is G.WITHDRAWN
    assert "已作废" in Client(ada.app).page(f"/v/{card_token(unit.code)}").text
    assert ada.get(f"{own}/certificate").status_code == 404
    assert ada.post(f"{own}/leave/undo").status_code == 303
    assert the_unit().status is G.ARREARS
    assert the_unit().left_on is None
    assert wrong_figures() == []
    ada.post(f"{own}/leave", {"note": "不办了"})
    the_unit().undo_until = clock.today() - timedelta(days=1)
    assert ada.post(f"{own}/leave/undo").status_code == 422
    assert the_unit().status is G.WITHDRAWN


@pytest.mark.covers("MEM-11", "MEM-34", "MEM-45")
def test_every_other_end_and_turn_has_its_reason_in_the_history(
    cast: Cast, client_of: Clients
) -> None:
    cora, unit = client_of("cora"), make_group(cast.organization("东县"))
    figures.add(unit.organization.path, Measure.GROUP_MEMBERS, 1)
    figures.add_part(unit.organization.path, Measure.GROUP_MEMBERS, unit.kind, 1)
    assert act(cora, cast, unit, "arrears", note="2026 年会费未交") == 303
    assert act(cora, cast, unit, "propose", note="两年没交") == 422  # nothing is unpaid
    owes_since(unit, 2)
    assert act(cora, cast, unit, "propose", note="两年没交") == 303
    assert act(cora, cast, unit, "keep", note="单位说马上交") == 303
    assert act(cora, cast, unit, "propose", note="还是没交") == 303
    today = clock.today().isoformat()
    for back in (2, 1):
        sent = {"number": f"测收 {back}", "paid_on": today, "amount": "500"}
        assert act(cora, cast, unit, f"dues?year={clock.today().year - back}", **sent) == 303
    assert act(cora, cast, unit, "dissolve", note="工商已注销") == 303
    assert the_unit().left_on == clock.today()
    words = db.session.scalars(select(GroupEvent.note).where(GroupEvent.group_id == unit.id)).all()
    assert words == [
        "2026 年会费未交",
        "两年没交",
        "单位说马上交",
        "还是没交",
        "测收 2",
        "测收 1",
        "工商已注销",
    ]
    page = cora.page(f"{county(cast)}/{unit.code}")
    assert page.select("#main form") == []  # nothing can be done any more
    assert wrong_figures() == []


def test_buttons_are_what_the_table_and_the_right_allow(cast: Cast, client_of: Clients) -> None:
    cora = client_of("cora")
    for status in G:
        unit = make_group(cast.organization("东县"), status)
        page = cora.page(f"{county(cast)}/{unit.code}")
        for link in page.select("#main a[href]"):
            assert cora.get(str(link["href"])).status_code == 200, (status, link)


@pytest.mark.covers("PRV-05", "AU-10")
def test_the_phone_is_masked_and_shown_with_a_reason_the_contact_can_read(
    cast: Cast, client_of: Clients
) -> None:
    unit = make_group(cast.organization("东县"), owner_id=cast.user("ada").id, phone="19912345678")
    cora, path = client_of("cora"), f"{county(cast)}/{unit.code}"
    assert "199****5678" in cora.page(path).text
    for page in ("", "/edit", "/phone"):
        assert "19912345678" not in str(cora.page(path + page))
    told = facts(contact_phone=" ", staff="9")
    del told["credit_code"]
    assert cora.post(f"{path}/edit", told).status_code == 303
    assert (the_unit().plain_phone, the_unit().staff) == ("19912345678", 9)
    assert cora.post(f"{path}/edit", {**told, "contact_phone": "1"}).status_code == 422
    assert cora.post(f"{path}/phone", {"reason": ""}).status_code == 422
    answer = cora.post(f"{path}/phone", {"reason": "other", "note": "约时间考察"})
    assert "19912345678" in answer.text
    assert "约时间考察" in client_of("ada").page(f"/me/groups/{unit.code}").text
    assert "groups.reveal" in set(db.session.scalars(select(AuditEvent.action)))


@pytest.mark.covers("PRV-05")
def test_looks_at_phones_count_with_those_at_people(cast: Cast, client_of: Clients) -> None:
    unit = make_group(cast.organization("东县"))
    for _ in range(30):
        operations.reveal_group_phone(
            unit.code,
            RevealReason.CONTACT,
            "",
            inside=GroupMembership.id == unit.id,
            by=actor_of(cast, "cora"),
            now=clock.now(),
        )
    answer = client_of("cora").post(f"{county(cast)}/{unit.code}/phone", {"reason": "contact"})
    assert answer.status_code == 422
