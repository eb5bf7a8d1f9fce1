"""The second factors of demo accounts, told to whoever tries the demo."""

from __future__ import annotations

import pytest
from flask import Flask

from core.access.permissions import Role
from core.database import db
from tests import factories as make
from tests.accounts.steps import give_factor, shown, stranger
from tests.cast import Cast


@pytest.fixture
def secret(cast: Cast) -> str:
    user = make.make_user(name="演示秘书")
    user.is_demo = True
    make.make_post(user, Role.SECRETARY, cast.organization("东一村"))
    return give_factor(user)


def test_demo_accounts_are_listed_with_name_post_and_code(
    app: Flask, secret: str, cast: Cast
) -> None:
    real = give_factor(cast.user("ben"))
    page = stranger(app).page("/development/factor-codes").text
    assert "演示秘书" in page
    assert "东一村 · 秘书" in page
    assert shown(secret) in page
    assert "人ben" not in page
    assert real != secret
    assert page.count("· 秘书") == 1


@pytest.mark.covers("AU-16")
def test_the_page_is_absent_where_people_are_real(
    app: Flask, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(app.config["REDCROSS"]), "is_production", True)
    absent = stranger(app).get("/development/factor-codes")
    assert absent.status_code == 404
    assert shown(secret) not in absent.text


def test_without_demo_accounts_the_page_says_so(app: Flask, cast: Cast) -> None:
    db.session.commit()
    assert "还没有设过" in stranger(app).page("/development/factor-codes").text
