"""Makes lists that were handed in, as rows of the database."""

from __future__ import annotations

import json
from collections.abc import Sequence

from accounts.models import User
from core import clock, crypto
from core.access.permissions import Role
from core.database import db
from core.imports.models import Import, ImportRow
from core.imports.rules import ImportStatus, RowChoice, RowOutcome, RowVerdict
from organizations.models import Organization
from tests import factories as make

SHORT = "身份证号应为 18 位，现在是 %(count)d 位"


def make_import(
    owner: User,
    organization: Organization,
    names: Sequence[str],
    status: ImportStatus = ImportStatus.READY,
) -> Import:
    """Return a list of people without documents, each row to be mended."""
    held = {post.organization_id: post for post in owner.posts}
    post = held.get(organization.id) or make.make_post(owner, Role.OPERATOR, organization)
    headers = ["姓名", "身份证号", "手机号"]
    assigned = {"0": "name", "1": "id_number", "2": "phone"}
    layout = {"headers": headers, "assigned": assigned, "unsure": [], "ignored": ["role"]}
    found = Import(
        code=crypto.opaque_code(12),
        subject="members",
        status=status,
        owner_id=owner.id,
        post_id=post.id,
        organization_id=organization.id,
        source="csv",
        layout_text=json.dumps({**layout, "missing": [], "remarks": []}),
        row_count=len(names),
        created_at=clock.now(),
        touched_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    for number, name in enumerate(names, start=2):
        row = ImportRow(
            import_id=found.id,
            number=number,
            binding=crypto.opaque_code(16),
            verdict=RowVerdict.WRONG,
            choice=RowChoice.NONE,
            outcome=RowOutcome.OPEN,
        )
        row.binding = row.binding[:32]
        row.keep(
            [name, "123"], {"id_number": ["身份证号应为 18 位，现在是 %(count)d 位", {"count": 3}]}
        )
        db.session.add(row)
    db.session.flush()
    return found
