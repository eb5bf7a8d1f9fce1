"""keep more figures, parts of figures and stocks of past months

Revision: 0067
Follows: 0066
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

FIGURES = ("figures", "measure", "measure")
OLD = (
    "organizations",
    "adult_members",
    "youth_members",
    "group_members",
    "volunteers",
    "registered_volunteers",
    "schools",
    "school_branches",
    "applications_waiting",
    "applications_doubtful",
    "filings_waiting",
    "hours_waiting",
    "objections_waiting",
    "holds_waiting",
    "groups_waiting",
    "changes_waiting",
    "activities_waiting",
    "rights_waiting",
    "new_members",
    "confirmed_minutes",
    "confirmed_records",
    "youth_activities",
    "youth_times",
    "first_aid_times",
    "dues_charged",
    "dues_paid",
    "dues_charges",
    "dues_settled",
)
NEW = (
    "dues_remitted",
    "township_divisions",
    "village_divisions",
    "residents",
    "new_adults",
    "left_adults",
    "new_youth",
    "left_youth",
    "graduated_youth",
    "new_volunteers",
    "new_registered",
    "manual_records",
    "venue_activities",
    "venue_times",
    "certificates",
    "admissions_handled",
    "filings_handled",
    "appeals_handled",
    "pupils",
    "teams",
    "stars",
    "venues",
    "minors",
    "minors_consented",
    "people",
    "missing_id",
    "missing_phone",
    "duplicates",
    "active_volunteers",
    "overdue_elections",
    "silent_venues",
    "overdue_applications",
    "overdue_filings",
    "stale_people",
)


def upgrade() -> None:
    add_codes(*FIGURES, NEW)
    _create("figure_parts", sa.Column("period", sa.Integer(), nullable=False))
    _create("figure_stocks", sa.Column("month", sa.Integer(), nullable=False))
    op.create_table(
        "figure_runs",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_figure_runs")),
    )


def downgrade() -> None:
    op.drop_table("figure_runs")
    op.drop_table("figure_stocks")
    op.drop_table("figure_parts")
    op.get_bind().execute(
        sa.text("DELETE FROM figures WHERE measure IN :gone").bindparams(
            sa.bindparam("gone", NEW, expanding=True)
        )
    )
    remove_codes(*FIGURES, NEW)


def _create(table: str, period: sa.Column[int]) -> None:
    measure = sa.Enum(
        *OLD, *NEW, name="measure", native_enum=False, create_constraint=True, length=32
    )
    key = ("organization_id", "measure", "part", period.name)
    op.create_table(
        table,
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("measure", measure, nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        period,
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{table}_organization_id")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
