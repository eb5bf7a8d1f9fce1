"""count what is held at venues

Revision: 0063
Follows: 0062
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = [
    "venue_asked",
    "venue_agreed",
    "venue_refused",
    "appointment_soon",
    "appointment_called_off",
]


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.create_table(
        "appointment_slots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_slots_times")),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= seats", name=op.f("ck_appointment_slots_seats")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_appointment_slots_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_slots")),
        sa.UniqueConstraint("code", name=op.f("uq_appointment_slots_code")),
    )
    with op.batch_alter_table("appointment_slots", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_slots_venue", ["venue_id", "starts_at"], unique=False)

    op.create_table(
        "venue_months",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("open_days", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("youth", sa.Integer(), nullable=False),
        sa.Column("volunteers", sa.Integer(), nullable=False),
        sa.Column("public", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("group_visits", sa.Integer(), nullable=False),
        sa.Column("single_visits", sa.Integer(), nullable=False),
        sa.Column("online_visits", sa.Integer(), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.Column(
            "spend_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_months_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", "month", name=op.f("pk_venue_months")),
    )
    op.create_table(
        "venue_pulses",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("last_held_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_pulses_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", name=op.f("pk_venue_pulses")),
    )
    with op.batch_alter_table("venue_pulses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_venue_pulses_last_held_on"), ["last_held_on"], unique=False
        )

    op.create_table(
        "venue_visit_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("group_visits", sa.Integer(), nullable=False),
        sa.Column("single_visits", sa.Integer(), nullable=False),
        sa.Column("online_visits", sa.Integer(), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_venue_visit_days_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_visit_days_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_visit_days")),
    )
    with op.batch_alter_table("venue_visit_days", schema=None) as batch_op:
        batch_op.create_index("uq_venue_visit_days_day", ["venue_id", "day"], unique=True)

    op.create_table(
        "activity_feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "way",
            sa.Enum(
                "paper",
                "link",
                name="feedbackway",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_activity_feedback_people")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_activity_feedback_score")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_feedback_activity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_feedback")),
    )
    with op.batch_alter_table("activity_feedback", schema=None) as batch_op:
        batch_op.create_index("ix_activity_feedback_activity", ["activity_id", "id"], unique=False)

    op.create_table(
        "activity_photos",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_photos_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["users.id"], name=op.f("fk_activity_photos_declared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_activity_photos_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_photos")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_photos_code")),
        sa.UniqueConstraint("file_id", name=op.f("uq_activity_photos_file_id")),
    )
    with op.batch_alter_table("activity_photos", schema=None) as batch_op:
        batch_op.create_index("ix_activity_photos_activity", ["activity_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_photos_declared_at"), ["declared_at"], unique=False
        )

    op.create_table(
        "activity_reports",
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("public_people", sa.Integer(), nullable=False),
        sa.Column("spend_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("public_people >= 0", name=op.f("ck_activity_reports_people")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_reports_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["users.id"], name=op.f("fk_activity_reports_told_by_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_activity_reports")),
    )
    op.create_table(
        "appointment_slot_quarters",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["appointment_slots.id"], name=op.f("fk_appointment_slot_quarters_slot_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_appointment_slot_quarters_venue_id")
        ),
        sa.PrimaryKeyConstraint("venue_id", "starts_at", name=op.f("pk_appointment_slot_quarters")),
    )
    with op.batch_alter_table("appointment_slot_quarters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_slot_quarters_slot_id"), ["slot_id"], unique=False
        )

    op.create_table(
        "appointments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("caller_phone", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "came",
                "no_show",
                "cancelled",
                "called_off",
                name="appointmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["users.id"], name=op.f("fk_appointments_booked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_appointments_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["appointment_slots.id"], name=op.f("fk_appointments_slot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("code", name=op.f("uq_appointments_code")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointments_caller",
            ["starts_at"],
            unique=False,
            sqlite_where=sa.text("caller_phone IS NOT NULL"),
            postgresql_where=sa.text("caller_phone IS NOT NULL"),
        )
        batch_op.create_index("ix_appointments_own", ["person_id", "starts_at", "id"], unique=False)
        batch_op.create_index(
            "ix_appointments_remind",
            ["starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'booked'"),
            postgresql_where=sa.text("status = 'booked'"),
        )
        batch_op.create_index("ix_appointments_slot", ["slot_id", "id"], unique=False)

    op.create_table(
        "venue_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "agreed",
                "refused",
                "withdrawn",
                name="usestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_venue_uses_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_venue_uses_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["keeper_id"], ["organizations.id"], name=op.f("fk_venue_uses_keeper_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_uses_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_uses")),
    )
    with op.batch_alter_table("venue_uses", schema=None) as batch_op:
        batch_op.create_index("ix_venue_uses_keeper", ["keeper_id", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_venue_uses_venue_id"), ["venue_id"], unique=False)
        batch_op.create_index(
            "uq_venue_uses_open",
            ["activity_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('asked', 'agreed')"),
            postgresql_where=sa.text("status IN ('asked', 'agreed')"),
        )

    op.create_table(
        "appointment_booked_quarters",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "appointment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_appointment_booked_quarters_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_appointment_booked_quarters_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "starts_at", name=op.f("pk_appointment_booked_quarters")
        ),
    )
    with op.batch_alter_table("appointment_booked_quarters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_booked_quarters_appointment_id"),
            ["appointment_id"],
            unique=False,
        )

    op.create_table(
        "appointment_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "appointment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "come",
                "miss",
                "undo",
                "cancel",
                "call_off",
                name="appointmentaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "booked",
                "came",
                "no_show",
                "cancelled",
                "called_off",
                name="appointmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_appointment_events_appointment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_events")),
    )
    with op.batch_alter_table("appointment_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_events_appointment_id"), ["appointment_id"], unique=False
        )

    op.create_table(
        "venue_use_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("use_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "agree",
                "refuse",
                "withdraw",
                name="useaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "asked",
                "agreed",
                "refused",
                "withdrawn",
                name="usestatus",
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
            ["use_id"], ["venue_uses.id"], name=op.f("fk_venue_use_events_use_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_use_events")),
    )
    with op.batch_alter_table("venue_use_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_use_events_use_id"), ["use_id"], unique=False)

    _add_venue()
    op.add_column(
        "activities",
        sa.Column(
            "budget_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.create_index(
        "ix_activities_venue",
        "activities",
        ["venue_id", "last_ends_at", "id"],
        unique=False,
        sqlite_where=sa.text("venue_id IS NOT NULL"),
        postgresql_where=sa.text("venue_id IS NOT NULL"),
    )
    _add_class()
    op.add_column("activity_shifts", sa.Column("held_on", sa.Date(), nullable=True))


def _add_venue() -> None:
    """Add the venue without another copy of the table: shifts point to its rows (SQLite)."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE activities ADD COLUMN venue_id INTEGER "
            "CONSTRAINT fk_activities_venue_id REFERENCES venues (id)"
        )
        return
    op.add_column("activities", sa.Column("venue_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_activities_venue_id", "activities", "venues", ["venue_id"], ["id"])


def _add_class() -> None:
    check = (
        "CONSTRAINT ck_activity_attendances_cameas "
        "CHECK (came_as IN ('members', 'youth', 'volunteers', 'public'))"
    )
    op.execute(f"ALTER TABLE activity_attendances ADD COLUMN came_as VARCHAR(32) {check}")


def downgrade() -> None:
    op.drop_column("activity_shifts", "held_on")
    _drop_class()
    op.drop_index("ix_activities_venue", table_name="activities")
    op.drop_column("activities", "budget_fen")
    op.drop_column("activities", "venue_id")

    with op.batch_alter_table("venue_use_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_use_events_use_id"))

    op.drop_table("venue_use_events")
    with op.batch_alter_table("appointment_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_events_appointment_id"))

    op.drop_table("appointment_events")
    with op.batch_alter_table("appointment_booked_quarters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_booked_quarters_appointment_id"))

    op.drop_table("appointment_booked_quarters")
    with op.batch_alter_table("venue_uses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_venue_uses_open",
            sqlite_where=sa.text("status IN ('asked', 'agreed')"),
            postgresql_where=sa.text("status IN ('asked', 'agreed')"),
        )
        batch_op.drop_index(batch_op.f("ix_venue_uses_venue_id"))
        batch_op.drop_index("ix_venue_uses_keeper")

    op.drop_table("venue_uses")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index("ix_appointments_slot")
        batch_op.drop_index(
            "ix_appointments_remind",
            sqlite_where=sa.text("status = 'booked'"),
            postgresql_where=sa.text("status = 'booked'"),
        )
        batch_op.drop_index("ix_appointments_own")
        batch_op.drop_index(
            "ix_appointments_caller",
            sqlite_where=sa.text("caller_phone IS NOT NULL"),
            postgresql_where=sa.text("caller_phone IS NOT NULL"),
        )

    op.drop_table("appointments")
    with op.batch_alter_table("appointment_slot_quarters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_slot_quarters_slot_id"))

    op.drop_table("appointment_slot_quarters")
    op.drop_table("activity_reports")
    with op.batch_alter_table("activity_photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_photos_declared_at"))
        batch_op.drop_index("ix_activity_photos_activity")

    op.drop_table("activity_photos")
    with op.batch_alter_table("activity_feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_feedback_activity")

    op.drop_table("activity_feedback")
    with op.batch_alter_table("venue_visit_days", schema=None) as batch_op:
        batch_op.drop_index("uq_venue_visit_days_day")

    op.drop_table("venue_visit_days")
    with op.batch_alter_table("venue_pulses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_pulses_last_held_on"))

    op.drop_table("venue_pulses")
    op.drop_table("venue_months")
    with op.batch_alter_table("appointment_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_slots_venue")

    op.drop_table("appointment_slots")
    remove_codes(*LETTERS, KINDS)


def _drop_class() -> None:
    """Drop the column with its check; SQLite keeps the check with the column that it stands at."""
    op.execute("ALTER TABLE activity_attendances DROP COLUMN came_as")
