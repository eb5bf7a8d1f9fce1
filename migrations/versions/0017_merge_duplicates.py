"""merge duplicates

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import change_codes

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

EVENTS = ("membership_events", "action", "membershipaction")
ACTIONS = (
    "file",
    "return_filing",
    "refile",
    "revoke",
    "withdraw",
    "undo_withdrawal",
    "transfer",
    "fall_behind",
    "catch_up",
    "auto_withdraw",
    "regrade",
    "propose_expulsion",
    "clear",
    "expel",
    "overturn",
    "die",
    "undo_death",
    "resettle",
    "await_transfer",
    "undo_closing",
    "lapse",
)
MORE_ACTIONS = (*ACTIONS, "merge", "undo_merge")

#: Table, column, and the table that it points to.
POINTERS = (
    ("persons", "merged_into_id", "persons"),
    ("memberships", "replaced_by_id", "memberships"),
    ("volunteers", "merged_into_id", "volunteers"),
    ("service_records", "book_id", "volunteers"),
)


def _point(table: str, column: str, target: str) -> None:
    """Add an empty column that points to a row: at once, whatever the size of the table.

    A batch would copy the table, and lose the triggers over service records.
    """
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )


def upgrade() -> None:
    op.create_table(
        "duplicate_candidates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("low_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("high_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "same_number",
                "same_phone",
                "same_place",
                "same_county",
                name="duplicatereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "dismissed",
                "merged",
                name="duplicatestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_duplicate_candidates_pair")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_duplicate_candidates_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["high_id"], ["persons.id"], name=op.f("fk_duplicate_candidates_high_id")
        ),
        sa.ForeignKeyConstraint(
            ["low_id"], ["persons.id"], name=op.f("fk_duplicate_candidates_low_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_candidates")),
        sa.UniqueConstraint("code", name=op.f("uq_duplicate_candidates_code")),
        sa.UniqueConstraint(
            "low_id", "high_id", name=op.f("uq_duplicate_candidates_low_id_high_id")
        ),
    )
    with op.batch_alter_table("duplicate_candidates", schema=None) as batch_op:
        batch_op.create_index("ix_duplicate_candidates_high", ["high_id"], unique=False)

    op.create_table(
        "duplicate_places",
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column(
            "candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["duplicate_candidates.id"],
            name=op.f("fk_duplicate_places_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_duplicate_places_county_id")
        ),
        sa.PrimaryKeyConstraint("county_id", "candidate_id", name=op.f("pk_duplicate_places")),
    )
    with op.batch_alter_table("duplicate_places", schema=None) as batch_op:
        batch_op.create_index("ix_duplicate_places_candidate", ["candidate_id"], unique=False)

    op.create_table(
        "person_merges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "candidate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "survivor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "merged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("undo_until", sa.Date(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_note", sa.String(length=200), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["duplicate_candidates.id"],
            name=op.f("fk_person_merges_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_by_id"], ["users.id"], name=op.f("fk_person_merges_merged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["persons.id"], name=op.f("fk_person_merges_merged_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_person_merges_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["persons.id"], name=op.f("fk_person_merges_survivor_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_person_merges_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merges")),
        sa.UniqueConstraint("code", name=op.f("uq_person_merges_code")),
    )
    with op.batch_alter_table("person_merges", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_merges_candidate_id"), ["candidate_id"], unique=False
        )
        batch_op.create_index("ix_person_merges_due", ["settled_at", "undo_until"], unique=False)
        batch_op.create_index("ix_person_merges_merged", ["merged_id"], unique=False)
        batch_op.create_index(
            "ix_person_merges_organization", ["organization_id", "id"], unique=False
        )
        batch_op.create_index("ix_person_merges_survivor", ["survivor_id"], unique=False)

    op.create_table(
        "merged_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["person_merges.id"], name=op.f("fk_merged_rows_merge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_rows")),
    )
    with op.batch_alter_table("merged_rows", schema=None) as batch_op:
        batch_op.create_index("ix_merged_rows_merge", ["merge_id", "id"], unique=False)

    change_codes(*EVENTS, ACTIONS, MORE_ACTIONS)
    for table, column, target in POINTERS:
        _point(table, column, target)
    op.create_index(
        "ix_persons_merged_into",
        "persons",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def downgrade() -> None:
    change_codes(*EVENTS, MORE_ACTIONS, ACTIONS)
    op.drop_index("ix_persons_merged_into", table_name="persons")
    for table, column, _target in POINTERS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")

    with op.batch_alter_table("merged_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_merged_rows_merge")

    op.drop_table("merged_rows")
    with op.batch_alter_table("person_merges", schema=None) as batch_op:
        batch_op.drop_index("ix_person_merges_survivor")
        batch_op.drop_index("ix_person_merges_organization")
        batch_op.drop_index("ix_person_merges_merged")
        batch_op.drop_index("ix_person_merges_due")
        batch_op.drop_index(batch_op.f("ix_person_merges_candidate_id"))

    op.drop_table("person_merges")
    with op.batch_alter_table("duplicate_places", schema=None) as batch_op:
        batch_op.drop_index("ix_duplicate_places_candidate")

    op.drop_table("duplicate_places")
    with op.batch_alter_table("duplicate_candidates", schema=None) as batch_op:
        batch_op.drop_index("ix_duplicate_candidates_high")

    op.drop_table("duplicate_candidates")
