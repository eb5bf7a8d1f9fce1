"""keep foundings, honours and history of schools

Revision: 0048
Follows: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_councils",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=50), nullable=False),
        sa.Column("vice_heads", sa.Text(), nullable=False),
        sa.Column("secretary", sa.String(length=50), nullable=False),
        sa.Column("coordinator", sa.String(length=50), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_councils_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_councils")),
    )
    with op.batch_alter_table("school_councils", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_councils_organization", ["organization_id", "starts_on"], unique=False
        )

    op.create_table(
        "school_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "register",
                "change",
                "enrol",
                "merge",
                "close",
                "reopen",
                "branch",
                "branch_closed",
                "take_in",
                "take_back",
                "apply",
                "return",
                "resubmit",
                "approve",
                "withdraw",
                "found",
                "seat",
                "honour",
                "revoke",
                name="schoolaction",
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
        sa.Column("import_code", sa.String(length=16), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_events_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_events")),
    )
    with op.batch_alter_table("school_events", schema=None) as batch_op:
        batch_op.create_index("ix_school_events_import", ["import_code", "id"], unique=False)
        batch_op.create_index("ix_school_events_school", ["school_id", "id"], unique=False)

    op.create_table(
        "school_foundings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "returned",
                "approved",
                "founded",
                "active",
                "withdrawn",
                name="foundingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("reply_number", sa.String(length=60), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "equal_ballot",
                "ballot",
                "hands",
                name="votemethod",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("flag_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_foundings_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_foundings_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_foundings")),
        sa.UniqueConstraint("code", name=op.f("uq_school_foundings_code")),
    )
    with op.batch_alter_table("school_foundings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_school_foundings_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index("ix_school_foundings_school", ["school_id", "id"], unique=False)
        batch_op.create_index(
            "uq_school_foundings_under_way",
            ["school_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
        )

    op.create_table(
        "school_honours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "national",
                "provincial",
                "city",
                "county",
                name="schoolhonourlevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("granted_by", sa.String(length=60), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_honours_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_honours")),
        sa.UniqueConstraint("code", name=op.f("uq_school_honours_code")),
    )
    with op.batch_alter_table("school_honours", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_honours_school", ["school_id", "granted_on", "id"], unique=False
        )

    with op.batch_alter_table("school_listings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_covered", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("school_listings", schema=None) as batch_op:
        batch_op.drop_column("is_covered")

    with op.batch_alter_table("school_honours", schema=None) as batch_op:
        batch_op.drop_index("ix_school_honours_school")

    op.drop_table("school_honours")
    with op.batch_alter_table("school_foundings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_foundings_under_way",
            sqlite_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
        )
        batch_op.drop_index("ix_school_foundings_school")
        batch_op.drop_index(batch_op.f("ix_school_foundings_organization_id"))

    op.drop_table("school_foundings")
    with op.batch_alter_table("school_events", schema=None) as batch_op:
        batch_op.drop_index("ix_school_events_school")
        batch_op.drop_index("ix_school_events_import")

    op.drop_table("school_events")
    with op.batch_alter_table("school_councils", schema=None) as batch_op:
        batch_op.drop_index("ix_school_councils_organization")

    op.drop_table("school_councils")
