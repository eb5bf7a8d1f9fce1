"""Short ways to hours that are looked at: settings made small, what is held, the desk's pages."""

from __future__ import annotations

from datetime import date

from flask import g
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.settings import DatedSetting
from organizations.rules import Measure
from supervision.recount import differences
from tests.cast import Cast
from tests.volunteers.desk import COUNTY, crowd
from volunteers.models import Hold, ServiceRecord
from volunteers.operations.holds import hold
from volunteers.queries.verification import verify
from volunteers.rules.patterns import Hit, Pattern

SMALL = 3
OF_HOURS = {
    Measure.HOURS_WAITING,
    Measure.HOLDS_WAITING,
    Measure.OBJECTIONS_WAITING,
    Measure.CONFIRMED_MINUTES,
    Measure.CONFIRMED_RECORDS,
}


def setting(name: str, value: int) -> None:
    """Let a dated setting hold since long ago."""
    row = DatedSetting(
        name=name, valid_from=date(2021, 1, 1), value=value, source="test", entered_at=clock.now()
    )
    db.session.add(row)
    db.session.commit()
    g.pop("dated_settings", None)


def few_are_many() -> None:
    """Let three people without check-in be as many as fifty."""
    setting("holds.uncounted_people", SMALL)


def uncounted(cast: Cast, title: str = "文明劝导") -> list[ServiceRecord]:
    """Return records of a service that nobody was checked in to, as many as are looked at."""
    return crowd(cast, SMALL, title=title)


def held(*records: ServiceRecord, pattern: Pattern = Pattern.NIGHTS, key: str = "x") -> Hold:
    """Return a hold over records, found by a machine."""
    hit = Hit(pattern, key, tuple(record.id for record in records), {"count": len(records)})
    hold([hit], by=SYSTEM, now=clock.now())
    db.session.commit()
    return only_hold()


def only_hold() -> Hold:
    """Return the hold that was opened last."""
    found = db.session.scalars(select(Hold).order_by(Hold.id.desc())).first()
    assert found is not None
    return found


def desk_of(cast: Cast, one: Hold | None = None, act: str = "", place: str = COUNTY) -> str:
    """Return the address of the desk, of a hold there, or of what is done to it."""
    tail = f"/{one.code}{act}" if one is not None else ""
    return f"/o/{cast.code(place)}/holds{tail}"


def sound() -> bool:
    """Return whether ledger, records, totals and figures of hours say the same."""
    wrong = [one for one in differences() if one.measure in OF_HOURS]
    return verify(db.session.connection(), []).is_sound and wrong == []
