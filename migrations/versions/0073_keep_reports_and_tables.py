"""keep reports and tables

Revision: 0073
Follows: 0072
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

#: What a frozen report tells; each row names the report.
TOLD = ("report_lines", "report_adjustments")
#: Which rows of a change must not belong to a frozen report.
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
REFUSED = "a frozen report does not change"
FUNCTION = """CREATE FUNCTION refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM reports WHERE id = OLD.report_id AND status = 'frozen') THEN
      RAISE EXCEPTION 'a frozen report does not change';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF EXISTS (SELECT 1 FROM reports WHERE id = NEW.report_id AND status = 'frozen') THEN
    RAISE EXCEPTION 'a frozen report does not change';
  END IF;
  RETURN NEW;
END $$"""


def keep_frozen() -> None:
    """Let the database refuse every change of a frozen report and of what it tells."""
    if op.get_bind().dialect.name == "sqlite":
        _keep_frozen_in_sqlite()
        return
    op.execute(FUNCTION)
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER reports_frozen_{event} BEFORE {event.upper()} ON reports FOR EACH ROW "
            f"WHEN (OLD.status = 'frozen') EXECUTE FUNCTION refuse_change()"
        )
    for table in TOLD:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_frozen()"
        )


def _keep_frozen_in_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    for event in ("update", "delete"):
        head = f"CREATE TRIGGER reports_frozen_{event} BEFORE {event.upper()} ON reports"
        op.execute(f"{head} WHEN OLD.status = 'frozen' {refuse}")
    for table in TOLD:
        for event, rows in EVENTS.items():
            head = f"CREATE TRIGGER {table}_frozen_{event} BEFORE {event.upper()} ON {table}"
            frozen = " OR ".join(
                f"(SELECT status FROM reports WHERE id = {row}.report_id) = 'frozen'"  # noqa: S608 - names of this file
                for row in rows
            )
            op.execute(f"{head} WHEN {frozen} {refuse}")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "province",
                "city",
                "county",
                "township",
                "unit",
                name="level",
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
                "submitted",
                "returned",
                "checked",
                "accepted",
                "frozen",
                name="reportstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_reports_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_reports_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("code", name=op.f("uq_reports_code")),
        sa.UniqueConstraint("organization_id", "period", name="uq_reports_period"),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_period_status", ["period", "status"], unique=False)
        batch_op.create_index("ix_reports_turn", ["handler_id", "status"], unique=False)

    op.create_table(
        "report_adjustments",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=32), nullable=False),
        sa.Column("frozen", sa.BigInteger(), nullable=True),
        sa.Column("known", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["reports.id"], name=op.f("fk_report_adjustments_about_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_adjustments_report_id")
        ),
        sa.PrimaryKeyConstraint(
            "report_id", "about_id", "indicator", name=op.f("pk_report_adjustments")
        ),
    )
    with op.batch_alter_table("report_adjustments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_adjustments_about_id"), ["about_id"], unique=False
        )

    op.create_table(
        "report_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "return",
                "check",
                "accept",
                "freeze",
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
                "open",
                "submitted",
                "returned",
                "checked",
                "accepted",
                "frozen",
                name="reportstatus",
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
            ["report_id"], ["reports.id"], name=op.f("fk_report_events_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_events")),
    )
    with op.batch_alter_table("report_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_events_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_lines",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("indicator", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition_text", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("top", sa.BigInteger(), nullable=False),
        sa.Column("bottom", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_lines_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "indicator", name=op.f("pk_report_lines")),
    )
    op.create_table(
        "report_reasons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booked_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"], ["reports.id"], name=op.f("fk_report_reasons_about_id")
        ),
        sa.ForeignKeyConstraint(
            ["booked_id"], ["reports.id"], name=op.f("fk_report_reasons_booked_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reasons")),
    )
    with op.batch_alter_table("report_reasons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_reasons_about_id"), ["about_id"], unique=False)

    op.create_table(
        "table_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("parameters_text", sa.String(length=500), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "meeting",
                "filing",
                "check",
                "insurance",
                "other",
                name="exportpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "running",
                "ready",
                "removed",
                name="tablestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("organization_code", sa.String(length=12), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("job_code", sa.String(length=16), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_table_files_organization_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_table_files_post_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_table_files_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_files")),
        sa.UniqueConstraint("code", name=op.f("uq_table_files_code")),
    )
    with op.batch_alter_table("table_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_table_files_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(
            "ix_table_files_owner", ["user_id", "organization_id", "id"], unique=False
        )

    keep_frozen()


def downgrade() -> None:
    with op.batch_alter_table("table_files", schema=None) as batch_op:
        batch_op.drop_index("ix_table_files_owner")
        batch_op.drop_index(batch_op.f("ix_table_files_expires_at"))

    op.drop_table("table_files")
    with op.batch_alter_table("report_reasons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_reasons_about_id"))

    op.drop_table("report_reasons")
    op.drop_table("report_lines")
    with op.batch_alter_table("report_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_events_report_id"))

    op.drop_table("report_events")
    with op.batch_alter_table("report_adjustments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_adjustments_about_id"))

    op.drop_table("report_adjustments")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_turn")
        batch_op.drop_index("ix_reports_period_status")

    op.drop_table("reports")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_frozen()")
