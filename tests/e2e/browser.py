"""A phone in somebody's hand: taps, typed letters and pages are counted, faults are collected."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
    Response,
)

from tests.plugins.absent import chromium

if TYPE_CHECKING:
    from tests.e2e.server import World

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
WIDTH, HEIGHT = 360, 740
PATIENCE_MS = 15_000
SERVER_FAULT = 500
REFUSAL, QUIET_MS = 400, 60
QUIET_ROUNDS = 3
FOCUSED = """() => {
  const held = document.activeElement;
  return held.tagName.toLowerCase() + ':' + held.textContent.trim().slice(0, 40);
}"""
#: What is no fault of the product: loading is judged by the answer, workers are switched off here.
EXPECTED = ("Failed to load resource", "Service Worker registration blocked")
#: What the browser says of a worker's script that it looked for while a test had cut the network.
OFFLINE = ("An unknown error occurred when fetching the script",)
#: Kinds of requests whose refusal is an answer: a page, or a form sent by htmx.
ANSWERS = ("document", "xhr", "fetch")


def launch(playwright: Playwright) -> Browser:
    """Return the browser of this machine. Raises where there is none."""
    return playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))


@dataclass(frozen=True, slots=True)
class Settings:
    """How somebody's phone is set: language of the screen, text size, colours, script, window."""

    language: str = "zh"
    size: str = "standard"
    theme: str = "light"
    javascript: bool = True
    height: int = HEIGHT
    bypass_csp: bool = False
    workers: bool = False


@dataclass
class Phone:
    """One tab of a phone. ``taps``, ``keys`` and ``pages`` are what ux.md 1.0 counts."""

    page: Page
    origin: str
    taps: int = 0
    keys: int = 0
    pages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    under_way: int = 0
    was_cut_off: bool = False

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("requestfinished", self._on_end)
        self.page.on("requestfailed", self._on_end)
        self.page.on("response", self._on_response)
        self.page.on("framenavigated", lambda frame: self.pages.append(frame.url))

    def _on_console(self, message: ConsoleMessage) -> None:
        expected = (*EXPECTED, *(OFFLINE if self.was_cut_off else ()))
        if message.type in {"error", "warning"} and not any(
            words in message.text for words in expected
        ):
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)
        self.under_way += 1
        if not request.url.startswith((self.origin + "/", "data:")):
            self.faults.append(f"foreign request: {request.url}")

    def _on_end(self, _request: Request) -> None:
        self.under_way -= 1

    def _on_response(self, response: Response) -> None:
        is_answer = response.request.resource_type in ANSWERS
        if response.status >= (SERVER_FAULT if is_answer else REFUSAL):
            self.faults.append(f"{response.status}: {response.url}")

    def open(self, path: str) -> Response | None:
        """Open a page of the server by its address; not a tap."""
        return self.page.goto(path if path.startswith("http") else self.origin + path)

    def start(self) -> None:
        """Begin to count."""
        self.taps = self.keys = 0
        self.pages.clear()

    def press(self, words: str) -> None:
        """Tap the button with exactly these words in the main part of the page."""
        self.tap(self.page.locator("#main").get_by_role("button", name=words, exact=True))

    def tap(self, target: Locator | str) -> None:
        """Touch once what is named by words or locator, and wait for the page that follows."""
        place = self.named(target) if isinstance(target, str) else target
        place.tap()
        self.taps += 1
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is on its way any more: neither a page nor a part of one."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        quiet = 0
        while quiet < QUIET_ROUNDS and time.monotonic() < deadline:
            self.page.wait_for_timeout(QUIET_MS)
            quiet = 0 if self.under_way else quiet + 1
        self.page.wait_for_load_state("load")

    def named(self, words: str) -> Locator:
        """Return the first visible link, button, fold or choice with these words."""
        pressed = self.page.locator("a, button, summary, label").filter(visible=True)
        return pressed.filter(has_text=words).first

    def write(self, text: str) -> None:
        """Type a text where the cursor stands already: reaching a field would be a tap."""
        assert self.focused().startswith(("input", "textarea")), self.focused()
        self.page.keyboard.type(text)
        self.keys += len(text)

    def fill_in(self, text: str) -> None:
        """Let the phone put a text where the cursor stands, as a code from a message: not typed."""
        assert self.focused().startswith("input"), self.focused()
        self.page.keyboard.insert_text(text)

    def put(self, name: str, text: str) -> None:
        """Fill the field of a form by its name; for walks that do not count."""
        self.page.locator(f"#main [name={name}]").first.fill(text)

    def shows(self, words: str) -> bool:
        """Return whether words stand in the window without scrolling."""
        place = self.page.get_by_text(words).first.bounding_box()
        window = self.page.viewport_size
        assert place
        assert window
        return place["y"] >= 0 and place["y"] + place["height"] <= window["height"]

    def main_text(self) -> str:
        """Return the words of the page's main part."""
        return self.page.locator("#main").inner_text()

    def path(self) -> str:
        """Return the address of the page, without origin."""
        return self.page.url.removeprefix(self.origin)

    def focused(self) -> str:
        """Return what has the focus: tag and the beginning of its words."""
        try:
            return str(self.page.evaluate(FOCUSED))
        except Error:  # the page was just being left
            self.settle()
            return str(self.page.evaluate(FOCUSED))


@contextmanager
def phone(
    browser: Browser, origin: str, token: str | None = None, settings: Settings | None = None
) -> Iterator[Phone]:
    """Return a phone, signed in where a session token is given; faults on it fail the test."""
    chosen = settings or Settings()
    context = new_context(browser, chosen)
    set_display(context, origin, chosen)
    if token:
        context.add_cookies([{"name": "session", "value": token, "url": origin}])
    held = Phone(context.new_page(), origin)
    try:
        yield held
    finally:
        context.close()
    assert held.faults == [], held.faults


@contextmanager
def held_by(browser: Browser, town: World, token: str, path: str) -> Iterator[Phone]:
    """Return the phone of somebody on a page."""
    with phone(browser, town.origin, token) as held:
        held.open(path)
        yield held


class Windows:
    """Phones that stay open from one page to the next: a new one takes longer than to look.

    Each is the phone of one session with one setting; what a page left in it would be found by
    the next, so a page that is acted upon gets a phone of its own.
    """

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser, self.origin = browser, origin
        self.stack = ExitStack()
        self.kept: dict[tuple[str | None, Settings], Phone] = {}

    @contextmanager
    def phone(self, token: str | None, settings: Settings, *, is_kept: bool) -> Iterator[Phone]:
        """Return a phone, a new one where it is not kept; faults on it fail the test."""
        if not is_kept:
            with phone(self.browser, self.origin, token, settings) as held:
                yield held
            return
        key = (token, settings)
        if key not in self.kept:
            self.kept[key] = self.stack.enter_context(
                phone(self.browser, self.origin, token, settings)
            )
        held = self.kept[key]
        held.page.set_viewport_size({"width": WIDTH, "height": settings.height})
        held.faults.clear()
        yield held
        faults = list(held.faults)
        held.faults.clear()
        assert faults == [], faults


def new_context(browser: Browser, settings: Settings) -> BrowserContext:
    """Return the window of a small phone with touch (ux.md 6.1)."""
    return browser.new_context(
        viewport={"width": WIDTH, "height": settings.height},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        java_script_enabled=settings.javascript,
        bypass_csp=settings.bypass_csp,
        service_workers="allow" if settings.workers else "block",
    )


def set_display(context: BrowserContext, origin: str, settings: Settings) -> None:
    """Put language, text size and colours into the cookies that the product reads."""
    wanted: dict[str, Any] = {
        "language": settings.language,
        "size": settings.size,
        "theme": settings.theme,
    }
    context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in wanted.items()])
