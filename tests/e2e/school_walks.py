"""What walks of schools share: a school with a keeper, a filled template, guardians who answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from core import clock
from core.access.permissions import Role
from core.database import db
from core.messages import outbox
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure, OrganizationKind
from schools.queries.register import coverage_of
from schools.rules.register import Coverage, SchoolStage
from tests import factories as make
from tests import school_factories as school
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.outbox import code_for
from tests.e2e.server import World
from tests.members.lists import as_workbook
from tests.races.stage import keeper
from tests.schools.lists import HEADER

#: The heads of the template beside those that teachers write.
AS_TEMPLATE = {"关系": "监护人关系"}


def a_school(town: World, name: str, of_stage: SchoolStage) -> tuple[str, str, str]:
    """Return code, coordinator's token and ten-digit code of a new school of 东县."""
    with town.writing():
        place = make.make_organization(OrganizationKind.SCHOOL, name, organization_named("东县"))
        listed = school.make_school(place, stage=of_stage)
        token = keeper(name, Role.COORDINATOR).token
        stage.settle()
        return place.code, token, listed.code


def youth_of(town: World, org: str) -> int:
    """Return how many youth members a school has."""
    with town.reading():
        mine = select(func.count()).select_from(Membership).join(Membership.organization)
        which = (
            Organization.code == org,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status == MembershipStatus.ACTIVE,
        )
        return db.session.scalar(mine.where(*which)) or 0


def counted(town: World, name: str, measure: Measure) -> int:
    """Return a maintained number of an organization as it stands now."""
    with town.reading():
        one = organization_named(name).id
        return figures.values([one], [measure], [0]).get((one, measure, 0), 0)


def coverage(town: World, name: str) -> Coverage:
    """Return how many schools of the list at and under an organization have a branch."""
    with town.reading():
        one = organization_named(name).id
        return coverage_of([one])[one]


def text_of(field: Tag | None) -> str:
    """Return the value of a field of a page."""
    assert field is not None
    return str(field["value"])


class Sheet:
    """The template as the product gives it away, filled in by a teacher."""

    def __init__(self, held: Phone, folder: Path) -> None:
        with held.page.expect_download() as coming:
            held.page.get_by_role("link", name="下载模板").click()
        self.path = folder / "roster.xlsx"
        coming.value.save_as(self.path)
        book = CalamineWorkbook.from_filelike(BytesIO(self.path.read_bytes()))
        self.heads = [str(one) for one in book.get_sheet_by_index(0).to_python()[0]]
        self.known = [one.removesuffix("*") for one in self.heads]

    def fill(self, rows: list[list[str]]) -> Path:
        """Write rows under the heads of the template, each cell where its head stands."""
        heads = [AS_TEMPLATE.get(one, one) for one in HEADER]
        assert set(heads) <= set(self.known), self.heads
        told = [dict(zip(heads, row, strict=True)) for row in rows]
        cells: list[list[object]] = [[row.get(head, "") for head in self.known] for row in told]
        self.path.write_bytes(as_workbook(cells, self.heads))
        return self.path


def answer_on_phone(browser: Browser, town: World, link: str, number: str, said: str) -> None:
    """Open the link as a guardian, prove the phone, and answer."""
    with phone(browser, town.origin) as guardian:
        guardian.open(link)
        guardian.tap("获取验证码")
        guardian.write(code_for(browser, town, number))
        guardian.tap(guardian.page.get_by_role("button", name=said, exact=True))
        assert "已记录" in guardian.main_text()


def answer_by_form(held: Phone, link: str, number: str, said: str, town: World) -> None:
    """Answer as the page's own forms do, without drawing it: thirty more look the same."""
    asking = held.page.context.request

    def send(form: Tag | None, **more: str) -> None:
        assert form is not None
        fields = form.select("input[type=hidden]")
        hidden: dict[str, str | float | bool] = {str(one["name"]): text_of(one) for one in fields}
        answer = asking.post(
            held.origin + str(form["action"]), form={**hidden, **more}, max_redirects=0
        )
        assert answer.status == 303, answer.text()

    def page() -> BeautifulSoup:
        return BeautifulSoup(asking.get(held.origin + link).text(), "html5lib")

    send(page().select_one("form[action$='/code']"))
    with town.reading():
        texts = [one.text for one in outbox() if one.phone == number]
    found = re.search(r"#(\d{6})", texts[0])
    assert found
    send(page().select_one("form[action$='/answer']"), code=found.group(1), answer=said)


def links_of(town: World, phones: Iterable[str]) -> dict[str, str]:
    """Return phone -> link of guardians, as the messages told them."""
    wanted, found = set(phones), dict[str, str]()
    with town.reading():
        for message in outbox(200):
            link = re.search(r"/g/[\w-]+", message.text)
            if message.phone in wanted and link:
                found.setdefault(message.phone, link.group(0))
    return found


def ask_to_look(held: Phone, org: str, code: str) -> None:
    """Ask from the page of a pupil; without a reason it is refused."""
    held.open(f"/o/{org}/pupils/{code}")
    held.tap(held.page.locator("#main").get_by_role("link", name="查看").first)
    held.tap("申请查看")
    held.tap("提交申请")
    assert "请选择原因" in held.main_text()
    held.tap(held.page.locator("#main label").filter(has_text="联系本人"))
    held.tap("提交申请")
    assert "等负责人批准" in held.main_text()
    assert held.page.get_by_role("radio").count() == 0


def pack_of(held: Phone, county: str, folder: Path) -> list[list[str]]:
    """Make the audit pack of this year at a county, take it home, and return its cells."""
    held.open(f"/o/{county}/minor-audits")
    held.put("year", str(clock.today().year))
    held.put("words", "年度自查")
    held.tap("生成审计材料")
    held.page.get_by_role("link", name="看结果").click()
    with held.page.expect_download() as coming:
        held.page.get_by_role("button", name="下载").first.click()
    coming.value.save_as(folder / "pack.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO((folder / "pack.xlsx").read_bytes()))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def found_branch(held: Phone, county: str, code: str) -> None:
    """Record application, reply, founding meeting and council of a school on the list."""
    day = clock.today().isoformat()
    held.open(f"/o/{county}/schools/{code}")
    held.tap("登记建会申请")
    write(held, applied_on=day, contact="试老师")
    held.tap("提交申请")
    write(held, number="东红〔2026〕12号", replied_on=day)
    held.tap("批复同意")
    held.tap("登记成立大会")
    write(held, held_on=day, due="40", present="39", flag_on=day)
    write(held, result="试校长 39 票当选会长", minutes="按程序进行")
    held.tap("确定成立")
    assert "学校已经算建会" in held.main_text()
    held.tap("登记理事会")
    write(held, head="试校长", secretary="试秘书", coordinator="试老师")
    held.tap("保存")
    assert "东红〔2026〕12号" in held.main_text()


def write(held: Phone, **told: str) -> None:
    """Fill fields of the form that is open."""
    for name, text in told.items():
        held.put(name, text)
