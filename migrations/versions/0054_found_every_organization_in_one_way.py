"""found every organization in one way

Revision: 0054
Follows: 0053
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

#: What foundings and councils of schools keep, and what both kinds of rows have in common.
FOUNDING = (
    "applied_on, contact, words, note, reply_number, replied_on, held_on, due, present, "
    "method, result, minutes, flag_on, entered_at, entered_by_id"
)
COUNCIL = "head, vice_heads, secretary, coordinator, starts_on, ends_on, entered_at, entered_by_id"
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def upgrade() -> None:
    op.create_table(
        "organization_councils",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "seated",
                "returned",
                name="councilstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("head", sa.String(length=50), nullable=False),
        sa.Column("honorary_heads", sa.Text(), nullable=False),
        sa.Column("vice_heads", sa.Text(), nullable=False),
        sa.Column("standing_directors", sa.Text(), nullable=False),
        sa.Column("directors", sa.Text(), nullable=False),
        sa.Column("secretary", sa.String(length=50), nullable=False),
        sa.Column("supervisors", sa.Text(), nullable=False),
        sa.Column("coordinator", sa.String(length=50), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
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
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_councils_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_councils")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_councils_code")),
    )
    with op.batch_alter_table("organization_councils", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_councils_organization", ["organization_id", "starts_on"], unique=False
        )

    op.create_table(
        "organization_foundings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "provincial",
                "city",
                "county",
                "township",
                "village",
                "school",
                "hospital",
                "company",
                "agency",
                "association",
                name="organizationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
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
            ["decider_id"], ["organizations.id"], name=op.f("fk_organization_foundings_decider_id")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"],
            ["divisions.code"],
            name=op.f("fk_organization_foundings_division_code"),
        ),
        sa.ForeignKeyConstraint(
            ["maker_id"], ["organizations.id"], name=op.f("fk_organization_foundings_maker_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_foundings_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organization_foundings_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_organization_foundings_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_foundings")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_foundings_code")),
    )
    with op.batch_alter_table("organization_foundings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_foundings_decider", ["decider_id", "id"], unique=False
        )
        batch_op.create_index("ix_organization_foundings_maker", ["maker_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organization_foundings_organization_id"),
            ["organization_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_organization_foundings_parent_id"), ["parent_id"], unique=False
        )
        batch_op.create_index("ix_organization_foundings_school", ["school_id", "id"], unique=False)
        batch_op.create_index(
            "uq_organization_foundings_named",
            ["parent_id", "name"],
            unique=True,
            sqlite_where=sa.text(
                "status IN ('draft', 'submitted', 'returned', 'approved') AND school_id IS NULL"
            ),
            postgresql_where=sa.text(
                "status IN ('draft', 'submitted', 'returned', 'approved') AND school_id IS NULL"
            ),
        )
        batch_op.create_index(
            "uq_organization_foundings_school",
            ["school_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'submitted', 'returned', 'approved')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted', 'returned', 'approved')"),
        )

    op.create_table(
        "founding_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("founding_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "apply",
                "return",
                "resubmit",
                "approve",
                "withdraw",
                "found",
                "seat",
                name="foundingaction",
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
            ["founding_id"],
            ["organization_foundings.id"],
            name=op.f("fk_founding_events_founding_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_founding_events")),
    )
    with op.batch_alter_table("founding_events", schema=None) as batch_op:
        batch_op.create_index("ix_founding_events_founding", ["founding_id", "id"], unique=False)

    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("term_ends_on", sa.Date(), nullable=True))
        batch_op.create_index("ix_organizations_term", ["term_ends_on"], unique=False)

    take_over()
    with op.batch_alter_table("school_foundings", schema=None) as batch_op:
        batch_op.drop_index("ix_school_foundings_organization_id")
        batch_op.drop_index("ix_school_foundings_school")
        batch_op.drop_index(
            "uq_school_foundings_under_way",
            sqlite_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
        )

    op.drop_table("school_foundings")
    with op.batch_alter_table("school_councils", schema=None) as batch_op:
        batch_op.drop_index("ix_school_councils_organization")

    op.drop_table("school_councils")


def downgrade() -> None:
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
            "ix_school_councils_organization",
            ["organization_id", "starts_on"],
            unique=False,
        )

    op.create_table(
        "school_foundings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("reply_number", sa.String(length=60), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=32), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("flag_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "method IN ('equal_ballot', 'ballot', 'hands')",
            name=op.f("ck_school_foundings_votemethod"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'returned', 'approved', 'founded', 'active', 'withdrawn')",
            name=op.f("ck_school_foundings_foundingstatus"),
        ),
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
            "uq_school_foundings_under_way",
            ["school_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
            postgresql_where=sa.text("status IN ('submitted', 'returned', 'approved')"),
        )
        batch_op.create_index("ix_school_foundings_school", ["school_id", "id"], unique=False)
        batch_op.create_index(
            "ix_school_foundings_organization_id", ["organization_id"], unique=False
        )

    give_back()
    op.drop_index("ix_organizations_term", "organizations")
    op.drop_column("organizations", "term_ends_on")

    with op.batch_alter_table("founding_events", schema=None) as batch_op:
        batch_op.drop_index("ix_founding_events_founding")
    op.drop_table("founding_events")
    with op.batch_alter_table("organization_foundings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organization_foundings_school",
            sqlite_where=sa.text("status IN ('draft', 'submitted', 'returned', 'approved')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted', 'returned', 'approved')"),
        )
        batch_op.drop_index(
            "uq_organization_foundings_named",
            sqlite_where=sa.text(
                "status IN ('draft', 'submitted', 'returned', 'approved') AND school_id IS NULL"
            ),
            postgresql_where=sa.text(
                "status IN ('draft', 'submitted', 'returned', 'approved') AND school_id IS NULL"
            ),
        )
        batch_op.drop_index("ix_organization_foundings_school")
        batch_op.drop_index(batch_op.f("ix_organization_foundings_parent_id"))
        batch_op.drop_index(batch_op.f("ix_organization_foundings_organization_id"))
        batch_op.drop_index("ix_organization_foundings_maker")
        batch_op.drop_index("ix_organization_foundings_decider")
    op.drop_table("organization_foundings")
    with op.batch_alter_table("organization_councils", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_councils_organization")
    op.drop_table("organization_councils")


def take_over() -> None:
    """Let foundings and councils of schools be those of organizations, under their own keys."""
    op.execute(
        f"""
        INSERT INTO organization_foundings (id, code, kind, name, parent_id, decider_id, maker_id,
            school_id, organization_id, status, {FOUNDING})
        SELECT f.id, f.code, 'school', substr(s.name || '红十字会', 1, 120), s.county_id,
            s.county_id, s.county_id, f.school_id, f.organization_id, f.status, {_of("f", FOUNDING)}
        FROM school_foundings f JOIN schools s ON s.id = f.school_id
        """  # noqa: S608 - names of columns, nothing that anybody typed
    )
    op.execute(
        f"""
        INSERT INTO organization_councils (id, code, organization_id, status, honorary_heads,
            standing_directors, directors, supervisors, result, minutes, note, {COUNCIL})
        SELECT id, 'c' || CAST(id AS VARCHAR(11)), organization_id, 'seated', '', '', '', '', '', '',
            '', {COUNCIL}
        FROM school_councils
        """  # noqa: S608 - names of columns, nothing that anybody typed
    )
    bind = op.get_bind()
    for (key,) in bind.execute(sa.text("SELECT id FROM organization_councils")).all():
        code = "".join(secrets.choice(SIGNS) for _ in range(8))
        change = sa.text("UPDATE organization_councils SET code = :code WHERE id = :key")
        bind.execute(change, {"code": code, "key": key})
    op.execute(
        """
        UPDATE organizations SET term_ends_on = (
            SELECT max(c.ends_on) FROM organization_councils c
            WHERE c.organization_id = organizations.id
        )
        """
    )
    for table in ("organization_foundings", "organization_councils"):
        go_on_counting(table)


def give_back() -> None:
    """Let what organizations keep of schools be kept by schools again; drafts are none there."""
    op.execute(
        f"""
        INSERT INTO school_foundings (id, code, school_id, organization_id, status, {FOUNDING})
        SELECT id, code, school_id, organization_id, status, {FOUNDING}
        FROM organization_foundings WHERE school_id IS NOT NULL AND status <> 'draft'
        """  # noqa: S608 - names of columns, nothing that anybody typed
    )
    op.execute(
        f"""
        INSERT INTO school_councils (id, organization_id, {COUNCIL})
        SELECT c.id, c.organization_id, {_of("c", COUNCIL)} FROM organization_councils c
        JOIN organizations o ON o.id = c.organization_id
        WHERE o.kind = 'school' AND c.status = 'seated'
        """  # noqa: S608 - names of columns, nothing that anybody typed
    )
    for table in ("school_foundings", "school_councils"):
        go_on_counting(table)


def go_on_counting(table: str) -> None:
    """Let PostgreSQL give keys after those that were taken over."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) "  # noqa: S608
            f"FROM {table} HAVING max(id) IS NOT NULL"
        )


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{name}" for name in columns.split(", "))
