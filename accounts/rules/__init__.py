"""Rules of signing in and of posts. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from core.rules import N_, NN_, RuleViolation, typed

# One-time codes (security.md AU-08).
CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODES_PER_HOUR = 3
CODE_HOUR = timedelta(hours=1)
RESEND_AFTER = timedelta(seconds=60)

# Passwords (AU-05, AU-14, decisions.md D1, D8).
PASSWORD_TRIES = 10
PASSWORD_WINDOW = timedelta(minutes=5)
LOCK_TRIES = 20
PASSWORD_MIN, PASSWORD_MAX = 12, 128
CONTEXT_WORDS = ("honghui", "redcross", "zhejiang", "hongshizi", "红十字", "浙江")
MIN_CONTEXT_LATIN, MIN_CONTEXT_CHINESE = 4, 2
LOOKS_LIKE = str.maketrans("@4031!5$7", "aaoeiisst")

# Second factor.
FACTOR_TRIES = 5
TOTP_SECONDS = 30
TOTP_STEPS = (-1, 0, 1)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10

RECENT_END_DAYS = 30

PHONE_DECORATION = re.compile(r"[ \u00a0().\u2010-\u2015-]")
MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
MAINLAND_LENGTH = 11
#: dialling code -> national number; the same countries as people.rules.phones.
ABROAD = {
    "852": re.compile(r"[4-9][0-9]{7}"),
    "853": re.compile(r"6[0-9]{7}"),
    "886": re.compile(r"0?(9[0-9]{8})"),
    "1": re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}"),
}


class TooOftenError(RuleViolation):
    """An act that has to wait; ``seconds`` tells how long. Answered with 429."""

    def __init__(self, field: str, message: str, seconds: int) -> None:
        super().__init__(field, message, minutes=-(-seconds // 60), seconds=seconds)
        self.seconds = seconds


class FactorOutcome(StrEnum):
    """What became of a second factor that was typed."""

    PASSED = "passed"
    WRONG = "wrong"
    ENDED = "ended"


class CodePurpose(StrEnum):
    """What a one-time code opens."""

    SIGN_IN = "sign_in"
    GUARDIAN = "guardian"
    NEW_PHONE = "new_phone"


class SessionKind(StrEnum):
    """Kinds of accounts with limits of their own (security.md AU-04)."""

    PERSON = "person"
    POST = "post"
    PROVINCE = "province"


class Browser(StrEnum):
    """Where a session lives: the program."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    EDGE = "edge"
    FIREFOX = "firefox"
    CHROME = "chrome"
    SAFARI = "safari"
    OTHER = "other"


class System(StrEnum):
    """Where a session lives: the machine."""

    HARMONY = "harmony"
    ANDROID = "android"
    IPHONE = "iphone"
    IPAD = "ipad"
    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    OTHER = "other"


#: Sign in a User-Agent -> what it tells; the first that fits counts.
BROWSER_SIGNS = {
    "micromessenger": Browser.WECHAT,
    "alipay": Browser.ALIPAY,
    "edg": Browser.EDGE,
    "firefox": Browser.FIREFOX,
    "chrome": Browser.CHROME,
    "safari": Browser.SAFARI,
}
SYSTEM_SIGNS = {
    "harmony": System.HARMONY,
    "android": System.ANDROID,
    "iphone": System.IPHONE,
    "ipad": System.IPAD,
    "windows": System.WINDOWS,
    "mac os": System.MAC,
    "linux": System.LINUX,
}


def device_of(user_agent: str) -> str:
    """Return ``browser/system`` of a User-Agent, as codes; nothing of its text is kept."""
    text = user_agent.casefold()
    browser = next((kind for sign, kind in BROWSER_SIGNS.items() if sign in text), Browser.OTHER)
    system = next((kind for sign, kind in SYSTEM_SIGNS.items() if sign in text), System.OTHER)
    return f"{browser}/{system}"


def device_parts(device: str) -> tuple[Browser, System]:
    """Return what ``device_of`` wrote."""
    browser, _, system = device.partition("/")
    return (
        Browser(browser) if browser in set(Browser) else Browser.OTHER,
        System(system) if system in set(System) else System.OTHER,
    )


# ------------------------------------------------------------------------------------- phones


def check_phone(text: str, field: str = "phone") -> str:
    """Return a mobile number in the canonical form of people.rules.check_mobile.

    Mainland: eleven digits, whatever of +86, 0086, spaces and full-width digits was typed.
    Elsewhere with + or 00 and the dialling code. Raises RuleViolation.
    """
    digits = PHONE_DECORATION.sub("", typed(text, field))
    if not digits:
        raise RuleViolation(field, N_("请填写手机号"))
    abroad = re.match(r"(?:\+|00)(?!86)", digits)
    if abroad:
        return _abroad(digits[abroad.end() :], field)
    national = re.sub(r"^(\+86|0086|86)", "", digits)
    if MAINLAND_MOBILE.fullmatch(national):
        return national
    if not national.isascii() or not national.isdecimal():
        raise RuleViolation(field, N_("手机号只能有数字"))
    if len(national) != MAINLAND_LENGTH:
        raise RuleViolation(field, N_("手机号应为 11 位，现在是 %(count)d 位"), count=len(national))
    raise RuleViolation(field, N_("手机号应以 13 到 19 开头"))


def _abroad(digits: str, field: str) -> str:
    for code, pattern in ABROAD.items():
        found = pattern.fullmatch(digits.removeprefix(code)) if digits.startswith(code) else None
        if found:
            return f"+{code}{found[pattern.groups]}"
    raise RuleViolation(field, N_("只支持内地、港澳台和北美的手机号"))


# ---------------------------------------------------------------------------------- one-time codes


def check_code(text: str, field: str = "code") -> str:
    """Return the six digits of a one-time code; spaces are ignored. Raises RuleViolation."""
    digits = "".join(typed(text, field).split())
    if not digits:
        raise RuleViolation(field, N_("请填写验证码"))
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise RuleViolation(field, N_("验证码是 6 位数字"))
    return digits


def check_send(sent: Collection[datetime], now: datetime, field: str = "phone") -> None:
    """Raise TooOftenError where a phone may not get a code yet (AU-08).

    ``sent`` are the moments of the codes of the last hour.
    """
    if len(sent) >= CODES_PER_HOUR:
        wait = CODE_HOUR - (now - sorted(sent)[-CODES_PER_HOUR])
        message = NN_("获取太频繁，请 %(minutes)d 分钟后再试")
        raise TooOftenError(field, message, _whole_seconds(wait))
    if sent and now - max(sent) < RESEND_AFTER:
        wait = RESEND_AFTER - (now - max(sent))
        raise TooOftenError(field, NN_("请 %(seconds)d 秒后再获取"), _whole_seconds(wait))


def _whole_seconds(wait: timedelta) -> int:
    return max(1, -int(-wait.total_seconds() // 1))


# -------------------------------------------------------------------------------------- passwords


def canonical_password(password: str) -> str:
    """Return the form that is hashed: one spelling of each character, nothing cut."""
    return unicodedata.normalize("NFC", password)


def folded(text: str) -> str:
    """Return a text as words are looked for in passwords: one case, p@ssw0rd read as password."""
    return text.casefold().translate(LOOKS_LIKE)


def check_password(
    password: str, context: Collection[str] = (), common: Collection[str] = frozenset()
) -> None:
    """Raise RuleViolation for a password that decisions.md D1 refuses (security.md AU-14).

    ``context``: the account's names, phone, birth date, organizations; ``common``: folded
    passwords that many people use.
    """
    text = canonical_password(password)
    if not PASSWORD_MIN <= len(text) <= PASSWORD_MAX:
        raise RuleViolation("password", N_("密码要 12 到 128 个字符"))
    if any(folded(word) in folded(text) for word in (*CONTEXT_WORDS, *context) if _tells(word)):
        raise RuleViolation("password", N_("密码里不要有姓名、手机号、生日或单位名称"))
    if folded(text) in common or is_pattern(text.casefold()):
        raise RuleViolation("password", N_("这个密码太常见，请换一个"))


def _tells(word: str) -> bool:
    """Return whether a word is long enough to tell something about the account."""
    return len(word) >= (MIN_CONTEXT_LATIN if word.isascii() else MIN_CONTEXT_CHINESE)


def is_pattern(text: str) -> bool:
    """Return whether a text is one short piece repeated, or a run of neighbours."""
    if re.fullmatch(r"(.{1,4})\1+.{0,3}", text, re.DOTALL):
        return True
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps in ({1}, {-1})


def check_throttle(recent_wrong: Collection[datetime], now: datetime) -> None:
    """Raise TooOftenError where further passwords are refused unread (AU-05).

    ``recent_wrong`` are the moments of the wrong tries inside the window.
    """
    if len(recent_wrong) >= PASSWORD_TRIES:
        wait = PASSWORD_WINDOW - (now - sorted(recent_wrong)[-PASSWORD_TRIES])
        message = NN_("输错次数太多，请 %(minutes)d 分钟后再试，或用验证码登录")
        raise TooOftenError("", message, _whole_seconds(wait))


def is_locked(all_wrong: int) -> bool:
    """Return whether signing in by password is closed until the next level opens it (D8)."""
    return all_wrong >= LOCK_TRIES


# ------------------------------------------------------------------------------------ second factor


def check_factor(text: str, field: str = "code") -> str:
    """Return what was typed as second factor: six digits, or a recovery code in lower case."""
    code = re.sub(r"[\s-]", "", typed(text, field)).lower()
    if not code:
        raise RuleViolation(field, N_("请填写验证码"))
    if not re.fullmatch(r"[0-9]{6}|[0-9a-z]{10}", code):
        raise RuleViolation(field, N_("请填写 6 位验证码，或一个备用码"))
    return code


def is_recovery_code(code: str) -> bool:
    """Return whether a checked second factor is a recovery code."""
    return len(code) == RECOVERY_LENGTH


def spaced(text: str, size: int) -> str:
    """Return a text in groups, to be read and typed by people."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


# ------------------------------------------------------------------------------------------ posts


def session_kind(levels: Collection[str]) -> SessionKind:
    """Return the kind of a session from the levels of the organizations where posts are held."""
    if "province" in levels:
        return SessionKind.PROVINCE
    return SessionKind.POST if levels else SessionKind.PERSON


def is_in_force(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Return whether a post holds on the day; its last day still counts."""
    return starts_on <= day and (ends_on is None or day <= ends_on)


def check_term(starts_on: date, ends_on: date | None) -> None:
    """Raise RuleViolation for a post that would end before it begins."""
    if ends_on is not None and ends_on < starts_on:
        raise RuleViolation("ends_on", N_("结束日期不能早于开始日期"))


def terms_overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Return whether two terms share a day; an open end lasts for ever."""
    latest = date.max
    return one[0] <= (other[1] or latest) and other[0] <= (one[1] or latest)
