"""keep when a phone without network recorded hours

Revision: 0036
Follows: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "service_records",
        sa.Column("is_offline", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "service_records", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("service_records", "recorded_at")
    op.drop_column("service_records", "is_offline")
