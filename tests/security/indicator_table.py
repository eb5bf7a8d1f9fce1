"""What the pages of indicators need, written by hand (ux.md 0.3, 1.5)."""

from __future__ import annotations

INDICATORS: dict[str, str] = {
    "supervision.compare": "comparison",
    "supervision.drill": "figures",
    "supervision.indicator": "figures",
    "supervision.indicators": "figures",
    "supervision.new_target": "indicators-set",
    "supervision.new_version": "indicators-set",
}

_EAST = ["东县", "东镇", "东一村", "东二村", "东小学"]
_WEST = ["西县", "西一村", "西小学"]
_NORTH = ["北县", "北一村"]

#: Staff of a level and of those above it compare; secretaries and coordinators do not.
INDICATOR_RIGHTS: dict[str, dict[str, list[str]]] = {
    "comparison": {
        "cora": _EAST,
        "sam": _EAST,
        "dan": _WEST,
        "noa": _NORTH,
        "eve": ["东市", *_EAST, *_WEST],
        "gil": ["测试省", "东市", *_EAST, *_WEST, "北市", *_NORTH],
    },
    "indicators-set": {"gil": ["测试省"]},
}
