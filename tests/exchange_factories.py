"""Plain functions that make batches for another system; they flush and return the row."""

from __future__ import annotations

import json
from datetime import timedelta

from accounts.models import Post
from core import clock, crypto
from core.access.permissions import Role
from core.database import db
from core.exports import vault
from exchange.models import Batch, BatchEvent, BatchRow, SharedObject
from exchange.rules import BatchMode, BatchStatus, Identity, ObjectKind, RowOperation
from organizations.models import Organization
from tests import factories as make

SENT, REFUSED, MINUTES = 40, 3, 120


def make_batch(
    organization: Organization,
    status: BatchStatus = BatchStatus.DRAFT,
    post: Post | None = None,
    *,
    refused: int = 0,
) -> Batch:
    """Return a batch of an organization, with a file where one may be fetched."""
    post = post or make.make_post(make.make_user(), Role.OFFICER, organization)
    now = clock.now()
    has_receipt = status is BatchStatus.RECEIPTED
    batch = Batch(
        code=crypto.opaque_code(12),
        status=status,
        mode=BatchMode.FULL,
        organization_id=organization.id,
        system="志愿服务信息系统",
        identity=Identity.NONE,
        made_by_id=post.user_id,
        post_id=post.id,
        created_at=now,
        expires_at=now + timedelta(hours=24),
        is_whole=True,
        manifest_digest="0" * 64,
        counts_text=json.dumps(_counts()),
        report_text=json.dumps(_report(refused)) if has_receipt else "{}",
        downloads=0 if status is BatchStatus.DRAFT else 1,
        receipted_at=now if has_receipt else None,
        receipt_digest="1" * 64 if has_receipt else "",
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add(BatchEvent(batch_id=batch.id, to_status=BatchStatus.DRAFT, at=now))
    for _ in range(refused):
        _refuse(batch)
    db.session.flush()
    with vault.Sealing(batch.code) as file:
        file.write(b"PK")
    return batch


def _counts() -> dict[str, object]:
    one = {"rows": SENT, "puts": SENT, "gain": SENT}
    kinds = {kind.value: {**one, "minutes": 0, "gained_minutes": 0} for kind in ObjectKind}
    kinds[ObjectKind.SERVICE] |= {"minutes": SENT * MINUTES}
    return {"objects": kinds, "left_out": {"minors": 4, "no_consent": 120}}


def _report(refused: int) -> dict[str, object]:
    line = {"accepted": SENT, "refused": 0, "ours": SENT, "theirs": SENT}
    kinds: dict[str, dict[str, int]] = {kind.value: dict(line) for kind in ObjectKind}
    kinds[ObjectKind.SERVICE] |= {
        "accepted": SENT - refused,
        "refused": refused,
        "ours": SENT - refused,
        "theirs": SENT - refused - 1,
        "our_minutes": (SENT - refused) * MINUTES,
        "their_minutes": (SENT - refused - 1) * MINUTES,
    }
    return {"kinds": kinds, "held": {}}


def _refuse(batch: Batch) -> None:
    shared = SharedObject(kind=ObjectKind.SERVICE, number=crypto.opaque_code(12), version=1)
    db.session.add(shared)
    db.session.flush()
    row = BatchRow(batch_id=batch.id, object_id=shared.id, operation=RowOperation.PUT, version=1)
    row.minutes, row.source, row.source_id = MINUTES, 6, 1
    row.is_refused, row.reason = True, "时间和活动不一致"
    db.session.add(row)
