"""Messages: the list is the record, one sentence each, read when opened (ux.md 2.9, S21)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.letters import Contents, Sender, path_of, sentence_of, sms_of
from accounts.models import Letter, User
from accounts.operations import end_post, grant_post, purge, suspend_user
from accounts.operations.letters import News, tell_people
from accounts.rules.letters import FORMS, LetterKind
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from core.i18n import speaking
from core.messages import Message, outbox
from core.web import config_value
from tests import factories as make
from tests.accounts.steps import enter_setting
from tests.cast import Cast, phone_of
from tests.client import Client, parsed

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
LIST = "/me/messages"
#: Everything that a letter of any kind may carry.
DETAILS = {
    "code": "abcdefgh",
    "count": 3,
    "days": 8,
    "star": 2,
    "day": "2026-11-21",
    "time": "9:30",
    "role": "secretary",
    "name": "王**",
    "ward": "王**",
    "title": "CPR",
    "subject": "换届超期",
    "about": "东二村",
    "places": [[1, 2], [2, 1]],
    "old": "东二村",
    "unit": "东县供水公司",
    "year": 2026,
    "years": 2,
    "yuan": "10",
    "job": "members.export",
    "problem": "最多 %(limit)d 个字",
    "filling": {"limit": 5},
}
SMS_KINDS = {
    LetterKind.ORDER_ISSUED,
    LetterKind.ORDER_REOPENED,
    LetterKind.CAME_OF_AGE,
    LetterKind.MEMBER_APPROVED,
    LetterKind.VOLUNTEER_APPROVED,
    LetterKind.APPLICATION_RETURNED,
    LetterKind.APPLICATION_REJECTED,
    LetterKind.REGISTRATION_APPROVED,
    LetterKind.REGISTRATION_RETURNED,
    LetterKind.ACTIVITY_CHANGED_SOON,
    LetterKind.ACTIVITY_CANCELLED_SOON,
    LetterKind.APPOINTMENT_CALLED_OFF,
    LetterKind.DIGEST,
    LetterKind.DIGEST_OF_MANY,
    LetterKind.APPLICATION_CLOSED,
    LetterKind.GROUP_RETURNED,
    LetterKind.GROUP_REJECTED,
    LetterKind.GROUP_APPROVED,
    LetterKind.POST_OFFERED,
}
#: Told by phone to those only who have no account, and so no list.
STRANGERS_KINDS = {
    LetterKind.RECORDS_MERGED,
    LetterKind.RECORDS_PARTED,
    LetterKind.RESETTLED,
    LetterKind.RESETTLED_FOR_NOW,
    LetterKind.MEMBERSHIP_LAPSED,
    LetterKind.EXPULSION_PROPOSED,
    LetterKind.EXPULSION_DROPPED,
    LetterKind.EXPULSION_EFFECTIVE,
    LetterKind.EXPULSION_UPHELD,
    LetterKind.EXPULSION_OVERTURNED,
    LetterKind.DUES_UNPAID,
    LetterKind.DUES_REMOVED,
    LetterKind.GROUP_ACTIVE,
    LetterKind.GROUP_PROPOSED,
    LetterKind.GROUP_LAPSED,
    LetterKind.GROUP_ENDED,
}


def tell(
    cast: Cast, name: str, number: int = 1, kind: LetterKind = LetterKind.HONOUR_RECORDED
) -> None:
    place, now = cast.organization("东一村"), clock.now()
    for index in range(number):
        news = News(kind, place, f"test:{kind}:{index}", {"code": "abcdefgh", "count": 1})
        tell_people([(cast.person(name).id, news)], now=now - timedelta(minutes=number - index))
    db.session.commit()


def letters_of(cast: Cast, name: str) -> list[Letter]:
    db.session.expire_all()
    own = Letter.user_id == cast.user(name).id
    return list(db.session.scalars(select(Letter).where(own).order_by(Letter.id)))


def badge(client: Client) -> str:
    """Return the accessible name of the last tab: its number belongs to it."""
    return client.page("/me/profile").select("#tabs li")[-1].text.strip()


@pytest.mark.covers("PRV-07", "UX-M1")
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_kind_is_one_sentence_that_names_the_organization_and_leads_to_a_screen(
    app: Flask, cast: Cast, kind: LetterKind, language: str
) -> None:
    names = {1: "东一村", 2: "东县"}
    contents = Contents(kind, Sender(cast.code("东一村"), "东一村"), DETAILS, names)
    with app.test_request_context(), speaking(language):
        sentence = sentence_of(contents)
        assert "东一村" in sentence
        assert "%(" not in sentence
        assert language == "zh_CN" or not re.search(
            r"[\u3400-\u9fff]", re.sub("东一村|东二村|东县供水公司|东县|王", "", sentence)
        )
        path, sms = path_of(contents), sms_of(contents)
        assert not path or app.url_map.bind("localhost").match(path)
        assert set(re.findall(r"https?://[^/\s]+", sms)) == {config_value("origin")}
        assert not re.search(r"[0-9]{11}", sms)


@pytest.mark.covers("LOG-01")
def test_the_phone_is_told_of_few_kinds_only() -> None:
    assert {kind for kind, form in FORMS.items() if form.by_sms} == SMS_KINDS
    strangers = {kind for kind, form in FORMS.items() if form.without_account}
    assert strangers == STRANGERS_KINDS
    assert set(FORMS) == set(LetterKind)


def test_a_message_is_unread_until_it_is_opened(cast: Cast, client_of: Clients) -> None:
    mia = client_of("mia")
    assert "还没有消息" in mia.page(LIST).text
    assert badge(mia) == "我的"
    tell(cast, "mia", 2)
    page = mia.page(LIST)
    assert [len(page.select("#letters tr")), len(page.select("#letters form"))] == [2, 2]
    assert "，2 项" in badge(mia)
    assert "，2 项" in badge(mia)  # looking changes nothing
    answer = mia.post(str(page.select("#letters form")[0]["action"]))
    assert answer.headers["Location"] == "/me/honours"
    assert "，1 项" in badge(mia)
    row = mia.page(LIST).select("#letters tr")[0]
    assert row.select_one("a[href='/me/honours']")
    assert not row.select("form")


def test_all_are_read_up_to_what_was_shown(cast: Cast, client_of: Clients) -> None:
    mia = client_of("mia")
    tell(cast, "mia", 2)
    newest = mia.page(LIST).select_one("input[name=upto]")
    assert newest is not None
    tell(cast, "mia", 1, LetterKind.HONOUR_REVOKED)
    later = letters_of(cast, "mia")[-1]
    later.shown_at = clock.now()
    db.session.commit()
    assert mia.post(f"{LIST}/read", {"upto": str(newest["value"])}).status_code == 303
    assert [one.read_at is None for one in letters_of(cast, "mia")] == [False, False, True]
    assert mia.post(f"{LIST}/read", {"upto": "nobodys"}).status_code == 404


@pytest.mark.covers("AZ-18")
def test_nobody_opens_the_message_of_another(cast: Cast, client_of: Clients) -> None:
    tell(cast, "mia")
    (letter,) = letters_of(cast, "mia")
    gus = client_of("gus")
    assert gus.post(f"{LIST}/{letter.code}/open").status_code == 404
    assert gus.post(f"{LIST}/read", {"upto": letter.code}).status_code == 404
    assert letters_of(cast, "mia")[0].read_at is None


@pytest.mark.covers("LOAD-07")
def test_a_page_costs_the_same_for_one_message_and_for_many(
    cast: Cast, client_of: Clients, count_statements: Counting
) -> None:
    mia, seen = client_of("mia"), []
    for number, kind in ((1, LetterKind.HONOUR_RECORDED), (44, LetterKind.HONOUR_REVOKED)):
        tell(cast, "mia", number, kind)
        with count_statements() as statements:
            mia.get(LIST)
        seen.append(len(statements))
    assert seen[0] == seen[1]
    codes: list[str] = []
    way: str | None = LIST
    while way:
        page = mia.page(way)
        codes += [str(row["id"]) for row in page.select("#letters tr")]
        more = page.select_one("#letters-more a")
        way = str(more["href"]) if more else None
    assert len(codes) == len(set(codes)) == 45


def test_nobody_is_told_twice_of_one_fact(cast: Cast) -> None:
    tell(cast, "mia")
    tell(cast, "mia")
    assert len(letters_of(cast, "mia")) == 1


@pytest.mark.covers("AU-11")
def test_a_closed_account_gets_none(cast: Cast) -> None:
    suspend_user(cast.user("mia"), by=SYSTEM, now=clock.now())
    tell(cast, "mia", kind=LetterKind.MEMBER_APPROVED)
    stranger = make.make_person()
    news = News(LetterKind.MEMBER_APPROVED, cast.organization("东一村"), "test:stranger")
    tell_people([(stranger.id, news)], now=clock.now())
    assert db.session.scalars(select(Letter)).all() == []
    assert outbox() == []


def test_a_post_is_told_of_when_it_begins_and_when_it_ends(cast: Cast, client_of: Clients) -> None:
    user, place, now = cast.user("ben"), cast.organization("东一村"), clock.now()
    post = grant_post(user, Role.TEAM_LEADER, place, clock.today(), None, by=SYSTEM, now=now)
    db.session.flush()
    end_post(post, clock.today(), by=SYSTEM, now=now)
    db.session.commit()
    texts = [row.text for row in client_of("ben").page(LIST).select("#letters tr")]
    assert any("您已是东一村的队长。" in text for text in texts)
    assert any("您在东一村的队长职务到" in text for text in texts)
    assert outbox() == []


@pytest.mark.covers("PRV-17")
def test_old_messages_are_removed_after_the_days_of_the_setting(cast: Cast) -> None:
    tell(cast, "mia", 3)
    for days, letter in zip((29, 31, 400), letters_of(cast, "mia"), strict=True):
        letter.shown_at = clock.now() - timedelta(days=days)
    db.session.commit()
    assert purge(clock.now())["letters"] == 1
    enter_setting("letters.days", 30)
    assert [purge(clock.now())["letters"] for _ in range(2)] == [1, 0]
    assert len(letters_of(cast, "mia")) == 1


def test_a_letter_keeps_no_words_and_no_addresses(cast: Cast, client_of: Clients) -> None:
    code = make.make_application(
        cast.person("gus"), cast.organization("东一村"), cast.user("gus")
    ).code
    ben = client_of("ben")
    ben.post(
        f"/o/{cast.code('东一村')}/applications/{code}/return",
        {"reason": "other", "note": "<b>x</b>"},
    )
    (letter,) = letters_of(cast, "gus")
    assert json.loads(letter.details) == {"code": code}
    (message,) = db.session.scalars(select(Message))
    assert message.phone == phone_of("gus")
    assert message.text.endswith(f"/me/applications/{code}")


def test_a_hostile_code_finds_nothing(client_of: Clients) -> None:
    mia = client_of("mia")
    for code in ("'%20or%201=1", "..%2f..", "%00", "长" * 40):
        assert mia.post(f"{LIST}/{code}/open").status_code in {400, 404}
        assert mia.get(f"{LIST}?after={code}").status_code == 200
    assert parsed(mia.get(f"{LIST}?after=zzz")).select("#letters tr") == []


def test_the_settings_turn_the_short_message_off(cast: Cast, client_of: Clients) -> None:
    ben = client_of("ben")
    form = ben.page("/me/settings").select_one("#digest form")
    assert form is not None
    assert ben.post("/me/settings/digest", {"sms": "0"}).status_code == 303
    assert db.session.get_one(User, cast.user("ben").id).digest_by_sms is False
    assert "现在不发短信" in ben.page("/me/settings").text
    ben.post("/me/settings/digest", {"sms": "1"})
    assert db.session.get_one(User, cast.user("ben").id).digest_by_sms is True
    assert client_of("mia").page("/me/settings").select("#digest") == []
