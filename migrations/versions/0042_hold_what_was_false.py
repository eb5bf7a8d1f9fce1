"""hold certificates of false hours until somebody cleared them

Revision: 0042
Follows: 0041
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLE = "service_certificate_clearances"
LETTERS = ("letters", "kind", "letterkind")
KINDS = ("certificate_cleared",)


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        TABLE,
        sa.Column("id", key, nullable=False),
        sa.Column("end_id", key, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["end_id"], ["service_certificate_ends.id"], name=op.f(f"fk_{TABLE}_end_id")
        ),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"], ["users.id"], name=op.f(f"fk_{TABLE}_cleared_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("end_id", name=op.f(f"uq_{TABLE}_end_id")),
    )
    for event in ("update", "delete"):
        head = f"CREATE TRIGGER {TABLE}_no_{event} BEFORE {event.upper()} ON {TABLE}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END")
        else:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    op.drop_table(TABLE)
