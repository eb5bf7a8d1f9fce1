"""let volunteers rest and agree

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = (
    "volunteer_dormant",
    "volunteer_left",
)


def upgrade() -> None:
    op.create_table(
        "volunteer_agreements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "photo",
                "insurance",
                "contact",
                name="agreementkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["users.id"], name=op.f("fk_volunteer_agreements_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_agreements_volunteer_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["users.id"], name=op.f("fk_volunteer_agreements_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_agreements")),
    )
    with op.batch_alter_table("volunteer_agreements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_volunteer_agreements_volunteer_id"), ["volunteer_id"], unique=False
        )
        batch_op.create_index(
            "uq_volunteer_agreements_in_force",
            ["volunteer_id", "kind"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    add_codes(*LETTERS, KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    with op.batch_alter_table("volunteer_agreements", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_volunteer_agreements_in_force",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_volunteer_agreements_volunteer_id"))

    op.drop_table("volunteer_agreements")
