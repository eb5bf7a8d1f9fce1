"""Applications that came to nothing: what they told is kept a year (decisions.md D6, PRI-12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from core import retention
from core.audit.operations import SYSTEM, record_many
from core.database import db
from members.models import Application, ApplicationEvent, Entry, Export
from members.operations.erasing import bare_applications
from members.rules import ApplicationStatus
from members.rules.exports import ExportStatus
from people import leaving

SETTING = "privacy.refused_years"
AT_ONCE = 200
CAME_TO_NOTHING = (
    ApplicationStatus.REJECTED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.CLOSED,
)
#: What exports are whose file is there no more.
FILES_GONE = (ExportStatus.REFUSED, ExportStatus.LAPSED, ExportStatus.REMOVED)
_LAST_STEP = (
    select(func.max(ApplicationEvent.at))
    .where(ApplicationEvent.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery()
)
_ENDED = Application.status.in_(CAME_TO_NOTHING)
_ENDED_AT = func.coalesce(_LAST_STEP, Application.decided_at, Application.submitted_at)
_HAS_WORDS = exists().where(
    ApplicationEvent.application_id == Application.id, ApplicationEvent.note != ""
)
_HAS_PAPERS = exists().where(
    Entry.application_id == Application.id,
    or_(Entry.paper_file_code.is_not(None), Entry.paper_number != "", Entry.witness != ""),
)

#: Who applied in vain and is nothing else here is forgotten as one who left, after its own time.
REFUSED = leaving.Part(Application.person_id, _ENDED_AT, SETTING, is_instant=True, among=(_ENDED,))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which applications still tell something, and ended too long ago for it."""
    told = or_(
        Application.claimed_id_number.is_not(None),
        Application.return_note != "",
        _HAS_WORDS,
        _HAS_PAPERS,
    )
    return _ENDED, told, retention.since(SETTING, now) > _ENDED_AT


def count_refused(now: datetime) -> int:
    """Return how many applications are to lose what they told."""
    return db.session.scalar(select(func.count(Application.id)).where(*_due(now))) or 0


def bare_refused(now: datetime) -> int:
    """Remove numbers, words and papers of old applications; return how many, some at once.

    That somebody applied, when, and how it ended stays in the figures.
    """
    some = select(Application.id).where(*_due(now)).order_by(Application.id).limit(AT_ONCE)
    found = db.session.scalars(some.with_for_update(skip_locked=True)).all()
    if found:
        bare_applications(found)
        record_many("application.bare", "application", found, by=SYSTEM)
        db.session.flush()
    return len(found)


def past_exports(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which notes about files are kept no longer: as the log of what was done."""
    old = Export.created_at < retention.since("privacy.logs_years", now)
    return Export.status.in_(FILES_GONE), old
