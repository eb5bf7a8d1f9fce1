"""As what a person is seen; the codes are those of the rights that let posts see him. Pure."""

from __future__ import annotations

from enum import StrEnum


class SeenAs(StrEnum):
    """The list or page on which a person stands."""

    ROSTER = "members:view"
    APPLICATION = "applications:view"
    HOURS = "hours:view"
    PUPIL = "pupils:view"
