"""How close the rows of lists stand: kept in the browser, applied at once (ux.md 3.0)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.client import Client


@pytest.mark.covers("S27")
def test_rows_are_put_closer_on_the_list_and_stay_so(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    ben = client_of("ben")
    for kind in ("members", "volunteers"):
        path = f"/o/{cast.code('东一村')}/{kind}?sex=female"
        page = ben.page(path)
        assert page.html is not None
        assert "data-density" not in page.html.attrs
        form = next(one for one in page.select("form") if one.select("[name=density]"))
        assert "desktop-only" in form.parent["class"]  # type: ignore[index]
        back = form.select_one("[name=next]")
        assert back is not None
        answer = ben.post("/display", {"density": "compact", "next": str(back["value"])})
        assert answer.location == path
        shown = ben.page(answer.location)
        assert shown.html is not None
        assert shown.html["data-density"] == "compact"
        pressed = shown.select_one("[name=density][aria-pressed=true]")
        assert pressed is not None
        assert pressed["value"] == "compact"
        ben.post("/display", {"density": "roomy"})
    ben.post("/display", {"density": "' onload=x"})
    settings = ben.page("/me/settings")
    assert settings.select_one("[name=density][value=roomy][aria-pressed=true]") is not None
    assert client_of("mia").page("/me/settings").select("[name=density]") == []
