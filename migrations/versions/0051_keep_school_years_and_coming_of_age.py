"""keep school years and coming of age

Revision: 0051
Follows: 0050
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, let_be_empty, remove_codes

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
STEPS = ("membership_events", "action", "membershipaction")


def upgrade() -> None:
    add_codes(*LETTERS, ["came_of_age"])
    add_codes(*STEPS, ["convert"])
    let_be_empty("resettlements", "closing_id", allowed=True)
    op.create_table(
        "school_year_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "undone",
                name="runstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_year_runs_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["users.id"], name=op.f("fk_school_year_runs_started_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_school_year_runs_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_year_runs")),
        sa.UniqueConstraint("code", name=op.f("uq_school_year_runs_code")),
    )
    with op.batch_alter_table("school_year_runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_year_runs_batch", ["batch", "organization_id"], unique=False
        )
        batch_op.create_index("ix_school_year_runs_done", ["status", "done_at"], unique=False)
        batch_op.create_index("uq_school_year_runs_year", ["organization_id", "year"], unique=True)

    op.create_table(
        "school_year_classes",
        sa.Column("class_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_class_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("is_linked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_classes.id"], name=op.f("fk_school_year_classes_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_class_id"],
            ["school_classes.id"],
            name=op.f("fk_school_year_classes_from_class_id"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["school_year_runs.id"], name=op.f("fk_school_year_classes_run_id")
        ),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_school_year_classes")),
        sa.UniqueConstraint("from_class_id", name=op.f("uq_school_year_classes_from_class_id")),
    )
    with op.batch_alter_table("school_year_classes", schema=None) as batch_op:
        batch_op.create_index("ix_school_year_classes_run", ["run_id"], unique=False)

    op.create_table(
        "comings_of_age",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "converted",
                "left",
                name="agestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_comings_of_age_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_comings_of_age_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_comings_of_age_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comings_of_age")),
        sa.UniqueConstraint("code", name=op.f("uq_comings_of_age_code")),
        sa.UniqueConstraint("person_id", name=op.f("uq_comings_of_age_person_id")),
    )
    with op.batch_alter_table("comings_of_age", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comings_of_age_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            "ix_comings_of_age_organization", ["organization_id", "status", "id"], unique=False
        )

    op.create_table(
        "pupil_years",
        sa.Column("pupil_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "member",
                "refused",
                "withdrawn",
                "removed",
                "graduated",
                "left",
                "converted",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reached",
            sa.Enum(
                "draft",
                "member",
                "refused",
                "withdrawn",
                "removed",
                "graduated",
                "left",
                "converted",
                name="reached",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("pupil_id", "year", name=op.f("pk_pupil_years")),
    )
    op.create_table(
        "school_year_exceptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "repeat",
                "move",
                "leave",
                name="exceptionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_school_year_exceptions_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_year_exceptions_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"],
            ["pupils.id"],
            name=op.f("fk_school_year_exceptions_pupil_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_year_exceptions")),
    )
    with op.batch_alter_table("school_year_exceptions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_year_exceptions_year", ["organization_id", "year"], unique=False
        )
        batch_op.create_index("uq_school_year_exceptions_pupil", ["pupil_id", "year"], unique=True)


def downgrade() -> None:
    let_be_empty("resettlements", "closing_id", allowed=False)
    remove_codes(*STEPS, ["convert"])
    remove_codes(*LETTERS, ["came_of_age"])
    with op.batch_alter_table("school_year_exceptions", schema=None) as batch_op:
        batch_op.drop_index("uq_school_year_exceptions_pupil")
        batch_op.drop_index("ix_school_year_exceptions_year")

    op.drop_table("school_year_exceptions")
    op.drop_table("pupil_years")
    with op.batch_alter_table("comings_of_age", schema=None) as batch_op:
        batch_op.drop_index("ix_comings_of_age_organization")
        batch_op.drop_index(batch_op.f("ix_comings_of_age_membership_id"))

    op.drop_table("comings_of_age")
    with op.batch_alter_table("school_year_classes", schema=None) as batch_op:
        batch_op.drop_index("ix_school_year_classes_run")

    op.drop_table("school_year_classes")
    with op.batch_alter_table("school_year_runs", schema=None) as batch_op:
        batch_op.drop_index("uq_school_year_runs_year")
        batch_op.drop_index("ix_school_year_runs_done")
        batch_op.drop_index("ix_school_year_runs_batch")

    op.drop_table("school_year_runs")
