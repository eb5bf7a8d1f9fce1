"""give tokens to other systems

Revision: 0075
Follows: 0074
"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "system_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("reach_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("api_scopes", sa.String(length=100), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoke_note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["users.id"], name=op.f("fk_system_tokens_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_system_tokens_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["reach_id"], ["organizations.id"], name=op.f("fk_system_tokens_reach_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["users.id"], name=op.f("fk_system_tokens_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_tokens")),
        sa.UniqueConstraint("code", name=op.f("uq_system_tokens_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_system_tokens_digest")),
    )
    with op.batch_alter_table("system_tokens", schema=None) as batch_op:
        batch_op.create_index(
            "ix_system_tokens_organization", ["organization_id", "id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("system_tokens", schema=None) as batch_op:
        batch_op.drop_index("ix_system_tokens_organization")

    op.drop_table("system_tokens")
