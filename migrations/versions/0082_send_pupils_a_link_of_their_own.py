"""send pupils a link of their own

Revision: 0082
Follows: 0081
"""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("pupil_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "given",
                "refused",
                "withdrawn",
                "lapsed",
                name="consentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.id"], name=op.f("fk_own_consents_pupil_id")),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["users.id"], name=op.f("fk_own_consents_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_consents")),
        sa.UniqueConstraint("code", name=op.f("uq_own_consents_code")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_own_consents_token_digest")),
    )
    with op.batch_alter_table("own_consents", schema=None) as batch_op:
        batch_op.create_index("ix_own_consents_pupil", ["pupil_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("own_consents", schema=None) as batch_op:
        batch_op.drop_index("ix_own_consents_pupil")

    op.drop_table("own_consents")
