"""The signed paper of somebody who was entered: brought as a photo, looked at with a reason."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Letter
from accounts.rules.letters import LetterKind
from core import clock, settings
from core.audit.models import ReadEvent
from core.audit.operations import Actor
from core.database import db
from core.files.models import StoredFile
from core.files.operations import path_of
from core.rules import RuleViolation
from members.models import Entry, Membership
from members.operations import remind_of_papers
from members.operations.taking_back import take_back
from members.rules import MembershipStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.test_entering import fields
from tests.members.test_entering import path_of as entering
from tests.papers import make_entry
from tests.races import books
from tests.units import PDF, png, upload

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
REASON = {"reason": "check"}


def papers(cast: Cast, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/papers"


def file_of(entry: Entry) -> StoredFile | None:
    db.session.expire_all()
    code = db.session.get_one(Entry, entry.id).paper_file_code
    return db.session.scalars(select(StoredFile).where(StoredFile.code == code)).one_or_none()


@pytest.mark.covers("S44", "MEM-10")
def test_a_signed_paper_is_missing_until_it_is_brought(client_of: Clients, cast: Cast) -> None:
    books.settle()
    ben = client_of("ben")
    done = ben.page(ben.post(entering(cast), fields(name="录桂香")).location)
    way = done.select_one(f"a[href^='{papers(cast)}/']")
    assert way is not None
    assert "缺申请表照片" in ben.page(f"/o/{cast.code('东一村')}/home").text
    assert "录桂香" in ben.page(papers(cast)).text
    answer = upload(ben, str(way["href"]), png(1, 1, (b"tEXt", b"place\0secret")), "330101.png")
    assert answer.status_code == 303
    entry = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    file = file_of(entry)
    assert file is not None
    assert file.name == "申请表.png"
    assert path_of(file).read_bytes() == png()
    assert "申请表都齐了" in ben.page(papers(cast)).text
    assert "缺申请表照片" not in ben.page(f"/o/{cast.code('东一村')}/home").text
    member = db.session.scalars(
        select(Membership).where(Membership.application_id == entry.application_id)
    ).one()
    shown = ben.page(f"/o/{cast.code('东一村')}/members/{member.code}")
    assert shown.select_one(f"a[href='{way['href']}']") is not None


@pytest.mark.covers("FILE-06", "FILE-07")
def test_a_lying_file_is_refused_and_a_better_photo_takes_its_place(
    client_of: Clients, cast: Cast
) -> None:
    entry = make_entry(cast.organization("东一村"), has_paper=True)
    ben, path = client_of("ben"), f"{papers(cast)}/{entry.application.code}"
    before = file_of(entry)
    assert before is not None
    place = path_of(before)
    for lie in (b"<html>", b"", b"GIF89a<script>", b"%PDF-1.7 cut off", png()[:-9]):
        answer = upload(ben, path, lie, "申请表.png")
        assert answer.status_code == 422
        assert parsed(answer).select_one("#file-error")
    kept = file_of(entry)
    assert kept is not None
    assert (kept.id, place.exists()) == (before.id, True)
    assert upload(ben, path, PDF, "扫描.pdf").status_code == 303
    now = file_of(entry)
    assert now is not None
    assert now.name == "申请表.pdf"
    assert not place.exists()
    assert db.session.scalar(select(func.count(StoredFile.id))) == 1


@pytest.mark.covers("PRV-05", "AU-10", "FILE-06")
def test_a_look_at_the_paper_has_a_reason_and_the_person_reads_of_it(
    client_of: Clients, cast: Cast
) -> None:
    entry = make_entry(cast.organization("东一村"), has_paper=True)
    entry.application.person_id = cast.person("mia").id
    ben, path = client_of("ben"), f"{papers(cast)}/{entry.application.code}/look"
    assert ben.get(path).status_code == 200
    assert ben.post(path, {}).status_code == 422
    assert db.session.scalars(select(ReadEvent)).all() == []
    shown = ben.post(path, REASON)
    assert (shown.status_code, shown.data) == (200, png())
    assert shown.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"] == "no-store"
    (row,) = db.session.scalars(select(ReadEvent))
    assert (row.field, row.person_id) == ("paper", cast.person("mia").id)
    assert "东一村 秘书看了纸质申请表" in client_of("mia").page("/me/data").text
    assert client_of("cora").post(path, REASON).status_code == 200
    file = file_of(entry)
    assert file is not None
    path_of(file).write_bytes(b"changed")
    assert ben.post(path, REASON).status_code == 404
    assert len(db.session.scalars(select(ReadEvent)).all()) == 2


@pytest.mark.covers("AZ-05", "PRV-10")
def test_who_moved_away_takes_the_right_to_look_along(client_of: Clients, cast: Cast) -> None:
    entry = make_entry(cast.organization("东一村"), has_paper=True)
    ben, bea, code = client_of("ben"), client_of("bea"), entry.application.code
    assert bea.get(f"{papers(cast, '东二村')}/{code}").status_code == 404
    member = db.session.scalars(
        select(Membership).where(Membership.application_id == entry.application_id)
    ).one()
    member.organization_id = cast.organization("东二村").id
    db.session.commit()
    assert bea.post(f"{papers(cast, '东二村')}/{code}/look", REASON).status_code == 200
    assert ben.post(f"{papers(cast)}/{code}/look", REASON).status_code == 404
    kept, path = file_of(entry), f"{papers(cast)}/{code}"
    assert not ben.page(path).select("input[type=file]")
    assert upload(ben, path, PDF, "别的.pdf").status_code == 404
    assert file_of(entry) is kept
    entry.paper_file_code = None
    db.session.commit()
    assert upload(ben, path, PDF, "扫描.pdf").status_code == 303  # who has it may bring it


def entered_alone(entry: Entry) -> None:
    """Let nobody have decided since about who was entered, so that it can be taken back."""
    application = entry.application
    application.decided_by_id, application.decided_at = entry.entered_by_id, entry.entered_at
    member = db.session.scalars(
        select(Membership).where(Membership.application_id == application.id)
    ).one()
    member.status = MembershipStatus.APPROVED
    books.settle()
    db.session.commit()


@pytest.mark.covers("PRV-16")
def test_the_photo_goes_with_the_entry(cast: Cast, client_of: Clients) -> None:
    entry = make_entry(cast.organization("东一村"), has_paper=True)
    file, application = file_of(entry), entry.application
    assert file is not None
    place = path_of(file)
    entered_alone(entry)
    take_back(entry, by=Actor(cast.user("ben").id), now=entry.entered_at)
    db.session.commit()
    assert not place.exists()
    assert db.session.scalars(select(StoredFile)).all() == []
    assert client_of("ben").get(f"{papers(cast)}/{application.code}").status_code == 404


@pytest.mark.covers("FLT-01", "PRV-16")
def test_the_photo_stays_where_the_entry_cannot_be_taken_back(cast: Cast) -> None:
    branch = cast.organization("东一村")
    entry = make_entry(branch, has_paper=True)
    entered_alone(entry)
    make.make_volunteer(entry.application.person, branch)
    db.session.commit()
    file = file_of(entry)
    assert file is not None
    with pytest.raises(RuleViolation, match="又有别的记录"):
        take_back(entry, by=Actor(cast.user("ben").id), now=entry.entered_at)
    db.session.commit()  # as the job does that names who stays
    kept = file_of(entry)
    assert kept is not None
    assert path_of(kept).exists()


@pytest.mark.covers("LOAD-07")
def test_the_list_of_missing_papers_costs_the_same_for_many(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    branch, ben = cast.organization("东一村"), client_of("ben")
    make_entry(branch)
    db.session.commit()
    ben.get(papers(cast))
    with count_statements() as few:
        ben.get(papers(cast))
    for _ in range(25):
        make_entry(branch)
    db.session.commit()
    with count_statements() as many:
        page = ben.page(papers(cast))
    assert len(many) == len(few)
    assert len(page.select("#rows tr")) == 20
    more = page.select_one("#rows-more a")
    assert more is not None
    assert len(ben.page(str(more["href"])).select("#rows tr")) == 6


@pytest.mark.covers("S44", "MEM-10")
def test_who_came_out_of_a_list_is_listed_too_and_can_be_told_apart(
    client_of: Clients, cast: Cast
) -> None:
    branch, ben = cast.organization("东一村"), client_of("ben")
    make_entry(branch, "代录甲")
    make_entry(branch, "名单乙").import_code = "listlist"
    db.session.commit()
    pages = {way: ben.page(f"{papers(cast)}?way={way}") for way in ("", "typed", "listed")}
    shown = {way: [row["href"] for row in page.select("#rows th a")] for way, page in pages.items()}
    assert [len(shown[way]) for way in ("", "typed", "listed")] == [2, 1, 1]
    assert "名单乙" in pages["listed"].text
    assert "名单乙" not in pages["typed"].text
    counts = [one.text for one in pages[""].select(".filters .count")]
    assert counts == ["2", "1", "1"]
    assert "2" in ben.page(f"/o/{branch.code}/home").select_one("a[href$='/papers']").text  # type: ignore[union-attr]


@pytest.mark.covers("S44")
def test_keepers_are_reminded_once_a_month_of_papers_that_are_missing_for_long(
    client_of: Clients, cast: Cast
) -> None:
    now, keep = clock.now(), settings.value("papers.remind_days", on=clock.today())
    old, new = make_entry(cast.organization("东一村")), make_entry(cast.organization("东二村"))
    old.import_code = "listlist"
    old.entered_at = now - timedelta(days=keep + 1)
    db.session.commit()
    last, written = remind_of_papers(now)
    assert last == old.application.organization_id
    keepers = {user_id for user_id, _ in reminders()}
    assert cast.user("ben").id in keepers
    assert written == len(keepers)
    assert new.entered_by_id not in keepers
    assert remind_of_papers(now) == (last, 0)
    assert last is not None
    assert remind_of_papers(now, last) == (None, 0)
    page = client_of("ben").page("/me/messages")
    assert "1 位代录的人还缺申请表照片" in page.text
    answer = client_of("ben").post(str(page.select("#letters form")[0]["action"]))
    assert answer.location == papers(cast)
    assert remind_of_papers(now + timedelta(days=40))[1] >= len(keepers)


def reminders() -> list[tuple[int, str]]:
    """Return to whom reminders went, and their topics."""
    kind = Letter.kind == LetterKind.PAPERS_MISSING
    found = db.session.execute(select(Letter.user_id, Letter.topic).where(kind))
    return [(row[0], row[1]) for row in found]
