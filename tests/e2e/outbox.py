"""Messages and authenticators: what stands on somebody's own phone besides the product."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Browser

from core import clock
from tests.e2e.browser import Phone, phone
from tests.e2e.server import World
from tests.e2e.words import Words


def code_for(browser: Browser, served: World, number: str) -> str:
    """Return the newest one-time code that went to a phone, from the outbox page."""
    with phone(browser, served.origin) as operator:
        operator.open("/development/outbox")
        message = operator.page.locator("[data-message]").filter(has_text=number).first
        found = re.search(r"#(\d{6})", message.inner_text())
    assert found
    return found.group(1)


def sign_in(browser: Browser, served: World, held: Phone, number: str, say: Words) -> None:
    """Sign in by phone and code on the page that asks for it."""
    held.put("phone", number)
    held.tap(say("获取验证码"))
    held.put("code", code_for(browser, served, number))
    held.tap(held.page.get_by_role("checkbox"))
    held.tap(held.page.get_by_role("button", name=say("登录"), exact=True))


def set_up_factor(held: Phone, say: Words) -> None:
    """Set up the authenticator and confirm it with its first number."""
    held.tap(say("开始设置"))
    secret = held.page.locator("#scan [translate=no]").inner_text().replace(" ", "")
    held.put("code", pyotp.TOTP(secret).at(clock.now()))
    held.tap(held.page.get_by_role("checkbox"))
    held.tap(say("完成设置"))
