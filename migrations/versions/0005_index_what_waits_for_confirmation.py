"""index what waits for confirmation: doubtful records, and records by who entered them

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITS = sa.text("status = 'pending'")
_DOUBTFUL = sa.text("status = 'pending' AND doubts <> ''")


def upgrade() -> None:
    with op.batch_alter_table("service_records", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_records_doubtful",
            ["handler_id", "submitted_at", "id"],
            unique=False,
            sqlite_where=_DOUBTFUL,
            postgresql_where=_DOUBTFUL,
        )
        batch_op.create_index(
            "ix_service_records_submitter",
            ["submitted_by_id"],
            unique=False,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        )


def downgrade() -> None:
    with op.batch_alter_table("service_records", schema=None) as batch_op:
        batch_op.drop_index("ix_service_records_submitter")
        batch_op.drop_index("ix_service_records_doubtful")
