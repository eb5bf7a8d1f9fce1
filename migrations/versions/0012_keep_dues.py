"""keep dues

Revision: 0012
Follows: 0011
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from migrations.checks import change_codes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATES = (
    "approved",
    "filing_returned",
    "active",
    "arrears",
    "withdrawn",
    "transferred",
    "revoked",
)
MORE_STATES = (*STATES, "auto_withdrawn")
STATE_COLUMNS = (
    ("memberships", "status", "membershipstatus"),
    ("membership_events", "to_status", "membershipstatus"),
    ("withdrawals", "status_before", "status_before"),
)
EVENTS = ("membership_events", "action", "membershipaction")
ACTIONS = (
    "file",
    "return_filing",
    "refile",
    "revoke",
    "withdraw",
    "undo_withdrawal",
    "transfer",
)
MORE_ACTIONS = (*ACTIONS, "fall_behind", "catch_up", "auto_withdraw")
FIGURES = ("figures", "measure", "measure")
MEASURES = (
    "organizations",
    "adult_members",
    "youth_members",
    "volunteers",
    "registered_volunteers",
    "schools",
    "school_branches",
    "applications_waiting",
    "applications_doubtful",
    "filings_waiting",
    "hours_waiting",
    "objections_waiting",
    "new_members",
    "confirmed_minutes",
    "confirmed_records",
)
NEW_MEASURES = ("dues_charged", "dues_paid", "dues_charges", "dues_settled")
MORE_MEASURES = (*MEASURES, *NEW_MEASURES)

RULE_OF_2001 = "中国红十字会会费管理办法（2001 年）第%s条"
IN_FORCE = date(2001, 5, 1)
ENTERED_AT = datetime(2001, 5, 1, tzinfo=UTC)
#: code, kind, band from, band to, fen, whether it is an upper limit, valid from, source
TARIFFS = (
    ("adult2001", "adult", 0, None, 1_000, True, IN_FORCE, RULE_OF_2001 % "五"),
    ("youth2001", "youth", 0, None, 0, False, IN_FORCE, "总会 2011-10-15 答复：青少年会费自愿"),
    ("group200", "group", 0, 200, 30_000, True, IN_FORCE, RULE_OF_2001 % "六"),
    ("group500", "group", 200, 500, 50_000, True, IN_FORCE, RULE_OF_2001 % "六"),
    ("group1000", "group", 500, 1_000, 100_000, True, IN_FORCE, RULE_OF_2001 % "六"),
    ("group2000", "group", 1_000, 2_000, 150_000, True, IN_FORCE, RULE_OF_2001 % "六"),
    ("groupmore", "group", 2_000, None, 200_000, True, IN_FORCE, RULE_OF_2001 % "六"),
)
#: code, level, thousandths that go up
SPLITS = (
    ("splitgrass", "grassroots", 200),
    ("splitcounty", "county", 300),
    ("splitcity", "city", 300),
    ("splitprov", "province", 300),
)


def upgrade() -> None:
    for column in STATE_COLUMNS:
        change_codes(*column, STATES, MORE_STATES)
    change_codes(*EVENTS, ACTIONS, MORE_ACTIONS)
    change_codes(*FIGURES, MEASURES, MORE_MEASURES)
    create_tables()
    keep_append_only()
    enter_rules()


def create_tables() -> None:
    op.create_table(
        "dues_books",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("upper_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("collected", sa.BigInteger(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("remitted", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_dues_books_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", "upper_key", name=op.f("pk_dues_books")),
    )
    with op.batch_alter_table("dues_books", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_books_upper", ["upper_key", "year", "organization_id"], unique=False
        )

    op.create_table(
        "dues_receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_dues_receipts_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_dues_receipts_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_receipts")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_receipts_code")),
        sa.UniqueConstraint(
            "organization_id", "number", name=op.f("uq_dues_receipts_organization_id_number")
        ),
    )
    op.create_table(
        "dues_remittances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("upper_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("remitted_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.String(length=40), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "sent",
                "confirmed",
                "returned",
                name="remittancestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_dues_remittances_amount")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_dues_remittances_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_dues_remittances_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["users.id"], name=op.f("fk_dues_remittances_settled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["upper_id"], ["organizations.id"], name=op.f("fk_dues_remittances_upper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_remittances")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_remittances_code")),
    )
    with op.batch_alter_table("dues_remittances", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_remittances_own", ["organization_id", "year", "id"], unique=False
        )
        batch_op.create_index(
            "ix_dues_remittances_queue", ["upper_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            "uq_dues_remittances_voucher",
            ["organization_id", "voucher"],
            unique=True,
            sqlite_where=sa.text("status <> 'returned'"),
            postgresql_where=sa.text("status <> 'returned'"),
        )

    op.create_table(
        "dues_splits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "grassroots",
                "county",
                "city",
                "province",
                name="dueslevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "adult",
                "youth",
                "group",
                name="membershipkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("permille BETWEEN 0 AND 1000", name=op.f("ck_dues_splits_permille")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_dues_splits_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["organizations.id"], name=op.f("fk_dues_splits_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_splits")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_splits_code")),
    )
    op.create_table(
        "dues_tariffs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adult",
                "youth",
                "group",
                name="membershipkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("band_from", sa.Integer(), nullable=False),
        sa.Column("band_to", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("is_cap", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_dues_tariffs_amount")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_dues_tariffs_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["organizations.id"], name=op.f("fk_dues_tariffs_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_tariffs")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_tariffs_code")),
    )
    op.create_table(
        "dues_charges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("tariff_id", sa.Integer(), nullable=False),
        sa.Column("charged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_dues_charges_amount")),
        sa.CheckConstraint("paid BETWEEN 0 AND amount", name=op.f("ck_dues_charges_paid")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_dues_charges_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_dues_charges_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["tariff_id"], ["dues_tariffs.id"], name=op.f("fk_dues_charges_tariff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_charges")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_charges_code")),
        sa.UniqueConstraint(
            "membership_id", "year", name=op.f("uq_dues_charges_membership_id_year")
        ),
    )
    with op.batch_alter_table("dues_charges", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_charges_unpaid",
            ["organization_id", "year", "id"],
            unique=False,
            sqlite_where=sa.text("paid < amount"),
            postgresql_where=sa.text("paid < amount"),
        )
        batch_op.create_index(
            "ix_dues_charges_year",
            ["year", "membership_id"],
            unique=False,
            sqlite_where=sa.text("paid < amount"),
            postgresql_where=sa.text("paid < amount"),
        )

    op.create_table(
        "dues_proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "noticed",
                "kept",
                "removed",
                "lapsed",
                name="proposalstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_by_id", sa.Integer(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_dues_proposals_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["noticed_by_id"], ["users.id"], name=op.f("fk_dues_proposals_noticed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_dues_proposals_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["users.id"], name=op.f("fk_dues_proposals_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_proposals")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_proposals_code")),
        sa.UniqueConstraint(
            "membership_id", "year", name=op.f("uq_dues_proposals_membership_id_year")
        ),
    )
    with op.batch_alter_table("dues_proposals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_proposals_queue", ["organization_id", "status", "id"], unique=False
        )

    op.create_table(
        "dues_payments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "charge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded_by_id", sa.Integer(), nullable=True),
        sa.Column("refund_note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_dues_payments_amount")),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["dues_charges.id"], name=op.f("fk_dues_payments_charge_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_dues_payments_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["dues_receipts.id"], name=op.f("fk_dues_payments_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["refunded_by_id"], ["users.id"], name=op.f("fk_dues_payments_refunded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_payments")),
        sa.UniqueConstraint("code", name=op.f("uq_dues_payments_code")),
    )
    with op.batch_alter_table("dues_payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dues_payments_charge_id"), ["charge_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_dues_payments_receipt_id"), ["receipt_id"], unique=False
        )

    op.create_table(
        "dues_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "payment",
                "refund",
                "remittance",
                "return",
                "receipt",
                name="duesentrykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("upper_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("up", sa.BigInteger(), nullable=False),
        sa.Column(
            "payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "remittance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("cash + below = kept + up", name=op.f("ck_dues_entries_balance")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_dues_entries_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["dues_payments.id"], name=op.f("fk_dues_entries_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["dues_remittances.id"], name=op.f("fk_dues_entries_remittance_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["dues_entries.id"], name=op.f("fk_dues_entries_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["upper_id"], ["organizations.id"], name=op.f("fk_dues_entries_upper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_entries")),
        sa.UniqueConstraint("sequence", name=op.f("uq_dues_entries_sequence")),
    )
    with op.batch_alter_table("dues_entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dues_entries_book", ["organization_id", "year", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dues_entries_payment_id"), ["payment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dues_entries_remittance_id"), ["remittance_id"], unique=False
        )
        batch_op.create_index("uq_dues_entries_reverses_id", ["reverses_id"], unique=True)


def keep_append_only() -> None:
    """Refuse changes of lines of the books, as of every other chained table."""
    table = "dues_entries"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN OLD.digest IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.digest IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"EXECUTE FUNCTION refuse_change()"
    )


def enter_rules() -> None:
    """Enter the rule of 2001 as the first dated lines (decisions.md D15)."""
    tariffs = sa.table(
        "dues_tariffs",
        sa.column("code", sa.String),
        sa.column("kind", sa.String),
        sa.column("band_from", sa.Integer),
        sa.column("band_to", sa.Integer),
        sa.column("amount", sa.Integer),
        sa.column("is_cap", sa.Boolean),
        sa.column("valid_from", sa.Date),
        sa.column("source", sa.String),
        sa.column("entered_at", sa.DateTime(timezone=True)),
    )
    names = ("code", "kind", "band_from", "band_to", "amount", "is_cap", "valid_from", "source")
    op.bulk_insert(
        tariffs,
        [{**dict(zip(names, row, strict=True)), "entered_at": ENTERED_AT} for row in TARIFFS],
    )
    splits = sa.table(
        "dues_splits",
        sa.column("code", sa.String),
        sa.column("level", sa.String),
        sa.column("permille", sa.Integer),
        sa.column("valid_from", sa.Date),
        sa.column("source", sa.String),
        sa.column("entered_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(
        splits,
        [
            {
                "code": code,
                "level": level,
                "permille": permille,
                "valid_from": IN_FORCE,
                "source": RULE_OF_2001 % "十一",
                "entered_at": ENTERED_AT,
            }
            for code, level, permille in SPLITS
        ],
    )


def downgrade() -> None:
    codes = ", ".join(f"'{code}'" for code in NEW_MEASURES)
    op.execute(f"DELETE FROM figures WHERE measure IN ({codes})")  # noqa: S608
    change_codes(*FIGURES, MORE_MEASURES, MEASURES)
    change_codes(*EVENTS, MORE_ACTIONS, ACTIONS)
    for column in STATE_COLUMNS:
        change_codes(*column, MORE_STATES, STATES)
    op.execute("DELETE FROM chain_heads WHERE name = 'dues'")
    with op.batch_alter_table("dues_entries", schema=None) as batch_op:
        batch_op.drop_index("uq_dues_entries_reverses_id")
        batch_op.drop_index(batch_op.f("ix_dues_entries_remittance_id"))
        batch_op.drop_index(batch_op.f("ix_dues_entries_payment_id"))
        batch_op.drop_index("ix_dues_entries_book")

    op.drop_table("dues_entries")
    with op.batch_alter_table("dues_payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dues_payments_receipt_id"))
        batch_op.drop_index(batch_op.f("ix_dues_payments_charge_id"))

    op.drop_table("dues_payments")
    with op.batch_alter_table("dues_proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_dues_proposals_queue")

    op.drop_table("dues_proposals")
    with op.batch_alter_table("dues_charges", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_dues_charges_year",
            sqlite_where=sa.text("paid < amount"),
            postgresql_where=sa.text("paid < amount"),
        )
        batch_op.drop_index(
            "ix_dues_charges_unpaid",
            sqlite_where=sa.text("paid < amount"),
            postgresql_where=sa.text("paid < amount"),
        )

    op.drop_table("dues_charges")
    op.drop_table("dues_tariffs")
    op.drop_table("dues_splits")
    with op.batch_alter_table("dues_remittances", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_dues_remittances_voucher",
            sqlite_where=sa.text("status <> 'returned'"),
            postgresql_where=sa.text("status <> 'returned'"),
        )
        batch_op.drop_index("ix_dues_remittances_queue")
        batch_op.drop_index("ix_dues_remittances_own")

    op.drop_table("dues_remittances")
    op.drop_table("dues_receipts")
    with op.batch_alter_table("dues_books", schema=None) as batch_op:
        batch_op.drop_index("ix_dues_books_upper")

    op.drop_table("dues_books")
