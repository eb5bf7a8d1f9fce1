"""What a phone kept without network, and when it says that was (security.md LED-09). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.rules import NN_, RuleViolation

#: Clocks further away than this name no time at all.
FARTHEST = timedelta(days=400)
MINUTE = timedelta(minutes=1)
HOME_ZONE = timedelta(hours=8)
MAX_STAMP = 40


@dataclass(frozen=True, slots=True)
class Packet:
    """Something recorded without network: when, by the phone's clock. A claim, never a fact.

    Without ``recorded_at`` the phone named no time. ``is_doubtful``: its clock is not believed.
    ``happened_at`` is the claim on the clock of the server: what puts the acts of several phones
    in order.
    """

    recorded_at: datetime | None
    is_doubtful: bool
    happened_at: datetime | None = None

    @property
    def believed_at(self) -> datetime | None:
        """Return when it was by a clock that is believed, None where there is none."""
        return None if self.is_doubtful else self.happened_at


def read_stamp(text: str, received: datetime) -> datetime | None:
    """Return an instant that a phone wrote with its zone, or None where it is none."""
    try:
        found = datetime.fromisoformat(text) if len(text) <= MAX_STAMP else None
        if found is None or found.tzinfo is None or abs(found - received) > FARTHEST:
            return None
    except (ValueError, OverflowError):
        return None
    return found


def judge_packet(
    recorded: str, sent: str, received: datetime, *, late_days: int, most_skew: timedelta
) -> Packet:
    """Return what a packet claims. Raises RuleViolation for one that comes too late.

    How long it lay is told by one clock, the phone's own, where it says when it sent; the time of
    the server alone decides when it came. A clock further off than ``most_skew`` is not believed;
    so long a packet may be on its way.
    """
    claimed, sent_at = read_stamp(recorded, received), read_stamp(sent, received)
    if claimed is None:
        return Packet(None, is_doubtful=True)
    age = (sent_at or received) - claimed
    if age > timedelta(days=late_days):
        raise RuleViolation(
            "",
            NN_("这一条记下 %(days)d 天后才传到，不能自动上传。请核对后再提交"),
            days=late_days,
        )
    is_doubtful = (
        sent_at is None
        or abs(sent_at - received) > most_skew
        or age < timedelta()
        or claimed.utcoffset() != HOME_ZONE
    )
    happened = claimed - _skew(sent_at, received, most_skew)
    return Packet(claimed, is_doubtful, min(happened, received))


def _skew(sent_at: datetime | None, received: datetime, most_skew: timedelta) -> timedelta:
    """Return how far a clock is off, in whole minutes: what the network took is no skew."""
    if sent_at is None or abs(sent_at - received) <= most_skew:
        return timedelta()
    return round((sent_at - received) / MINUTE) * MINUTE
