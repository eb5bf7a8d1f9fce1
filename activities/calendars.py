"""Calendar files of shifts (RFC 5545), for any calendar on a phone."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from icalendar import Calendar, Event

from activities.models import Shift
from activities.rules import ActivityStatus
from core import clock
from core.web import config_value

PRODUCT = "-//redcross//activities//ZH"


def calendar_of(shifts: Iterable[Shift]) -> bytes:
    """Return shifts as a calendar file; nothing in it names a person."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for shift in shifts:
        calendar.add_component(_event(shift))
    content: bytes = calendar.to_ical()
    return content


def _event(shift: Shift) -> Event:
    activity = shift.activity
    event = Event()
    event.add("uid", f"{shift.code}@{config_value('origin').partition('://')[2]}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    role = f" · {shift.role}" if shift.role else ""
    event.add("summary", f"{activity.title}{role}")
    event.add("location", activity.place)
    event.add("description", activity.organization.name)
    event.add("url", config_value("origin") + url_for("activities.event", code=activity.code))
    is_off = activity.status is ActivityStatus.CANCELLED
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event
