"""What members lets the worker do: approving or filing all that waits, and undoing it."""

from __future__ import annotations

from flask import url_for

from core import clock, settings
from core.access.permissions import Permission
from core.database import db
from core.i18n import lazy_gettext as _
from core.i18n import ngettext
from core.jobs.kinds import Kind
from core.jobs.models import Job
from members.operations import approve_next, file_next, purge_exports, undo_next
from members.operations.drives import DRIVE, FILE_ALL, UNDO_DRIVE, is_settled
from members.operations.exports import EXPORT
from members.operations.gathering import gather_next, put_together


def _queue(job: Job) -> str:
    """Return where the decision of a job stands, with the button that undoes it."""
    decision = job.parameters["decision"]
    return url_for("members.queue", org=job.organization_code, done=decision)


def _filings(job: Job) -> str:
    """Return where the county sees what a job filed."""
    decision = job.parameters["decision"]
    return url_for("members.filings", org=job.organization_code, done=decision)


def _files(job: Job) -> str:
    """Return where the file of a job is fetched."""
    return url_for("members.list_exports", org=job.organization_code)


def tidy_exports() -> None:
    """Remove files that are over and what a killed worker left (security.md EXP-06)."""
    purge_exports(clock.now())
    db.session.commit()


def _settled(job: Job) -> str:
    """Return that what a drive has approved can be undone no longer, where that is so."""
    if not is_settled(job, clock.now()):
        return ""
    words: str = ngettext(
        "前面通过的 %(count)d 人已不能撤销。继续以后通过的另算一次，%(minutes)d 分钟内可以撤销。",
        "前面通过的 %(count)d 人已不能撤销。继续以后通过的另算一次，%(minutes)d 分钟内可以撤销。",
        job.done,
        count=job.done,
        minutes=settings.value("decisions.undo_minutes", on=clock.today()),
    )
    return words


KINDS = (
    Kind(
        EXPORT,
        _("导出名单"),
        Permission.MEMBERS_EXPORT,
        gather_next,
        _files,
        afterwards=put_together,
        tidy=tidy_exports,
    ),
    Kind(
        DRIVE,
        _("入会审核，全部通过"),
        Permission.APPLICATIONS_DECIDE,
        approve_next,
        _queue,
        caution=_settled,
    ),
    Kind(FILE_ALL, _("会员备案，全部备案"), Permission.FILINGS_DECIDE, file_next, _filings),
    Kind(
        UNDO_DRIVE,
        _("撤销通过"),
        Permission.APPLICATIONS_DECIDE,
        undo_next,
        _queue,
        can_stop=False,  # the rest could never be undone
    ),
)
