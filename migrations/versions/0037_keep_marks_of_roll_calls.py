"""keep every act of a roll call

Revision: 0037
Follows: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "activity_marks",
        sa.Column("id", key, nullable=False),
        sa.Column("signup_id", key, nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "come",
                "go",
                "undo",
                name="markact",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "code",
                "fixed",
                "tick",
                "paper",
                "end",
                "auto",
                name="attendanceway",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_post_id"], ["posts.id"], name=op.f("fk_activity_marks_by_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["users.id"], name=op.f("fk_activity_marks_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["activity_signups.id"], name=op.f("fk_activity_marks_signup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_marks")),
    )
    op.create_index(op.f("ix_activity_marks_signup_id"), "activity_marks", ["signup_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_activity_marks_signup_id"), table_name="activity_marks")
    op.drop_table("activity_marks")
