"""How pages of venues say hours, criteria and steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from activities.rules.venue_hours import text_of
from activities.rules.venues import VenueAction
from activities.venue_labels import VENUE_LABELS
from core.filters import moment
from core.i18n import gettext


def criterion_text(label: str, number: int) -> str:
    """Return a criterion with the number that the setting of its day named, if it has one."""
    words = str(gettext(label))
    return words % {"number": number} if number else words


def history_entries(events: Iterable[Any]) -> list[dict[str, str]]:
    """Return the steps of a venue as the list of what happened shows them."""
    entries = []
    for one in events:
        words = [str(VENUE_LABELS[VenueAction][one.action])] if one.action else []
        if one.note:
            words.append(str(gettext(one.note)))
        entries.append({"when": moment(one.at), "what": gettext("：").join(words), "who": ""})
    return entries


WORDS: dict[str, Any] = {
    "hours_text": text_of,
    "criterion_text": criterion_text,
    "history_entries": history_entries,
}
