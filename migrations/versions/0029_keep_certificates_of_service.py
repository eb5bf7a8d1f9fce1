"""keep certificates of service

Revision: 0029
Follows: 0028
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FROZEN = ("service_certificates", "service_certificate_ends")
LETTERS = ("letters", "kind", "letterkind")
KINDS = (
    "certificate_replaced",
    "certificate_revoked",
)


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.create_table(
        "service_certificates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("verify_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column(
            "algorithm",
            sa.Enum(
                "ed25519",
                name="signaturealgorithm",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("signature", sa.String(length=256), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "minutes > 0 AND last_on >= first_on", name=op.f("ck_service_certificates_period")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["users.id"], name=op.f("fk_service_certificates_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["organizations.id"], name=op.f("fk_service_certificates_issuer_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_service_certificates_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_service_certificates_code")),
        sa.UniqueConstraint("number", name=op.f("uq_service_certificates_number")),
        sa.UniqueConstraint("verify_digest", name=op.f("uq_service_certificates_verify_digest")),
    )
    with op.batch_alter_table("service_certificates", schema=None) as batch_op:
        batch_op.create_index("ix_service_certificates_own", ["volunteer_id", "id"], unique=False)
        batch_op.create_index("ix_service_certificates_register", ["issuer_id", "id"], unique=False)

    op.create_table(
        "service_certificate_ends",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum(
                "valid",
                "replaced",
                "revoked",
                name="certificatestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "hours_corrected",
                "person_corrected",
                "false_hours",
                "wrong_person",
                "other",
                name="certificatereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column(
            "successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["service_certificates.id"],
            name=op.f("fk_service_certificate_ends_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_service_certificate_ends_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["service_certificates.id"],
            name=op.f("fk_service_certificate_ends_successor_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_certificate_ends")),
        sa.UniqueConstraint(
            "certificate_id", name=op.f("uq_service_certificate_ends_certificate_id")
        ),
    )
    merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_volunteers_merged_into",
        "volunteers",
        ["merged_into_id"],
        sqlite_where=merged,
        postgresql_where=merged,
    )
    for table in FROZEN:
        _freeze(table)


def _freeze(table: str) -> None:
    """Refuse every change of a row: what was certified, and that it ended, stays."""
    for event in ("update", "delete"):
        head = f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        else:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    op.drop_index("ix_volunteers_merged_into", "volunteers")
    op.drop_table("service_certificate_ends")
    with op.batch_alter_table("service_certificates", schema=None) as batch_op:
        batch_op.drop_index("ix_service_certificates_register")
        batch_op.drop_index("ix_service_certificates_own")

    op.drop_table("service_certificates")
