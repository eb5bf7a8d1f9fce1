"""keep attendance

Revision: 0035
Follows: 0034
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

#: Table, column and constraint, and the codes that are new.
CODES = (
    (("activity_events", "action", "activityaction"), ("reopen",)),
    (("activity_signups", "status", "signupstatus"), ("no_show",)),
    (("activity_signup_events", "to_status", "signupstatus"), ("no_show",)),
    (
        ("activity_signup_events", "action", "signupaction"),
        (
            "join",
            "undo_check_in",
            "vouch",
            "miss",
            "undo_miss",
            "undo_miss_unseen",
        ),
    ),
    (("service_record_events", "action", "serviceaction"), ("take_back",)),
    (("service_records", "method", "servicemethod"), ("fixed_code",)),
    (("ledger_entries", "method", "servicemethod"), ("fixed_code",)),
)
RULE = "CONSTRAINT ck_activities_hoursrule CHECK (hours_rule IN ('attended', 'fixed'))"
ONCE = sa.text("attendance_id IS NOT NULL AND status IN ('pending', 'confirmed', 'objected')")


def upgrade() -> None:
    op.create_table(
        "activity_endings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "attended",
                "fixed",
                name="hoursrule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_post_id"], ["posts.id"], name=op.f("fk_activity_endings_by_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["users.id"], name=op.f("fk_activity_endings_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["activity_shifts.id"], name=op.f("fk_activity_endings_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_endings")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_endings_code")),
    )
    with op.batch_alter_table("activity_endings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_endings_shift_id"), ["shift_id"], unique=False
        )

    op.create_table(
        "activity_attendances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "signup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "in",
                "out",
                "undone",
                name="attendancestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "in_way",
            sa.Enum(
                "code",
                "fixed",
                "tick",
                "paper",
                "end",
                "auto",
                name="in_way",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("in_claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_device", sa.LargeBinary(length=32), nullable=True),
        sa.Column("in_by_id", sa.Integer(), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "out_way",
            sa.Enum(
                "code",
                "fixed",
                "tick",
                "paper",
                "end",
                "auto",
                name="out_way",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("out_claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_device", sa.LargeBinary(length=32), nullable=True),
        sa.Column("out_by_id", sa.Integer(), nullable=True),
        sa.Column("flags", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("minutes_by_id", sa.Integer(), nullable=True),
        sa.Column("ending_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "confirmed",
                "proposed",
                "held",
                "overlap",
                "limit",
                "not_serving",
                "nothing",
                name="attendanceoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(out_at IS NULL) = (out_way IS NULL)", name=op.f("ck_activity_attendances_out")
        ),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 0 AND 1440",
            name=op.f("ck_activity_attendances_minutes"),
        ),
        sa.CheckConstraint(
            "out_at IS NULL OR out_at >= in_at", name=op.f("ck_activity_attendances_times")
        ),
        sa.ForeignKeyConstraint(
            ["ending_id"], ["activity_endings.id"], name=op.f("fk_activity_attendances_ending_id")
        ),
        sa.ForeignKeyConstraint(
            ["in_by_id"], ["users.id"], name=op.f("fk_activity_attendances_in_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["minutes_by_id"], ["users.id"], name=op.f("fk_activity_attendances_minutes_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["out_by_id"], ["users.id"], name=op.f("fk_activity_attendances_out_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["activity_shifts.id"], name=op.f("fk_activity_attendances_shift_id")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["activity_signups.id"], name=op.f("fk_activity_attendances_signup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_attendances")),
        sa.UniqueConstraint("signup_id", name=op.f("uq_activity_attendances_signup_id")),
    )
    with op.batch_alter_table("activity_attendances", schema=None) as batch_op:
        batch_op.create_index(
            "ix_activity_attendances_desk", ["shift_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            "ix_activity_attendances_device",
            ["in_device", "in_at"],
            unique=False,
            sqlite_where=sa.text("in_device IS NOT NULL"),
            postgresql_where=sa.text("in_device IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_activity_attendances_ending_id"), ["ending_id"], unique=False
        )
        batch_op.create_index(
            "ix_activity_attendances_held",
            ["signup_id"],
            unique=False,
            sqlite_where=sa.text("outcome = 'held'"),
            postgresql_where=sa.text("outcome = 'held'"),
        )
        batch_op.create_index(
            "ix_activity_attendances_in",
            ["shift_id"],
            unique=False,
            sqlite_where=sa.text("status = 'in'"),
            postgresql_where=sa.text("status = 'in'"),
        )

    for column, codes in CODES:
        add_codes(*column, codes)
    op.execute(
        f"ALTER TABLE activities ADD COLUMN hours_rule VARCHAR(32) DEFAULT 'attended' NOT NULL {RULE}"
    )
    # A batch would copy the table, and lose the triggers over service records.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE service_records ADD COLUMN attendance_id {kind} "
        "CONSTRAINT fk_service_records_attendance_id REFERENCES activity_attendances (id)"
    )
    op.create_index(
        "uq_service_records_attendance",
        "service_records",
        ["attendance_id"],
        unique=True,
        sqlite_where=ONCE,
        postgresql_where=ONCE,
    )


def downgrade() -> None:
    for column, codes in CODES:
        remove_codes(*column, codes)
    op.drop_index("uq_service_records_attendance", table_name="service_records")
    op.execute("ALTER TABLE service_records DROP COLUMN attendance_id")
    op.execute("ALTER TABLE activities DROP COLUMN hours_rule")
    with op.batch_alter_table("activity_attendances", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_activity_attendances_held",
            sqlite_where=sa.text("outcome = 'held'"),
            postgresql_where=sa.text("outcome = 'held'"),
        )
        batch_op.drop_index(
            "ix_activity_attendances_in",
            sqlite_where=sa.text("status = 'in'"),
            postgresql_where=sa.text("status = 'in'"),
        )
        batch_op.drop_index(batch_op.f("ix_activity_attendances_ending_id"))
        batch_op.drop_index(
            "ix_activity_attendances_device",
            sqlite_where=sa.text("in_device IS NOT NULL"),
            postgresql_where=sa.text("in_device IS NOT NULL"),
        )
        batch_op.drop_index("ix_activity_attendances_desk")

    op.drop_table("activity_attendances")
    with op.batch_alter_table("activity_endings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_endings_shift_id"))

    op.drop_table("activity_endings")
