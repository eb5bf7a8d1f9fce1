"""The audit pack on paper: what its file tells, and nothing that is newer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock, settings
from core.database import db
from core.exports import vault
from schools.models import AuditPack
from tests import factories as make
from tests import school_factories as schools
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]
CHILDREN = 6


@pytest.fixture(autouse=True)
def _no_file_stays(app: Flask) -> Iterator[None]:
    """Leave no file behind: the folder of the instance outlives the test."""
    yield
    with app.app_context():
        for path in vault.folder().iterdir():
            vault.remove(path.name)


def make_pack(client: Client, cast: Cast) -> AuditPack:
    """Return the pack of 东县 that somebody let make."""
    data = {"year": str(clock.today().year), "words": "报送网信部门"}
    client.post(f"/o/{cast.code('东县')}/minor-audits", data)
    return db.session.scalars(select(AuditPack)).one()


@pytest.mark.covers("S34", "PRV-20", "PRV-10")
def test_a_pack_is_printed_as_its_file_tells_it(client_of: Clients, cast: Cast) -> None:
    school_class = schools.make_class(cast.organization("东小学"))
    born = clock.today() - timedelta(days=9 * 366)
    for number in range(CHILDREN):
        person = make.make_person(f"试儿童{number}", born_on=born, with_id=True)
        schools.make_pupil(school_class, person)
    db.session.commit()
    cora, county = client_of("cora"), f"/o/{cast.code('东县')}/minor-audits"
    pack = make_pack(cora, cast)
    paper = f"{county}/{pack.code}/print"
    assert cora.page(county).find("a", href=paper)
    schools.make_pupil(school_class)  # after the file was made: the paper tells what the file does
    db.session.commit()
    page = cora.page(paper)
    assert page.body is not None
    assert "print-page" in page.body["class"]
    rows = [[cell.text for cell in row.select("td")] for row in page.select("tbody tr")]
    assert ["东小学", "名册草稿（还没加入） · 8 到 13 岁", str(CHILDREN)] in rows
    heads = [head.text for head in page.select("h2")]
    assert heads[:2] == ["未成年人数", "处理活动和保存期限"]
    assert "报送网信部门" in page.text
    assert "试儿童" not in page.text
    assert (
        client_of("dan").get(f"/o/{cast.code('西县')}/minor-audits/{pack.code}/print").status_code
        == 404
    )
    pack.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert cora.get(paper).status_code == 404
    assert not cora.page(county).find("a", href=paper)


@pytest.mark.covers("PRV-20", "AZ-03")
def test_a_pack_without_its_file_and_a_strangers_are_not_there(
    client_of: Clients, cast: Cast
) -> None:
    """Printed, downloaded, reloaded: at another county, and where the file was removed."""
    pack = make_pack(client_of("cora"), cast)
    for name, place, is_there in (("cora", "东县", True), ("dan", "西县", False)):
        client, at = client_of(name), f"/o/{cast.code(place)}/minor-audits/{pack.code}"
        answers = [client.get(f"{at}/print"), client.get(f"{at}/file"), client.post(f"{at}/file")]
        assert [one.status_code for one in answers] == ([200, 303, 200] if is_there else [404] * 3)
    vault.remove(pack.code)
    at = f"/o/{cast.code('东县')}/minor-audits/{pack.code}"
    answers = [client_of("cora").get(f"{at}/print"), client_of("cora").post(f"{at}/file")]
    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.covers("PRV-20")
def test_what_is_too_long_for_paper_is_said_with_its_number(
    client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cora = client_of("cora")
    pack = make_pack(cora, cast)
    short = settings.value
    monkeypatch.setattr(
        settings,
        "value",
        lambda name, **on: 2 if name == "rosters.print_rows" else short(name, **on),
    )
    page = cora.page(f"/o/{cast.code('东县')}/minor-audits/{pack.code}/print")
    assert {len(part.select("tbody tr")) for part in page.select("section")} <= {1, 2}
    assert "行，在下载的文件里" in page.text
