"""keep skills and training

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = (
    "qualification_returned",
    "qualification_ends",
)


def upgrade() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("minutes > 0 AND minutes <= 1440", name=op.f("ck_trainings_minutes")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_trainings_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_trainings_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["users.id"], name=op.f("fk_trainings_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        sa.UniqueConstraint("code", name=op.f("uq_trainings_code")),
    )
    with op.batch_alter_table("trainings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_trainings_organization", ["organization_id", "held_on", "id"], unique=False
        )

    op.create_table(
        "qualifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "first_aid",
                "first_aid_teacher",
                "medical",
                "counselling",
                "lifeguard",
                "driving",
                "radio",
                "other",
                name="qualificationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "checked",
                "returned",
                "removed",
                name="qualificationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["users.id"], name=op.f("fk_qualifications_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_qualifications_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_qualifications_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_qualifications_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
        sa.UniqueConstraint("code", name=op.f("uq_qualifications_code")),
    )
    with op.batch_alter_table("qualifications", schema=None) as batch_op:
        batch_op.create_index(
            "ix_qualifications_expiry", ["status", "expires_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_qualifications_handler",
            ["handler_id", "status", "submitted_at", "id"],
            unique=False,
        )
        batch_op.create_index("ix_qualifications_volunteer", ["volunteer_id", "id"], unique=False)

    op.create_table(
        "trainees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "training_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["trainings.id"], name=op.f("fk_trainees_training_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_trainees_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainees")),
        sa.UniqueConstraint(
            "training_id", "volunteer_id", name=op.f("uq_trainees_training_id_volunteer_id")
        ),
    )
    with op.batch_alter_table("trainees", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trainees_volunteer_id"), ["volunteer_id"], unique=False
        )

    op.create_table(
        "volunteer_profiles",
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("skills", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_profiles_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("volunteer_id", name=op.f("pk_volunteer_profiles")),
    )
    op.create_table(
        "qualification_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "qualification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "check",
                "return",
                "amend",
                "remove",
                name="qualificationaction",
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
                "checked",
                "returned",
                "removed",
                name="qualificationstatus",
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
            ["qualification_id"],
            ["qualifications.id"],
            name=op.f("fk_qualification_events_qualification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_events")),
    )
    with op.batch_alter_table("qualification_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_qualification_events_qualification_id"),
            ["qualification_id"],
            unique=False,
        )

    add_codes(*LETTERS, KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    with op.batch_alter_table("qualification_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qualification_events_qualification_id"))

    op.drop_table("qualification_events")
    op.drop_table("volunteer_profiles")
    with op.batch_alter_table("trainees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trainees_volunteer_id"))

    op.drop_table("trainees")
    with op.batch_alter_table("qualifications", schema=None) as batch_op:
        batch_op.drop_index("ix_qualifications_volunteer")
        batch_op.drop_index("ix_qualifications_handler")
        batch_op.drop_index("ix_qualifications_expiry")

    op.drop_table("qualifications")
    with op.batch_alter_table("trainings", schema=None) as batch_op:
        batch_op.drop_index("ix_trainings_organization")

    op.drop_table("trainings")
