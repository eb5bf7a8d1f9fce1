"""A browser over real HTTP: one connection, cookies, forms, signing in with both factors."""

from __future__ import annotations

import http.client
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import pyotp
from bs4 import BeautifulSoup

from datasets.scale.accounts import BenchAccount

FIELDS = ("csrf_token", "idempotency_key")
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
TIMEOUT = 30
SAFE = "/?=&%"
FORM = "application/x-www-form-urlencoded"

Pairs = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    seconds: float
    body: str
    location: str


@dataclass(slots=True)
class Browser:
    """One visitor. ``csrf`` is the token of the last form that was read.

    Who forgets keeps no cookie: each of his visits is the first one.
    """

    port: int
    forgets: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._send("GET", path, None)

    def post(self, path: str, pairs: Pairs) -> Answer:
        """Send a form under a fresh key, with the token of the last form that was read."""
        hidden = [("csrf_token", self.csrf), ("idempotency_key", secrets.token_urlsafe(18))]
        return self._send("POST", path, urlencode([*hidden, *pairs]))

    def page(self, path: str) -> BeautifulSoup:
        """Open a page that must be there, and keep its token."""
        answer = self.get(path)
        if answer.status != http.HTTPStatus.OK:
            message = f"{path}: {answer.status} {answer.location}"
            raise RuntimeError(message)
        parsed = BeautifulSoup(answer.body, "html5lib")
        found = parsed.find("meta", attrs={"name": "csrf-token"})
        self.csrf = str(found["content"]) if found else self.csrf
        return parsed

    def twin(self) -> Browser:
        """Return another connection of the same visitor."""
        return Browser(self.port, self.forgets, dict(self.cookies), self.csrf)

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        """Send a request; again on a new connection where the idle one was closed meanwhile."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = FORM
        try:
            return self._exchange(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection = None
            return self._exchange(method, path, body, headers)

    def _exchange(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        start = time.perf_counter()
        self._connection.request(method, quote(path, safe=SAFE), body=body, headers=headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        seconds = time.perf_counter() - start
        for cookie in () if self.forgets else response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(response.status, seconds, text, response.headers.get("Location", ""))


def sign_in(port: int, account: BenchAccount) -> Browser:
    """Return a browser in which an account of the seed is signed in, as a person would do it."""
    browser = Browser(port)
    browser.page("/login")
    _expect(browser.post("/login/send", [("phone", account.phone)]), "/login/code")
    browser.page("/login/code")
    code = _code_of(browser, account.phone)
    answer = browser.post("/login/code", [("code", code), ("agree", "y")])
    if account.totp_secret:
        _expect(answer, "/login/factor")
        browser.page("/login/factor")
        code = pyotp.TOTP(account.totp_secret).now()
        answer = browser.post("/login/factor", [("code", code)])
    _expect(answer, "/")
    browser.page("/me")
    return browser


def _code_of(browser: Browser, phone: str) -> str:
    for message in browser.page("/development/outbox").select("[data-message]"):
        words = message.get_text(" ")
        found = CODE.search(words.replace(phone, ""))
        if phone in words and found:
            return found[0]
    raise RuntimeError("no code was sent to " + phone)


def _expect(answer: Answer, path: str) -> None:
    if answer.status != http.HTTPStatus.SEE_OTHER or urlsplit(answer.location).path != path:
        errors = BeautifulSoup(answer.body, "html5lib").get_text(" ", strip=True)[:400]
        message = f"wanted {path}, got {answer.status} {answer.location} {errors}"
        raise RuntimeError(message)
