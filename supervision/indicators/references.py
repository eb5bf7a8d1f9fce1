"""Published figures found by the indicator that they stand beside."""

from __future__ import annotations

from supervision.indicators.published import Published
from supervision.indicators.published_counted import COUNTED
from supervision.indicators.published_other import OTHER


def beside(code: str) -> list[Published]:
    """Return what was published of an indicator, in the order of the documents."""
    return [one for one in COUNTED if one.code == code]


def others() -> tuple[Published, ...]:
    """Return the published figures that stand beside no indicator."""
    return OTHER
