"""Colours of the style sheet, light and dark: words 4.5 to 1, controls 3 to 1 (ux.md UX-A2).

Words are looked at on every page by axe-core, which does not look at the edges of controls.
"""

from __future__ import annotations

import re
from itertools import product

import pytest

from tools.programs import ROOT

CSS = (ROOT / "static" / "app.css").read_text("utf-8")
TEXT, CONTROL = 4.5, 3.0
COLOUR = re.compile(r"--([\w-]+): #([0-9a-f]{3}|[0-9a-f]{6});")
GROUNDS = ("page", "surface")
WORDS = ("ink", "text-2", "hint", "primary", "error", "ok", "warn", "role")
PAIRS = (
    *product(WORDS, GROUNDS),
    ("on-primary", "primary"),
    ("on-primary", "pressed"),
    ("on-tint", "tint"),
    *((name, f"{name}-tint") for name in ("error", "ok", "warn", "role")),
)
EDGES = tuple(product(("control", "primary", "error"), GROUNDS))
#: Rules that draw what is pressed, ticked or written in, each with its edge.
DRAWN = {
    ".button": "border: 1px solid var(--control)",
    ".input": "border: 1px solid var(--control)",
    'input[type="checkbox"]::before, input[type="radio"]::before': "2px solid var(--control)",
    ".chip > span, .chip-button, .chip-link": "border: 1px solid var(--control)",
    'input[type="checkbox"]:checked::before': "border-color: var(--primary)",
}


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours by name, of light and of dark pages."""
    blocks = [dict(COLOUR.findall(block)) for block in CSS.split("}") if "--ink:" in block]
    light, dark, chosen, _paper = blocks
    assert dark == chosen  # by the setting of the phone and by the choice made here
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    full = colour if len(colour) == 6 else "".join(sign * 2 for sign in colour)
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_wcag_counts_it() -> None:
    assert contrast("fff", "000000") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.covers("UX-A2")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_edges_of_controls_stand_out(theme: str) -> None:
    colours = palettes()[theme]
    weak = [
        f"{one} on {other}: {found:.2f}"
        for pairs, least in ((PAIRS, TEXT), (EDGES, CONTROL))
        for one, other in pairs
        if (found := contrast(colours[one], colours[other])) < least
    ]
    assert weak == []


@pytest.mark.covers("UX-A2")
def test_controls_are_drawn_with_these_edges() -> None:
    rules = dict(re.findall(r"(?m)^([^{}\n]+?) \{ ([^}]*)\}", CSS))
    assert {name for name, edge in DRAWN.items() if edge not in rules.get(name, "")} == set()
