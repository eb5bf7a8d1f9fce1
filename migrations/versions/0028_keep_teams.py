"""keep teams

Revision: 0028
Follows: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "founder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "rescue",
                "health",
                "aid",
                "stem_cells",
                "body_donation",
                "blood",
                "hiv",
                "values",
                "fundraising",
                "overseas",
                "first_aid",
                "life_education",
                "drowning",
                "youth",
                "relief_goods",
                "other",
                name="servicefield",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_rescue", sa.Boolean(), nullable=False),
        sa.Column("registration", sa.String(length=40), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "1a",
                "2a",
                "3a",
                "4a",
                "5a",
                name="teamgrade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("assessment_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "returned",
                "active",
                "review_due",
                "rectifying",
                "withdrawn",
                "dissolved",
                name="teamstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_teams_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["founder_id"], ["volunteers.id"], name=op.f("fk_teams_founder_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_teams_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_teams_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_teams_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("code", name=op.f("uq_teams_code")),
    )
    with op.batch_alter_table("teams", schema=None) as batch_op:
        batch_op.create_index("ix_teams_county", ["county_id", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_teams_founder_id"), ["founder_id"], unique=False)
        batch_op.create_index("ix_teams_handler", ["handler_id", "status", "id"], unique=False)
        batch_op.create_index(
            "ix_teams_organization", ["organization_id", "status", "id"], unique=False
        )
        batch_op.create_index("ix_teams_review", ["status", "review_on", "id"], unique=False)

    op.create_table(
        "team_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "return",
                "resubmit",
                "withdraw",
                "approve",
                "fall_due",
                "keep",
                "rectify",
                "dissolve",
                "grade",
                name="teamaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "submitted",
                "returned",
                "active",
                "review_due",
                "rectifying",
                "withdrawn",
                "dissolved",
                name="teamstatus",
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
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_events_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_events")),
    )
    with op.batch_alter_table("team_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_events_team_id"), ["team_id"], unique=False)

    op.create_table(
        "team_seats",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "leader",
                "member",
                name="teamrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "in",
                "declined",
                "left",
                name="seatstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_seats_team_id")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_team_seats_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_seats")),
        sa.UniqueConstraint("code", name=op.f("uq_team_seats_code")),
    )
    with op.batch_alter_table("team_seats", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_team_seats_volunteer_id"), ["volunteer_id"], unique=False
        )
        batch_op.create_index(
            "uq_team_seats_open",
            ["team_id", "volunteer_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('asked', 'in')"),
            postgresql_where=sa.text("status IN ('asked', 'in')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("team_seats", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_team_seats_open",
            sqlite_where=sa.text("status IN ('asked', 'in')"),
            postgresql_where=sa.text("status IN ('asked', 'in')"),
        )
        batch_op.drop_index(batch_op.f("ix_team_seats_volunteer_id"))

    op.drop_table("team_seats")
    with op.batch_alter_table("team_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_events_team_id"))

    op.drop_table("team_events")
    with op.batch_alter_table("teams", schema=None) as batch_op:
        batch_op.drop_index("ix_teams_review")
        batch_op.drop_index("ix_teams_organization")
        batch_op.drop_index("ix_teams_handler")
        batch_op.drop_index(batch_op.f("ix_teams_founder_id"))
        batch_op.drop_index("ix_teams_county")

    op.drop_table("teams")
