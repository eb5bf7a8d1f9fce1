"""Words of the screen for codes: one filter over the tables of all packages (ux.md 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask import Flask

from core.i18n import language, speaking

Labels = Mapping[type[StrEnum], Mapping[Any, Any]]


def install(app: Flask, *tables: Labels) -> None:
    """Give templates ``{{ status|label }}``; a package adds its ``LABELS``.

    May be called once per package. Raises ValueError where two packages name the same kind, or
    where a table forgets a member of its kind.
    """
    known: dict[type[StrEnum], Mapping[Any, Any]] = app.extensions.setdefault("labels", {})
    for table in tables:
        for kind, words in table.items():
            missing = set(kind) - set(words)
            if missing or kind in known:
                raise ValueError(f"{kind.__name__}: named twice, or without {sorted(missing)}")
            known[kind] = words

    def label(value: StrEnum | None) -> str:
        """Return the words of a code; a dash for none. Raises KeyError for an unknown kind."""
        return "—" if value is None else words_of(language(), type(value), value)

    @lru_cache(maxsize=1024)
    def words_of(language: str, kind: type[StrEnum], value: StrEnum) -> str:
        with speaking(language):
            return str(known[kind][value])

    app.jinja_env.filters["label"] = label
