"""let members move

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import change_codes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EVENTS = ("membership_events", "action", "membershipaction")
ACTIONS = ("file", "return_filing", "refile", "revoke", "withdraw", "undo_withdrawal")
MORE_ACTIONS = (*ACTIONS, "transfer")


def upgrade() -> None:
    change_codes(*EVENTS, ACTIONS, MORE_ACTIONS)
    op.create_table(
        "transfers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_organization_id", sa.Integer(), nullable=False),
        sa.Column("to_organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "released",
                "accepted",
                "declined",
                "cancelled",
                name="transferstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_escalated", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_organization_id"],
            ["organizations.id"],
            name=op.f("fk_transfers_from_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_transfers_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_transfers_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["users.id"], name=op.f("fk_transfers_released_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("fk_transfers_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["users.id"], name=op.f("fk_transfers_settled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organization_id"],
            ["organizations.id"],
            name=op.f("fk_transfers_to_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("code", name=op.f("uq_transfers_code")),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.create_index("ix_transfers_due", ["status", "due_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_transfers_from_organization_id"), ["from_organization_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transfers_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            "ix_transfers_queue", ["handler_id", "status", "requested_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transfers_to_organization_id"), ["to_organization_id"], unique=False
        )
        batch_op.create_index(
            "uq_transfers_membership_open",
            ["membership_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('requested', 'released')"),
            postgresql_where=sa.text("status IN ('requested', 'released')"),
        )


def downgrade() -> None:
    change_codes(*EVENTS, MORE_ACTIONS, ACTIONS)
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transfers_membership_open",
            sqlite_where=sa.text("status IN ('requested', 'released')"),
            postgresql_where=sa.text("status IN ('requested', 'released')"),
        )
        batch_op.drop_index(batch_op.f("ix_transfers_to_organization_id"))
        batch_op.drop_index("ix_transfers_queue")
        batch_op.drop_index(batch_op.f("ix_transfers_membership_id"))
        batch_op.drop_index(batch_op.f("ix_transfers_from_organization_id"))
        batch_op.drop_index("ix_transfers_due")

    op.drop_table("transfers")
