"""look at hours before they count

Revision: 0040
Follows: 0039
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

#: Table, column, name of its check, further codes.
MORE_CODES = (
    (("letters", "kind", "letterkind"), ("hours_held", "hours_released")),
    (("figures", "measure", "measure"), ("holds_waiting",)),
    (("service_record_events", "action", "serviceaction"), ("void", "appeal")),
    (("service_records", "refusal", "refusalreason"), ("checked",)),
)
OBJECTED_AT = """
    UPDATE service_records SET objected_at = coalesce((
        SELECT max(events.at) FROM service_record_events events
        WHERE events.record_id = service_records.id AND events.action = 'object'
    ), submitted_at) WHERE status = 'objected'
"""
#: What was there before is looked at only where somebody asks for it (``volunteers look-through``).
BEGIN = """
    INSERT INTO hold_scans (id, record_id, sequence, at)
    SELECT 1, max(id), coalesce((SELECT max(sequence) FROM ledger_entries), 0), CURRENT_TIMESTAMP
    FROM service_records HAVING count(*) > 0
"""


def upgrade() -> None:
    op.create_table(
        "hold_scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_scans")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "pattern",
            sa.Enum(
                "mutual",
                "ring",
                "same_second",
                "travel",
                "identical",
                "nights",
                "week",
                "operator",
                "full_shift",
                "short_lived",
                "no_check_in",
                "expired_post",
                "same_photo",
                "objection",
                name="pattern",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "asked",
                "released",
                "refused",
                name="holdstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("numbers", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_holds_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["organizations.id"], name=op.f("fk_holds_desk_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_holds_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("code", name=op.f("uq_holds_code")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_holds_asked",
            ["organization_id", "asked_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'asked'"),
            postgresql_where=sa.text("status = 'asked'"),
        )
        batch_op.create_index(
            "ix_holds_desk", ["desk_id", "status", "pattern", "found_at", "id"], unique=False
        )
        batch_op.create_index("ix_holds_key", ["key"], unique=False)
        batch_op.create_index(
            "uq_holds_open",
            ["desk_id", "key"],
            unique=True,
            sqlite_where=sa.text("status IN ('open', 'asked')"),
            postgresql_where=sa.text("status IN ('open', 'asked')"),
        )

    op.create_table(
        "hold_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "ask",
                "answer",
                "release",
                "refuse",
                name="holdaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "open",
                "asked",
                "released",
                "refused",
                name="holdstatus",
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
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_hold_events_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_events")),
    )
    with op.batch_alter_table("hold_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_events_hold_id"), ["hold_id"], unique=False)

    op.create_table(
        "hold_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_hold_records_hold_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_records.id"], name=op.f("fk_hold_records_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_records")),
        sa.UniqueConstraint("hold_id", "record_id", name=op.f("uq_hold_records_hold_id_record_id")),
    )
    with op.batch_alter_table("hold_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_records_record_id"), ["record_id"], unique=False)

    for column in ("objected_at", "appealed_at"):
        op.add_column(
            "service_records", sa.Column(column, sa.DateTime(timezone=True), nullable=True)
        )
    op.create_index(
        "ix_service_records_entered",
        "service_records",
        ["submitted_by_id", "submitted_at"],
        sqlite_where=sa.text("method <> 'self_reported'"),
        postgresql_where=sa.text("method <> 'self_reported'"),
    )
    op.create_index(
        "ix_service_records_objected",
        "service_records",
        ["handler_id", "objected_at", "id"],
        sqlite_where=sa.text("status = 'objected'"),
        postgresql_where=sa.text("status = 'objected'"),
    )
    for check, codes in MORE_CODES:
        add_codes(*check, codes)
    op.execute(OBJECTED_AT)
    op.execute(BEGIN)


def downgrade() -> None:
    op.execute("DELETE FROM figures WHERE measure = 'holds_waiting'")
    for check, codes in reversed(MORE_CODES):
        remove_codes(*check, codes)
    op.drop_index("ix_service_records_objected", "service_records")
    op.drop_index("ix_service_records_entered", "service_records")
    for column in ("appealed_at", "objected_at"):  # in place: the table keeps its triggers
        op.execute(f"ALTER TABLE service_records DROP COLUMN {column}")

    with op.batch_alter_table("hold_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_records_record_id"))

    op.drop_table("hold_records")
    with op.batch_alter_table("hold_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_events_hold_id"))

    op.drop_table("hold_events")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_holds_open",
            sqlite_where=sa.text("status IN ('open', 'asked')"),
            postgresql_where=sa.text("status IN ('open', 'asked')"),
        )
        batch_op.drop_index("ix_holds_key")
        batch_op.drop_index("ix_holds_desk")
        batch_op.drop_index(
            "ix_holds_asked",
            sqlite_where=sa.text("status = 'asked'"),
            postgresql_where=sa.text("status = 'asked'"),
        )

    op.drop_table("holds")
    op.drop_table("hold_scans")
