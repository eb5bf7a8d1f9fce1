"""What schools let the worker do: asking guardians, many at a time."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _

from core.access.permissions import Permission
from core.jobs.kinds import Kind
from core.jobs.models import Job
from schools.operations.asking import ASK, ask_next


def _board(job: Job) -> str:
    """Return where the school sees who was asked."""
    return url_for("schools.consents", org=job.organization_code)


KINDS = (Kind(ASK, _("征求监护人同意"), Permission.PUPILS_KEEP, ask_next, _board),)
