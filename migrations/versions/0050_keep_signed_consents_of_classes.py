"""keep signed consents of classes

Revision: 0050
Follows: 0049
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = ("pupil_consent_asked", "pupil_consents")


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.create_table(
        "consent_papers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("class_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("file_code", sa.String(length=12), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_classes.id"], name=op.f("fk_consent_papers_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_consent_papers_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_papers")),
        sa.UniqueConstraint("code", name=op.f("uq_consent_papers_code")),
    )
    with op.batch_alter_table("consent_papers", schema=None) as batch_op:
        batch_op.create_index("ix_consent_papers_class", ["class_id", "id"], unique=False)

    op.create_table(
        "signed_consents",
        sa.Column(
            "request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["consent_papers.id"], name=op.f("fk_signed_consents_paper_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consent_requests.id"], name=op.f("fk_signed_consents_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_signed_consents")),
    )
    with op.batch_alter_table("signed_consents", schema=None) as batch_op:
        batch_op.create_index("ix_signed_consents_paper", ["paper_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signed_consents", schema=None) as batch_op:
        batch_op.drop_index("ix_signed_consents_paper")

    op.drop_table("signed_consents")
    with op.batch_alter_table("consent_papers", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_papers_class")

    op.drop_table("consent_papers")
    remove_codes(*LETTERS, KINDS)
