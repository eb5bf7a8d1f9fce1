"""Stories of members on a phone: scenarios 14, 16, 19, 31, 32, 37, 44 of domain.md 9."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent
from core.database import db
from members import operations
from members.models import DuesProposal, Entry, GroupMembership, Membership
from members.rules import MemberGrade, MembershipKind
from members.rules.groups import GroupStatus
from people.models import Person
from tests import factories as make
from tests.cast import organization_named, token_of
from tests.dues_factories import make_charge
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.dues import furnish_dues, membership_of
from tests.e2e.server import World
from tests.races.stage import keeper
from tests.units import credit_code, facts, make_group, make_licence, png

pytestmark = pytest.mark.browser

BRANCH, COUNTY = "东一村", "东县"
PLACES = (BRANCH, COUNTY, "东镇", "北一村", "东二村")


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast under Chinese names, and a year of dues."""
    with served.writing():
        stage.rename_cast()
        furnish_dues(organization_named(BRANCH), membership_of("mia"))
        stage.settle()
    return served


@pytest.fixture(scope="module")
def codes(town: World) -> Mapping[str, str]:
    """Return name of a place -> its code."""
    with town.reading():
        return {name: organization_named(name).code for name in PLACES}


@contextmanager
def held_by(browser: Browser, town: World, name: str, path: str) -> Iterator[Phone]:
    """Return the phone of somebody of the cast on a page."""
    with phone(browser, town.origin, token_of(name)) as held:
        held.open(path)
        yield held


@pytest.mark.covers("S14", "MEM-19", "MEM-41")
def test_who_is_a_member_already_is_offered_a_transfer(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    with held_by(browser, town, "mia", f"/j/{codes['北一村']}") as held:
        assert not held.page.get_by_role("link", name="当会员", exact=True).count()
        held.tap("转到这里")
        held.press("申请转会籍")
        assert BRANCH in held.main_text()
        assert held.path().startswith("/me/transfer")
    with held_by(browser, town, "ben", f"/o/{codes[BRANCH]}/applications") as held:
        held.press("放行")
    with town.reading():
        own = Membership.person_id == stage.user_of("mia").person_id
        found = db.session.scalars(select(Membership).where(own)).one()
        assert found.organization.name == BRANCH  # until the new one takes him in


def let_january_come(town: World) -> str:
    """Let four people owe two years and the list of January be made; return the second's code."""
    with town.writing():
        branch, year = organization_named("东二村"), clock.today().year
        found = {
            name: make.make_membership(make.make_person(name, born_on=stage.birth()), branch)
            for name in ("欠费甲", "欠费乙", "永久丙", "学生丁")
        }
        found["永久丙"].grade, found["学生丁"].kind = MemberGrade.PERMANENT, MembershipKind.YOUTH
        for one in found.values():
            one.joined_on = date(year - 3, 1, 1)
            for back in (1, 0):
                make_charge(one, year - back)
        for name in ("永久丙", "学生丁"):
            found[name].status = found["欠费甲"].status
        january = clock.at(date(year + 1, 1, 10), stage.MORNING)
        operations.fall_behind(january)
        operations.propose_removals(january)
        told = select(DuesProposal.code).where(DuesProposal.membership_id == found["欠费乙"].id)
        stage.settle()
        return db.session.scalars(told).one()


@pytest.mark.covers("S16", "MEM-34")
def test_two_years_unpaid_are_proposals_that_a_secretary_decides(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    code = let_january_come(town)
    path = f"/o/{codes['东二村']}/dues/proposals"
    with held_by(browser, town, "bea", path) as held:
        text = held.main_text()
        assert ("欠费甲" in text, "欠费乙" in text) == (True, True)
        assert not {"永久丙", "学生丁"} & set(re.findall(r"永久丙|学生丁", text))
        row = held.page.locator("tr[data-row]").filter(has_text="欠费甲")
        held.tap(row.get_by_role("link", name="保留"))
        held.put("note", "在外地治病")
        held.press("保留")
        assert "已保留" in held.main_text()
        held.tap(held.page.get_by_role("button", name="通知本人"))
        assert "已通知本人" in held.main_text()
        assert not held.page.get_by_role("link", name="退会").count()
    with town.writing():
        proposal = db.session.scalars(select(DuesProposal).where(DuesProposal.code == code)).one()
        proposal.keep_until = clock.today() - timedelta(days=1)
    with held_by(browser, town, "bea", path) as held:
        held.tap(held.page.locator("tr[data-row]").get_by_role("link", name="退会"))
        held.tap(held.page.locator("#main form button[type=submit]").last)
        assert "已办理退会" in held.main_text()


@pytest.mark.covers("S19", "MEM-11", "MEM-30", "DAT-05")
def test_a_company_is_visited_admitted_pays_its_band_and_gets_a_plate(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    with town.writing():
        unit = make_group(organization_named(COUNTY), GroupStatus.SUBMITTED, name="试印刷公司")
        make_licence(unit)
        stage.settle()
        path = f"/o/{codes[COUNTY]}/groups/{unit.code}"
    with held_by(browser, town, "cora", path) as held:
        held.tap(held.page.get_by_role("link", name="登记考察"))
        held.put("visitors", "试考察")
        held.put("visited_on", clock.today().isoformat())
        held.put("findings", "情况属实")
        held.press("登记")
        held.press("批准入会")
        held.press("通知交会费")
        assert "每年 500 元" in held.main_text()  # 200 people stand in the band from 200
        held.tap(held.page.get_by_role("link", name="登记收到会费").first)
        held.put("number", "试财0200")
        held.press("登记")
        held.open(path)
        held.tap(held.page.get_by_role("link", name="牌匾文字"))
        assert "试印刷公司" in held.page.locator("body").inner_text()
        held.open(f"/o/{codes[COUNTY]}/groups/new")
        for name, text in facts(credit_code=credit_code("N2"), name="试村经济合作社").items():
            if name != "kind":
                held.put(name, text)
        held.tap(held.page.locator("label.chip").first)
        held.press("下一步")
        assert "试村经济合作社" in held.main_text()
        assert "已保存" in held.main_text()
    with town.reading():
        named = select(GroupMembership.status).where(GroupMembership.name == "试印刷公司")
        assert db.session.scalar(named) is GroupStatus.ACTIVE


@pytest.mark.covers("S31", "ORG-17", "MEM-45")
def test_two_villages_become_one_and_old_lists_keep_the_old_name(
    browser: Browser, town: World
) -> None:
    with town.writing():
        (old, _), (new, _) = stage.new_branch("旧山村"), stage.new_branch("新山村")
        member = make.make_membership(make.make_person("村里人", born_on=stage.birth()), old)
        stage.settle()
        path, target, number = f"/o/{old.code}", new.code, member.number
    with held_by(browser, town, "cora", f"{path}/home") as held:
        held.tap("撤销这个组织")
        held.tap(held.page.locator(".chip", has_text="新山村"))
        held.put("document", "东红〔2026〕9号")
        held.put("closed_on", clock.today().isoformat())
        held.press("确定撤销")
        assert "转到新山村" in held.main_text()
        held.open(f"/o/{target}/members")
        assert "村里人" in held.main_text()
        yesterday = (clock.today() - timedelta(days=1)).isoformat()
        held.open(f"{path}/members?on={yesterday}")
        assert number in held.main_text()
        held.open(f"{path}/members/print?on={yesterday}")
        assert "旧山村" in held.page.locator("body").inner_text()


def download(held: Phone, files: str, to: Path) -> None:
    """Wait until a file is made, and take it."""
    button = held.page.get_by_role("button", name="下载", exact=True)
    for _ in range(60):
        held.open(files)
        if button.count():
            break
        held.page.wait_for_timeout(250)
    with held.page.expect_download() as taken:
        button.tap()
    taken.value.save_as(to)


@pytest.mark.covers("S32", "EXP-04", "SEC-07")
def test_a_file_with_identity_numbers_needs_a_second_officer(
    browser: Browser, town: World, codes: Mapping[str, str], tmp_path: Path
) -> None:
    with town.writing():
        other = keeper(COUNTY, Role.OFFICER).token
    files = f"/o/{codes[COUNTY]}/exports"
    with held_by(browser, town, "cora", f"/o/{codes[COUNTY]}/members/export") as held:
        held.tap(held.page.locator("label.chip", has_text="证件号"))
        held.tap(held.page.locator("label.chip", has_text="报送或存档"))
        held.tap(held.page.locator("label.chip", has_text="csv"))
        held.put("words", "补登证件")
        held.press("导出")
        assert "等批准" in held.main_text()
        with phone(browser, town.origin, other) as second:
            second.open(f"{files}/requests")
            second.tap(second.page.locator(".row-head a").first)
            second.press("批准")
        held.open(files)
        held.press("生成")
        download(held, files, tmp_path / "list.csv")
        held.open(files)
        assert "到期" in held.main_text()
    head = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()[:4]
    assert "补登证件" in "".join(head)
    assert COUNTY in "".join(head)
    with town.reading():
        acts = set(db.session.scalars(select(AuditEvent.action)))
        assert {"exports.ask", "exports.approve", "exports.download"} <= acts


@pytest.mark.covers("S37", "AZ-03")
def test_the_supervisory_board_reads_the_ledger_and_changes_nothing(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    with held_by(browser, town, "sam", f"/o/{codes[BRANCH]}/dues") as held:
        held.open(f"/o/{codes[BRANCH]}/dues/ledger")
        text = held.main_text()
        assert "试财0001" in text
        assert not held.page.locator("#main form, #main button").count()
        with town.reading():
            names = db.session.scalars(select(Person.name).join(Membership)).all()
        assert [name for name in names if name in text] == []
        assert not re.search(r"\d{6}\*", text)


@pytest.mark.covers("S44", "MEM-10")
def test_somebody_of_81_is_entered_and_the_signed_paper_linked(
    browser: Browser, town: World, codes: Mapping[str, str], tmp_path: Path
) -> None:
    photo = tmp_path / "paper.png"
    photo.write_bytes(png())
    with held_by(browser, town, "ben", f"/o/{codes[BRANCH]}/members/new") as held:
        held.put("name", "录寿星")
        held.put("id_number", make.make_id_number(date(clock.today().year - 81, 1, 2)))
        held.tap(held.page.get_by_role("checkbox"))
        held.press("保存")
        held.tap("上传申请表照片")
        held.page.locator("input[type=file]").set_input_files(photo)
        held.press("上传")
        assert "已上传" in held.main_text()
    with town.reading():
        kept = select(Entry).join(Entry.application).join(Person)
        entry = db.session.scalars(kept.where(Person.name == "录寿星")).one()
        assert entry.paper_file_code
