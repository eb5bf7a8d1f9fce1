"""The language of the screen and the display settings, kept in cookies of the browser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, g, request
from flask_babel import force_locale, gettext
from markupsafe import Markup

from core.extensions import babel
from core.rules import RuleViolation

LANGUAGES = {"zh": "zh_CN", "en": "en"}
SIZES = ("standard", "large", "larger", "largest")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Display:
    """How this browser wants its pages."""

    size: str
    theme: str


def install(app: Flask) -> None:
    """Bind the language and the display to the app."""
    babel.init_app(app, locale_selector=language, timezone_selector=lambda: "Asia/Shanghai")
    app.jinja_env.globals.update(locale=_LocaleName(), _=translate, gettext=translate)

    @app.context_processor
    def provide() -> dict[str, object]:
        return {"display": display(), "locale": language()}


def translate(message: str, **values: object) -> Markup:
    """Return a text of a template in the language of the screen, its values escaped."""
    return known_text(language(), message) % values


@lru_cache(maxsize=4096)
def known_text(language: str, message: str) -> Markup:
    """Return the translation of a text; looked up once per language and process."""
    with force_locale(language):
        return Markup(gettext(message))  # noqa: S704 - texts of our own catalogue


class _LocaleName:
    """The name of the language, also in templates imported without context."""

    def __str__(self) -> str:
        return language()


def language() -> str:
    """Return the language of the request: Chinese unless the browser's cookie says English."""
    if not request:
        return g.get("language", "zh_CN") if g else "zh_CN"
    return LANGUAGES.get(request.cookies.get("language", ""), "zh_CN")


def display() -> Display:
    """Return the display settings of the request."""
    size = request.cookies.get("size", "")
    theme = request.cookies.get("theme", "")
    return Display(size if size in SIZES else "standard", theme if theme in THEMES else "auto")


def say(violation: RuleViolation) -> str:
    """Return the sentence of a rule in the language of the screen."""
    return violation.text(gettext)
