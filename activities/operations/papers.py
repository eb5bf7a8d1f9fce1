"""Names of minors on paper that leaves the screen: approved, and in the read log (PRV-10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from core.audit.operations import Actor
from people.operations.minors import purpose_of
from people.operations.reveals import look_together
from people.rules.duplicates import LookField


def look_at_names(person_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Write the line of the read log for each minor whose name goes on a sheet.

    Raises RuleViolation where one of them may not be looked at, and over the quota of the day;
    the caller has asked for a fresh second factor.
    """
    reasons = {one: purpose_of(one, by, now) for one in sorted(person_ids)}
    look_together(reasons, LookField.NAME, by=by, now=now)
