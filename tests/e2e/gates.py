"""The gates of ux.md 6.2 as functions: a page as it stands -> what is wrong with it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tools.programs import ROOT

SIZES = ("standard", "large", "larger", "largest")
THEMES = ("light", "dark")
WIDTH, NARROW, LOW = 360, 320, 640
TARGET = 44
ROUNDING = 0.5
MOST_STUCK = {"standard": 0.30, "large": 0.30, "larger": 0.0, "largest": 0.0}
MOST_NODES = 1200
MOST_SHIFT = 0.02
#: What an answer of axe-core depends on: dark and light differ in colours alone, text sizes also
#: in room. Everything else is asked once, in light at the first size.
SIZED = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

MEASURE = (Path(__file__).parent / "measure.js").read_text("utf-8").partition("\n")[2]
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN_AXE = """(only) => axe.run(document, {
  runOnly: only,
  rules: only.type === 'tag' ? {'target-size': {enabled: true}} : {},
  resultTypes: ['violations'],
}).then((found) => ({
  rules: found.passes.length + found.violations.length,
  violations: found.violations.map((one) => one.id + ' (' + one.impact + '): '
    + one.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' +
      node.any.concat(node.all, node.none).map((check) => check.message).join(' / ')).join(' | ')),
}))"""
SET_SIZE = "size => { document.documentElement.dataset.size = size; }"
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const watch = new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
  });
  watch.observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => { watch.disconnect(); done(sum); }, 60));
})"""
LARGEST_PAINT = """() => new Promise((done) => {
  let last = 0;
  const watch = new PerformanceObserver((list) => {
    for (const paint of list.getEntries()) last = paint.startTime;
  });
  watch.observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => { watch.disconnect(); done(last); }, 60);
})"""
TRANSFERS = """() => performance.getEntriesByType('navigation')
  .concat(performance.getEntriesByType('resource'))
  .map((entry) => ({url: entry.name, fetched: entry.transferSize > 0}))"""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a page: the problems, and how much was looked at."""

    problems: list[str]
    targets: int
    rules: int


def look(page: Page, size: str, *, is_fresh: bool = True, themes: tuple[str, ...] = THEMES) -> Look:
    """Hold a page at one text size against every gate, in its colours and at 320 px.

    What moved is asked of a page as it was opened: an answer that is swapped in moves it on
    purpose, however slow this machine is.
    """
    shift = page.evaluate(SHIFTS) if is_fresh else 0.0
    page.evaluate(SET_SIZE, size)
    wide = page.evaluate(MEASURE)
    page.set_viewport_size({"width": NARROW, "height": LOW})
    narrow = page.evaluate(MEASURE)
    page.set_viewport_size({"width": WIDTH, "height": max(LOW, wide["height"])})
    rules, accessibility = axe_problems(page, size, themes)
    page.set_viewport_size({"width": WIDTH, "height": LOW})
    problems = [
        *accessibility,
        *scroll_problems(narrow),
        *target_problems(wide),
        *order_problems(wide),
        *stuck_problems(wide, size),
        *weight_problems(wide, shift),
    ]
    return Look([f"{size}: {text}" for text in problems], len(wide["targets"]), rules)


def look_narrow(page: Page, size: str) -> list[str]:
    """Hold a page at 320 px against what words of another language can break."""
    page.evaluate(SET_SIZE, size)
    page.set_viewport_size({"width": NARROW, "height": LOW})
    seen = page.evaluate(MEASURE)
    problems = [*scroll_problems(seen), *target_problems(seen), *order_problems(seen)]
    return [f"{size}: {text}" for text in problems]


def axe_problems(page: Page, size: str, themes: tuple[str, ...]) -> tuple[int, list[str]]:
    """Return how many rules axe-core applied, and UX-A1 violations in these colour schemes.

    The window holds the whole page: what sticks to its edge must not cover what is looked at.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    applied, problems = 0, []
    for theme in themes:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        everything = {"type": "tag", "values": list(TAGS)}
        of_size = everything if size == SIZES[0] else SIZED
        found = page.evaluate(RUN_AXE, of_size if theme == "light" else COLOURS)
        applied += found["rules"]
        problems += [f"UX-A1 {theme}: {text}" for text in found["violations"]]
    return applied, problems


def scroll_problems(seen: dict[str, Any]) -> Iterator[str]:
    """Yield UX-A3: the page is wider than a window of 320 px, or words are cut off."""
    if seen["scrollWidth"] > seen["innerWidth"] or seen["innerWidth"] != NARROW:
        width = f"{seen['scrollWidth']} px in a window of {seen['innerWidth']}"
        yield f"UX-A3 {width}: {seen['tooWide']}"
    for element in seen["clipped"]:
        yield f"UX-A3 clipped: {element}"


def target_problems(seen: dict[str, Any]) -> Iterator[str]:
    """Yield UX-A4: targets under 44 x 44 px that are no links inside sentences."""
    for target in seen["targets"]:
        smallest = min(target["width"], target["height"])
        if smallest < TARGET - ROUNDING and not target["sentence"]:
            size = f"{target['width']:.0f} x {target['height']:.0f}"
            yield f"UX-A4 {target['tag']} “{target['words']}” {size}"


def order_problems(seen: dict[str, Any]) -> Iterator[str]:
    """Yield UX-A9: heading, landmarks, title and language of the page."""
    if len(seen["headings"]) != 1:
        yield f"UX-A9 headings of level one: {seen['headings']}"
    elif (
        not seen["title"]
        .removeprefix("错误：")
        .removeprefix("Error: ")
        .startswith(seen["headings"][0])
    ):
        yield f"UX-A9 title “{seen['title']}”, heading “{seen['headings'][0]}”"
    wanted = {"main", "status"} if seen["isPaper"] else set(seen["landmarks"])
    for name, number in seen["landmarks"].items():
        if number != int(name in wanted):
            yield f"UX-A9 {number} x {name}"
    if seen["unnamedNavigation"]:
        yield f"UX-A9 {seen['unnamedNavigation']} navigations without a name"
    if seen["language"] not in {"zh-CN", "en"}:
        yield f"UX-A9 language {seen['language']!r}"


def stuck_problems(seen: dict[str, Any], size: str) -> Iterator[str]:
    """Yield UX-T3: too much of the window is taken by what does not scroll."""
    if seen["stuckShare"] > MOST_STUCK[size]:
        yield f"UX-T3 {seen['stuckShare']:.0%} of the window is sticky"


def weight_problems(seen: dict[str, Any], shift: float) -> Iterator[str]:
    """Yield UX-P5 and UX-P8: what moved while the page appeared, and how many nodes it has."""
    if shift > MOST_SHIFT:
        yield f"UX-P5 layout shift {shift:.3f}"
    if seen["nodes"] > MOST_NODES:
        yield f"UX-P8 {seen['nodes']} nodes"


def wire_size(body: bytes, content_type: str) -> int:
    """Return the bytes of a body as a web server sends it: texts gzipped at level 6."""
    is_text = content_type.partition(";")[0] in {
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "image/svg+xml",
    }
    return len(gzip.compress(body, 6)) if is_text else len(body)
