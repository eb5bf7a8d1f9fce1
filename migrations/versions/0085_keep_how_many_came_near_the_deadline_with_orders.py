"""keep how many came near the deadline with orders

Revision: 0085
Follows: 0084
"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


TABLES = ("supervision_orders", "supervision_order_events")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("near", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "near")
