"""Texts and calls of templates without detours: they say what the toolkit would say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from core.i18n import known_text, speaking


@pytest.fixture
def request_of_page(app: Flask) -> Iterator[Flask]:
    with app.test_request_context("/"):
        yield app


def said(app: Flask, source: str, **values: object) -> str:
    """Return what a template of the application says."""
    return app.jinja_env.from_string(source).render(**values)


@pytest.mark.covers("IN-01")
def test_values_of_texts_are_escaped_and_texts_are_not_escaped_twice(
    request_of_page: Flask,
) -> None:
    pattern = known_text("zh_CN", "%(name)s已经是志愿者")[0]
    source = "{{ _('%(name)s已经是志愿者', name=name) }}"
    evil = "<b>&"
    assert said(request_of_page, source, name=evil) == str(pattern % {"name": evil})
    assert "&lt;b&gt;&amp;" in said(request_of_page, source, name=evil)
    assert "<i>" in said(request_of_page, source, name=Markup("<i>"))


def test_texts_are_said_in_the_language_of_the_moment(request_of_page: Flask) -> None:
    source = "{{ _('首页') }}{% set title = _('首页') %}{{ title }}"
    with speaking("en"):
        english = said(request_of_page, source)
    assert said(request_of_page, source) == "首页首页"
    assert english.isascii()
    assert english[: len(english) // 2] * 2 == english


def test_a_name_that_a_template_gives_itself_is_that_name(request_of_page: Flask) -> None:
    shadowed = "{% for _ in [said] %}{{ _('首页') }}{% endfor %}"
    assert said(request_of_page, shadowed, said=lambda text: f"<{text}>") == "&lt;首页&gt;"
    computed = "{% set text = '首页' %}{{ _(text) }}"
    assert said(request_of_page, computed) == "首页"


def test_texts_that_count_are_escaped_and_counted(request_of_page: Flask) -> None:
    source = "{{ ngettext('%(num)d 人', '%(num)d 人', number) }}"
    assert said(request_of_page, source, number=7) == "7 人"
    with speaking("en"):
        one, many = (said(request_of_page, source, number=number) for number in (1, 2))
    assert one.startswith("1 ")
    assert many.startswith("2 ")


def test_calls_of_all_kinds_are_what_the_toolkit_makes_of_them(request_of_page: Flask) -> None:
    source = (
        "{% macro box(text, size=1, caller=none) %}"
        "[{{ text }}{{ size }}{{ caller() if caller else '' }}]{% endmacro %}"
        "{{ box('<', size=2) }}{% call box('a') %}b{% endcall %}"
        "{{ given.get('c') }}{{ 'd'.upper() }}{{ made(3) }}{{ own.page }}"
        "{% for one in given.items() %}{{ one[1] }}{{ loop.cycle('x', 'y') }}{% endfor %}"
    )
    values = {"given": {"c": "&"}, "made": lambda number: number * 2, "own": Own()}
    plain = Environment(autoescape=True).from_string(source).render(**values)
    assert said(request_of_page, source, **values) == plain
    with pytest.raises(UndefinedError):
        said(request_of_page, "{{ nobody() }}")


class Own:
    page = 5
