"""Two records become one person, and one becomes two again; no right is gained (AZ-16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Letter, Post, User
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent, ReadEvent
from core.database import db
from core.messages import outbox
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from members.models import Application, Honour, Membership, MembershipEvent, Transfer
from members.operations import card_token
from members.rules import TransferStatus
from organizations.rules import Measure
from people.models import (
    Consent,
    ConsentRequest,
    DuplicateCandidate,
    Person,
    PersonMerge,
)
from people.operations import merges
from people.rules import IdType
from people.rules.changes import ChangeStatus
from people.rules.duplicates import Side
from tests import endings
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client, parsed
from tests.people.pairs import (
    BORN,
    NAME,
    WHY,
    account_of,
    live_of,
    merge,
    pair_of,
    part,
    rows_now,
    twin,
)
from tests.volunteers.desk import COUNTY, acting, figure
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import VolunteerStatus

Clients = Callable[[str], Client]
MOVED = (Person, Membership, Volunteer, ServiceRecord, Application, Honour, Consent, ConsentRequest)
KNOWN_FIGURES = (Measure.ADULT_MEMBERS, Measure.VOLUNTEERS, Measure.NEW_MEMBERS)


def pair_page(cast: Cast, first: Person, second: Person) -> str:
    return f"/o/{cast.code(COUNTY)}/duplicates/{pair_of(first, second).code}"


def check_refused(cast: Cast, first: Person, second: Person, words: str, **how: str) -> None:
    """Check that a merge is refused for a reason, and leaves nothing behind."""
    with pytest.raises(RuleViolation, match=words):
        merge(cast, first, second, **how)  # type: ignore[arg-type]
    db.session.rollback()
    assert db.session.scalars(select(PersonMerge)).all() == []


@pytest.mark.covers("MEM-19", "AU-10", "LOG-05", "PRV-05")
def test_an_officer_compares_is_told_and_merges(cast: Cast, client_of: Clients) -> None:
    first, second = twin(cast), twin(cast, "东二村", phone="19912345678")
    path, cora = pair_page(cast, first, second), client_of("cora")
    page = cora.page(path)
    assert len(page.select("table.list tbody tr")) >= 6
    assert "19912345678" not in page.text
    kept = {field["name"] for field in page.select("input[type=radio]")}
    assert kept == {"record", "phone", "membership"}
    preview = cora.page(f"{path}/merge?membership=second&phone=second")
    told = preview.select_one("#foretold")
    assert told is not None
    assert "会籍留下" in told.text
    form = preview.select_one("form[action*=merge]")
    assert form is not None
    assert cora.post(str(form["action"]), {"note": ""}).status_code == 422
    assert cora.post(str(form["action"]), {"note": WHY}).status_code == 303
    db.session.refresh(first)
    assert second.merged_into_id == first.id
    assert first.plain_phone == "19912345678"
    assert [one.organization_id for one in live_of(first)] == [cast.organization("东二村").id]
    assert "已合并" in cora.page(f"/o/{cast.code(COUNTY)}/duplicates?done=merged").text
    reads = db.session.scalars(select(ReadEvent)).all()
    assert {(one.person_id, one.reason) for one in reads} == {
        (first.id, f"other:{WHY}"),
        (second.id, f"other:{WHY}"),
    }
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "people.merge")).one()
    assert event.detail_values == {"survivor": first.id, "merged": second.id}


@pytest.mark.covers("MEM-19")
@pytest.mark.parametrize("kept", [Side.FIRST, Side.SECOND])
def test_of_two_memberships_the_chosen_one_stays(
    cast: Cast, client_of: Clients, kept: Side
) -> None:
    first, second = twin(cast), twin(cast, "东二村")
    rows = [*live_of(first), *live_of(second)]
    before = {one: figure(cast, COUNTY, one) for one in KNOWN_FIGURES}
    done = merge(cast, first, second, {"membership": kept})
    stays, ends = rows if kept is Side.FIRST else rows[::-1]
    assert [one.id for one in live_of(first)] == [stays.id]
    db.session.refresh(ends)
    assert (ends.status, ends.replaced_by_id, ends.left_on) == (
        "withdrawn",
        stays.id,
        clock.today(),
    )
    event = db.session.scalars(
        select(MembershipEvent).where(MembershipEvent.membership_id == ends.id)
    ).one()
    assert (event.action, event.note) == ("merge", done.code)
    after = {one: figure(cast, COUNTY, one) for one in KNOWN_FIGURES}
    assert after == {**before, Measure.ADULT_MEMBERS: before[Measure.ADULT_MEMBERS] - 1}
    for one, words in ((stays, "真实有效"), (ends, "已换成同一个人的另一张")):
        page = client_of("mia").page(f"/v/{card_token(one.code)}")
        assert words in page.text
        assert NAME not in page.text
        assert stays.number not in page.text
    part(cast, done)
    assert len(live_of(first)) == len(live_of(second)) == 1
    assert {one: figure(cast, COUNTY, one) for one in KNOWN_FIGURES} == before


@pytest.mark.covers("AZ-16")
def test_rights_never_unite(cast: Cast, client_of: Clients) -> None:
    plain = twin(cast, account=True)
    held = twin(cast, "东二村", account=True)
    user, spare = account_of(held), account_of(plain)
    assert user
    assert spare
    post = make.make_post(user, Role.SECRETARY, cast.organization("东二村"))
    spare_id, user_id, posts = spare.id, user.id, rows_now(Post)
    done = merge(cast, plain, held, {"record": Side.FIRST})
    assert done.survivor_id == held.id  # whoever holds a post keeps his record, as chosen or not
    assert rows_now(Post) == posts
    assert db.session.get_one(Post, post.id).user_id == user_id
    closed = db.session.get_one(User, spare_id)
    assert closed.person_id is None
    assert closed.suspended_at is not None
    assert client_of("cora").get("/me").status_code == 200
    part(cast, done)
    opened = db.session.get_one(User, spare_id)
    assert (opened.person_id, opened.suspended_at) == (plain.id, None)


@pytest.mark.covers("AU-11")
def test_the_sessions_of_the_closed_account_end(app: Flask, cast: Cast, client_of: Clients) -> None:
    second = twin(cast, account=True)
    other = client_of("mia")
    mia = cast.person("mia")
    mia.name, mia.born_on = NAME, BORN
    mia.match_key, mia.pinyin = second.match_key, second.pinyin
    mia.id_index = mia.id_number = mia.id_type = None
    assert other.get("/me/card").status_code == 200
    merge(cast, mia, second, {"record": Side.SECOND})
    assert other.get("/me/card").status_code == 303


@pytest.mark.covers("AZ-16", "PRV-11")
@pytest.mark.parametrize("of_child", [True, False])
def test_no_guardian_gets_to_an_account_of_unknown_age(cast: Cast, *, of_child: bool) -> None:
    """Whichever of the two was entered first; without an account, or with a day, they merge."""
    first, second = twin(cast, phone="19912345678"), twin(cast, phone="19912345678")
    pair_of(first, second)
    pair = db.session.scalars(select(DuplicateCandidate)).one()
    child, other = (first, second) if of_child else (second, first)
    child.born_on = clock.today() - timedelta(days=365 * 15)
    guardian = school.make_guardian(child)
    other.born_on, user = None, make.make_user(other, phone=make.make_phone())
    with pytest.raises(RuleViolation, match="没有出生日期"):
        _merge(cast, pair)
    assert guardian.person_id == child.id
    user.person_id = None
    db.session.flush()
    assert _merge(cast, pair).survivor_id in {first.id, second.id}


@pytest.mark.covers("AZ-16", "MEM-19", "LED-04")
def test_what_stands_against_a_merge_is_named(cast: Cast) -> None:
    first, second = twin(cast, phone="19912345678"), twin(cast, phone="19912345678")
    pair_of(first, second)
    first.set_id_number(*_number(BORN))
    second.set_id_number(*_number(BORN))
    pair = db.session.scalars(select(DuplicateCandidate)).one()
    with pytest.raises(RuleViolation, match="证件号不同"):
        _merge(cast, pair)
    second.id_index = None
    second.born_on = clock.today() - timedelta(days=365 * 15)
    with pytest.raises(RuleViolation, match="未成年人"):
        _merge(cast, pair)
    second.born_on = BORN
    make.make_volunteer(second, cast.organization("东一村"), status=VolunteerStatus.SUSPENDED)
    with pytest.raises(RuleViolation, match="暂停服务"):
        _merge(cast, pair)
    with pytest.raises(UnknownRowError):
        _merge(cast, pair, by="dan", place="西县")
    for person in (first, second):
        user = make.make_user(person, phone=make.make_phone())
        make.make_post(user, Role.TEAM_LEADER, cast.organization("东一村"))
    with pytest.raises(RuleViolation, match="都有职务"):
        _merge(cast, pair)
    assert db.session.scalars(select(PersonMerge)).all() == []


def test_the_dead_and_open_corrections_are_not_merged_away(cast: Cast) -> None:
    first, second = twin(cast, phone="19912345678"), twin(cast, phone="19912345678")
    pair_of(first, second)
    pair = db.session.scalars(select(DuplicateCandidate)).one()
    death = endings.make_death(cast.organization("东一村"), second)
    with pytest.raises(RuleViolation, match="已登记去世"):
        _merge(cast, pair)
    death.undone_at = clock.now()
    change = make.make_change(first, cast.organization("东一村"))
    with pytest.raises(RuleViolation, match="更正申请"):
        _merge(cast, pair)
    change.status = ChangeStatus.RETURNED
    assert _merge(cast, pair).survivor_id in {first.id, second.id}


def _number(born_on: date) -> tuple[IdType, str]:
    return IdType.RESIDENT_ID, make.make_id_number(born_on)


def _merge(
    cast: Cast, pair: DuplicateCandidate, *, by: str = "cora", place: str = COUNTY
) -> PersonMerge:
    with db.session.begin_nested():
        return merges.merge(
            pair.code,
            {},
            WHY,
            county_id=cast.organization(place).id,
            by=acting(cast, by),
            now=clock.now(),
        )


def test_a_membership_on_the_way_does_not_end_in_a_merge(cast: Cast) -> None:
    first, second = twin(cast), twin(cast, "东二村", account=True)
    membership = live_of(second)[0]
    transfer = Transfer(
        code="transfer1",
        membership=membership,
        from_organization_id=membership.organization_id,
        to_organization_id=cast.organization("东镇").id,
        handler_id=membership.organization_id,
        status=TransferStatus.REQUESTED,
        requested_by_id=cast.user("mia").id,
        requested_at=clock.now(),
        due_on=clock.today(),
    )
    db.session.add(transfer)
    db.session.commit()
    check_refused(cast, first, second, "正在转会籍")


@pytest.mark.covers("MEM-19", "S22")
@pytest.mark.parametrize("has_account", [False, True])
def test_both_are_told_by_letter_and_by_phone_only_who_has_no_account_any_more(
    cast: Cast, client_of: Clients, has_account: bool
) -> None:
    mia, second = cast.person("mia"), twin(cast, phone="19912345678", account=has_account)
    second.name, second.match_key, second.pinyin = mia.name, mia.match_key, mia.pinyin
    second.born_on = mia.born_on
    done = merge(cast, mia, second)
    until = f"{done.undo_until.month}月{done.undo_until.day}日"
    letters = client_of("mia").page("/me/messages").text
    assert "两份登记合并成一份" in letters
    assert until in letters
    texts = [one for one in outbox(9) if "合并" in one.text]
    # one whose account the merge closed has no list any more: his phone is told
    assert {one.phone for one in texts} == {"19912345678"}
    assert all(until in one.text and mia.name not in one.text for one in texts)
    assert WHY in client_of("mia").page("/me/data").text
    part(cast, done)
    assert "恢复成原来的样子" in client_of("mia").page("/me/messages").text
    kinds = select(Letter.user_id).where(Letter.kind == LetterKind.RECORDS_PARTED)
    assert len(db.session.scalars(kinds).all()) == 1 + has_account
    phoned = [one for one in outbox(9) if "恢复" in one.text]
    assert len(phoned) == (not has_account)


@pytest.mark.covers("MEM-19")
def test_a_pair_decided_meanwhile_is_a_conflict(cast: Cast, client_of: Clients) -> None:
    first, second = twin(cast), twin(cast)
    path = f"{pair_page(cast, first, second)}/merge"
    merge(cast, first, second)
    pair = db.session.scalars(select(DuplicateCandidate)).one()
    with pytest.raises(IllegalTransition):
        _merge(cast, pair)
    assert client_of("cora").post(path, {"note": WHY}).status_code == 404
    assert db.session.scalar(select(func.count(PersonMerge.id))) == 1


@pytest.mark.covers("IN-05", "IN-06")
@pytest.mark.parametrize("value", ["third", "", "' OR 1=1--", "<script>", "first,second", "二"])
def test_a_strange_choice_is_no_choice(cast: Cast, client_of: Clients, value: str) -> None:
    path = pair_page(cast, twin(cast), twin(cast, "东二村"))
    client = client_of("cora")
    answer = client.http.get(f"{path}/merge", query_string={"membership": value, "name": value})
    assert answer.status_code == 200
    assert "会籍留下" in answer.text
    assert parsed(answer).select_one("#foretold")


@pytest.mark.covers("IN-06")
def test_names_of_fifty_signs_and_markup_are_shown_as_they_are(
    cast: Cast, client_of: Clients
) -> None:
    name = "长" * 46 + "<b>a"
    first, second = twin(cast, name=name), twin(cast, name=name)
    path = pair_page(cast, first, second)
    for page in ("", "/dismiss"):
        main = client_of("cora").page(f"{path}{page}").select_one("#main")
        assert main is not None
        assert name in main.text
        assert main.select("b") == []
