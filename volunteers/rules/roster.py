"""What a list of volunteers is narrowed to, and what it tells (ux.md S27). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from volunteers.rules.states import VolunteerStatus

#: Filters that this list shares with that of members; the rest makes no sense here.
SHARED = ("joined_from", "joined_to", "below", "age", "sex", "no_phone", "order", "on")
#: States that a chip offers; the rest is found by nobody.
CHIPS = (
    VolunteerStatus.ENTERED,
    VolunteerStatus.REGISTERED,
    VolunteerStatus.DORMANT,
    VolunteerStatus.WITHDRAWN,
)


def _status(text: str) -> VolunteerStatus:
    status = VolunteerStatus(text)
    if status not in CHIPS:
        raise ValueError(text)
    return status


def readers(shared: Mapping[str, Callable[[str], object]]) -> dict[str, Callable[[str], object]]:
    """Return how the filters of this list are read, given those of every list."""
    return {"status": _status, **{name: shared[name] for name in SHARED}}
