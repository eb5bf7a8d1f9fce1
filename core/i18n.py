"""The language of the screen and the display settings, kept in cookies of the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Domain
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from core.extensions import babel
from core.rules import RuleViolation, first_number

LANGUAGES = {"zh": "zh_CN", "en": "en"}
SIZES = ("standard", "large", "larger", "largest")
THEMES = ("auto", "light", "dark")
#: Where the catalogues lie.
CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
#: How close the rows of lists stand on a desktop (ux.md 3.0); phones keep their targets.
DENSITIES = ("roomy", "compact")

#: The language of the request that is being answered; read for every text of a page.
_language: ContextVar[str | None] = ContextVar("language", default=None)


@dataclass(frozen=True, slots=True)
class Display:
    """How this browser wants its pages."""

    size: str
    theme: str
    density: str = "roomy"


def install(app: Flask) -> None:
    """Bind the language and the display to the app."""
    babel.init_app(app, locale_selector=language, timezone_selector=lambda: "Asia/Shanghai")
    babel.domain_instance = Texts()
    app.jinja_env.globals.update(
        locale=_LocaleName(), _=translate, gettext=translate, ngettext=translate_plural
    )

    @app.before_request
    def listen() -> None:
        g.language_token = _language.set(_of_cookie())

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        token = g.pop("language_token", None)
        if token is not None:
            _language.reset(token)

    @app.context_processor
    def provide() -> dict[str, object]:
        return {"display": display(), "locale": language()}


class Texts(Domain):
    """The catalogue of the language of the screen, for libraries that ask the toolkit for texts."""

    def get_translations(self) -> NullTranslations:
        """Return the texts of the language; loaded once per language and process."""
        return _catalogue(language())


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(str(CATALOGUES), [Locale.parse(code)])


@lru_cache(maxsize=4096)
def _looked_up(code: str, message: str) -> str:
    found: str = _catalogue(code).ugettext(message)
    return found


def gettext(message: str, **values: object) -> str:
    """Return a text in the language of the screen, filled with its values.

    A page says a hundred; the function of the toolkit looks for the catalogue at each of them.
    """
    found = _looked_up(language(), message)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Return a text that counts, ``num`` among its values."""
    found: str = _catalogue(language()).ungettext(singular, plural, num)
    return found % {"num": num, **values}


def pgettext(context: str, message: str, **values: object) -> str:
    """Return a text of which the context tells what it means."""
    found = str(_catalogue(language()).upgettext(context, message))
    return found % values if values else found


def npgettext(context: str, singular: str, plural: str, num: int, **values: object) -> str:
    """Return a text that counts and of which the context tells what it means."""
    found: str = _catalogue(language()).unpgettext(context, singular, plural, num)
    return found % {"num": num, **values}


def lazy_gettext(message: str, **values: object) -> LazyString:
    """Return a text that is looked up whenever it is shown."""
    return LazyString(gettext, message, **values)


def lazy_ngettext(singular: str, plural: str, num: int, **values: object) -> LazyString:
    """Return a text that counts and is looked up whenever it is shown."""
    return LazyString(ngettext, singular, plural, num, **values)


def lazy_pgettext(context: str, message: str, **values: object) -> LazyString:
    """Return a text with a context that is looked up whenever it is shown."""
    return LazyString(pgettext, context, message, **values)


def translate(message: str, **values: object) -> Markup:
    """Return a text of a template in the language of the screen, its values escaped."""
    pattern, text = known_text(language(), message)
    if not values:
        return text
    safe = {name: one if isinstance(one, int) else escape(one) for name, one in values.items()}
    return Markup(str.__mod__(pattern, safe))  # noqa: S704 - an own text, its values escaped


def translate_plural(singular: str, plural: str, num: int, **values: object) -> Markup:
    """Return a text of a template that counts, ``num`` among its values, which are escaped."""
    pattern = known_plural(language(), singular, plural, num)
    return pattern % {"num": num, **values}


@lru_cache(maxsize=4096)
def known_plural(code: str, singular: str, plural: str, num: int) -> Markup:
    """Return the translation of a text that counts so many, to fill with values."""
    return Markup(_catalogue(code).ungettext(singular, plural, num))  # noqa: S704 - texts of our own catalogue


@lru_cache(maxsize=4096)
def known_text(code: str, message: str) -> tuple[Markup, Markup]:
    """Return the translation of a text to fill with values, and as it reads without any."""
    pattern = Markup(_looked_up(code, message))  # noqa: S704 - texts of our own catalogue
    return pattern, pattern if "%(" in pattern else pattern % {}


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language whatever the browser asked for."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


class _LocaleName:
    """The name of the language, also in templates imported without context."""

    def __str__(self) -> str:
        return language()


def language() -> str:
    """Return the language of the request: Chinese unless the browser's cookie says English."""
    return _language.get() or _of_cookie()


def _of_cookie() -> str:
    cookie = request.cookies.get("language", "") if request else ""
    return LANGUAGES.get(cookie, "zh_CN")


def display() -> Display:
    """Return the display settings of the request."""
    size = request.cookies.get("size", "")
    theme = request.cookies.get("theme", "")
    density = request.cookies.get("density", "")
    return Display(
        size if size in SIZES else "standard",
        theme if theme in THEMES else "auto",
        density if density in DENSITIES else "roomy",
    )


def say(violation: RuleViolation) -> str:
    """Return the sentence of a rule in the language of the screen."""
    return violation.text(lambda message: _form_of(message, violation.params))


def fill(message: str, values: Mapping[str, object]) -> str:
    """Return a marked message in the language of the screen, filled with its values.

    One that counts (``NN_``) has two forms in the catalogue, and is said by its first number.
    """
    found = _form_of(message, values)
    return found % values if values else found


def _form_of(message: str, values: Mapping[str, object]) -> str:
    number = first_number(message, values)
    found: str = _catalogue(language()).ungettext(message, message, number)
    if found != message:
        return found
    return gettext(message)  # in one form, or in the language of the source
