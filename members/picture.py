"""The member card as a picture to be kept on a phone (ux.md S17): the words of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.filters import full_day
from core.i18n import gettext
from core.pictures import Picture
from members.labels import LABELS
from members.rules import MembershipStatus
from members.rules.memberships import MemberGrade

if TYPE_CHECKING:
    from members.models import Membership


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card; ``link`` is empty where no code may be shown."""

    heading: str
    name: str
    lines: tuple[str, ...]
    link: str
    hint: str

    @classmethod
    def of(cls, membership: Membership, link: str) -> Card:
        """Return the card of a membership in the language of the reader."""
        lines = [
            membership.organization.name,
            f"{gettext('会员号')} {membership.number}",
            str(LABELS[MemberGrade][membership.grade]),
            gettext("%(day)s入会", day=full_day(membership.joined_on)),
            str(LABELS[MembershipStatus][membership.status]),
        ]
        if membership.grade is MemberGrade.ORDINARY:
            del lines[2]
        name, hint = membership.person.name, gettext("扫一扫可以验真")
        return cls(gettext("会员证"), name, tuple(lines), link, hint)


@lru_cache(maxsize=64)
def card_png(card: Card, instance: Path) -> bytes:
    """Return the card as PNG; the same card is drawn once in a process.

    Raises FileNotFoundError where the fonts were not installed.
    """
    picture = Picture(instance, [card.heading, card.hint, card.name, *card.lines])
    picture.line(card.heading, 28, centred=True)
    picture.space(12)
    picture.line(card.name, 56, centred=True)
    for text in card.lines:
        picture.line(text, 28, centred=True)
    if card.link:
        picture.qr(card.link, 380)
        picture.line(card.hint, 24, centred=True)
    return picture.png()
