"""write letters and take corrections

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import change_codes

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FIGURES = ("figures", "measure", "measure")
MEASURES = (
    "organizations",
    "adult_members",
    "youth_members",
    "volunteers",
    "registered_volunteers",
    "schools",
    "school_branches",
    "applications_waiting",
    "applications_doubtful",
    "filings_waiting",
    "hours_waiting",
    "objections_waiting",
    "new_members",
    "confirmed_minutes",
    "confirmed_records",
    "dues_charged",
    "dues_paid",
    "dues_charges",
    "dues_settled",
    "group_members",
    "groups_waiting",
)
CHANGES = "changes_waiting"
MORE_MEASURES = (*MEASURES[:12], CHANGES, *MEASURES[12:])
CODES = ("one_time_codes", "purpose", "codepurpose")
PURPOSES = ("sign_in", "guardian")
MORE_PURPOSES = (*PURPOSES, "new_phone")


def upgrade() -> None:
    change_codes(*FIGURES, MEASURES, MORE_MEASURES)
    change_codes(*CODES, PURPOSES, MORE_PURPOSES)
    op.create_table(
        "change_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "field",
            sa.Enum(
                "name",
                "document",
                "born_on",
                "phone",
                name="changefield",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "approved",
                "returned",
                "withdrawn",
                "closed",
                name="changestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("before", sa.String(length=200), nullable=False),
        sa.Column("after", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_change_requests_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_change_requests_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_change_requests_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_change_requests_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("fk_change_requests_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_change_requests_code")),
    )
    with op.batch_alter_table("change_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_requests_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index("ix_change_requests_person", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_change_requests_queue", ["handler_id", "status", "requested_at", "id"], unique=False
        )
        batch_op.create_index(
            "uq_change_requests_open",
            ["person_id", "field"],
            unique=True,
            sqlite_where=sa.text("status = 'submitted'"),
            postgresql_where=sa.text("status = 'submitted'"),
        )

    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "member_approved",
                "volunteer_approved",
                "application_returned",
                "application_rejected",
                "application_nudged",
                "consent_asked",
                "consent_given",
                "consent_refused",
                "consent_withdrawn",
                "ward_approved",
                "ward_returned",
                "ward_rejected",
                "filing_returned",
                "membership_filed",
                "transfer_released",
                "transfer_accepted",
                "transfer_declined",
                "transfer_escalated",
                "withdrawal_made",
                "withdrawal_undone",
                "withdrawal_noted",
                "withdrawal_filed",
                "honour_recorded",
                "honour_revoked",
                "hours_confirmed",
                "hours_refused",
                "hours_corrected",
                "objection_granted",
                "objection_upheld",
                "post_granted",
                "post_ended",
                "change_made",
                "change_returned",
                "change_closed",
                "digest",
                "digest_of_many",
                name="letterkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["about_id"], ["persons.id"], name=op.f("fk_letters_about_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_letters_organization_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_letters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("code", name=op.f("uq_letters_code")),
        sa.UniqueConstraint("topic", "user_id", name=op.f("uq_letters_topic_user_id")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_about_id"), ["about_id"], unique=False)
        batch_op.create_index("ix_letters_shown_at", ["shown_at"], unique=False)
        batch_op.create_index(
            "ix_letters_unread",
            ["user_id", "shown_at"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.create_index("ix_letters_user", ["user_id", "shown_at", "id"], unique=False)

    with op.batch_alter_table("consent_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_requests_guardian_phone_index"),
            ["guardian_phone_index"],
            unique=False,
        )

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("digest_by_sms", sa.Boolean(), server_default=sa.true(), nullable=False)
        )


def downgrade() -> None:
    op.execute("DELETE FROM figures WHERE measure = 'changes_waiting'")
    op.execute("DELETE FROM one_time_codes WHERE purpose = 'new_phone'")
    change_codes(*FIGURES, MORE_MEASURES, MEASURES)
    change_codes(*CODES, MORE_PURPOSES, PURPOSES)
    op.execute("ALTER TABLE users DROP COLUMN digest_by_sms")
    with op.batch_alter_table("consent_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_requests_guardian_phone_index"))

    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index("ix_letters_user")
        batch_op.drop_index(
            "ix_letters_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_letters_shown_at")
        batch_op.drop_index(batch_op.f("ix_letters_about_id"))

    op.drop_table("letters")
    with op.batch_alter_table("change_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_change_requests_open",
            sqlite_where=sa.text("status = 'submitted'"),
            postgresql_where=sa.text("status = 'submitted'"),
        )
        batch_op.drop_index("ix_change_requests_queue")
        batch_op.drop_index("ix_change_requests_person")
        batch_op.drop_index(batch_op.f("ix_change_requests_organization_id"))

    op.drop_table("change_requests")
