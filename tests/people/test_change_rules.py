"""Corrections as pure rules: the table, what may be asked, age bands, what stays of a value."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import IllegalTransition, RuleViolation, next_state
from people.rules import IdType, age_band_on
from people.rules.changes import (
    CHANGE_TRANSITIONS,
    ChangeAction,
    ChangeField,
    ChangeStatus,
    Known,
    check_different,
    check_new_birth,
    check_why,
    fields_of,
    masked,
)
from tests.factories import make_id_number

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 25)
S, A = ChangeStatus, ChangeAction
#: By hand from domain.md PRI-11 and the state machine of rights requests, not from the code.
TABLE = {
    (S.SUBMITTED, A.APPROVE): S.APPROVED,
    (S.SUBMITTED, A.RETURN): S.RETURNED,
    (S.SUBMITTED, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.CLOSE): S.CLOSED,
}


@pytest.mark.parametrize("action", list(ChangeAction))
@pytest.mark.parametrize("status", list(ChangeStatus))
def test_the_table_over_the_whole_product(status: ChangeStatus, action: ChangeAction) -> None:
    wanted = TABLE.get((status, action))
    if wanted is None:
        with pytest.raises(IllegalTransition):
            next_state(CHANGE_TRANSITIONS, status, action)
    else:
        assert next_state(CHANGE_TRANSITIONS, status, action) is wanted


@pytest.mark.parametrize(
    ("known", "fields"),
    [
        (Known(None, False, None), {"name", "phone"}),
        (Known(None, False, date(1990, 1, 1)), {"name", "phone", "born_on"}),
        (Known(IdType.RESIDENT_ID, True, date(1990, 1, 1)), {"name", "phone", "document"}),
        (Known(IdType.PASSPORT, True, date(1990, 1, 1)), {"name", "phone", "document", "born_on"}),
    ],
)
def test_only_what_is_kept_may_be_put_right(known: Known, fields: set[str]) -> None:
    assert set(fields_of(known)) == fields


@pytest.mark.covers("PRV-13")
@given(
    known=st.none() | st.dates(date(1930, 1, 1), TODAY),
    asked=st.dates(date(1930, 1, 1), date(2030, 1, 1)),
    field=st.sampled_from([ChangeField.BORN_ON, ChangeField.DOCUMENT]),
)
def test_no_request_moves_anybody_into_another_age_band(
    known: date | None, asked: date, field: ChangeField
) -> None:
    fits = asked <= TODAY and age_band_on(asked, TODAY) is _band(known)
    if fits:
        check_new_birth(known, asked, TODAY, field)
        return
    with pytest.raises(RuleViolation) as raised:
        check_new_birth(known, asked, TODAY, field)
    wrong = "born_on" if field is ChangeField.BORN_ON else "id_number"
    assert raised.value.field == wrong


def _band(known: date | None) -> object:
    return age_band_on(known or date(1990, 1, 1), TODAY)


@pytest.mark.covers("PRV-03")
@given(
    born_on=st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    name=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=9),
    phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
)
def test_what_stays_of_a_value_does_not_tell_it(born_on: date, name: str, phone: str) -> None:
    number = make_id_number(born_on)
    document = masked(ChangeField.DOCUMENT, {"id_type": "resident_id", "id_number": number})
    assert document["id_number"].strip("*") == number[:3]
    assert masked(ChangeField.NAME, {"name": name})["name"].strip("*") == name[0]
    assert masked(ChangeField.PHONE, {"phone": phone})["phone"].count("*") >= 4
    assert masked(ChangeField.BORN_ON, {"born_on": born_on.isoformat()}) == {"year": born_on.year}


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 201, "a\x07b", "a\u202eb"])
def test_a_reason_is_asked_for(text: str) -> None:
    with pytest.raises(RuleViolation) as raised:
        check_why(text)
    assert raised.value.field == "why"


def test_a_reason_is_kept_in_one_line() -> None:
    assert check_why("  登记时 \n 写错了  ") == "登记时 写错了"


def test_what_is_kept_already_is_no_correction() -> None:
    check_different("王芳", "王方", "name")
    with pytest.raises(RuleViolation):
        check_different("王芳", "王芳", "name")
