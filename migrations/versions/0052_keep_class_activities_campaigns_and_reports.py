"""keep class activities campaigns and reports

Revision: 0052
Follows: 0051
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

FIGURES = ("figures", "measure", "measure")
MEASURES = ("youth_activities", "youth_times", "first_aid_times")
KINDS = ("service_sheets", "kind", "sheetkind")


def upgrade() -> None:
    add_codes(*FIGURES, MEASURES)
    add_codes(*KINDS, ("class",))
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("theme", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("stages", sa.String(length=100), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_campaigns_days")),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["users.id"], name=op.f("fk_campaigns_called_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["users.id"], name=op.f("fk_campaigns_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_campaigns_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("code", name=op.f("uq_campaigns_code")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaigns_organization", ["organization_id", "last_on", "id"], unique=False
        )

    op.create_table(
        "school_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "returned",
                "accepted",
                name="reportstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_school_reports_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_school_reports_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_reports_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_school_reports_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_reports")),
        sa.UniqueConstraint("code", name=op.f("uq_school_reports_code")),
        sa.UniqueConstraint("organization_id", "year", name="uq_school_reports_year"),
    )
    with op.batch_alter_table("school_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_reports_county", ["county_id", "year", "status", "id"], unique=False
        )

    op.create_table(
        "campaign_schools",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("activities", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_schools_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_campaign_schools_organization_id"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "organization_id", name=op.f("pk_campaign_schools")),
    )
    with op.batch_alter_table("campaign_schools", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_schools_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "school_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_post_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_post_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["users.id"], name=op.f("fk_school_handovers_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["given_post_id"], ["posts.id"], name=op.f("fk_school_handovers_given_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_handovers_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["users.id"], name=op.f("fk_school_handovers_taken_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_post_id"], ["posts.id"], name=op.f("fk_school_handovers_taken_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_handovers")),
        sa.UniqueConstraint("code", name=op.f("uq_school_handovers_code")),
    )
    with op.batch_alter_table("school_handovers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_handovers_organization", ["organization_id", "id"], unique=False
        )
        batch_op.create_index(
            "uq_school_handovers_open",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        )

    op.create_table(
        "school_report_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "return",
                "accept",
                name="reportaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "submitted",
                "returned",
                "accepted",
                name="reportstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["school_reports.id"], name=op.f("fk_school_report_events_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_report_events")),
    )
    with op.batch_alter_table("school_report_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_school_report_events_report_id"), ["report_id"], unique=False
        )

    op.create_table(
        "youth_activities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "month",
                "camp",
                "leaders",
                "first_aid",
                "life",
                "drowning",
                "ehl",
                "red_cross_day",
                "blood",
                "aid",
                "contest",
                "other",
                name="youthkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("is_service", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "minutes > 0 AND minutes <= 1440", name=op.f("ck_youth_activities_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_youth_activities_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_youth_activities_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_youth_activities_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_activities")),
        sa.UniqueConstraint("code", name=op.f("uq_youth_activities_code")),
    )
    with op.batch_alter_table("youth_activities", schema=None) as batch_op:
        batch_op.create_index(
            "ix_youth_activities_campaign", ["campaign_id", "organization_id"], unique=False
        )
        batch_op.create_index(
            "ix_youth_activities_organization", ["organization_id", "held_on", "id"], unique=False
        )

    op.create_table(
        "youth_photos",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["youth_activities.id"], name=op.f("fk_youth_photos_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["users.id"], name=op.f("fk_youth_photos_declared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_youth_photos_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_photos")),
        sa.UniqueConstraint("code", name=op.f("uq_youth_photos_code")),
        sa.UniqueConstraint("file_id", name=op.f("uq_youth_photos_file_id")),
    )
    with op.batch_alter_table("youth_photos", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_youth_photos_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_youth_photos_declared_at"), ["declared_at"], unique=False
        )

    op.create_table(
        "youth_rolls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("class_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "recorded",
                "undone",
                name="rollstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["youth_activities.id"], name=op.f("fk_youth_rolls_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_classes.id"], name=op.f("fk_youth_rolls_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_youth_rolls_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["service_sheets.id"], name=op.f("fk_youth_rolls_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_rolls")),
        sa.UniqueConstraint("code", name=op.f("uq_youth_rolls_code")),
    )
    with op.batch_alter_table("youth_rolls", schema=None) as batch_op:
        batch_op.create_index("ix_youth_rolls_class", ["class_id", "status", "id"], unique=False)
        batch_op.create_index(
            "uq_youth_rolls_class",
            ["activity_id", "class_id"],
            unique=True,
            sqlite_where=sa.text("status = 'recorded'"),
            postgresql_where=sa.text("status = 'recorded'"),
        )

    op.create_table(
        "youth_marks",
        sa.Column("roll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pupil_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.id"], name=op.f("fk_youth_marks_pupil_id")),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["youth_rolls.id"], name=op.f("fk_youth_marks_roll_id")
        ),
        sa.PrimaryKeyConstraint("roll_id", "pupil_id", name=op.f("pk_youth_marks")),
    )
    with op.batch_alter_table("youth_marks", schema=None) as batch_op:
        batch_op.create_index("ix_youth_marks_pupil", ["pupil_id", "is_present"], unique=False)

    op.create_table(
        "youth_roll_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("roll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "correct",
                "undo",
                name="rollaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("present_before", sa.Integer(), nullable=True),
        sa.Column("present_after", sa.Integer(), nullable=False),
        sa.Column("came", sa.Text(), nullable=False),
        sa.Column("went", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["youth_rolls.id"], name=op.f("fk_youth_roll_events_roll_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_roll_events")),
    )
    with op.batch_alter_table("youth_roll_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_youth_roll_events_roll_id"), ["roll_id"], unique=False)


def downgrade() -> None:
    op.execute(
        "DELETE FROM figures "
        "WHERE measure IN ('youth_activities', 'youth_times', 'first_aid_times')"
    )
    remove_codes(*FIGURES, MEASURES)
    remove_codes(*KINDS, ("class",))
    with op.batch_alter_table("youth_roll_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_youth_roll_events_roll_id"))

    op.drop_table("youth_roll_events")
    with op.batch_alter_table("youth_marks", schema=None) as batch_op:
        batch_op.drop_index("ix_youth_marks_pupil")

    op.drop_table("youth_marks")
    with op.batch_alter_table("youth_rolls", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_youth_rolls_class",
            sqlite_where=sa.text("status = 'recorded'"),
            postgresql_where=sa.text("status = 'recorded'"),
        )
        batch_op.drop_index("ix_youth_rolls_class")

    op.drop_table("youth_rolls")
    with op.batch_alter_table("youth_photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_youth_photos_declared_at"))
        batch_op.drop_index(batch_op.f("ix_youth_photos_activity_id"))

    op.drop_table("youth_photos")
    with op.batch_alter_table("youth_activities", schema=None) as batch_op:
        batch_op.drop_index("ix_youth_activities_organization")
        batch_op.drop_index("ix_youth_activities_campaign")

    op.drop_table("youth_activities")
    with op.batch_alter_table("school_report_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_report_events_report_id"))

    op.drop_table("school_report_events")
    with op.batch_alter_table("school_handovers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_handovers_open",
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        )
        batch_op.drop_index("ix_school_handovers_organization")

    op.drop_table("school_handovers")
    with op.batch_alter_table("campaign_schools", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_schools_organization_id"))

    op.drop_table("campaign_schools")
    with op.batch_alter_table("school_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_school_reports_county")

    op.drop_table("school_reports")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index("ix_campaigns_organization")

    op.drop_table("campaigns")
