"""hand posts over

Revision: 0060
Follows: 0059
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KEPT = (
    "code, organization_id, counts, given_at, given_by_id, given_post_id, "
    "taken_at, taken_by_id, taken_post_id, version"
)
#: What coordinators signed for so far is kept as hand-overs of their posts.
TAKE_OVER = f"""
INSERT INTO handovers ({KEPT}, role, status, post_id, reason)
SELECT {KEPT}, 'coordinator',
  CASE WHEN taken_at IS NULL THEN 'given' ELSE 'taken' END, given_post_id, ''
FROM school_handovers
"""  # noqa: S608 - no value of anybody in it
GIVE_BACK = f"""
INSERT INTO school_handovers ({KEPT})
SELECT {KEPT} FROM handovers AS one
WHERE role = 'coordinator' AND given_at IS NOT NULL AND (status = 'taken' OR (
  status = 'given' AND NOT EXISTS (
    SELECT 1 FROM handovers AS later WHERE later.organization_id = one.organization_id
      AND later.role = one.role AND later.status = 'given' AND later.id > one.id)))
"""  # noqa: S608 - no value of anybody in it


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
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
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "given",
                "taken",
                "called_off",
                name="handoverstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_post_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_post_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["users.id"], name=op.f("fk_handovers_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["given_post_id"], ["posts.id"], name=op.f("fk_handovers_given_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["post_grants.id"], name=op.f("fk_handovers_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_handovers_organization_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_handovers_post_id")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["users.id"], name=op.f("fk_handovers_successor_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["users.id"], name=op.f("fk_handovers_taken_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_post_id"], ["posts.id"], name=op.f("fk_handovers_taken_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("code", name=op.f("uq_handovers_code")),
    )

    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handovers_given_by_id"), ["given_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handovers_grant_id"), ["grant_id"], unique=False)
        batch_op.create_index(
            "ix_handovers_organization", ["organization_id", "role", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_handovers_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_handovers_successor_id"), ["successor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_handovers_taken_by_id"), ["taken_by_id"], unique=False)
        batch_op.create_index(
            "uq_handovers_open",
            ["organization_id", "role", "post_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'given')"),
            postgresql_where=sa.text("status IN ('draft', 'given')"),
        )

    op.create_table(
        "handover_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "begin",
                "give",
                "take",
                "call_off",
                name="handoveraction",
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
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_events_handover_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_events")),
    )

    with op.batch_alter_table("handover_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handover_events_handover_id"), ["handover_id"], unique=False
        )

    op.execute(TAKE_OVER)
    op.drop_table("school_handovers")


def downgrade() -> None:
    op.create_table(
        "school_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_post_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_post_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["users.id"], name=op.f("fk_school_handovers_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["given_post_id"], ["posts.id"], name=op.f("fk_school_handovers_given_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_handovers_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["users.id"], name=op.f("fk_school_handovers_taken_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_post_id"], ["posts.id"], name=op.f("fk_school_handovers_taken_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_handovers")),
        sa.UniqueConstraint("code", name=op.f("uq_school_handovers_code")),
    )
    with op.batch_alter_table("school_handovers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("uq_school_handovers_open"),
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_school_handovers_organization"), ["organization_id", "id"], unique=False
        )
    op.execute(GIVE_BACK)
    with op.batch_alter_table("handover_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_events_handover_id"))
    op.drop_table("handover_events")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handovers_open",
            sqlite_where=sa.text("status IN ('draft', 'given')"),
            postgresql_where=sa.text("status IN ('draft', 'given')"),
        )
        batch_op.drop_index(batch_op.f("ix_handovers_taken_by_id"))
        batch_op.drop_index(batch_op.f("ix_handovers_successor_id"))
        batch_op.drop_index(batch_op.f("ix_handovers_post_id"))
        batch_op.drop_index("ix_handovers_organization")
        batch_op.drop_index(batch_op.f("ix_handovers_grant_id"))
        batch_op.drop_index(batch_op.f("ix_handovers_given_by_id"))
    op.drop_table("handovers")
