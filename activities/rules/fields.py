"""Fields of service of an activity and the grounds that bring duties with them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class ActivityField(StrEnum):
    """Fields of service (domain.md VOL-11): the codes of the fields of service records."""

    RESCUE = "rescue"
    HEALTH = "health"
    AID = "aid"
    STEM_CELLS = "stem_cells"
    BODY_DONATION = "body_donation"
    BLOOD = "blood"
    HIV = "hiv"
    VALUES = "values"
    FUNDRAISING = "fundraising"
    OVERSEAS = "overseas"
    FIRST_AID = "first_aid"
    LIFE_EDUCATION = "life_education"
    DROWNING = "drowning"
    YOUTH = "youth"
    RELIEF_GOODS = "relief_goods"
    OTHER = "other"


class ActivityWork(StrEnum):
    """What is done there: the codes of records' work; only service counts (LED-08)."""

    SERVICE = "service"
    MEETING = "meeting"
    TRAINING = "training"
    DUTY = "duty"


class Ground(StrEnum):
    """Grounds for a written agreement, the six check boxes of a posting (domain.md VOL-16)."""

    DANGER = "danger"
    FOREIGN = "foreign"
    LONG = "long"
    LARGE = "large"
    OUTSIDE = "outside"
    ASKED = "asked"


def grounds_of(text: str) -> frozenset[Ground]:
    """Return the grounds that an activity keeps as one text."""
    return frozenset(Ground(code) for code in text.split(",") if code)


def text_of_grounds(grounds: Iterable[Ground]) -> str:
    """Return grounds as the text that is kept, in the order of the check boxes."""
    chosen = set(grounds)
    return ",".join(ground for ground in Ground if ground in chosen)


def bars_minors(grounds: Iterable[Ground], field: ActivityField) -> bool:
    """Return whether nobody under 18 may take part (domain.md VOL-04).

    Zhejiang volunteer regulation, article 9: disaster relief and other dangerous service.
    """
    return Ground.DANGER in set(grounds) or field is ActivityField.RESCUE
