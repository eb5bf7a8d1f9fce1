"""What accounts leave behind is removed once nobody needs it (domain.md PRI-12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func

from accounts.models import FailedTry, KnownDevice, Letter, OneTimeCode, UserSession
from core import clock, settings
from core.database import changed_rows

CODES_KEPT = timedelta(days=1)
TRIES_KEPT = timedelta(days=30)
SESSIONS_KEPT = timedelta(days=180)
DEVICES_KEPT = timedelta(days=180)


def purge(now: datetime) -> dict[str, int]:
    """Delete old codes, wrong tries, sessions, devices and letters; return how many of each.

    Sessions stay until 180 days after they were last seen; what was done stays in the audit.
    """
    kept = settings.value("letters.days", on=clock.local(now).date())
    last_seen = func.coalesce(UserSession.ended_at, UserSession.seen_at)
    old = {
        "codes": delete(OneTimeCode).where(OneTimeCode.sent_at < now - CODES_KEPT),
        "tries": delete(FailedTry).where(FailedTry.at < now - TRIES_KEPT),
        "sessions": delete(UserSession).where(last_seen < now - SESSIONS_KEPT),
        "devices": delete(KnownDevice).where(KnownDevice.created_at < now - DEVICES_KEPT),
        "letters": delete(Letter).where(Letter.shown_at < now - timedelta(days=kept)),
    }
    return {name: changed_rows(statement) for name, statement in old.items()}
