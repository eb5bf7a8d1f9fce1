"""keep what organizations tell of themselves

Revision: 0055
Follows: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_lists",
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("from_year", name=op.f("pk_check_lists")),
    )
    op.create_table(
        "check_answers",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=30), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_check_answers_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", "item", name=op.f("pk_check_answers")),
    )
    op.create_table(
        "member_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("leader", sa.String(length=50), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_member_groups_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_groups")),
        sa.UniqueConstraint("code", name=op.f("uq_member_groups_code")),
    )
    with op.batch_alter_table("member_groups", schema=None) as batch_op:
        batch_op.create_index(
            "ix_member_groups_organization", ["organization_id", "ended_on"], unique=False
        )

    op.create_table(
        "organization_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "found",
                "seat",
                "return",
                "correct",
                "suspend",
                "resume",
                "edit",
                name="lifeaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_events_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_events")),
    )
    with op.batch_alter_table("organization_events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_events_organization", ["organization_id", "id"], unique=False
        )

    op.create_table(
        "organization_files",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("has_party_group", sa.Boolean(), nullable=True),
        sa.Column("party_branches", sa.Integer(), nullable=True),
        sa.Column("rescue_teams", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_files_organization_id"),
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization_files")),
    )


def downgrade() -> None:
    op.drop_table("organization_files")
    with op.batch_alter_table("organization_events", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_events_organization")
    op.drop_table("organization_events")
    with op.batch_alter_table("member_groups", schema=None) as batch_op:
        batch_op.drop_index("ix_member_groups_organization")
    op.drop_table("member_groups")
    op.drop_table("check_answers")
    op.drop_table("check_lists")
