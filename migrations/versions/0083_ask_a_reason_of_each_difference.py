"""ask a reason of each difference, read ended alerts in their order

Revision: 0083
Follows: 0082
"""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

CODE_MAX = 32
ENDED = sa.text("ended_on IS NOT NULL")


def upgrade() -> None:
    #: A reason of before is one for every difference of its report: it names no indicator.
    op.add_column("report_reasons", sa.Column("indicator", sa.String(CODE_MAX), nullable=True))
    op.create_table(
        "report_gaps",
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=CODE_MAX), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["reports.id"], name=op.f("fk_report_gaps_about_id")),
        sa.PrimaryKeyConstraint("about_id", "indicator", name=op.f("pk_report_gaps")),
    )
    op.create_index(
        "ix_alerts_ended",
        "alerts",
        ["ended_on", "id"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )


def downgrade() -> None:
    op.drop_index("ix_alerts_ended", table_name="alerts")
    op.drop_table("report_gaps")
    op.drop_column("report_reasons", "indicator")
