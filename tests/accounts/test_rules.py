"""Rules of signing in, as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import rules
from accounts.labels import LABELS
from accounts.rules import Browser, SessionKind, System, TooOftenError
from core.rules import RuleViolation
from people.rules import Country, check_mobile

pytestmark = pytest.mark.pure

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

PHONES = [
    "13800138000",
    " 138 0013 8000 ",
    "138-0013-8000",
    "+86 138 0013 8000",
    "008613800138000",
    "8613800138000",
    "１３８００１３８０００",
    "1380013800",
    "138001380000",
    "12800138000",
    "abc",
    "",
    "1３8\u200b00138000",
]


def outcome(check: object, *words: object) -> str:
    """Return the canonical form, or the sentence of the refusal."""
    try:
        return str(check(*words))  # type: ignore[operator]
    except RuleViolation as violation:
        return f"refused: {violation}"


@pytest.mark.parametrize("typed", PHONES)
def test_a_phone_reads_as_in_the_rules_of_persons(typed: str) -> None:
    assert outcome(rules.check_phone, typed, "mobile") == outcome(check_mobile, typed)


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("+852 9123 4567", Country.HONG_KONG),
        ("00853 6123 4567", Country.MACAO),
        ("+886 0912 345 678", Country.TAIWAN),
        ("+886912345678", Country.TAIWAN),
        ("+1 (212) 555-0100", Country.NORTH_AMERICA),
    ],
)
def test_so_does_a_phone_of_elsewhere(typed: str, country: Country) -> None:
    assert rules.check_phone(typed) == check_mobile(typed, "mobile", country)


@pytest.mark.parametrize("typed", ["+44 20 7946 0000", "+852 1234", "+1 123", "+"])
def test_other_countries_are_refused(typed: str) -> None:
    with pytest.raises(RuleViolation):
        rules.check_phone(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_only_violations_are_raised(text: str) -> None:
    for check in (rules.check_phone, rules.check_code, rules.check_factor):
        answer = outcome(check, text)
        assert answer.startswith("refused") or answer.isascii()


@given(st.text(min_size=12, max_size=128))
def test_whatever_password_is_typed_only_violations_are_raised(text: str) -> None:
    assert outcome(rules.check_password, text) in {"None"} | {
        f"refused: {sentence}"
        for sentence in (
            "密码要 12 到 128 个字符",
            "密码里不要有姓名、手机号、生日或单位名称",
            "这个密码太常见，请换一个",
        )
    }


@pytest.mark.parametrize(
    ("typed", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("１２３４５６", "123456")]
)
def test_a_code_is_read_with_spaces(typed: str, code: str) -> None:
    assert rules.check_code(typed) == code


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "²23456", "-12345"])
def test_anything_else_is_no_code(typed: str) -> None:
    with pytest.raises(RuleViolation):
        rules.check_code(typed)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minute) for minute in minutes]


@pytest.mark.covers("AU-08")
@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (ago(), None),
        (ago(1), None),
        (ago(0.5), 30),
        (ago(0), 60),
        (ago(50, 30), None),
        (ago(50, 30, 10), 600),
        (ago(59, 58, 0.5), 60),
        (ago(59, 58, 57, 56), 120),
    ],
)
def test_when_the_next_code_may_go_out(sent: list[datetime], seconds: int | None) -> None:
    assert waited(lambda: rules.check_send(sent, NOW)) == seconds


@pytest.mark.covers("AU-05")
@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(ago(*[4.0] * 9), None), (ago(*[4.0] * 10), 60), (ago(4.5, *[1.0] * 9), 30)],
)
def test_when_the_next_password_is_looked_at(wrong: list[datetime], seconds: int | None) -> None:
    assert waited(lambda: rules.check_throttle(wrong, NOW)) == seconds


def waited(act: object) -> int | None:
    try:
        act()  # type: ignore[operator]
    except TooOftenError as wait:
        return wait.seconds
    return None


@pytest.mark.parametrize(("tries", "locked"), [(19, False), (20, True), (21, True)])
def test_when_passwords_are_closed(tries: int, locked: bool) -> None:
    assert rules.is_locked(tries) is locked


@pytest.mark.covers("AU-04")
@pytest.mark.parametrize(
    ("levels", "kind"),
    [
        (set(), SessionKind.PERSON),
        ({"unit"}, SessionKind.POST),
        ({"county", "unit"}, SessionKind.POST),
        ({"unit", "province"}, SessionKind.PROVINCE),
    ],
)
def test_the_strictest_limits_of_the_posts_hold(levels: set[str], kind: SessionKind) -> None:
    assert rules.session_kind(levels) is kind


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        ("Mozilla/5.0 (iPhone) MicroMessenger/8.0 Safari", Browser.WECHAT, System.IPHONE),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120", Browser.EDGE, System.WINDOWS),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Safari/605", Browser.SAFARI, System.MAC),
        ("", Browser.OTHER, System.OTHER),
        ("<script>alert(1)</script>", Browser.OTHER, System.OTHER),
    ],
)
def test_of_a_browser_only_codes_are_kept(agent: str, browser: Browser, system: System) -> None:
    kept = rules.device_of(agent)
    assert len(kept) <= 80
    assert rules.device_parts(kept) == (browser, system)


def test_an_unknown_device_is_read_too() -> None:
    assert rules.device_parts("abacus/stone") == (Browser.OTHER, System.OTHER)


DAY = date(2026, 11, 21)
NEXT = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((DAY, DAY), (DAY, DAY), True),
        ((DAY, DAY), (NEXT, None), False),
        ((DAY, None), (NEXT, NEXT), True),
        ((NEXT, None), (DAY, DAY), False),
        ((DAY, None), (NEXT, None), True),
    ],
)
def test_terms_that_share_a_day(
    one: tuple[date, date | None], other: tuple[date, date | None], overlap: bool
) -> None:
    assert rules.terms_overlap(one, other) is overlap
    assert rules.terms_overlap(other, one) is overlap


@pytest.mark.parametrize(
    ("ends_on", "day", "holds"),
    [(None, DAY, True), (DAY, DAY, True), (DAY, NEXT, False), (None, date(2026, 11, 20), False)],
)
def test_the_last_day_of_a_post_counts(ends_on: date | None, day: date, holds: bool) -> None:
    assert rules.is_in_force(DAY, ends_on, day) is holds


def test_every_code_has_a_word() -> None:
    assert LABELS
    for kind, words in LABELS.items():
        assert set(words) == set(kind)
