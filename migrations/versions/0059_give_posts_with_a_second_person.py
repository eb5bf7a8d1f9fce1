"""give posts with a second person

Revision: 0059
Follows: 0058
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "secretary",
                "coordinator",
                "officer",
                "team_leader",
                "supervisor",
                "operator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("extends_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "offered",
                "accepted",
                "declined",
                "refused",
                "withdrawn",
                "lapsed",
                "voided",
                name="grantstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_nominated", sa.Boolean(), nullable=False),
        sa.Column("dangers", sa.String(length=200), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_post_id", sa.Integer(), nullable=False),
        sa.Column("seconded_by_id", sa.Integer(), nullable=True),
        sa.Column("seconded_post_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["extends_id"], ["posts.id"], name=op.f("fk_post_grants_extends_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_post_grants_organization_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_grants_post_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_post_grants_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_post_id"], ["posts.id"], name=op.f("fk_post_grants_proposed_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["seconded_by_id"], ["users.id"], name=op.f("fk_post_grants_seconded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["seconded_post_id"], ["posts.id"], name=op.f("fk_post_grants_seconded_post_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_post_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_grants")),
        sa.UniqueConstraint("code", name=op.f("uq_post_grants_code")),
    )

    with op.batch_alter_table("post_grants", schema=None) as batch_op:
        batch_op.create_index(
            "ix_post_grants_answer_by",
            ["answer_by"],
            unique=False,
            sqlite_where=sa.text("status IN ('proposed', 'offered')"),
            postgresql_where=sa.text("status IN ('proposed', 'offered')"),
        )
        batch_op.create_index(
            "ix_post_grants_organization", ["organization_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            "ix_post_grants_proposed_post", ["proposed_post_id", "status"], unique=False
        )
        batch_op.create_index(
            "ix_post_grants_seconded_post", ["seconded_post_id", "status"], unique=False
        )
        batch_op.create_index("ix_post_grants_user", ["user_id", "status"], unique=False)
        batch_op.create_index(
            "uq_post_grants_open",
            ["user_id", "role", "organization_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('proposed', 'offered')"),
            postgresql_where=sa.text("status IN ('proposed', 'offered')"),
        )

    op.create_table(
        "post_grant_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "propose",
                "second",
                "refuse",
                "accept",
                "decline",
                "withdraw",
                "lapse",
                "void",
                name="grantaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["post_grants.id"], name=op.f("fk_post_grant_events_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_grant_events")),
    )

    with op.batch_alter_table("post_grant_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_grant_events_grant_id"), ["grant_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("post_grant_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_grant_events_grant_id"))
    op.drop_table("post_grant_events")
    with op.batch_alter_table("post_grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_post_grants_open",
            sqlite_where=sa.text("status IN ('proposed', 'offered')"),
            postgresql_where=sa.text("status IN ('proposed', 'offered')"),
        )
        batch_op.drop_index("ix_post_grants_user")
        batch_op.drop_index("ix_post_grants_seconded_post")
        batch_op.drop_index("ix_post_grants_proposed_post")
        batch_op.drop_index("ix_post_grants_organization")
        batch_op.drop_index(
            "ix_post_grants_answer_by",
            sqlite_where=sa.text("status IN ('proposed', 'offered')"),
            postgresql_where=sa.text("status IN ('proposed', 'offered')"),
        )
    op.drop_table("post_grants")
