"""merge organizations by lists

Revision: 0057
Follows: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organization_mergers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "running",
                "done",
                "undoing",
                "undone",
                "discarded",
                name="mergerstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("ends_divisions", sa.Boolean(), nullable=False),
        sa.Column("job_code", sa.String(length=16), nullable=False),
        sa.Column("totals_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_organization_mergers_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_mergers_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["users.id"], name=op.f("fk_organization_mergers_started_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_organization_mergers_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_mergers")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_mergers_code")),
    )
    with op.batch_alter_table("organization_mergers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_mergers_place", ["organization_id", "id"], unique=False
        )

    op.create_table(
        "organization_merger_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merger_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "merge",
                "move",
                name="mergerstep",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "ready",
                "refused",
                "done",
                "undone",
                "stuck",
                name="mergerrowstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_text", sa.String(length=120), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("target_name", sa.String(length=120), nullable=False),
        sa.Column("founded", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=True),
        sa.Column("move_id", sa.Integer(), nullable=True),
        sa.Column("division_code", sa.String(length=12), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("problem_text", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["organization_closings.id"],
            name=op.f("fk_organization_merger_rows_closing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["division_code"],
            ["divisions.code"],
            name=op.f("fk_organization_merger_rows_division_code"),
        ),
        sa.ForeignKeyConstraint(
            ["merger_id"],
            ["organization_mergers.id"],
            name=op.f("fk_organization_merger_rows_merger_id"),
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["organization_moves.id"], name=op.f("fk_organization_merger_rows_move_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["organizations.id"], name=op.f("fk_organization_merger_rows_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["organizations.id"], name=op.f("fk_organization_merger_rows_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_merger_rows")),
    )
    with op.batch_alter_table("organization_merger_rows", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_merger_rows_source", ["source_id", "status"], unique=False
        )
        batch_op.create_index(
            "ix_organization_merger_rows_status", ["merger_id", "status", "position"], unique=False
        )
        batch_op.create_index("uq_organization_merger_rows", ["merger_id", "position"], unique=True)

    with op.batch_alter_table("divisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("successor_code", sa.String(length=12), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_divisions_successor_code"), "divisions", ["successor_code"], ["code"]
        )


def downgrade() -> None:
    with op.batch_alter_table("divisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_divisions_successor_code"), type_="foreignkey")
        batch_op.drop_column("successor_code")

    with op.batch_alter_table("organization_merger_rows", schema=None) as batch_op:
        batch_op.drop_index("uq_organization_merger_rows")
        batch_op.drop_index("ix_organization_merger_rows_status")
        batch_op.drop_index("ix_organization_merger_rows_source")

    op.drop_table("organization_merger_rows")
    with op.batch_alter_table("organization_mergers", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_mergers_place")

    op.drop_table("organization_mergers")
