"""Texts of the screen with values in them."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from core.i18n import translate

SEARCHED = "没有找到『%(text)s』。换个写法再试"


@pytest.mark.covers("IN-03")
def test_what_somebody_typed_is_shown_and_never_run(app: Flask) -> None:
    with app.test_request_context():
        told = translate(SEARCHED, text="<script>1</script> %(x)s")
        assert "<script>" not in told
        assert "&lt;script&gt;1&lt;/script&gt; %(x)s" in told
        assert "<b>1</b>" in translate(SEARCHED, text=Markup("<b>1</b>"))
        assert isinstance(told, Markup)
