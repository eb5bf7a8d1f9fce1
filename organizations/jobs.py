"""What organizations let the worker do: merging by a list, and taking it back."""

from __future__ import annotations

from flask import url_for

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from core.jobs.kinds import Kind
from core.jobs.models import Job
from organizations.operations.merger_jobs import MERGE, UNMERGE, merge_next, unmerge_next


def _list(job: Job) -> str:
    """Return where the rows of a list stand, with the numbers before and after."""
    return url_for(
        "organizations.show_merger", org=job.organization_code, code=job.parameters["code"]
    )


#: A list cannot be stopped half way: then villages of one decision would stand apart.
KINDS = (
    Kind(
        MERGE,
        _("合并组织"),
        Permission.ORGANIZATIONS_MERGE,
        merge_next,
        _list,
        can_stop=False,
    ),
    Kind(
        UNMERGE,
        _("撤销合并"),
        Permission.ORGANIZATIONS_MERGE,
        unmerge_next,
        _list,
        can_stop=False,
    ),
)
