"""A definition as it is kept with a value, so that a later version changes no frozen number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.access.permissions import Level
from organizations.rules import Measure
from supervision.indicators.definitions import Definition, term
from supervision.indicators.rules import Better, Shape, Unit


def frozen(definition: Definition) -> dict[str, Any]:
    """Return a definition as plain values."""
    return {
        "code": definition.code,
        "name": definition.name,
        "unit": definition.unit.value,
        "shape": definition.shape.value,
        "of": [str(one) for one in definition.of],
        "out_of": [str(one) for one in definition.out_of],
        "source": definition.source,
        "formula": definition.formula,
        "is_flow": definition.is_flow,
        "by_month": definition.by_month,
        "scale": definition.scale,
        "split": definition.split.value if definition.split else None,
        "better": definition.better.value,
        "owner": definition.owner.value,
        "version": definition.version,
    }


def thawed(kept: Mapping[str, Any]) -> Definition:
    """Return the definition that was kept. Raises ValueError for a number nobody keeps any more."""
    split = kept["split"]
    return Definition(
        code=kept["code"],
        name=kept["name"],
        unit=Unit(kept["unit"]),
        shape=Shape(kept["shape"]),
        of=tuple(map(term, kept["of"])),
        source=kept["source"],
        formula=kept["formula"],
        out_of=tuple(map(term, kept["out_of"])),
        is_flow=kept["is_flow"],
        by_month=kept.get("by_month", True),  # frozen before it was kept with the rest
        scale=kept["scale"],
        split=Measure(split) if split else None,
        better=Better(kept["better"]),
        owner=Level(kept["owner"]),
        version=kept["version"],
    )
