"""Violations, typed text and tables of state changes."""

from enum import StrEnum

import pytest

from core.rules import (
    N_,
    IllegalTransition,
    RuleViolation,
    Transitions,
    check_list,
    next_state,
    typed,
)

pytestmark = pytest.mark.pure


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED = "walled"


class Deed(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    WALL = "wall"


TABLE = {
    (Door.OPEN, Deed.SHUT): Door.SHUT,
    (Door.SHUT, Deed.OPEN): Door.OPEN,
    (Door.SHUT, Deed.WALL): Door.WALLED,
}


def test_every_pair_of_state_and_action_is_in_the_table_or_refused() -> None:
    doors = Transitions(TABLE)
    for state in Door:
        for deed in Deed:
            if (state, deed) in TABLE:
                assert doors.next(state, deed) is TABLE[state, deed]
                assert doors.allows(state, deed)
            else:
                assert not doors.allows(state, deed)
                with pytest.raises(IllegalTransition) as refusal:
                    next_state(TABLE, state, deed)
                assert (refusal.value.state, refusal.value.action) == (state, deed)
                assert refusal.value.field == ""
                assert refusal.value.text(str)


def test_buttons_are_the_actions_of_the_state_in_order() -> None:
    doors = Transitions(TABLE)
    assert doors.actions_from(Door.SHUT) == (Deed.OPEN, Deed.WALL)
    assert doors.actions_from(Door.WALLED) == ()


def test_a_sentence_is_translated_before_its_parameters_are_filled_in() -> None:
    english = {"现在是 %(count)d 位": "it has %(count)d digits"}.__getitem__
    violation = RuleViolation("mobile", N_("现在是 %(count)d 位"), count=10)
    assert violation.text(str) == str(violation) == "现在是 10 位"
    assert violation.text(english) == "it has 10 digits"


def test_a_sentence_without_parameters_may_hold_a_percent_sign() -> None:
    assert RuleViolation("", "超过 50%").text(str) == "超过 50%"


@pytest.mark.covers("IN-07")
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("８", "8"),
        (" \u30008\u00a0 ", "8"),
        ("\u202d8\u202c\ufeff", "8"),
        ("Ｘ－＋．／", "X-+./"),
        ("！～", "!~"),
        ("｟", "｟"),
        ("²", "²"),
        ("⑧", "⑧"),
        ("٣", "٣"),
        ("\U0001d7d6", "\U0001d7d6"),
        ("8\n", "8\n"),
    ],
    ids=ascii,
)
def test_of_nfkc_only_full_width_forms_are_narrowed(text: str, plain: str) -> None:
    assert typed(text, "count") == plain


def test_overlong_text_is_refused_before_anything_looks_at_it() -> None:
    assert typed("８" * 200, "count") == "8" * 200
    with pytest.raises(RuleViolation) as refusal:
        typed("８" * 201, "count")
    assert refusal.value.text(str) == "内容太长，最多 200 个字"


def test_a_list_is_read_a_line_an_entry() -> None:
    assert check_list("  有  招牌\n\n有人 \n", "items", 4, 2) == ("有 招牌", "有人")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("有牌\n\n有人值守的", "第 3 行有 5 个字，最多 4 个字"),
        ("有牌\n有人\n有 牌\n\n有牌", "第 5 行和第 1 行一样"),
        ("有牌\n有\u200b人", "第 2 行有不能显示的字符，请重新写"),
        ("一\n二\n三\n四", "最多 3 条"),
        (" \n", "请填写这一项"),
    ],
)
def test_a_wrong_line_of_a_list_is_named_as_it_was_typed(text: str, words: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_list(text, "items", 4, 3)
    violation = refusal.value
    assert str(violation) == words
