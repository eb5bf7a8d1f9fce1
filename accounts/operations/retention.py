"""What accounts leave behind is removed once nobody needs it (domain.md PRI-12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func

from accounts.models import FailedTry, KnownDevice, Letter, OneTimeCode, UserSession
from core import clock, retention, settings
from core.database import changed_rows

CODES_KEPT = timedelta(days=1)
TRIES_KEPT = timedelta(days=30)
SIGN_INS = "accounts.sign_in_days"


def purge(now: datetime) -> dict[str, int]:
    """Delete old codes, wrong tries, sessions, devices and letters; return how many of each.

    Sessions stay for the days of the setting after they were last seen; that somebody signed in
    stays in the audit.
    """
    since = retention.since(SIGN_INS, now)
    kept = settings.value("letters.days", on=clock.local(now).date())
    last_seen = func.coalesce(UserSession.ended_at, UserSession.seen_at)
    old = {
        "codes": delete(OneTimeCode).where(OneTimeCode.sent_at < now - CODES_KEPT),
        "tries": delete(FailedTry).where(FailedTry.at < now - TRIES_KEPT),
        "sessions": delete(UserSession).where(last_seen < since),
        "devices": delete(KnownDevice).where(KnownDevice.created_at < since),
        "letters": delete(Letter).where(Letter.shown_at < now - timedelta(days=kept)),
    }
    return {name: changed_rows(statement) for name, statement in old.items()}
