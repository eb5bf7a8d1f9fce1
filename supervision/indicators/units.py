"""What each maintained number counts, so that unlike things are never added (STA-04). Data."""

from __future__ import annotations

from collections.abc import Mapping

from organizations.rules import NIGHTLY, PEOPLE_MEASURES, QUEUES, Measure
from supervision.indicators.rules import Unit

_M = Measure
#: Kept by month and year; every other number is a stock.
FLOWS = frozenset(
    {
        _M.NEW_MEMBERS,
        _M.CONFIRMED_MINUTES,
        _M.CONFIRMED_RECORDS,
        _M.YOUTH_ACTIVITIES,
        _M.YOUTH_TIMES,
        _M.FIRST_AID_TIMES,
        _M.DUES_CHARGED,
        _M.DUES_PAID,
        _M.DUES_CHARGES,
        _M.DUES_SETTLED,
        _M.DUES_REMITTED,
        _M.NEW_ADULTS,
        _M.LEFT_ADULTS,
        _M.NEW_YOUTH,
        _M.LEFT_YOUTH,
        _M.GRADUATED_YOUTH,
        _M.NEW_VOLUNTEERS,
        _M.NEW_REGISTERED,
        _M.MANUAL_RECORDS,
        _M.VENUE_ACTIVITIES,
        _M.VENUE_TIMES,
        _M.CERTIFICATES,
        _M.ADMISSIONS_HANDLED,
        _M.FILINGS_HANDLED,
        _M.APPEALS_HANDLED,
    }
)
_TIMES = frozenset(
    {
        _M.CONFIRMED_RECORDS,
        _M.MANUAL_RECORDS,
        _M.YOUTH_TIMES,
        _M.FIRST_AID_TIMES,
        _M.VENUE_TIMES,
    }
)
_ITEMS = frozenset(
    {
        _M.TEAMS,
        _M.VENUES,
        _M.SILENT_VENUES,
        _M.VENUE_ACTIVITIES,
        _M.YOUTH_ACTIVITIES,
        _M.CERTIFICATES,
        _M.ADMISSIONS_HANDLED,
        _M.FILINGS_HANDLED,
        _M.APPEALS_HANDLED,
        _M.OVERDUE_APPLICATIONS,
        _M.OVERDUE_FILINGS,
        _M.APPLICATIONS_DOUBTFUL,
        *QUEUES,
    }
)
_FEN = frozenset({_M.DUES_CHARGED, _M.DUES_PAID, _M.DUES_REMITTED})


def _unit(measure: Measure) -> Unit:
    for known, unit in ((_TIMES, Unit.TIMES), (_ITEMS, Unit.ITEMS), (_FEN, Unit.FEN)):
        if measure in known:
            return unit
    if measure is _M.CONFIRMED_MINUTES:
        return Unit.MINUTES
    is_people = measure in PEOPLE_MEASURES or measure in {_M.RESIDENTS, *NIGHTLY} - {
        _M.OVERDUE_ELECTIONS
    }
    return Unit.PERSONS if is_people else Unit.ORGANIZATIONS


UNIT_OF: Mapping[Measure, Unit] = {one: _unit(one) for one in Measure}


def like(measure: Measure) -> list[Measure]:
    """Return every number that may be added to a number: alike in unit and in stock or flow."""
    return [
        one
        for one in Measure
        if UNIT_OF[one] is UNIT_OF[measure] and (one in FLOWS) == (measure in FLOWS)
    ]
