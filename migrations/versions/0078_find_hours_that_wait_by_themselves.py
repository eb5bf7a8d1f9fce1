"""find hours that wait by themselves

Revision: 0078
Follows: 0077
"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

WAITS = sa.text("status = 'pending' AND sheet_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_service_records_waiting",
        "service_records",
        ["handler_id", "status", "sheet_id", "submitted_at"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_service_records_waiting", table_name="service_records")
