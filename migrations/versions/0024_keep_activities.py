"""keep activities

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = (
    "activity_changed",
    "activity_changed_soon",
    "activity_cancelled",
    "activity_cancelled_soon",
    "activity_asked",
    "activity_approved",
    "activity_returned",
    "signup_accepted",
    "signup_refused",
    "signup_promoted",
    "signup_called_off",
    "signup_cancelled_late",
)


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "review",
                "published",
                "ended",
                "cancelled",
                name="activitystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "rescue",
                "health",
                "aid",
                "stem_cells",
                "body_donation",
                "blood",
                "hiv",
                "values",
                "fundraising",
                "overseas",
                "first_aid",
                "life_education",
                "drowning",
                "youth",
                "relief_goods",
                "other",
                name="activityfield",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("bring", sa.String(length=200), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("needs_registered", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.String(length=60), nullable=False),
        sa.Column("grounds", sa.String(length=60), nullable=False),
        sa.Column("policy_number", sa.String(length=60), nullable=False),
        sa.Column("policy_from", sa.Date(), nullable=True),
        sa.Column("policy_to", sa.Date(), nullable=True),
        sa.Column("first_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_activities_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["city_id"], ["organizations.id"], name=op.f("fk_activities_city_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_activities_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_activities_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_activities_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["organizations.id"], name=op.f("fk_activities_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("code", name=op.f("uq_activities_code")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index("ix_activities_city", ["city_id", "last_ends_at", "id"], unique=False)
        batch_op.create_index(
            "ix_activities_county", ["county_id", "last_ends_at", "id"], unique=False
        )
        batch_op.create_index("ix_activities_ends", ["last_ends_at", "id"], unique=False)
        batch_op.create_index(
            "ix_activities_organization", ["organization_id", "last_ends_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_activities_review",
            ["reviewer_id", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'review'"),
            postgresql_where=sa.text("status = 'review'"),
        )

    op.create_table(
        "activity_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "change",
                "ask",
                "take_back",
                "approve",
                "return",
                "publish",
                "cancel",
                "end",
                name="activityaction",
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
                "review",
                "published",
                "ended",
                "cancelled",
                name="activitystatus",
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
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_events_activity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_events")),
    )
    with op.batch_alter_table("activity_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_events_activity_id"), ["activity_id"], unique=False
        )

    op.create_table(
        "activity_shifts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_activity_shifts_times")),
        sa.CheckConstraint("taken >= 0 AND taken <= seats", name=op.f("ck_activity_shifts_seats")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_shifts_activity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_shifts")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_shifts_code")),
    )
    with op.batch_alter_table("activity_shifts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_shifts_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index("ix_activity_shifts_starts", ["starts_at", "id"], unique=False)

    op.create_table(
        "activity_signups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum(
                "signed_up",
                "accepted",
                "waitlisted",
                "refused",
                "cancelled",
                "called_off",
                name="signupstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_certificate", sa.Boolean(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_activity_signups_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["activity_shifts.id"], name=op.f("fk_activity_signups_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_signups")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_signups_code")),
    )
    with op.batch_alter_table("activity_signups", schema=None) as batch_op:
        batch_op.create_index(
            "ix_activity_signups_own", ["person_id", "starts_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_activity_signups_roster", ["shift_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            "ix_activity_signups_waiting",
            ["shift_id", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'waitlisted'"),
            postgresql_where=sa.text("status = 'waitlisted'"),
        )
        batch_op.create_index(
            "uq_activity_signups_live",
            ["shift_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('signed_up', 'accepted', 'waitlisted')"),
            postgresql_where=sa.text("status IN ('signed_up', 'accepted', 'waitlisted')"),
        )

    op.create_table(
        "activity_agreements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "signup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["activity_signups.id"], name=op.f("fk_activity_agreements_signup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_agreements")),
        sa.UniqueConstraint("signup_id", name=op.f("uq_activity_agreements_signup_id")),
    )
    op.create_table(
        "activity_signup_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "signup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "accept",
                "refuse",
                "promote",
                "promote_unseen",
                "cancel",
                "call_off",
                name="signupaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "signed_up",
                "accepted",
                "waitlisted",
                "refused",
                "cancelled",
                "called_off",
                name="signupstatus",
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
            ["signup_id"], ["activity_signups.id"], name=op.f("fk_activity_signup_events_signup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_signup_events")),
    )
    with op.batch_alter_table("activity_signup_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_signup_events_signup_id"), ["signup_id"], unique=False
        )


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    with op.batch_alter_table("activity_signup_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_signup_events_signup_id"))

    op.drop_table("activity_signup_events")
    op.drop_table("activity_agreements")
    with op.batch_alter_table("activity_signups", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_activity_signups_live",
            sqlite_where=sa.text("status IN ('signed_up', 'accepted', 'waitlisted')"),
            postgresql_where=sa.text("status IN ('signed_up', 'accepted', 'waitlisted')"),
        )
        batch_op.drop_index(
            "ix_activity_signups_waiting",
            sqlite_where=sa.text("status = 'waitlisted'"),
            postgresql_where=sa.text("status = 'waitlisted'"),
        )
        batch_op.drop_index("ix_activity_signups_roster")
        batch_op.drop_index("ix_activity_signups_own")

    op.drop_table("activity_signups")
    with op.batch_alter_table("activity_shifts", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_shifts_starts")
        batch_op.drop_index(batch_op.f("ix_activity_shifts_activity_id"))

    op.drop_table("activity_shifts")
    with op.batch_alter_table("activity_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_events_activity_id"))

    op.drop_table("activity_events")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_activities_review",
            sqlite_where=sa.text("status = 'review'"),
            postgresql_where=sa.text("status = 'review'"),
        )
        batch_op.drop_index("ix_activities_organization")
        batch_op.drop_index("ix_activities_ends")
        batch_op.drop_index("ix_activities_county")
        batch_op.drop_index("ix_activities_city")

    op.drop_table("activities")
