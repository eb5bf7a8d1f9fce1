"""keep evaluations

Revision: 0074
Follows: 0073
"""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

#: Weights hold for ever from their day on; a later version is another row.
APPEND_ONLY = ("evaluation_schemes", "evaluation_items")
RESULTS = "evaluation_results"
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
FUNCTION = """CREATE FUNCTION refuse_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM evaluations WHERE id = OLD.evaluation_id
        AND status IN ('final', 'withheld')) THEN
      RAISE EXCEPTION 'a final evaluation does not change';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF EXISTS (SELECT 1 FROM evaluations WHERE id = NEW.evaluation_id
      AND status IN ('final', 'withheld')) THEN
    RAISE EXCEPTION 'a final evaluation does not change';
  END IF;
  RETURN NEW;
END $$"""


def keep_results() -> None:
    """Let the database refuse every change of weights and of final results."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            head = f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table}"
            if is_sqlite:
                op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
            else:
                op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    if not is_sqlite:
        op.execute(FUNCTION)
        op.execute(
            f"CREATE TRIGGER {RESULTS}_final BEFORE INSERT OR UPDATE OR DELETE ON {RESULTS} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_final()"
        )
        return
    for event, rows in EVENTS.items():
        head = f"CREATE TRIGGER {RESULTS}_final_{event} BEFORE {event.upper()} ON {RESULTS}"
        final = " OR ".join(
            f"(SELECT status FROM evaluations WHERE id = {row}.evaluation_id) "  # noqa: S608 - names of this file
            "IN ('final', 'withheld')"
            for row in rows
        )
        refuse = "BEGIN SELECT RAISE(ABORT, 'a final evaluation does not change'); END"
        op.execute(f"{head} WHEN {final} {refuse}")


def upgrade() -> None:
    op.create_table(
        "evaluation_schemes",
        sa.Column("id", sa.Integer(), nullable=False),
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
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_evaluation_schemes_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_schemes")),
        sa.UniqueConstraint("level", "version", name="uq_evaluation_schemes_version"),
    )
    op.create_table(
        "evaluation_items",
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=32), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "proportion",
                "reached",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["evaluation_schemes.id"], name=op.f("fk_evaluation_items_scheme_id")
        ),
        sa.PrimaryKeyConstraint("scheme_id", "indicator", name=op.f("pk_evaluation_items")),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
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
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "replying",
                "final",
                "withheld",
                name="evaluationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("reply_until", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_evaluations_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["evaluation_schemes.id"], name=op.f("fk_evaluations_scheme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("code", name=op.f("uq_evaluations_code")),
        sa.UniqueConstraint("year", "level", name="uq_evaluations_year"),
    )
    op.create_table(
        "evaluation_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "hand_over",
                "take_back",
                "finish",
                "withhold",
                "release",
                name="evaluationaction",
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
                "replying",
                "final",
                "withheld",
                name="evaluationstatus",
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
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_evaluation_events_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_events")),
    )
    with op.batch_alter_table("evaluation_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_events_evaluation_id"), ["evaluation_id"], unique=False
        )

    op.create_table(
        "evaluation_results",
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("points_text", sa.Text(), nullable=False),
        sa.Column("reply", sa.String(length=500), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_evaluation_results_evaluation_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["organizations.id"], name=op.f("fk_evaluation_results_place_id")
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "place_id", name=op.f("pk_evaluation_results")),
    )
    keep_results()


def downgrade() -> None:
    op.drop_table("evaluation_results")
    with op.batch_alter_table("evaluation_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_events_evaluation_id"))

    op.drop_table("evaluation_events")
    op.drop_table("evaluations")
    op.drop_table("evaluation_items")
    op.drop_table("evaluation_schemes")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_final()")
