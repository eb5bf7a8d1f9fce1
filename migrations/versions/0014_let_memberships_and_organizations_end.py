"""let memberships and organizations end

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import change_codes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MEMBERSHIPS = (
    "approved",
    "filing_returned",
    "active",
    "arrears",
    "withdrawn",
    "transferred",
    "revoked",
    "auto_withdrawn",
)
MORE_MEMBERSHIPS = (
    *MEMBERSHIPS,
    "expulsion_proposed",
    "expelled",
    "deceased",
    "pending_transfer",
    "lapsed",
)
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
)
MORE_ACTIONS = (
    *ACTIONS,
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
APPLICATIONS = (
    "consent_pending",
    "submitted",
    "returned",
    "approved",
    "rejected",
    "withdrawn",
)
MORE_APPLICATIONS = (*APPLICATIONS, "closed")
STEPS = (
    "consent",
    "refuse_consent",
    "approve",
    "return",
    "reject",
    "resubmit",
    "withdraw",
    "undo_approval",
    "undo_return",
)
MORE_STEPS = (*STEPS, "close", "reopen")
VOLUNTEERS = ("entered", "registered", "dormant", "suspended", "withdrawn", "revoked")
MORE_VOLUNTEERS = (*VOLUNTEERS, "deceased")
#: table, column, name of the CHECK, codes before, codes after
CODES = (
    ("memberships", "status", "membershipstatus", MEMBERSHIPS, MORE_MEMBERSHIPS),
    ("membership_events", "to_status", "membershipstatus", MEMBERSHIPS, MORE_MEMBERSHIPS),
    ("membership_events", "action", "membershipaction", ACTIONS, MORE_ACTIONS),
    ("withdrawals", "status_before", "status_before", MEMBERSHIPS, MORE_MEMBERSHIPS),
    ("applications", "status", "applicationstatus", APPLICATIONS, MORE_APPLICATIONS),
    ("application_events", "to_status", "applicationstatus", APPLICATIONS, MORE_APPLICATIONS),
    ("application_events", "from_status", "from_status", APPLICATIONS, MORE_APPLICATIONS),
    ("application_events", "action", "applicationaction", STEPS, MORE_STEPS),
    ("volunteers", "status", "volunteerstatus", VOLUNTEERS, MORE_VOLUNTEERS),
)
LIVE = ("approved", "filing_returned", "active", "arrears")
MORE_LIVE = (*LIVE, "expulsion_proposed", "pending_transfer")


def index_live(states: tuple[str, ...]) -> None:
    """Let a person have at most one membership in one of the states."""
    where = sa.text(f"status IN ({', '.join(repr(state) for state in states)})")
    op.drop_index("uq_memberships_person_live", table_name="memberships")
    op.create_index(
        "uq_memberships_person_live",
        "memberships",
        ["person_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def upgrade() -> None:
    for table, column, name, old, new in CODES:
        change_codes(table, column, name, old, new)
    index_live(MORE_LIVE)
    op.create_table(
        "deaths",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "recorded",
                "settled",
                "undone",
                name="deathstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("died_on", sa.Date(), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "certificate",
                "household",
                "cremation",
                "family",
                "other",
                name="deathproof",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("undo_until", sa.Date(), nullable=False),
        sa.Column("closed_account", sa.Boolean(), nullable=False),
        sa.Column("standings", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_deaths_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_deaths_person_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_deaths_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_deaths_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deaths")),
        sa.UniqueConstraint("code", name=op.f("uq_deaths_code")),
    )
    with op.batch_alter_table("deaths", schema=None) as batch_op:
        batch_op.create_index("ix_deaths_due", ["status", "undo_until"], unique=False)
        batch_op.create_index("ix_deaths_organization", ["organization_id", "id"], unique=False)
        batch_op.create_index(
            "uq_deaths_person_standing",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('recorded', 'settled')"),
            postgresql_where=sa.text("status IN ('recorded', 'settled')"),
        )

    op.create_table(
        "organization_closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("shelter_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "closed",
                "undone",
                name="closingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status_before",
            sa.Enum(
                "active",
                "suspended",
                "merged",
                "dissolved",
                name="status_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_closings_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shelter_id"], ["organizations.id"], name=op.f("fk_organization_closings_shelter_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["organizations.id"], name=op.f("fk_organization_closings_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_closings")),
        sa.UniqueConstraint("code", name=op.f("uq_organization_closings_code")),
    )
    with op.batch_alter_table("organization_closings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_closings_shelter", ["shelter_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            "uq_organization_closings_closed",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("status = 'closed'"),
            postgresql_where=sa.text("status = 'closed'"),
        )

    op.create_table(
        "expulsions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "heard",
                "decided",
                "returned",
                "effective",
                "appealed",
                "final",
                "upheld",
                "overturned",
                "dropped",
                "discontinued",
                name="expulsionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage_before",
            sa.Enum(
                "proposed",
                "heard",
                "decided",
                "returned",
                "effective",
                "appealed",
                "final",
                "upheld",
                "overturned",
                "dropped",
                "discontinued",
                name="stage_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "membership_before",
            sa.Enum(
                "approved",
                "filing_returned",
                "active",
                "arrears",
                "withdrawn",
                "transferred",
                "revoked",
                "expulsion_proposed",
                "expelled",
                "deceased",
                "pending_transfer",
                "lapsed",
                name="membership_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("facts", sa.String(length=1000), nullable=False),
        sa.Column("documents", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("hearing_until", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.String(length=500), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("votes_abstained", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("review_note", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("appeal", sa.String(length=1000), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settle_note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_expulsions_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_expulsions_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_expulsions_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_expulsions_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_expulsions_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["users.id"], name=op.f("fk_expulsions_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["users.id"], name=op.f("fk_expulsions_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expulsions")),
        sa.UniqueConstraint("code", name=op.f("uq_expulsions_code")),
    )
    with op.batch_alter_table("expulsions", schema=None) as batch_op:
        batch_op.create_index("ix_expulsions_appeal", ["status", "appeal_until"], unique=False)
        batch_op.create_index("ix_expulsions_hearing", ["status", "hearing_until"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_expulsions_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_expulsions_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index("ix_expulsions_queue", ["handler_id", "status", "id"], unique=False)
        batch_op.create_index(
            "uq_expulsions_membership_unfinished",
            ["membership_id"],
            unique=True,
            sqlite_where=sa.text(
                "status IN ('proposed', 'heard', 'returned', 'decided', 'effective', 'appealed')"
            ),
            postgresql_where=sa.text(
                "status IN ('proposed', 'heard', 'returned', 'decided', 'effective', 'appealed')"
            ),
        )

    op.create_table(
        "resettlements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_organization_id", sa.Integer(), nullable=False),
        sa.Column("to_organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "status_before",
            sa.Enum(
                "approved",
                "filing_returned",
                "active",
                "arrears",
                "withdrawn",
                "transferred",
                "revoked",
                "expulsion_proposed",
                "expelled",
                "deceased",
                "pending_transfer",
                "lapsed",
                name="status_before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["organization_closings.id"], name=op.f("fk_resettlements_closing_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_organization_id"],
            ["organizations.id"],
            name=op.f("fk_resettlements_from_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_resettlements_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organization_id"],
            ["organizations.id"],
            name=op.f("fk_resettlements_to_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resettlements")),
    )
    with op.batch_alter_table("resettlements", schema=None) as batch_op:
        batch_op.create_index("ix_resettlements_closing", ["closing_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_resettlements_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            "ix_resettlements_pending",
            ["to_organization_id", "settled_at", "until_on", "id"],
            unique=False,
        )
        batch_op.create_index("ix_resettlements_untold", ["told_at", "moved_at"], unique=False)
        batch_op.create_index(
            "uq_resettlements_membership_pending",
            ["membership_id"],
            unique=True,
            sqlite_where=sa.text("until_on IS NOT NULL AND settled_at IS NULL"),
            postgresql_where=sa.text("until_on IS NOT NULL AND settled_at IS NULL"),
        )

    op.create_table(
        "volunteer_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column(
            "volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_organization_id", sa.Integer(), nullable=False),
        sa.Column("to_organization_id", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["organization_closings.id"], name=op.f("fk_volunteer_moves_closing_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_organization_id"],
            ["organizations.id"],
            name=op.f("fk_volunteer_moves_from_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["to_organization_id"],
            ["organizations.id"],
            name=op.f("fk_volunteer_moves_to_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_moves_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_moves")),
    )
    with op.batch_alter_table("volunteer_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_volunteer_moves_closing_id"), ["closing_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_volunteer_moves_volunteer_id"), ["volunteer_id"], unique=False
        )

    op.create_table(
        "expulsion_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "expulsion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "answer",
                "end_hearing",
                "decide",
                "drop",
                "confirm",
                "return",
                "appeal",
                "uphold",
                "overturn",
                "finish",
                "discontinue",
                "resume",
                name="expulsionaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "proposed",
                "heard",
                "decided",
                "returned",
                "effective",
                "appealed",
                "final",
                "upheld",
                "overturned",
                "dropped",
                "discontinued",
                name="expulsionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["expulsion_id"], ["expulsions.id"], name=op.f("fk_expulsion_events_expulsion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expulsion_events")),
    )
    with op.batch_alter_table("expulsion_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_expulsion_events_expulsion_id"), ["expulsion_id"], unique=False
        )


def downgrade() -> None:
    for table, column, name, old, new in CODES:
        change_codes(table, column, name, new, old)
    index_live(LIVE)
    with op.batch_alter_table("expulsion_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expulsion_events_expulsion_id"))

    op.drop_table("expulsion_events")
    with op.batch_alter_table("volunteer_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_volunteer_moves_volunteer_id"))
        batch_op.drop_index(batch_op.f("ix_volunteer_moves_closing_id"))

    op.drop_table("volunteer_moves")
    with op.batch_alter_table("resettlements", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_resettlements_membership_pending",
            sqlite_where=sa.text("until_on IS NOT NULL AND settled_at IS NULL"),
            postgresql_where=sa.text("until_on IS NOT NULL AND settled_at IS NULL"),
        )
        batch_op.drop_index("ix_resettlements_untold")
        batch_op.drop_index("ix_resettlements_pending")
        batch_op.drop_index(batch_op.f("ix_resettlements_membership_id"))
        batch_op.drop_index("ix_resettlements_closing")

    op.drop_table("resettlements")
    with op.batch_alter_table("expulsions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_expulsions_membership_unfinished",
            sqlite_where=sa.text(
                "status IN ('proposed', 'heard', 'returned', 'decided', 'effective', 'appealed')"
            ),
            postgresql_where=sa.text(
                "status IN ('proposed', 'heard', 'returned', 'decided', 'effective', 'appealed')"
            ),
        )
        batch_op.drop_index("ix_expulsions_queue")
        batch_op.drop_index(batch_op.f("ix_expulsions_organization_id"))
        batch_op.drop_index(batch_op.f("ix_expulsions_membership_id"))
        batch_op.drop_index("ix_expulsions_hearing")
        batch_op.drop_index("ix_expulsions_appeal")

    op.drop_table("expulsions")
    with op.batch_alter_table("organization_closings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organization_closings_closed",
            sqlite_where=sa.text("status = 'closed'"),
            postgresql_where=sa.text("status = 'closed'"),
        )
        batch_op.drop_index("ix_organization_closings_shelter")

    op.drop_table("organization_closings")
    with op.batch_alter_table("deaths", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deaths_person_standing",
            sqlite_where=sa.text("status IN ('recorded', 'settled')"),
            postgresql_where=sa.text("status IN ('recorded', 'settled')"),
        )
        batch_op.drop_index("ix_deaths_organization")
        batch_op.drop_index("ix_deaths_due")

    op.drop_table("deaths")
