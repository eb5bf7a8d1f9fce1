"""define indicators and targets

Revision: 0071
Follows: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        *_entered("indicator_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_versions")),
        sa.UniqueConstraint("code", "number", name="uq_indicator_versions_number"),
    )
    op.create_table(
        "indicator_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
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
            nullable=True,
        ),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        *_entered("indicator_targets"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_indicator_targets_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_targets")),
    )
    op.create_index("ix_indicator_targets_year", "indicator_targets", ["year", "organization_id"])
    op.create_index(
        "ix_indicator_targets_organization_id", "indicator_targets", ["organization_id"]
    )


def downgrade() -> None:
    op.drop_table("indicator_targets")
    op.drop_table("indicator_versions")


def _entered(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f(f"fk_{table}_entered_by_id")
        ),
    )
