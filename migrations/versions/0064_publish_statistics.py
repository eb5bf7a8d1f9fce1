"""publish statistics

Revision: 0064
Follows: 0063
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statistics_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "published",
                "corrected",
                "taken_back",
                name="editionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_statistics_editions_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["users.id"], name=op.f("fk_statistics_editions_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_editions")),
        sa.UniqueConstraint("code", name=op.f("uq_statistics_editions_code")),
    )
    with op.batch_alter_table("statistics_editions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_statistics_editions_standing",
            ["year"],
            unique=True,
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )

    op.create_table(
        "statistics_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "correct",
                "take_back",
                name="editionaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "published",
                "corrected",
                "taken_back",
                name="editionstatus",
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
            ["edition_id"], ["statistics_editions.id"], name=op.f("fk_statistics_events_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_events")),
    )
    with op.batch_alter_table("statistics_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_statistics_events_edition_id"), ["edition_id"], unique=False
        )

    op.create_table(
        "statistics_lines",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=False),
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
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["statistics_editions.id"], name=op.f("fk_statistics_lines_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_statistics_lines_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["organizations.id"], name=op.f("fk_statistics_lines_place_id")
        ),
        sa.PrimaryKeyConstraint("edition_id", "position", name=op.f("pk_statistics_lines")),
    )


def downgrade() -> None:
    op.drop_table("statistics_lines")
    with op.batch_alter_table("statistics_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statistics_events_edition_id"))

    op.drop_table("statistics_events")
    with op.batch_alter_table("statistics_editions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_statistics_editions_standing",
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )

    op.drop_table("statistics_editions")
