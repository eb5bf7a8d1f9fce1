"""keep stars

Revision: 0030
Follows: 0029
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = (
    "star_noticed",
    "star_granted",
    "star_refused",
    "star_revoked",
)


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.create_table(
        "star_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("granter_id", sa.Integer(), nullable=False),
        sa.Column("star", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "checked",
                "noticed",
                "objected",
                "granted",
                "refused",
                "revoked",
                name="starstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("objection", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "false_hours",
                "conduct",
                "mistake",
                "other",
                name="starreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason_note", sa.String(length=200), nullable=False),
        sa.Column("barred_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "star BETWEEN 1 AND 5 AND minutes > 0", name=op.f("ck_star_grants_star")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["users.id"], name=op.f("fk_star_grants_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["granter_id"], ["organizations.id"], name=op.f("fk_star_grants_granter_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_star_grants_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_grants")),
        sa.UniqueConstraint("code", name=op.f("uq_star_grants_code")),
        sa.UniqueConstraint("number", name=op.f("uq_star_grants_number")),
    )
    with op.batch_alter_table("star_grants", schema=None) as batch_op:
        batch_op.create_index("ix_star_grants_granter", ["granter_id", "id"], unique=False)
        batch_op.create_index(
            "ix_star_grants_notice",
            ["notice_until"],
            unique=False,
            sqlite_where=sa.text("status = 'noticed'"),
            postgresql_where=sa.text("status = 'noticed'"),
        )
        batch_op.create_index(
            batch_op.f("ix_star_grants_volunteer_id"), ["volunteer_id"], unique=False
        )
        batch_op.create_index(
            "uq_star_grants_held",
            ["volunteer_id", "star"],
            unique=True,
            sqlite_where=sa.text("status = 'granted'"),
            postgresql_where=sa.text("status = 'granted'"),
        )
        batch_op.create_index(
            "uq_star_grants_open",
            ["volunteer_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('applied', 'checked', 'noticed', 'objected')"),
            postgresql_where=sa.text("status IN ('applied', 'checked', 'noticed', 'objected')"),
        )

    op.create_table(
        "star_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "check",
                "notice",
                "object",
                "dismiss",
                "grant",
                "refuse",
                "revoke",
                name="staraction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "applied",
                "checked",
                "noticed",
                "objected",
                "granted",
                "refused",
                "revoked",
                name="starstatus",
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
            ["by_post_id"], ["posts.id"], name=op.f("fk_star_events_by_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["users.id"], name=op.f("fk_star_events_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["star_grants.id"], name=op.f("fk_star_events_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_events")),
    )
    with op.batch_alter_table("star_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_star_events_grant_id"), ["grant_id"], unique=False)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
    with op.batch_alter_table("star_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_star_events_grant_id"))

    op.drop_table("star_events")
    with op.batch_alter_table("star_grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_star_grants_open",
            sqlite_where=sa.text("status IN ('applied', 'checked', 'noticed', 'objected')"),
            postgresql_where=sa.text("status IN ('applied', 'checked', 'noticed', 'objected')"),
        )
        batch_op.drop_index(
            "uq_star_grants_held",
            sqlite_where=sa.text("status = 'granted'"),
            postgresql_where=sa.text("status = 'granted'"),
        )
        batch_op.drop_index(batch_op.f("ix_star_grants_volunteer_id"))
        batch_op.drop_index(
            "ix_star_grants_notice",
            sqlite_where=sa.text("status = 'noticed'"),
            postgresql_where=sa.text("status = 'noticed'"),
        )
        batch_op.drop_index("ix_star_grants_granter")

    op.drop_table("star_grants")
