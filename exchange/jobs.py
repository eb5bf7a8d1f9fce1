"""What exchange lets the worker do: filling a batch."""

from __future__ import annotations

from flask import url_for

from core import clock
from core.access.permissions import Permission
from core.database import db
from core.i18n import lazy_gettext as _
from core.jobs.kinds import Kind
from core.jobs.models import Job
from exchange.operations import gather_next, purge_files, put_together
from exchange.operations.batches import MAKE


def _page(job: Job) -> str:
    """Return where the batch of a job is."""
    return url_for("exchange.batch", org=job.organization_code, code=job.parameters["batch"])


def tidy_files() -> None:
    """Remove files whose hours are over (security.md EXP-06)."""
    purge_files(clock.now())
    db.session.rollback()


KINDS = (
    Kind(
        MAKE,
        _("报送批次"),
        Permission.EXCHANGE_KEEP,
        gather_next,
        _page,
        afterwards=put_together,
        tidy=tidy_files,
    ),
)
