"""The yearly audit of minors' data: numbers that equal the rows, nobody's name, made in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import Actor
from core.database import db
from core.exports import vault
from core.jobs import operations as jobs
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.jobs.running import ElsewhereError
from people.operations.consents import Guardian, answer, request_consent
from people.rules.consents import ConsentPurpose
from schools.models import AuditPack, MinorIncident
from schools.operations import audits
from schools.operations.audits import PACK, write_next
from schools.rules.audits import DeletionOutcome, due_day, outcome_of, shown_count
from tests import factories as make
from tests import school_factories as schools
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]
Rows = list[tuple[str, ...]]


@pytest.fixture(autouse=True)
def _no_file_stays(app: Flask) -> Iterator[None]:
    """Leave no file behind: the folder of the instance outlives the test."""
    yield
    with app.app_context():
        for path in vault.folder().iterdir():
            vault.remove(path.name)


def years_ago(years: int) -> date:
    day = clock.today()
    return date(day.year - years, 1, 5)


@pytest.fixture
def children(cast: Cast) -> list[str]:
    """Six drafts of 东小学 and one of 西小学, one consent given; return their names."""
    names = []
    for place, count in (("东小学", 6), ("西小学", 1)):
        school_class = schools.make_class(cast.organization(place))
        for number in range(count):
            person = make.make_person(f"试儿童{place}{number}", born_on=years_ago(9), with_id=True)
            schools.make_pupil(school_class, person)
            names.append(person.name)
    request = request_consent(
        person,
        Guardian("试家长", make.make_phone()),
        [ConsentPurpose.DATA, ConsentPurpose.JOINING],
        organization=cast.organization("西小学"),
        by=Actor(cast.user("finn").id),
        now=clock.now(),
    )
    answer(request, given=True, now=clock.now())
    db.session.commit()
    return names


def rows_of(data: bytes) -> Rows:
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    return [tuple(str(cell) for cell in row) for row in rows]


def made(client: Client, cast: Cast, place: str) -> Rows:
    org, year = cast.code(place), str(clock.today().year)
    data = {"year": year, "words": "报送网信部门"}
    assert client.post(f"/o/{org}/minor-audits", data).status_code == 303
    code = db.session.scalars(select(AuditPack.code).order_by(AuditPack.id.desc())).first()
    answer = client.post(f"/o/{org}/minor-audits/{code}/file")
    assert answer.status_code == 200
    return rows_of(answer.data)


@pytest.mark.covers("S34", "PRV-20")
def test_the_pack_tells_numbers_and_no_name(
    client_of: Clients, cast: Cast, children: list[str]
) -> None:
    rows = made(client_of("gil"), cast, "测试省")
    text = "\n".join(" ".join(row) for row in rows)
    assert not [name for name in [*children, "试监护", "试家长", "人hana"] if name in text]
    assert "报送网信部门" in rows[0][0]
    assert rows[-1][0] == rows[0][0]
    parts = {row[0] for row in rows}
    assert {"未成年人数", "同意书", "处理活动和保存期限", "现行设置"} <= parts
    consents = {(row[1], row[2].split(" · ")[-1]): row[3] for row in rows if row[0] == "同意书"}
    assert consents["个人信息", "已同意"] == "1"
    assert consents["加入红十字青少年会员", "已同意"] == "1"


@pytest.mark.covers("S34", "PRV-20")
def test_the_worker_makes_it_behind_the_page_and_only_with_a_purpose(
    client_of: Clients, cast: Cast
) -> None:
    cora, path = client_of("cora"), f"/o/{cast.code('东县')}/minor-audits"
    data = {"year": str(clock.today().year), "words": "报送"}
    assert cora.post(path, {**data, "words": " "}).status_code == 422
    assert db.session.scalars(select(Job)).all() == []
    location = cora.post(path, data).location
    (job,) = db.session.scalars(select(Job))
    assert location.endswith(job.code)
    assert (job.kind, job.status, job.done) == (PACK, JobStatus.DONE, 1)
    (pack,) = db.session.scalars(select(AuditPack))
    assert vault.is_kept(pack.code)
    assert write_next(job) is None  # the file is written once, whoever asks again


@pytest.mark.covers("S34", "PRV-20", "AZ-07")
def test_numbers_equal_the_rows_and_small_groups_are_not_told(
    client_of: Clients, cast: Cast, children: list[str]
) -> None:
    del children
    east = {(r[1], r[2]): r[3] for r in made(client_of("cora"), cast, "东县") if "草稿" in r[2]}
    assert east == {("东小学", "名册草稿（还没加入） · 8 到 13 岁"): "6"}
    west = {(r[1], r[2]): r[3] for r in made(client_of("dan"), cast, "西县") if "草稿" in r[2]}
    assert west == {("西小学", "名册草稿（还没加入） · 8 到 13 岁"): "<5"}


@pytest.mark.covers("S34", "PRV-20")
def test_approvals_looks_and_incidents_are_counted(client_of: Clients, cast: Cast) -> None:
    school, hana = cast.code("东小学"), cast.person("hana")
    finn, cora = client_of("finn"), client_of("cora")
    page = f"/o/{school}/people/{hana.code}"
    finn.post(f"{page}/approval", {"reason": "contact"})
    county = f"/o/{cast.code('东县')}"
    code = cora.get(f"{county}/approvals").text.split(f"{county}/approvals/")[1].split('"')[0]
    assert cora.post(f"{county}/approvals/{code}/approve").status_code == 303
    for _ in range(2):
        finn.post(f"{page}/reveal", {"field": "phone", "reason": "contact"})
    incident = {
        "happened_on": clock.today().isoformat(),
        "what": "名册发错了群",
        "people": "12",
        "told": "网信部门",
    }
    assert cora.post(f"{county}/minor-audits/incident", incident).status_code == 303
    assert (
        cora.post(f"{county}/minor-audits/incident", {**incident, "people": "x"}).status_code == 422
    )
    rows = {(row[0], row[1], row[2]): row[3] for row in made(cora, cast, "东县")}
    assert rows["查看申请", "辅导员", "单次 · 联系本人 · 已批准"] == "1"
    assert rows["查看记录", "辅导员", "手机号 · 联系本人"] == "2"
    day = clock.today().isoformat()
    assert rows["安全事件", f"{day} 名册发错了群", "网信部门"] == "12"
    assert len(db.session.scalars(select(MinorIncident)).all()) == 1
    west = made(client_of("dan"), cast, "西县")
    assert not {"查看申请", "查看记录", "安全事件"} & {row[0] for row in west}


@pytest.mark.covers("S34", "AZ-11")
def test_a_pack_is_its_makers_place_and_ends(
    client_of: Clients, cast: Cast, children: list[str]
) -> None:
    del children
    made(client_of("cora"), cast, "东县")
    (pack,) = db.session.scalars(select(AuditPack))
    near = client_of("dan").post(f"/o/{cast.code('西县')}/minor-audits/{pack.code}/file")
    assert near.status_code == 404
    pack.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    own = client_of("cora").post(f"/o/{cast.code('东县')}/minor-audits/{pack.code}/file")
    assert own.status_code == 404
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"audits.make", "audits.download"} <= actions


@pytest.mark.covers("PRV-20")
def test_one_command_writes_the_pack(app: Flask, cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "audit.xlsx"
    year = str(clock.today().year)
    ran = app.test_cli_runner().invoke(
        args=["schools", "audit-minors", "--year", year, "--out", str(out)]
    )
    assert ran.exit_code == 0, ran.output
    rows = rows_of(out.read_bytes())
    assert "测试省" in rows[0][0]
    assert cast.person("hana").name not in "".join(cell for row in rows for cell in row)


def test_two_workers_write_no_pack_at_once(app: Flask, cast: Cast) -> None:
    place = cast.organization("测试省").place
    assert app
    with vault.turn("busypack0001"), pytest.raises(ElsewhereError):
        audits._file("busypack0001", place, clock.today().year, "年度审计")
    assert not vault.is_kept("busypack0001")


@pytest.mark.covers("S34")
def test_rules_of_the_audit() -> None:
    day = date(2026, 3, 10)
    assert due_day(2025) == date(2026, 1, 31)
    assert [shown_count(n, 5) for n in (0, 1, 4, 5)] == ["0", "<5", "<5", "5"]
    assert outcome_of(day, day, day) is DeletionOutcome.IN_TIME
    assert outcome_of(day, date(2026, 3, 11), day) is DeletionOutcome.LATE
    assert outcome_of(day, None, day) is DeletionOutcome.OPEN
    assert outcome_of(day, None, date(2026, 3, 11)) is DeletionOutcome.OVERDUE


@pytest.mark.covers("S34")
def test_the_home_asks_for_it_until_it_is_made(client_of: Clients, cast: Cast) -> None:
    pupil = schools.make_pupil(schools.make_class(cast.organization("东小学")))
    db.session.commit()
    told = f"{clock.today().year - 1} 年度，"
    assert told not in client_of("cora").get(f"/o/{cast.code('东县')}/home").text
    pupil.entered_at -= timedelta(days=366)
    db.session.commit()
    for name, place in (("cora", "东县"), ("gil", "测试省")):
        client, org, year = client_of(name), cast.code(place), clock.today().year - 1
        assert f"{year} 年度，" in client.get(f"/o/{org}/home").text
        data = {"year": str(year), "words": "报送"}
        assert client.post(f"/o/{org}/minor-audits", data).status_code == 303
        assert f"{year} 年度，" not in client.get(f"/o/{org}/home").text
    assert "未成年人年度审计" not in client_of("eve").get(f"/o/{cast.code('东市')}/home").text


@pytest.mark.covers("PRV-20", "FLT-01")
def test_a_pack_that_takes_its_worker_along_is_given_up_and_can_be_gone_on_with(
    app: Flask, client_of: Clients, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, begun = app.extensions["jobs_run"], list[str]()
    cora = client_of("cora")

    def killed(*arguments: Any) -> None:
        begun.append(arguments[0])
        raise ElsewhereError  # whoever was at it is gone before the file is there

    with monkeypatch.context() as broken:
        broken.setitem(app.extensions, "jobs_run", lambda _code: None)
        broken.setattr(audits, "_file", killed)
        broken.setattr(jobs, "MOST_TRIES", 3)
        data = {"year": str(clock.today().year), "words": "报送"}
        cora.post(f"/o/{cast.code('东县')}/minor-audits", data)
        code = db.session.scalars(select(Job.code)).one()
        for _ in range(6):
            run(code)
        job = db.session.scalars(select(Job).where(Job.code == code)).one()
        db.session.refresh(job)
        assert (job.status, len(begun)) == (JobStatus.FAILED, 3)
        assert "试了多次都没有做成审计材料" in cora.page(f"/me/jobs/{code}").text
        assert cora.post(f"/me/jobs/{code}/resume").status_code == 303
        run(code)
        assert len(begun) == 4  # the owner's wish counts from the beginning
    run(code)
    db.session.refresh(job)
    assert job.status.value == JobStatus.DONE
    assert len(db.session.scalars(select(AuditPack)).all()) == 1
