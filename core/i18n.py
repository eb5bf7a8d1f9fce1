"""The language of the screen and the display settings, kept in cookies of the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Domain
from markupsafe import Markup, escape

from core.extensions import babel
from core.rules import RuleViolation, first_number

LANGUAGES = {"zh": "zh_CN", "en": "en"}
SIZES = ("standard", "large", "larger", "largest")
THEMES = ("auto", "light", "dark")
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
    """The catalogue of the language of the screen, without asking the request for every text."""

    def gettext(self, string: str, **variables: object) -> str:
        """Return a text in the language of the screen, each looked up once per process."""
        found = _looked_up(language(), self.folders, string)
        return found if not variables else found % variables

    def get_translations(self) -> NullTranslations:
        """Return the texts of the language; loaded once per language and process."""
        return _catalogue(language(), self.folders)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """Where the catalogues lie; the same for every request."""
        return tuple(self.translation_directories)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str, folders: tuple[str, ...]) -> NullTranslations:
    return Translations.load(folders[0], [Locale.parse(code)])


@lru_cache(maxsize=4096)
def _looked_up(code: str, folders: tuple[str, ...], message: str) -> str:
    found: str = _catalogue(code, folders).ugettext(message)
    return found


def gettext(message: str, **values: object) -> str:
    """Return a text in the language of the screen, without asking the request which domain it is.

    What a page says dozens of times says it so: the toolkit takes ten times as long.
    """
    found: str = babel.domain_instance.gettext(message, **values)
    return found


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
    with speaking(code):
        return Markup(babel.domain_instance.get_translations().ungettext(singular, plural, num))  # noqa: S704 - texts of our own catalogue


@lru_cache(maxsize=4096)
def known_text(code: str, message: str) -> tuple[Markup, Markup]:
    """Return the translation of a text to fill with values, and as it reads without any."""
    with speaking(code):
        pattern = Markup(gettext(message))  # noqa: S704 - texts of our own catalogue
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
    found: str = babel.domain_instance.get_translations().ungettext(message, message, number)
    if found != message:
        return found
    return gettext(message)  # in one form, or in the language of the source
