"""keep group members

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import bind_codes, change_codes, free_codes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

EVENTS = ("membership_events", "action", "membershipaction")
ACTIONS = (
    "file",
    "return_filing",
    "refile",
    "revoke",
    "withdraw",
    "undo_withdrawal",
    "transfer",
    "fall_behind",
    "catch_up",
    "auto_withdraw",
)
MORE_ACTIONS = (*ACTIONS, "regrade")
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
)
MORE_MEASURES = (*MEASURES, "group_members", "groups_waiting")
GRADES = ("memberships", "grade", "membergrade", ("ordinary", "special", "permanent"))


def upgrade() -> None:
    change_codes(*EVENTS, ACTIONS, MORE_ACTIONS)
    change_codes(*FIGURES, MEASURES, MORE_MEASURES)
    bind_codes(*GRADES, (16, 32))
    op.create_table(
        "stored_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "jpeg",
                "png",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("code", name=op.f("uq_stored_files_code")),
        sa.UniqueConstraint("place", name=op.f("uq_stored_files_place")),
    )
    op.create_table(
        "group_memberships",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "visited",
                "approved",
                "dues_pending",
                "active",
                "arrears",
                "proposed_dereg",
                "auto_withdrawn",
                "rejected",
                "cancelled",
                "withdrawn",
                "dissolved",
                name="groupstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "grade",
            sa.Enum(
                "ordinary",
                "special",
                "permanent",
                name="membergrade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("search_text", sa.String(length=260), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "agency",
                "enterprise",
                "institution",
                "association",
                "other",
                name="groupkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("representative", sa.String(length=50), nullable=False),
        sa.Column("contact_name", sa.String(length=50), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("plan", sa.String(length=500), nullable=False),
        sa.Column("number", sa.String(length=18), nullable=True),
        sa.Column("verify_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visitors", sa.String(length=60), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("findings", sa.String(length=500), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dues_due_on", sa.Date(), nullable=True),
        sa.Column("dues_paid_on", sa.Date(), nullable=True),
        sa.Column("dues_receipt", sa.String(length=40), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column(
            "status_before",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "visited",
                "approved",
                "dues_pending",
                "active",
                "arrears",
                "proposed_dereg",
                "auto_withdrawn",
                "rejected",
                "cancelled",
                "withdrawn",
                "dissolved",
                name="status_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("undo_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_group_memberships_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_group_memberships_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_memberships")),
        sa.UniqueConstraint("code", name=op.f("uq_group_memberships_code")),
        sa.UniqueConstraint("number", name=op.f("uq_group_memberships_number")),
        sa.UniqueConstraint("verify_digest", name=op.f("uq_group_memberships_verify_digest")),
    )
    with op.batch_alter_table("group_memberships", schema=None) as batch_op:
        batch_op.create_index(
            "ix_group_memberships_credit_code", ["credit_code", "status"], unique=False
        )
        batch_op.create_index("ix_group_memberships_ended", ["status", "left_on"], unique=False)
        batch_op.create_index(
            "ix_group_memberships_organization", ["organization_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_group_memberships_owner_id"), ["owner_id"], unique=False
        )
        batch_op.create_index(
            "uq_group_memberships_credit_code_held",
            ["credit_code"],
            unique=True,
            sqlite_where=sa.text(
                "status IN ('approved', 'dues_pending', 'active', 'arrears', 'proposed_dereg')"
            ),
            postgresql_where=sa.text(
                "status IN ('approved', 'dues_pending', 'active', 'arrears', 'proposed_dereg')"
            ),
        )

    op.create_table(
        "group_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "return",
                "resubmit",
                "visit",
                "approve",
                "undo_approval",
                "reject",
                "cancel",
                "ask_dues",
                "receive_dues",
                "fall_behind",
                "propose",
                "keep",
                "deregister",
                "withdraw",
                "undo_withdrawal",
                "dissolve",
                "amend",
                "regrade",
                "reveal",
                name="groupaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "visited",
                "approved",
                "dues_pending",
                "active",
                "arrears",
                "proposed_dereg",
                "auto_withdrawn",
                "rejected",
                "cancelled",
                "withdrawn",
                "dissolved",
                name="groupstatus",
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
            ["group_id"], ["group_memberships.id"], name=op.f("fk_group_events_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_events")),
    )
    with op.batch_alter_table("group_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_events_group_id"), ["group_id"], unique=False)

    op.create_table(
        "group_files",
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_group_files_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_memberships.id"], name=op.f("fk_group_files_group_id")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_group_files")),
    )
    with op.batch_alter_table("group_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_files_group_id"), ["group_id"], unique=False)

    op.create_table(
        "grade_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "from_grade",
            sa.Enum(
                "ordinary",
                "special",
                "permanent",
                name="from_grade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_grade",
            sa.Enum(
                "ordinary",
                "special",
                "permanent",
                name="to_grade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(membership_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_grade_changes_of_one")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["users.id"], name=op.f("fk_grade_changes_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_memberships.id"], name=op.f("fk_grade_changes_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_grade_changes_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_changes")),
    )
    with op.batch_alter_table("grade_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grade_changes_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_grade_changes_membership_id"), ["membership_id"], unique=False
        )


def downgrade() -> None:
    change_codes(*EVENTS, MORE_ACTIONS, ACTIONS)
    change_codes(*FIGURES, MORE_MEASURES, MEASURES)
    free_codes(*GRADES, (32, 16))
    with op.batch_alter_table("grade_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grade_changes_membership_id"))
        batch_op.drop_index(batch_op.f("ix_grade_changes_group_id"))

    op.drop_table("grade_changes")
    with op.batch_alter_table("group_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_files_group_id"))

    op.drop_table("group_files")
    with op.batch_alter_table("group_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_events_group_id"))

    op.drop_table("group_events")
    with op.batch_alter_table("group_memberships", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_group_memberships_credit_code_held",
            sqlite_where=sa.text(
                "status IN ('approved', 'dues_pending', 'active', 'arrears', 'proposed_dereg')"
            ),
            postgresql_where=sa.text(
                "status IN ('approved', 'dues_pending', 'active', 'arrears', 'proposed_dereg')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_group_memberships_owner_id"))
        batch_op.drop_index("ix_group_memberships_organization")
        batch_op.drop_index("ix_group_memberships_ended")
        batch_op.drop_index("ix_group_memberships_credit_code")

    op.drop_table("group_memberships")
    op.drop_table("stored_files")
