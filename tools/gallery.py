"""Takes the pictures of docs/gallery from a demonstration of its own: python -m tools.gallery.

A new database is migrated and seeded in a temporary folder and served; each role signs in as a
person does and its pages are photographed at 360 pixels. A page that does not answer 200 ends it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from bench.browser import sign_in
from datasets.demo.names import phone_of
from datasets.demo.people import secret_of
from datasets.scale.accounts import BenchAccount
from tests.e2e.browser import WIDTH, launch
from tests.races.server import free_port, wait_until_ready
from tools.gallery_pages import GALLERY, Shelf, View
from tools.programs import BIN, ROOT
from tools.serve import command

FOLDER = ROOT / "docs" / "gallery"
PAGE = FOLDER / "README.md"
HEIGHT, QUALITY = 760, 60
STEPS = (
    ("database", "upgrade"),
    ("organizations", "import-divisions"),
    ("demo", "seed"),
    ("figures", "catch-up"),
    ("alerts", "evaluate"),
)
OK = 200
INTRODUCTION = """# Gallery

Pages of each role on a phone of 360 pixels, with the people of the demonstration. `make gallery`
takes them anew.
"""


def main() -> None:
    """Take every picture and write the page that shows them."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder)) as port,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for shelf in GALLERY:
            _take(browser, port, shelf)
        browser.close()
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    """Return the page that shows the pictures, role by role."""
    return INTRODUCTION + "".join(map(_rows, GALLERY))


def file_of(shelf: Shelf, view: View) -> str:
    """Return the name of the file of a picture."""
    return f"{shelf.role.replace(' ', '-')}-{view.name}.jpg"


def _rows(shelf: Shelf) -> str:
    heads = " | ".join(view.shows for view in shelf.views)
    marks = " | ".join("---" for _view in shelf.views)
    cells = " | ".join(f"![{view.shows}]({file_of(shelf, view)})" for view in shelf.views)
    return f"\n## {shelf.role.capitalize()}\n\n| {heads} |\n| {marks} |\n| {cells} |\n"


def _take(browser: Browser, port: int, shelf: Shelf) -> None:
    """Take the pictures of one role. Raises RuntimeError where a page is not there."""
    origin, org = f"http://127.0.0.1:{port}", ""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN", service_workers="block"
    )
    if shelf.serial:
        visitor = sign_in(port, _account(shelf.serial))
        org = _organization(visitor.get("/").location)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": origin}
                for name, value in visitor.cookies.items()
            ]
        )
    tab = context.new_page()
    for view in shelf.views:
        answer = tab.goto(origin + view.path.format(org=org), wait_until="networkidle")
        if answer is None or answer.status != OK:
            message = f"{shelf.role}: {view.path} answers {answer and answer.status}"
            raise RuntimeError(message)
        tab.screenshot(path=FOLDER / file_of(shelf, view), type="jpeg", quality=QUALITY)
        print(file_of(shelf, view), flush=True)
    context.close()


def _account(serial: int) -> BenchAccount:
    phone = phone_of(serial)
    has_post = any(shelf.serial == serial and _acts(shelf) for shelf in GALLERY)
    return BenchAccount(str(serial), phone, secret_of(phone) if has_post else "")


def _acts(shelf: Shelf) -> bool:
    return any("{org}" in view.path for view in shelf.views)


def _organization(address: str) -> str:
    """Return the code of the organization to whose home an address leads, nothing for none."""
    parts = urlsplit(address).path.split("/")
    return parts[2] if parts[1] == "o" else ""


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    """Build the demonstration, serve it, and stop the server at the end."""
    surroundings, port, log = _environment(folder), free_port(), folder / "server.log"
    for step in STEPS:
        subprocess.run(
            [BIN / "flask", "--app", "app", *step], cwd=ROOT, env=surroundings, check=True
        )
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command("127.0.0.1", str(port)),
            cwd=ROOT,
            env=surroundings,
            stdout=output,
            stderr=output,
        ) as server,
    ):
        try:
            wait_until_ready(server, port, log)
            yield port
        finally:
            server.terminate()


def _environment(folder: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REDCROSS_")}
    kept.pop("DATABASE_URL", None)
    return {
        **kept,
        "REDCROSS_ENVIRONMENT": "demo",
        "REDCROSS_INSTANCE": str(folder),
        "REDCROSS_LIMITS": "off",
    }


if __name__ == "__main__":
    main()
