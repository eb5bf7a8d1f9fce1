"""Names are found by sound and by initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pinyin import DOUBLE_SURNAMES, SURNAMES, name_pinyin

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("王桂香", "wangguixiang", "wgx"),
        ("吕绿", "lvlv", "ll"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("單雄信", "shanxiongxin", "sxx"),
        ("𠮷田", "jitian", "jt"),
        ("阿不都热西提·买买提江", "abudurexitimaimaitijiang", "abdrxtmmtj"),
        ("Mary O'Brien-Smith", "maryobriensmith", "mos"),
        ("Ｍａｒｙ", "mary", "m"),
        ("Đoàn Nguyễn", "doannguyen", "dn"),
        ("王Mary", "wangmary", "wm"),
        ("张三2", "zhangsan2", "zs2"),
        ("", "", ""),
        ("··", "", ""),
        ("\U000323a0王", "wang", "w"),  # no reading is known
    ],
)
def test_a_name_has_a_sound_and_initials(name: str, full: str, initials: str) -> None:
    assert name_pinyin(name) == (full, initials)


@pytest.mark.parametrize(
    ("surname", "sound"),
    [
        ("单", "shan"),
        ("仇", "qiu"),
        ("解", "xie"),
        ("曾", "zeng"),
        ("查", "zha"),
        ("区", "ou"),
        ("任", "ren"),
        ("朴", "piao"),
        ("盖", "ge"),
        ("翟", "zhai"),
        ("尉", "wei"),
        ("缪", "miao"),
        ("尉迟", "yuchi"),
        ("万俟", "moqi"),
        ("澹台", "tantai"),
        ("单于", "chanyu"),
        ("长孙", "zhangsun"),
        ("令狐", "linghu"),
        ("诸葛", "zhuge"),
    ],
)
def test_a_surname_has_its_own_reading(surname: str, sound: str) -> None:
    assert name_pinyin(f"{surname}明").full == f"{sound}ming"


@pytest.mark.parametrize(
    ("name", "full"), [("李单", "lidan"), ("王查", "wangcha"), ("林乐", "linle")]
)
def test_the_reading_of_a_surname_is_for_surnames_only(name: str, full: str) -> None:
    assert name_pinyin(name).full == full


def test_the_tables_hold_single_characters_and_plain_sounds() -> None:
    assert len(SURNAMES) > 40
    assert all(len(surname) == 1 for surname in SURNAMES)
    assert all(len(surname) == 2 for surname in DOUBLE_SURNAMES)
    sounds = [*SURNAMES.values(), *"".join(DOUBLE_SURNAMES.values()).split()]
    assert all(sound.isascii() and sound.isalpha() and sound.islower() for sound in sounds)


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_has_a_plain_search_text(text: str) -> None:
    full, initials = name_pinyin(text)
    assert full.isascii()
    assert (full + initials).isalnum() or not full
    assert full == full.lower()
    assert len(initials) <= len(full)
    assert bool(full) == bool(initials)
