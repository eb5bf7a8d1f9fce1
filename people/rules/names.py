"""Names of people: what is stored, what is refused, which two are equal (security.md 5.1, IN-06).

Stored is what was typed in canonical form: NFC, no control or format characters, no outer or
double spaces, none between Chinese characters, one kind of middle dot. NFC folds compatibility
ideographs (U+F900 becomes U+8C48); full-width letters and variation selectors stay as typed and
are equal in the match key only.
"""

import re
import unicodedata
from datetime import date

from core.rules import N_, RuleViolation

MAX_NAME = 50  # code points, as the database column
MAX_RAW_NAME = 400  # longer text is refused before anything looks at it
MAX_MARKS = 3  # combining marks on one letter
MIDDLE_DOT = "\u00b7"
DOTS = re.compile(r"[\u0387\u2022\u2027\u2219\u22c5\u2e31\u30fb\uff65]")
HAN = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
SELECTORS = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
ALREADY_CANONICAL = re.compile(r"[\u4e00-\u9fff]+")  # nearly every name: nothing to fold
FULL_STOP_AT_HAN = re.compile(rf"(?<=[{HAN}{SELECTORS}])[.．]|[.．](?=[{HAN}])")
SPACE_AT_DOT = re.compile(rf" *{MIDDLE_DOT} *")
SPACE_IN_HAN = re.compile(rf"(?<=[{HAN}{SELECTORS}]) (?=[{HAN}])")
TAGS = re.compile(r"[\U000e0000-\U000e007f]")
UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
DROPPED_IN_KEY = re.compile(rf"[\s.{MIDDLE_DOT}{SELECTORS}]")
LETTERS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc"))
# Row 26 to 30 of security.md 5.1: such text is inert everywhere and taken as a name.
PLAIN = frozenset(("Nd", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs"))
NO_CHARACTER = 0xFFFE
PLAIN_SYMBOLS = frozenset("$+=^`|~＄＋＝＾｀｜～")


def normalise_name(text: str) -> str:
    """The canonical form of a name; never raises (IN-06)."""
    if ALREADY_CANONICAL.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = "".join(_visible(char) for char in text)
    text = FULL_STOP_AT_HAN.sub(MIDDLE_DOT, DOTS.sub(MIDDLE_DOT, text))
    text = SPACE_AT_DOT.sub(MIDDLE_DOT, " ".join(text.split()))
    return unicodedata.normalize("NFC", SPACE_IN_HAN.sub("", text))


def check_name(text: str, field: str = "name") -> str:
    """The canonical form of a name of 1 to 50 code points, or `RuleViolation`."""
    if len(text) <= MAX_NAME and ALREADY_CANONICAL.fullmatch(text):
        return text
    if len(text) > MAX_RAW_NAME:
        raise RuleViolation(field, N_("姓名最多 %(limit)d 个字"), limit=MAX_NAME)
    refused = "\x00" in text or TAGS.search(text) is not None
    name = normalise_name(text)
    if not name:
        raise RuleViolation(field, N_("请填写姓名"))
    if refused or not all(map(_is_taken, name)) or _has_too_many_marks(name):
        raise RuleViolation(field, N_("姓名只能有汉字、字母和中间点"))
    if len(name) > MAX_NAME:
        raise RuleViolation(field, N_("姓名最多 %(limit)d 个字"), limit=MAX_NAME)
    if name.startswith(MIDDLE_DOT) or name.endswith(MIDDLE_DOT) or MIDDLE_DOT * 2 in name:
        raise RuleViolation(field, N_("中间点不能在开头、末尾，也不能连着写"))
    return name


def name_match_key(name: str) -> str:
    """Equal for two spellings of one name: NFKC, casefold, without spaces, dots, selectors (IN-06).

    Never shown and never stored instead of the name. Traditional and simplified characters
    differ: see `possible_duplicate_key`.
    """
    if ALREADY_CANONICAL.fullmatch(name):
        return name
    key = _without_marks_of_form(normalise_name(name))
    for _ in range(2):  # folding can bring out new spaces and new compositions
        key = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold())
        key = _without_marks_of_form(key)
    return unicodedata.normalize("NFC", key)


def possible_duplicate_key(pinyin: str, born_on: date) -> str:
    """Equal for two people a clerk should compare: same sound and same birth day.

    `pinyin` is the full pinyin of `core.pinyin`, so that 張 and 张 (security.md 34) and the
    usual slips of the ear (桂 and 贵) meet. Only ever offers a comparison, never merges.
    """
    return f"{pinyin}:{born_on.isoformat()}"


def _visible(char: str) -> str:
    """The character; a plain space for any white space; nothing for what cannot be seen."""
    if char.isspace():
        return " "
    return "" if _is_unseen(char) else char


def _is_unseen(char: str) -> bool:
    """Whether the character is a control, a format character or a letter without a shape."""
    return unicodedata.category(char) in {"Cc", "Cf"} or char in UNSEEN_LETTERS


def _is_taken(char: str) -> bool:
    """Whether a name may hold the character.

    Refused are angle brackets, pictures, unpaired surrogates, private and unknown characters.
    Planes 2 and 3 are Chinese characters, also those newer than this Python's tables; the
    last two places of a plane are no characters.
    """
    category = unicodedata.category(char)
    if category in LETTERS or category in PLAIN or char in PLAIN_SYMBOLS:
        return True
    return "\U00020000" <= char <= "\U0003fffd" and ord(char) & NO_CHARACTER != NO_CHARACTER


def _has_too_many_marks(name: str) -> bool:
    """Whether a letter carries more than three combining marks, or a mark stands first."""
    marks = MAX_MARKS
    for char in name:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks > MAX_MARKS:
            return True
    return False


def _without_marks_of_form(text: str) -> str:
    """The text without spaces, dots, variation selectors and format characters."""
    kept = DROPPED_IN_KEY.sub("", text)
    return "".join(char for char in kept if not _is_unseen(char))
