"""name who leads an activity

Revision: 0081
Follows: 0080
"""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE activities ADD COLUMN leader_id {kind} "
        "CONSTRAINT fk_activities_leader_id REFERENCES persons (id)"
    )
    op.create_index(
        "ix_activities_leader",
        "activities",
        ["leader_id", "last_ends_at"],
        sqlite_where=sa.text("leader_id IS NOT NULL"),
        postgresql_where=sa.text("leader_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_activities_leader", table_name="activities")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_constraint("fk_activities_leader_id", type_="foreignkey")
        batch_op.drop_column("leader_id")
