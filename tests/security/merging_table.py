"""What pages of organizations that end or become one need, and what their codes mean."""

from __future__ import annotations

from collections.abc import Callable

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from organizations.models.merging import Merger
from organizations.rules import MergerStatus

MERGING: dict[str, str] = {
    "organizations.close": "close",
    "organizations.list_closings": "close",
    "organizations.undo_closing": "close",
    "organizations.discard_merger": "merge",
    "organizations.list_mergers": "merge",
    "organizations.new_merger": "merge",
    "organizations.pair_merger": "merge",
    "organizations.show_end": "figures",
    "organizations.show_merger": "merge",
    "organizations.start_merger": "merge",
    "organizations.undo_merger": "merge",
}

MERGING_ROWS: dict[str, str] = {
    "organizations.discard_merger": "merger",
    "organizations.show_merger": "merger",
    "organizations.start_merger": "merger",
    "organizations.undo_merger": "merger",
}


def _merger_code(organization: Organization) -> str:
    merger = Merger(
        code=crypto.opaque_code(10),
        organization_id=organization.id,
        status=MergerStatus.DRAFT,
        document="东红〔2026〕31号",
        merged_on=clock.today(),
        created_at=clock.now(),
    )
    db.session.add(merger)
    db.session.flush()
    return merger.code


MERGING_BUILDERS: dict[str, Callable[[Organization], str]] = {"merger": _merger_code}
