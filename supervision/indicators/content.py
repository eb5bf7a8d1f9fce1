"""A definition as it is kept in a row, and which version of it holds on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from core.access.permissions import Level
from organizations.rules import Measure
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.definitions import Definition, term
from supervision.indicators.rules import Better, Shape, Unit

#: Code, number of the version, content.
Version = tuple[str, int, str]


def to_text(one: Definition) -> str:
    """Return everything of a definition but its code and number, as JSON."""
    content = {
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "shape": one.shape,
        "of": [str(each) for each in one.of],
        "out_of": [str(each) for each in one.out_of],
        "source": one.source,
        "formula": one.formula,
        "is_flow": one.is_flow,
        "by_month": one.by_month,
        "scale": one.scale,
        "split": one.split,
        "better": one.better,
        "owner": one.owner,
        "valid_from": one.valid_from.isoformat() if one.valid_from else None,
    }
    return json.dumps(content, ensure_ascii=False)


def of_text(code: str, number: int, text: str) -> Definition:
    """Return the definition of a row. Raises ValueError for what nobody could have entered."""
    told = json.loads(text)
    return Definition(
        code,
        told["name"],
        Unit(told["unit"]),
        Shape(told["shape"]),
        tuple(term(one) for one in told["of"]),
        told["source"],
        told["formula"],
        out_of=tuple(term(one) for one in told["out_of"]),
        is_flow=told["is_flow"],
        by_month=told["by_month"],
        scale=told["scale"],
        split=Measure(told["split"]) if told["split"] else None,
        better=Better(told["better"]),
        owner=Level(told["owner"]),
        version=number,
        name_en=told["name_en"],
        valid_from=date.fromisoformat(told["valid_from"]) if told["valid_from"] else None,
    )


def in_force(versions: Iterable[Version], on: date) -> Mapping[str, Definition]:
    """Return ``code -> definition`` of a day: the version that began last, else the product's."""
    found = dict(INDICATORS)
    for one in sorted(_entered(versions), key=_order):
        if one.code in found and _begins(one) <= on:
            found[one.code] = one
    return found


def history(versions: Iterable[Version], code: str) -> list[Definition]:
    """Return every version of an indicator, the newest first, the product's own last."""
    entered = [one for one in _entered(versions) if one.code == code]
    return [*sorted(entered, key=_order, reverse=True), INDICATORS[code]]


def _entered(versions: Iterable[Version]) -> list[Definition]:
    return [of_text(*one) for one in versions]


def _order(one: Definition) -> tuple[date, int]:
    return _begins(one), one.version


def _begins(one: Definition) -> date:
    return one.valid_from or date.min
