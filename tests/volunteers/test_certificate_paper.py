"""The certificate on paper: every character is there, or visible as one that is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from core import fonts
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.certified import OWN, credited, issued, link_of
from tests.volunteers.papers import text_of

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
RARE = "𠮷野·阿依古丽"


@pytest.mark.covers("CERT-05")
@pytest.mark.parametrize("with_rare", [True, False])
def test_paper_drops_no_character(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, *, with_rare: bool
) -> None:
    if not with_rare:
        monkeypatch.setattr(fonts, "RARE", ())
    elif not all(face.is_file() for face in fonts.RARE):
        pytest.skip("fonts-hanazono is not installed")
    credited(cast)
    person, name = cast.person("ada"), RARE + "长" * (50 - len(RARE))
    person.name = name
    ada = client_of("ada")
    one = issued(ada)
    answer = ada.get(f"{OWN}/{one.code}/pdf")
    assert answer.mimetype == "application/pdf"
    assert one.number in answer.headers["Content-Disposition"]
    read = text_of(answer.data)
    assert (name if with_rare else name.replace("𠮷", "[U+20BB7]")) in read
    for told in (one.number, "东县", "2 小时（120 分钟）", "自报", link_of(one)):
        assert told in read
    assert person.plain_id_number[3:] not in read
