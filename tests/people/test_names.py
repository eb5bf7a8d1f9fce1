"""Names: every row of security.md 5.1 that a rule decides, and the match key (IN-06)."""

import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pinyin import name_pinyin
from core.rules import RuleViolation
from people.rules import check_name, name_match_key, normalise_name, possible_duplicate_key

pytestmark = pytest.mark.pure

UIGHUR = "阿不都热西提·买买提江"
EXT_B = "\U00020bb7"
CHARSET = "姓名只能有汉字、字母和中间点"
EMPTY = "请填写姓名"
TOO_LONG = "姓名最多 50 个字"
DOT = "中间点不能在开头、末尾，也不能连着写"

ACCEPTED = [  # number in security.md 5.1, typed, stored
    (1, "王", "王"),
    (2, f"{EXT_B}田", f"{EXT_B}田"),
    (3, "㐀", "㐀"),
    (3, "\U0002b5af", "\U0002b5af"),
    (3, "\U0002c029", "\U0002c029"),
    (3, "\U00030edd", "\U00030edd"),
    (3, "\U000323a0", "\U000323a0"),  # Ext-H, newer than the tables of Python 3.11
    (4, UIGHUR, UIGHUR),
    *[(5, UIGHUR.replace("·", dot), UIGHUR) for dot in "•・‧･\u0387.．"],
    (5, "阿不都热西提 · 买买提江", UIGHUR),
    (7, EXT_B * 50, EXT_B * 50),
    (9, "O'Brien-Nguyễn", "O'Brien-Nguyễn"),
    (9, "J.R. Smith Jr.", "J.R. Smith Jr."),
    (10, "Rene\u0301", "Ren\u00e9"),
    (11, "x\u0301\u0302\u0303", "x\u0301\u0302\u0303"),
    *[(12, typed, "张三") for typed in ("张\u200b三", "\ufeff张三", "张\u2060三", "张\u00ad三")],
    (12, "张" + "\u200b" * 399, "张"),
    *[(13, typed, "张三") for typed in ("张\u202e三", "\u2066张三\u2069")],
    (15, "张\x07三", "张三"),
    (15, "张\x1b[31m三", "张[31m三"),
    *[(15, f"张{space}三", "张三") for space in "\r\n\t\u2028"],
    (15, "Mary\tSmith", "Mary Smith"),
    (18, "\u3000ＪＯＨＮ\u3000", "ＪＯＨＮ"),
    (19, "\uf900", "\u8c48"),
    (20, "葛\U000e0100", "葛\U000e0100"),
    (20, "葛\ufe00", "葛\ufe00"),
    (24, "' onmouseover='alert(1)", "' onmouseover='alert(1)"),
    *[(26, text, text) for text in ("{{7*7}}", "{% include %}", "${7*7}", "#{7*7}")],
    *[(27, text, text) for text in ('=HYPERLINK("http://x","y")', "+1", "-1+1", "@SUM(1)")],
    (27, "\t=1", "=1"),
    *[(28, text, text) for text in ("＝1+1", "＠SUM")],
    *[(29, text, text) for text in ("NULL", "null", "None", "undefined", "true", "N/A", "#REF!")],
    *[(30, text, text) for text in ("1E5", "1-2", "MAR1", "00123")],
    (33, "张  三", "张三"),
    (33, " 张三 ", "张三"),
    (33, "李 然", "李然"),
    (33, " Mary   Smith ", "Mary Smith"),
    (34, "張", "張"),
    (34, "张", "张"),
]
REFUSED = [  # number, typed, the sentence beside the field
    *[(6, text, DOT) for text in ("·阿依", "阿依·", "阿依··古丽", "阿依· ·古丽", ".阿依", "阿依.")],
    (8, EXT_B * 51, TOO_LONG),
    (11, "x" + "\u0335" * 60, CHARSET),
    (11, "x\u0301\u0302\u0303\u0304", CHARSET),
    (11, "\u0301x", CHARSET),
    (14, "张\x00三", CHARSET),
    (16, "\ud800", CHARSET),
    (17, "张\U0001f600", CHARSET),
    (17, "\U0001f468\u200d\U0001f469", CHARSET),
    (17, "\U0001f1e8\U0001f1f3", CHARSET),
    (17, "张\U000e0041三", CHARSET),
    (17, "1\ufe0f\u20e3", CHARSET),
    (22, "<script>alert(1)</script>", CHARSET),
    (23, '"><img src=x onerror=alert(1)>', CHARSET),
    (25, '<div hx-get="/logout" hx-trigger="load">', CHARSET),
    (31, "王" * 10_000_000, TOO_LONG),
    (31, "张" + "\u200b" * 400, TOO_LONG),  # however little would be left
    *[(32, text, EMPTY) for text in ("", "   ", "\u3000", "\u200b", "\u3164")],
    (0, "张\ue000", CHARSET),  # private use: no font shows it
    *[(0, f"张{char}", CHARSET) for char in "\u0378\U0002fffe\U00040000"],  # no characters
]

COLLIDING = [
    (UIGHUR, UIGHUR.replace("·", "•")),
    (UIGHUR, UIGHUR.replace("·", "・")),
    (UIGHUR, UIGHUR.replace("·", "‧")),
    (UIGHUR, UIGHUR.replace("·", "･")),
    (UIGHUR, UIGHUR.replace("·", "\u0387")),
    (UIGHUR, UIGHUR.replace("·", ".")),
    (UIGHUR, UIGHUR.replace("·", "．")),
    (UIGHUR, UIGHUR.replace("·", " · ")),
    (UIGHUR, UIGHUR.replace("·", "")),
    (UIGHUR, UIGHUR.replace("·", " ")),
    (UIGHUR, UIGHUR.replace("·", "\u2219")),
    ("e\u0301", "é"),
    ("Rene\u0301", "René"),
    ("NGUYÊ\u0303N", "nguyễn"),
    ("Å", "\u212b"),
    ("Zoe\u0308", "ZOË"),
    ("张三", "张\u200b三"),
    ("张三", "\ufeff张三"),
    ("张三", "张\u2060三"),
    ("张三", "张\u00ad三"),
    ("张三", "张\u202e三"),
    ("张三", "\u2066张三\u2069"),
    ("张三", "张\u200d三"),
    ("张三", "张\u061c三"),
    ("张三", "张  三"),
    ("张三", " 张三 "),
    ("张三", "\u3000张\u3000三"),
    ("张三", "张\u00a0三"),
    ("张三", "张\n三"),
    ("张三", "张\x07三"),
    ("JOHN", "ＪＯＨＮ"),
    ("john", "ＪＯＨＮ"),
    ("Mary Smith", "marysmith"),
    ("Mary Smith", "MARY  SMITH"),
    ("J.R. Smith", "JR Smith"),
    ("\uf900", "\u8c48"),
    ("葛", "葛\U000e0100"),
    ("葛", "葛\ufe00"),
    ("Groß", "GROSS"),
    ("ﬁona", "Fiona"),
]
NEAR = [
    ("张三", "张三三"),
    ("张三", "三张"),
    ("张三", "章三"),
    ("张", "張"),
    ("王桂香", "王贵香"),
    ("己", "已"),
    ("土", "士"),
    ("未", "末"),
    ("曰", "日"),
    (EXT_B, "吉"),
    ("René", "Rene"),
    ("Nguyễn", "Nguyen"),
    ("O'Brien", "OBrien"),
    ("Smith-Jones", "Smith Jones"),
    ("A", "А"),  # Latin and Cyrillic
    ("A", "Α"),  # Latin and Greek
    ("阿依古丽", "阿依·古丽娜"),
    ("00123", "123"),
    ("1E5", "100000"),
    ("王", "玉"),
]


@pytest.mark.covers("IN-01", "IN-02", "IN-06")
@pytest.mark.parametrize(
    ("typed", "stored"), [row[1:] for row in ACCEPTED], ids=[f"5.1-{row[0]}" for row in ACCEPTED]
)
def test_a_name_is_stored_in_canonical_form(typed: str, stored: str) -> None:
    assert check_name(typed) == stored


@pytest.mark.covers("IN-01", "IN-02")
@pytest.mark.parametrize(
    ("typed", "sentence"), [row[1:] for row in REFUSED], ids=[f"5.1-{row[0]}" for row in REFUSED]
)
def test_what_is_no_name_is_refused_with_a_plain_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_name(typed, "guardian_name")
    assert refusal.value.field == "guardian_name"
    assert refusal.value.text(str) == sentence


@pytest.mark.covers("IN-06")
def test_the_tables_have_the_size_that_was_asked_for() -> None:
    assert len({frozenset(pair) for pair in COLLIDING}) == 40
    assert len({frozenset(pair) for pair in NEAR}) == 20


@pytest.mark.covers("IN-06")
@pytest.mark.parametrize(("one", "other"), COLLIDING, ids=map(ascii, COLLIDING))
def test_two_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert one != other
    assert name_match_key(one) == name_match_key(other)


@pytest.mark.covers("IN-06")
@pytest.mark.parametrize(("one", "other"), NEAR, ids=map(ascii, NEAR))
def test_two_names_that_look_alike_have_two_keys(one: str, other: str) -> None:
    assert name_match_key(one) != name_match_key(other)


@pytest.mark.covers("IN-06")
def test_traditional_and_simplified_are_offered_as_possible_duplicates() -> None:
    def key(name: str, born_on: date = date(1990, 3, 7)) -> str:
        return possible_duplicate_key(name_pinyin(name).full, born_on)

    assert key("張三") == key("张三")  # security.md 34
    assert key("王桂香") == key("王贵香")
    assert key("张三") != key("李三")
    assert key("张三") != key("张三", date(1990, 3, 8))


@pytest.mark.covers("IN-01", "IN-06")
@given(st.text(st.characters(codec=None), max_size=500))
def test_any_text_is_a_name_or_a_refusal(text: str) -> None:
    with suppress(RuleViolation):
        name = check_name(text)
        assert 1 <= len(name) <= 50
        assert name == check_name(name) == unicodedata.normalize("NFC", name)
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name)


@pytest.mark.covers("IN-06")
@given(st.text(st.characters(codec=None), max_size=60))
def test_canonical_form_and_key_are_stable(text: str) -> None:
    name = normalise_name(text)
    assert normalise_name(name) == name
    assert name_match_key(name) == name_match_key(text)
    assert name_match_key(name_match_key(text)) == name_match_key(text)
