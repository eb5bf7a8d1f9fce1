"""What the receiving system is and how it wants its fields: configuration, from a day on. Pure.

Nothing of a product is known here: a profile names the system, the objects it takes, its own names
of items and codes, and how days, instants and identity fields are written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from exchange.rules.schema import SCHEMA, ObjectKind, Shape


class Identity(StrEnum):
    """How document numbers and phones leave."""

    NONE = "none"
    MASKED = "masked"
    SEALED = "sealed"
    PLAIN = "plain"


class Writing(StrEnum):
    """How days and instants are written: 2026-11-30 or 20261130."""

    ISO = "iso"
    COMPACT = "compact"


class ProfileError(ValueError):
    """A profile that cannot be followed; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One system from a day on. ``names`` and ``codes`` replace ours; a name "" leaves it out."""

    valid_from: date
    source: str
    system: str
    objects: tuple[ObjectKind, ...] = tuple(ObjectKind)
    identity: Identity = Identity.NONE
    dates: Writing = Writing.ISO
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


#: What holds where the deployment has configured nothing: no identity numbers leave.
DEFAULT = (
    Profile(
        date(2020, 1, 1),
        "domain.md VOL-51 and VOL-52: the objects of the standard; no product is named",
        "志愿服务信息系统",
    ),
)
KEYS = {"valid_from", "source", "system", "objects", "identity", "dates", "names", "codes"}
MAX_NAME = 60


def profile_on(profiles: Sequence[Profile], day: date) -> Profile:
    """Return the profile in force on a day. Raises ProfileError where none is yet."""
    found = [one for one in profiles if one.valid_from <= day]
    if not found:
        raise ProfileError("no profile is in force yet")
    return max(found, key=lambda one: one.valid_from)


def read_profiles(text: str) -> tuple[Profile, ...]:
    """Return the profiles of a configuration file. Raises ProfileError with what is wrong."""
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or set(data) != {"profiles"} or not data["profiles"]:
            raise ProfileError('expected {"profiles": [...]}')  # noqa: TRY301 - one way out
        return tuple(_profile(one) for one in data["profiles"])
    except ProfileError:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ProfileError(f"not readable: {error}") from error


def _profile(data: Mapping[str, Any]) -> Profile:
    strange = set(data) - KEYS
    if strange:
        raise ProfileError(f"unknown: {', '.join(sorted(strange))}")
    missing = {"valid_from", "source", "system"} - set(data)
    if missing:
        raise ProfileError(f"missing: {', '.join(sorted(missing))}")
    if not 0 < len(str(data["system"])) <= MAX_NAME:
        raise ProfileError(f"system: 1 to {MAX_NAME} characters")
    chosen = {ObjectKind(one) for one in data.get("objects", ObjectKind)}
    return Profile(
        date.fromisoformat(data["valid_from"]),
        str(data["source"]),
        str(data["system"]),
        tuple(one for one in ObjectKind if one in chosen),
        Identity(data.get("identity", Identity.NONE)),
        Writing(data.get("dates", Writing.ISO)),
        _names(data.get("names", {})),
        {name: dict(codes) for name, codes in data.get("codes", {}).items()},
    )


def _names(data: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found = {}
    for kind, names in data.items():
        known = {item.name for item in SCHEMA[ObjectKind(kind)]}
        strange = set(names) - known
        if strange:
            raise ProfileError(f"{kind} has no {', '.join(sorted(strange))}")
        shown = [names.get(one, one) for one in known if names.get(one, one)]
        if len(set(shown)) != len(shown):
            raise ProfileError(f"{kind}: two items under one name")
        found[kind] = dict(names)
    return found


def rendered(profile: Profile, kind: ObjectKind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the items of an object as the profile wants them; those not kept are empty."""
    names = profile.names.get(kind, {})
    written = {}
    for item in SCHEMA[kind]:
        name = names.get(item.name, item.name)
        if name:
            codes = profile.codes.get(item.codes, {})
            written[name] = _written(facts.get(item.name), item.shape, codes, profile.dates)
    return written


def _written(value: Any, shape: Shape, codes: Mapping[str, str], dates: Writing) -> Any:
    if value is None:
        return None
    if shape is Shape.CODE:
        return codes.get(str(value), str(value))
    if shape is Shape.CODES:
        return [codes.get(str(one), str(one)) for one in value]
    if isinstance(value, datetime):
        compact = dates is Writing.COMPACT
        return value.strftime("%Y%m%d%H%M%S") if compact else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.strftime("%Y%m%d") if dates is Writing.COMPACT else value.isoformat()
    return value
