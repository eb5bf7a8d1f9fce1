"""sign agreements again

Revision: 0046
Follows: 0045
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = ("signup_added",)
SIGNER = sa.Enum(
    "self",
    "guardian",
    name="signer",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.add_column("activity_signups", sa.Column("agree_by", sa.DateTime(timezone=True)))
    op.add_column("activity_signups", sa.Column("guardian_digest", sa.String(length=64)))
    op.create_index(
        "ix_activity_signups_agree_by",
        "activity_signups",
        ["agree_by", "id"],
        sqlite_where=sa.text("agree_by IS NOT NULL"),
        postgresql_where=sa.text("agree_by IS NOT NULL"),
    )
    op.create_index(
        "uq_activity_signups_guardian",
        "activity_signups",
        ["guardian_digest"],
        unique=True,
        sqlite_where=sa.text("guardian_digest IS NOT NULL"),
        postgresql_where=sa.text("guardian_digest IS NOT NULL"),
    )
    with op.batch_alter_table("activity_agreements", schema=None) as batch_op:
        batch_op.drop_constraint("uq_activity_agreements_signup_id", type_="unique")
        batch_op.add_column(sa.Column("signer", SIGNER, server_default="self", nullable=False))
        batch_op.create_index("ix_activity_agreements_signup", ["signup_id", "id"])


def downgrade() -> None:
    op.execute(
        "DELETE FROM activity_agreements WHERE id NOT IN "
        "(SELECT max(id) FROM activity_agreements GROUP BY signup_id)"
    )
    with op.batch_alter_table("activity_agreements", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_agreements_signup")
        batch_op.drop_column("signer")
        batch_op.create_unique_constraint("uq_activity_agreements_signup_id", ["signup_id"])
    op.drop_index("uq_activity_signups_guardian", "activity_signups")
    op.drop_index("ix_activity_signups_agree_by", "activity_signups")
    op.execute("ALTER TABLE activity_signups DROP COLUMN guardian_digest")
    op.execute("ALTER TABLE activity_signups DROP COLUMN agree_by")
    remove_codes(*LETTERS, KINDS)
