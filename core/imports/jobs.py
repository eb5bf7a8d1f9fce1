"""What imports let the worker do: judging, writing and taking back."""

from __future__ import annotations

from flask import url_for

from core.access.permissions import Permission
from core.i18n import lazy_gettext as _
from core.imports.operations import check_next, undo_next, write_next
from core.imports.operations.checking import CHECK
from core.imports.operations.writing import UNDO, WRITE
from core.jobs.kinds import Kind
from core.jobs.models import Job


def _page(job: Job) -> str:
    """Return where an import stands now."""
    return url_for("imports.show", org=job.organization_code, code=job.parameters["code"])


KINDS = (
    Kind(CHECK, _("检查名单"), Permission.PEOPLE_ENTER, check_next, _page),
    Kind(WRITE, _("导入名单"), Permission.PEOPLE_ENTER, write_next, _page),
    Kind(UNDO, _("撤销导入"), Permission.PEOPLE_ENTER, undo_next, _page),
)
