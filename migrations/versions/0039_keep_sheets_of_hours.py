"""keep sheets by which hours are entered for others

Revision: 0039
Follows: 0038
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
STATES = ("service_records", "status", "servicestatus")
STEPS = ("service_record_events", "to_status", "servicestatus")
ACTIONS = ("service_record_events", "action", "serviceaction")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIELDS = (
    "rescue", "health", "aid", "stem_cells", "body_donation", "blood", "hiv", "values",
    "fundraising", "overseas", "first_aid", "life_education", "drowning", "youth",
    "relief_goods", "other",
)  # fmt: skip


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _where(text: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(text), "postgresql_where": sa.text(text)}


def upgrade() -> None:
    add_codes(*LETTERS, ("hours_entered",))
    for table in (STATES, STEPS):
        add_codes(*table, ("disowned",))
    add_codes(*ACTIONS, ("disown",))
    _create_sheets()
    _create_lines()
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE service_records ADD COLUMN sheet_id {kind} "
        "CONSTRAINT fk_service_records_sheet_id REFERENCES service_sheets (id)"
    )
    waits = "status = 'pending' AND sheet_id IS NOT NULL"
    op.create_index(
        "ix_service_records_sheet",
        "service_records",
        ["sheet_id"],
        **_where("sheet_id IS NOT NULL"),
    )
    op.create_index(
        "ix_service_records_seconds", "service_records", ["handler_id", "sheet_id"], **_where(waits)
    )


def _create_sheets() -> None:
    op.create_table(
        "service_sheets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("kind", _codes("sheetkind", "manual", "roll"), nullable=False),
        sa.Column("status", _codes("sheetstatus", "draft", "held", "sent"), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", KEY, nullable=True),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("field", _codes("servicefield", *FIELDS), nullable=False),
        sa.Column(
            "work", _codes("workkind", "service", "meeting", "training", "duty"), nullable=False
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("people_told", sa.Integer(), nullable=True),
        sa.Column("minutes_told", sa.Integer(), nullable=True),
        sa.Column("evidence_code", sa.String(length=12), nullable=True),
        sa.Column("evidence_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_post_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_service_sheets_times")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_service_sheets_{column}")
            )
            for column, table in (
                ("entered_by_id", "users"),
                ("entered_post_id", "posts"),
                ("line_id", "organizations"),
                ("organization_id", "organizations"),
                ("released_by_id", "users"),
                ("shift_id", "activity_shifts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_sheets")),
        sa.UniqueConstraint("code", name=op.f("uq_service_sheets_code")),
    )
    with op.batch_alter_table("service_sheets", schema=None) as batch_op:
        batch_op.create_index("ix_service_sheets_organization", ["organization_id", "id"])
        batch_op.create_index("ix_service_sheets_operator", ["entered_by_id", "sent_at"])
        batch_op.create_index(batch_op.f("ix_service_sheets_shift_id"), ["shift_id"])
        batch_op.create_index(
            "ix_service_sheets_evidence",
            ["evidence_digest"],
            **_where("evidence_digest IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_service_sheets_drafts", ["begun_at"], **_where("status = 'draft'")
        )
        batch_op.create_index(
            "uq_service_sheets_shift_draft",
            ["shift_id", "line_id"],
            unique=True,
            **_where("status = 'draft' AND shift_id IS NOT NULL"),
        )


def _create_lines() -> None:
    op.create_table(
        "service_sheet_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sheet_id", KEY, nullable=False),
        sa.Column("volunteer_id", KEY, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_absent", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_service_sheet_lines_{column}")
            )
            for column, table in (("sheet_id", "service_sheets"), ("volunteer_id", "volunteers"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_sheet_lines")),
    )
    with op.batch_alter_table("service_sheet_lines", schema=None) as batch_op:
        batch_op.create_index("ix_service_sheet_lines_sheet", ["sheet_id", "id"])
        batch_op.create_index(batch_op.f("ix_service_sheet_lines_volunteer_id"), ["volunteer_id"])


def downgrade() -> None:
    op.drop_index("ix_service_records_seconds", table_name="service_records")
    op.drop_index("ix_service_records_sheet", table_name="service_records")
    op.execute("ALTER TABLE service_records DROP COLUMN sheet_id")
    op.drop_table("service_sheet_lines")
    op.drop_table("service_sheets")
    remove_codes(*ACTIONS, ("disown",))
    for table in (STEPS, STATES):
        remove_codes(*table, ("disowned",))
    remove_codes(*LETTERS, ("hours_entered",))
