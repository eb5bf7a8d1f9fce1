"""approve looks at minors and keep incidents

Revision: 0053
Follows: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_packs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_audit_packs_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_audit_packs_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_packs")),
        sa.UniqueConstraint("code", name=op.f("uq_audit_packs_code")),
    )
    with op.batch_alter_table("audit_packs", schema=None) as batch_op:
        batch_op.create_index("ix_audit_packs_year", ["organization_id", "year"], unique=False)

    op.create_table(
        "minor_incidents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=100), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_minor_incidents_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_minor_incidents_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minor_incidents")),
        sa.UniqueConstraint("code", name=op.f("uq_minor_incidents_code")),
    )
    with op.batch_alter_table("minor_incidents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_minor_incidents_organization", ["organization_id", "happened_on"], unique=False
        )

    op.create_table(
        "minor_approvals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "contact",
                "check",
                "insurance",
                "emergency",
                "other",
                name="revealreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "approved",
                "refused",
                "revoked",
                name="approvalstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["users.id"], name=op.f("fk_minor_approvals_asker_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_minor_approvals_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_minor_approvals_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_minor_approvals_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_minor_approvals_person_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_minor_approvals_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minor_approvals")),
        sa.UniqueConstraint("code", name=op.f("uq_minor_approvals_code")),
    )
    with op.batch_alter_table("minor_approvals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_minor_approvals_asked", ["organization_id", "asked_at"], unique=False
        )
        batch_op.create_index(
            "ix_minor_approvals_asker",
            ["asker_id", "organization_id", "status", "expires_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_minor_approvals_handler", ["handler_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_minor_approvals_person_id"), ["person_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("minor_approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minor_approvals_person_id"))
        batch_op.drop_index("ix_minor_approvals_handler")
        batch_op.drop_index("ix_minor_approvals_asker")
        batch_op.drop_index("ix_minor_approvals_asked")

    op.drop_table("minor_approvals")
    with op.batch_alter_table("minor_incidents", schema=None) as batch_op:
        batch_op.drop_index("ix_minor_incidents_organization")

    op.drop_table("minor_incidents")
    with op.batch_alter_table("audit_packs", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_packs_year")

    op.drop_table("audit_packs")
