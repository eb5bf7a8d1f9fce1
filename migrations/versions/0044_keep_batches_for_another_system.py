"""keep batches for another system

Revision: 0044
Follows: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "ready",
                "sent",
                "receipted",
                "closed",
                name="batchstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "full",
                "changes",
                "rejects",
                name="batchmode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("system", sa.String(length=60), nullable=False),
        sa.Column(
            "identity",
            sa.Enum(
                "none",
                "masked",
                "sealed",
                "plain",
                name="identity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_code", sa.String(length=16), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("manifest_digest", sa.String(length=64), nullable=False),
        sa.Column("counts_text", sa.Text(), nullable=False),
        sa.Column("report_text", sa.Text(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("receipt_digest", sa.String(length=64), nullable=False),
        sa.Column("receipted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["exchange_batches.id"], name=op.f("fk_exchange_batches_follows_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_exchange_batches_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_exchange_batches_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_exchange_batches_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_batches")),
        sa.UniqueConstraint("code", name=op.f("uq_exchange_batches_code")),
    )
    with op.batch_alter_table("exchange_batches", schema=None) as batch_op:
        batch_op.create_index(
            "uq_exchange_batches_on_the_way",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'ready', 'sent')"),
            postgresql_where=sa.text("status IN ('draft', 'ready', 'sent')"),
        )

    op.create_table(
        "exchange_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "agree",
                "send",
                "receive",
                "close",
                "give_up",
                name="batchaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "draft",
                "ready",
                "sent",
                "receipted",
                "closed",
                name="batchstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["exchange_batches.id"], name=op.f("fk_exchange_events_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_events")),
    )
    with op.batch_alter_table("exchange_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_events_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "exchange_objects",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "volunteer",
                "group",
                "project",
                "service",
                "training",
                "honour",
                "evaluation",
                "certificate",
                name="objectkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("seen_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seen_id"], ["exchange_batches.id"], name=op.f("fk_exchange_objects_seen_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_objects")),
        sa.UniqueConstraint("kind", "number", name="uq_exchange_objects_number"),
    )
    op.create_table(
        "exchange_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "object_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "operation",
            sa.Enum(
                "put",
                "withdraw",
                name="rowoperation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("was_held", sa.Boolean(), nullable=False),
        sa.Column("held_minutes", sa.Integer(), nullable=False),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["exchange_batches.id"], name=op.f("fk_exchange_rows_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["exchange_objects.id"], name=op.f("fk_exchange_rows_object_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rows")),
        sa.UniqueConstraint("batch_id", "object_id", name="uq_exchange_rows_object"),
    )
    with op.batch_alter_table("exchange_rows", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_rows_object", ["object_id", "id"], unique=False)
        batch_op.create_index(
            "ix_exchange_rows_refused",
            ["batch_id", "id"],
            unique=False,
            sqlite_where=sa.text("is_refused"),
            postgresql_where=sa.text("is_refused"),
        )


def downgrade() -> None:
    with op.batch_alter_table("exchange_rows", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_exchange_rows_refused",
            sqlite_where=sa.text("is_refused"),
            postgresql_where=sa.text("is_refused"),
        )
        batch_op.drop_index("ix_exchange_rows_object")

    op.drop_table("exchange_rows")
    op.drop_table("exchange_objects")
    with op.batch_alter_table("exchange_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exchange_events_batch_id"))

    op.drop_table("exchange_events")
    with op.batch_alter_table("exchange_batches", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_exchange_batches_on_the_way",
            sqlite_where=sa.text("status IN ('draft', 'ready', 'sent')"),
            postgresql_where=sa.text("status IN ('draft', 'ready', 'sent')"),
        )

    op.drop_table("exchange_batches")
