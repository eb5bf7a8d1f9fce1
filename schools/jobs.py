"""What schools let the worker do: asking guardians, the yearly audit, the step into a year."""

from __future__ import annotations

from flask import url_for

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from core.jobs.kinds import Kind
from core.jobs.models import Job
from schools.operations.asking import ASK, ask_next
from schools.operations.audits import PACK, pack_next, write_next
from schools.operations.years import MOVE_UP, MOVE_UP_ALL, move_next


def _board(job: Job) -> str:
    """Return where the school sees who was asked."""
    return url_for("schools.consents", org=job.organization_code)


def _school(job: Job) -> str:
    return url_for("schools.show_year", org=job.organization_code)


def _county(job: Job) -> str:
    return url_for("schools.show_county_year", org=job.organization_code)


def _audits(job: Job) -> str:
    return url_for("schools.audits", org=job.organization_code)


#: A year cannot be stopped: a school half in the new year would be in no year at all.
KINDS = (
    Kind(ASK, _("征求监护人同意"), Permission.PUPILS_KEEP, ask_next, _board),
    Kind(
        PACK,
        _("未成年人年度审计"),
        Permission.AUDITS_MAKE,
        pack_next,
        _audits,
        afterwards=write_next,
    ),
    Kind(MOVE_UP, _("升年级"), Permission.PUPILS_KEEP, move_next, _school, can_stop=False),
    Kind(
        MOVE_UP_ALL,
        _("全县学校升年级"),
        Permission.SCHOOLS_KEEP,
        move_next,
        _county,
        can_stop=False,
    ),
)
