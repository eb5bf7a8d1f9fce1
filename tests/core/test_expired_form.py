"""The page that offers to send an old form once more shows no number and no secret (WEB-06)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.idempotency import FIELD, new_key
from tests.client import Client, parsed


@pytest.mark.covers("WEB-06", "UX-R5")
def test_words_come_back_and_numbers_do_not(client_of: Callable[[str], Client]) -> None:
    ben = client_of("ben")
    private = ("phone", "guardian_phone", "contact_phone", "1-id_number", "password", "code")
    kept = {"note": "我在现场", "rows-0-code": "abcd", "hours": "2"}
    fields = {
        FIELD: new_key(),
        "csrf_token": "old",
        **kept,
        **dict.fromkeys(private, "19900000008"),
    }
    with ben.as_server():
        answer = ben.http.post("/me/hours/new", data=fields)
    assert answer.status_code == 419
    assert "19900000008" not in answer.text
    shown = {str(one["name"]): str(one["value"]) for one in parsed(answer).select("main [name]")}
    assert {name: shown.get(name) for name in kept} == kept
