"""let members leave

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import change_codes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVENTS = ("membership_events", "action", "membershipaction")
ACTIONS = ("file", "return_filing", "refile", "revoke")
MORE_ACTIONS = (*ACTIONS, "withdraw", "undo_withdrawal")


def upgrade() -> None:
    change_codes(*EVENTS, ACTIONS, MORE_ACTIONS)
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "confirmed",
                "filed",
                "undone",
                name="withdrawalstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status_before",
            sa.Enum(
                "approved",
                "filing_returned",
                "active",
                "arrears",
                "withdrawn",
                "transferred",
                "revoked",
                name="status_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "moved",
                "no_time",
                "dues",
                "other",
                name="withdrawalreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("undo_until", sa.Date(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["users.id"], name=op.f("fk_withdrawals_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_withdrawals_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_withdrawals_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_withdrawals_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("fk_withdrawals_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
        sa.UniqueConstraint("code", name=op.f("uq_withdrawals_code")),
    )
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.create_index("ix_withdrawals_due", ["status", "undo_until"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_withdrawals_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            "ix_withdrawals_queue",
            ["handler_id", "status", "requested_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_withdrawals_membership_unsettled",
            ["membership_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('requested', 'confirmed')"),
            postgresql_where=sa.text("status IN ('requested', 'confirmed')"),
        )


def downgrade() -> None:
    change_codes(*EVENTS, MORE_ACTIONS, ACTIONS)
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_withdrawals_membership_unsettled",
            sqlite_where=sa.text("status IN ('requested', 'confirmed')"),
            postgresql_where=sa.text("status IN ('requested', 'confirmed')"),
        )
        batch_op.drop_index("ix_withdrawals_queue")
        batch_op.drop_index(batch_op.f("ix_withdrawals_organization_id"))
        batch_op.drop_index("ix_withdrawals_due")

    op.drop_table("withdrawals")
