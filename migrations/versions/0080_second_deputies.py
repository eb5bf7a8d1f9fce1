"""second deputies

Revision: 0080
Follows: 0079
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE post_grants ADD COLUMN acts_for_id INTEGER "
        "CONSTRAINT fk_post_grants_acts_for_id REFERENCES posts (id)"
    )
    op.add_column(
        "post_grants", sa.Column("reason", sa.String(length=100), server_default="", nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("post_grants", schema=None) as batch_op:
        batch_op.drop_constraint("fk_post_grants_acts_for_id", type_="foreignkey")
        batch_op.drop_column("acts_for_id")
        batch_op.drop_column("reason")
