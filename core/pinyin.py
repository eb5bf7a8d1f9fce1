"""The search text of a name: pinyin without tones, and initials, written once per person.

Surnames have readings of their own (单 shan, not dan). One reading is kept for each character:
the one a person at the keyboard would try first. ü is written v, as on every keyboard.
"""

import os
import unicodedata
from functools import cache
from typing import NamedTuple

#: Names are read character by character: without its phrases the library needs 45 MB less.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style, lazy_pinyin

SURNAMES = {
    surname: sound
    for sound, surnames in {
        "bi": "秘",
        "bo": "薄",
        "cheng": "晟",
        "chong": "种種重",
        "du": "都",
        "ge": "盖蓋",
        "gou": "句",
        "gui": "炅",
        "ha": "哈",
        "he": "黑",
        "kan": "阚闞",
        "mi": "宓",
        "miao": "缪繆",
        "mou": "牟",
        "nai": "佴",
        "nian": "粘",
        "nie": "乜",
        "ou": "区區",
        "piao": "朴",
        "po": "繁",
        "qin": "覃",
        "qiu": "仇",
        "shan": "单單",
        "shao": "召",
        "she": "折",
        "su": "宿",
        "wei": "尉隗",
        "xian": "洗",
        "xie": "解",
        "xun": "郇",
        "yue": "乐樂",
        "yun": "员員",
        "zha": "查",
        "zhai": "祭",
        "zi": "訾",
    }.items()
    for surname in surnames
}
DOUBLE_SURNAMES = {
    "尉迟": "yu chi",
    "尉遲": "yu chi",
    "万俟": "mo qi",
    "萬俟": "mo qi",
    "澹台": "tan tai",
    "澹臺": "tan tai",
    "单于": "chan yu",
    "單于": "chan yu",
    "乐正": "yue zheng",
    "樂正": "yue zheng",
    "长孙": "zhang sun",
    "長孫": "zhang sun",
}
# Readings in names where the dictionary's first one is another word.
IN_NAMES = {
    "曾": "zeng",
    "翟": "zhai",
    "卜": "bu",
    "晟": "sheng",
    "长": "chang",
    "長": "chang",
    "都": "du",
    "𠮷": "ji",
}
LATIN_WITHOUT_PARTS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae"})


class NamePinyin(NamedTuple):
    """Both search texts of one name; lower-case a-z and digits only."""

    full: str
    initials: str


def name_pinyin(name: str) -> NamePinyin:
    """王桂香 gives "wangguixiang" and "wgx", Mary O'Brien "maryobrien" and "mo".

    Characters without a known reading, and everything that is no letter or digit, are left out.
    """
    surname = DOUBLE_SURNAMES.get(name[:2]) or SURNAMES.get(name[:1], "")
    given = name[len(surname.split()) :]
    syllables = surname.split() + "".join(map(_sound, given)).split()
    initials = [syllable[0] for syllable in syllables]  # a list joins faster: 2.7 million names
    return NamePinyin("".join(syllables), "".join(initials))


@cache
def _sound(char: str) -> str:
    """The sound of one character: a Chinese one stands between spaces, a Latin letter does not."""
    if char.isspace() or char == "-":
        return " "
    plain = unicodedata.normalize("NFKD", char).lower().translate(LATIN_WITHOUT_PARTS)
    letters = "".join(part for part in plain if part.isascii() and part.isalnum())
    if letters:
        return letters
    sound = IN_NAMES.get(char) or lazy_pinyin(char, style=Style.NORMAL)[0]
    return f" {sound} " if sound.isascii() and sound.isalpha() else ""
