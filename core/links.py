"""Addresses that are built again and again: the part they share is built once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import flask
from flask import Flask, current_app, has_request_context, request

_MARK = "0mark0"
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*", re.ASCII).fullmatch
_KNOWN = "addresses"
#: The root of the application, the endpoint, and the names of the values: all that an address of
#: plain codes depends on beside them.
Patterns = dict[tuple[str, str, tuple[str, ...]], str]


def install(app: Flask) -> None:
    """Offer ``links_to`` and the quicker ``url_for`` to templates."""
    app.extensions[_KNOWN] = Patterns()
    app.jinja_env.globals.update(links_to=links_to, url_for=url_for)


def url_for(endpoint: str, **values: Any) -> str:
    """Return what Flask returns; where all values are plain codes, from a pattern of the endpoint.

    Raises BuildError for an endpoint that is not there.
    """
    values = {name: value for name, value in values.items() if value is not None}
    if not has_request_context() or not all(map(_is_plain, values.values())):
        return flask.url_for(endpoint, **values)
    known: Patterns = current_app.extensions[_KNOWN]
    key = (request.script_root, endpoint, tuple(values))
    pattern = known.get(key)
    if pattern is None:
        if endpoint.startswith(".") or any(name.startswith("_") for name in values):
            return flask.url_for(endpoint, **values)
        try:
            pattern = known[key] = _pattern(endpoint, key[2])
        except ValueError:  # a part of the address that is no word, as a number
            return flask.url_for(endpoint, **values)
    return pattern % values


def _is_plain(value: object) -> bool:
    """Return whether a value is a word or number that stands in any part of an address as it is."""
    return type(value) is int or (type(value) is str and _PLAIN(value) is not None)


def _pattern(endpoint: str, names: tuple[str, ...]) -> str:
    """Return the address of an endpoint with ``%(name)s`` where its values stand."""
    marks: dict[str, Any] = {name: f"{_MARK}{place}x" for place, name in enumerate(names)}
    address = flask.url_for(endpoint, **marks).replace("%", "%%")
    for name, mark in marks.items():
        address = address.replace(mark, f"%({name})s")
    return address


def links_to(endpoint: str, vary: str, **values: Any) -> Callable[[str], str]:
    """Return what makes the address of a row from its code, the value of ``vary``.

    For lists only: one address is ``url_for``.
    """
    parts: dict[str, Any] = {**values, vary: _MARK}
    head, tail = url_for(endpoint, **parts).split(_MARK)

    def link(code: str) -> str:
        return f"{head}{quote(code, safe='')}{tail}"

    return link
