"""Keep photos that volunteers hand in for their hours, and what they say to a proposed time.

Revision: 0091
Follows: 0090
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

#: Table, column, name of its check, further codes.
MORE_CODES = (
    (("letters", "kind", "letterkind"), ("hours_proposed",)),
    (("service_record_events", "action", "serviceaction"), ("agree", "dispute")),
)


def upgrade() -> None:
    op.create_table(
        "service_pictures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_code", sa.String(length=12), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_records.id"], name=op.f("fk_service_pictures_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_pictures")),
        sa.UniqueConstraint("file_code", name=op.f("uq_service_pictures_file_code")),
    )
    with op.batch_alter_table("service_pictures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_pictures_handed_in_at"), ["handed_in_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_pictures_record_id"), ["record_id"], unique=False
        )
    for check, codes in MORE_CODES:
        add_codes(*check, codes)


def downgrade() -> None:
    for check, codes in MORE_CODES:
        remove_codes(*check, codes)
    with op.batch_alter_table("service_pictures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_pictures_record_id"))
        batch_op.drop_index(batch_op.f("ix_service_pictures_handed_in_at"))
    op.drop_table("service_pictures")
