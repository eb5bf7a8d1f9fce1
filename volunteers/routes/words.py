"""How a record is told in words: its state, who has it, since when, how it was counted (S14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from activities.labels import LABELS
from activities.queries import plan_of, presence_of
from activities.rules import AttendanceWay, HoursRule, served
from core import clock, settings
from core.i18n import gettext, ngettext
from volunteers.queries.objections import due_of
from volunteers.rules import ServiceAction, ServiceStatus, minutes_by_year

if TYPE_CHECKING:
    from activities.queries import Attendance
    from core.access.scope import Principal
    from volunteers.queries import ServiceRecord, Step
    from volunteers.queries.queue import Listed

WAYS = LABELS[AttendanceWay]
WAITS = (ServiceStatus.PENDING, ServiceStatus.OBJECTED)
TONES = {
    ServiceStatus.PENDING: "warn",
    ServiceStatus.CONFIRMED: "ok",
    ServiceStatus.REFUSED: "error",
    ServiceStatus.WITHDRAWN: "neutral",
    ServiceStatus.OBJECTED: "warn",
    ServiceStatus.UPHELD: "error",
    ServiceStatus.DISOWNED: "error",
}


@dataclass(frozen=True, slots=True)
class Story:
    """The sentences about a record: who has it, until when, and since when it is there.

    ``due_on`` is the last day for an answer or a decision, ``late_days`` how long it has passed.
    """

    tone: str
    holder: str
    waited: str
    is_late: bool
    arithmetic: list[str]
    due_on: date | None = None
    late_days: int = 0


def record_story(record: ServiceRecord, steps: Sequence[Step], now: datetime) -> Story:
    """Return the sentences about a record with its history."""
    waits, today = record.status in WAITS, clock.local(now).date()
    asking = (ServiceAction.OBJECT, ServiceAction.APPEAL)
    objected = [one.at for one in steps if one.action in asking]
    since = objected[0] if objected else record.submitted_at
    days = (today - clock.local(since).date()).days
    is_objected = record.status is ServiceStatus.OBJECTED and objected
    due_on = due_of(objected[0]) if is_objected else None
    return Story(
        tone=TONES[record.status],
        holder=record.handler.short_name if waits else "",
        waited=ngettext("已等 %(num)d 天", "已等 %(num)d 天", days) if waits and days else "",
        is_late=record.status is ServiceStatus.PENDING and _is_late(record, now),
        arithmetic=arithmetic(record),
        due_on=due_on,
        late_days=max(0, (today - due_on).days) if due_on else 0,
    )


def _is_late(record: ServiceRecord, now: datetime) -> bool:
    handed_in = clock.local(record.submitted_at).date()
    days = settings.value("hours.confirm_working_days", handed_in)
    return clock.local(now).date() > clock.add_working_days(handed_in, days)


def arithmetic(record: ServiceRecord) -> list[str]:
    """Return how the minutes of a record come about: exact, nothing is rounded (D12)."""
    if record.attendance is not None:
        return _attended(record, record.attendance)
    start, end = clock.local(record.starts_at), clock.local(record.ends_at)
    length = duration(record.minutes)
    if record.time_stated:
        first = gettext(
            "%(start)s 到 %(end)s，共 %(length)s",
            start=f"{start:%H:%M}",
            end=f"{end:%H:%M}" if start.date() == end.date() else _next_day(end),
            length=length,
        )
    else:
        first = gettext(
            "填写了 %(length)s，没有写开始时间，排在 %(start)s–%(end)s",
            length=length,
            start=f"{start:%H:%M}",
            end=f"{end:%H:%M}",
        )
    lines = [first, gettext("按分钟记，不取整")]
    years = minutes_by_year(record.starts_at, record.ends_at)
    if len(years) > 1:
        lines.extend(
            gettext("其中 %(year)d 年 %(length)s", year=year, length=duration(minutes))
            for year, minutes in years.items()
        )
    return lines


def _attended(record: ServiceRecord, here: Attendance) -> list[str]:
    """Return how a check-in and a check-out came to the minutes of a record (S14)."""
    rule = here.ending.rule if here.ending is not None else here.shift.activity.hours_rule
    plan = replace(plan_of(here.shift), rule=rule)
    told = presence_of(here, plan, record.submitted_at)
    counted = served(told, plan)
    came, went = told.in_at.replace(second=0), told.out_at.replace(second=0)
    there = max((went - came) // timedelta(minutes=1), 0)
    lines = [
        gettext(
            "%(start)s 签到（%(came)s），%(end)s 签退（%(went)s），共 %(length)s",
            start=f"{clock.local(came):%H:%M}",
            came=WAYS[told.in_way],
            end=f"{clock.local(went):%H:%M}",
            went=WAYS[told.out_way],
            length=duration(there),
        )
    ]
    start, end = clock.local(plan.starts_at), clock.local(plan.ends_at)
    if here.minutes is not None:
        lines.append(gettext("负责人改为 %(length)s", length=duration(here.minutes)))
    elif rule is HoursRule.FIXED:
        lines.append(gettext("按固定时长，记 %(length)s", length=duration(counted.minutes)))
    elif counted.exact != there:
        text = gettext(
            "计划 %(start)s–%(end)s，算进去的是 %(length)s",
            start=f"{start:%H:%M}",
            end=f"{end:%H:%M}",
            length=duration(counted.exact),
        )
        lines.append(text)
    if counted.minutes != counted.exact:
        text = ngettext(
            "按 %(num)d 分钟取整，记 %(length)s",
            "按 %(num)d 分钟取整，记 %(length)s",
            plan.round_to,
            length=duration(counted.minutes),
        )
        lines.append(text)
    if record.minutes != counted.minutes:
        lines.append(gettext("后来改为 %(length)s", length=duration(record.minutes)))
    elif len(lines) == 1:
        lines.append(gettext("按分钟记，不取整"))
    return lines


def duration(minutes: int) -> str:
    """Return minutes in words: 2 小时 33 分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(gettext("%(minutes)d 分钟", minutes=rest))
    if not rest:
        return str(gettext("%(hours)d 小时", hours=hours))
    return str(gettext("%(hours)d 小时 %(minutes)d 分", hours=hours, minutes=rest))


def month_words(day: date) -> str:
    """Return the month of a day: 11月, with the year when it is not this year."""
    if day.year == clock.today().year:
        return str(gettext("%(month)d月", month=day.month))
    return str(gettext("%(year)d年%(month)d月", year=day.year, month=day.month))


def _next_day(end: datetime) -> str:
    return str(gettext("次日 %(time)s", time=f"{end:%H:%M}"))


def own_note(record: ServiceRecord | Listed, reader: Principal) -> str:
    """Return why the reader may not confirm a record: it is about him, or he wrote it (LED-04)."""
    if record.person_id == reader.person_id:
        return str(gettext("自己的，请别人确认"))
    return str(gettext("你记录的，请别人确认"))
