"""let volunteers register

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = (
    "registration_approved",
    "registration_returned",
)


def upgrade() -> None:
    op.create_table(
        "registration_authorities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_registration_authorities_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["users.id"], name=op.f("fk_registration_authorities_granted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_registration_authorities_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_authorities")),
    )
    with op.batch_alter_table("registration_authorities", schema=None) as batch_op:
        batch_op.create_index(
            "uq_registration_authorities_in_force",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "registrations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "returned",
                "approved",
                "withdrawn",
                name="registrationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "identity",
                "hours",
                "consent",
                "other",
                name="registrationreturn",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_registrations_minutes")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_registrations_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_registrations_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_registrations_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_registrations_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("code", name=op.f("uq_registrations_code")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registrations_handler", ["handler_id", "status", "submitted_at", "id"], unique=False
        )
        batch_op.create_index("ix_registrations_volunteer", ["volunteer_id", "id"], unique=False)
        batch_op.create_index(
            "uq_registrations_open",
            ["volunteer_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('submitted', 'returned')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned')"),
        )

    op.create_table(
        "volunteer_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "enter_again",
                "register",
                "go_dormant",
                "wake",
                "revoke",
                "withdraw",
                "die",
                "undo_death",
                name="volunteeraction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "entered",
                "registered",
                "dormant",
                "suspended",
                "withdrawn",
                "revoked",
                "deceased",
                name="volunteerstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_events_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_events")),
    )
    with op.batch_alter_table("volunteer_events", schema=None) as batch_op:
        batch_op.create_index("ix_volunteer_events_volunteer", ["volunteer_id", "id"], unique=False)

    op.create_table(
        "registration_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "return",
                "resubmit",
                "approve",
                "withdraw",
                "lapse",
                name="registrationaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "submitted",
                "returned",
                "approved",
                "withdrawn",
                name="registrationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_events_registration_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_events")),
    )
    with op.batch_alter_table("registration_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registration_events_registration_id"), ["registration_id"], unique=False
        )

    add_codes(*LETTERS, KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    with op.batch_alter_table("registration_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_events_registration_id"))

    op.drop_table("registration_events")
    with op.batch_alter_table("volunteer_events", schema=None) as batch_op:
        batch_op.drop_index("ix_volunteer_events_volunteer")

    op.drop_table("volunteer_events")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registrations_open",
            sqlite_where=sa.text("status IN ('submitted', 'returned')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned')"),
        )
        batch_op.drop_index("ix_registrations_volunteer")
        batch_op.drop_index("ix_registrations_handler")

    op.drop_table("registrations")
    with op.batch_alter_table("registration_authorities", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registration_authorities_in_force",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.drop_table("registration_authorities")
