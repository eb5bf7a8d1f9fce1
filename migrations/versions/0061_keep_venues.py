"""keep venues with their hours and reviews

Revision: 0061
Follows: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "venues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "member_service_centre",
                "member_home",
                "member_workshop",
                "fraternity_home",
                "service_window",
                "service_station",
                "training_base",
                "first_aid_post",
                "life_education_hall",
                "memorial_place",
                "volunteer_base",
                name="venuekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "applied",
                "inspected",
                "named",
                "running",
                "review_due",
                "rectify",
                "closed",
                name="venuestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Integer(), nullable=True),
        sa.Column("has_aed", sa.Boolean(), nullable=False),
        sa.Column("has_first_aid_kit", sa.Boolean(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "national",
                "provincial",
                "city",
                "county",
                name="venuelevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("keeper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("keeper_lost_on", sa.Date(), nullable=True),
        sa.Column("leader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("leader_lost_on", sa.Date(), nullable=True),
        sa.Column("plaque_number", sa.String(length=40), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("term_ends_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("starred_on", sa.Date(), nullable=True),
        sa.Column("fund_fen", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fund_fen >= 0", name=op.f("ck_venues_fund")),
        sa.ForeignKeyConstraint(["city_id"], ["organizations.id"], name=op.f("fk_venues_city_id")),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_venues_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["organizations.id"], name=op.f("fk_venues_decider_id")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_venues_division_code")
        ),
        sa.ForeignKeyConstraint(["keeper_id"], ["persons.id"], name=op.f("fk_venues_keeper_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["persons.id"], name=op.f("fk_venues_leader_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_venues_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.UniqueConstraint("code", name=op.f("uq_venues_code")),
    )
    with op.batch_alter_table("venues", schema=None) as batch_op:
        batch_op.create_index("ix_venues_city", ["city_id", "status", "id"], unique=False)
        batch_op.create_index("ix_venues_county", ["county_id", "status", "id"], unique=False)
        batch_op.create_index("ix_venues_decider", ["decider_id", "status", "id"], unique=False)
        batch_op.create_index("ix_venues_division", ["division_code", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_venues_keeper_id"), ["keeper_id"], unique=False)
        batch_op.create_index("ix_venues_kind", ["kind", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_venues_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(
            "ix_venues_organization", ["organization_id", "status", "id"], unique=False
        )

    op.create_table(
        "venue_charges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column(
            "charge",
            sa.Enum(
                "keeper",
                "leader",
                name="charge",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_venue_charges_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_charges_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_charges")),
    )
    with op.batch_alter_table("venue_charges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_charges_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_venue_charges_now",
            ["venue_id", "charge"],
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )

    op.create_table(
        "venue_days",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=True),
        sa.Column("closes", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(opens IS NULL AND closes IS NULL) OR (opens >= 0 AND closes > opens AND closes <= 1440)",
            name=op.f("ck_venue_days_period"),
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_days_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", "day", name=op.f("pk_venue_days")),
    )
    op.create_table(
        "venue_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "apply",
                "return",
                "inspect",
                "name",
                "open",
                "call_review",
                "confirm",
                "rectify",
                "rename",
                "close",
                "undo_closing",
                name="venueaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "planned",
                "applied",
                "inspected",
                "named",
                "running",
                "review_due",
                "rectify",
                "closed",
                name="venuestatus",
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
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_events_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_events")),
    )
    with op.batch_alter_table("venue_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_events_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "venue_fund_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("change_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_venue_fund_entries_balance")),
        sa.CheckConstraint("change_fen <> 0", name=op.f("ck_venue_fund_entries_change")),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["venue_fund_entries.id"],
            name=op.f("fk_venue_fund_entries_reverses_id"),
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_fund_entries_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_fund_entries")),
        sa.UniqueConstraint("code", name=op.f("uq_venue_fund_entries_code")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_venue_fund_entries_reverses_id")),
    )
    with op.batch_alter_table("venue_fund_entries", schema=None) as batch_op:
        batch_op.create_index("ix_venue_fund_entries_venue", ["venue_id", "id"], unique=False)

    op.create_table(
        "venue_hours",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "opens >= 0 AND closes > opens AND closes <= 1440", name=op.f("ck_venue_hours_period")
        ),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_venue_hours_weekday")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_hours_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", "weekday", "opens", name=op.f("pk_venue_hours")),
    )
    op.create_table(
        "venue_inspections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "naming",
                "yearly",
                name="inspectionpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("inspector", sa.String(length=50), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("is_fit", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_inspections_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_inspections")),
    )
    with op.batch_alter_table("venue_inspections", schema=None) as batch_op:
        batch_op.create_index("ix_venue_inspections_venue", ["venue_id", "id"], unique=False)

    op.create_table(
        "venue_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=100), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["users.id"], name=op.f("fk_venue_photos_declared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_venue_photos_file_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_photos_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_photos")),
        sa.UniqueConstraint("code", name=op.f("uq_venue_photos_code")),
        sa.UniqueConstraint("file_id", name=op.f("uq_venue_photos_file_id")),
    )
    with op.batch_alter_table("venue_photos", schema=None) as batch_op:
        batch_op.create_index("ix_venue_photos_venue", ["venue_id", "position", "id"], unique=False)

    op.create_table(
        "venue_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "confirmed",
                "returned",
                name="reviewstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_reviews_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_reviews")),
        sa.UniqueConstraint("code", name=op.f("uq_venue_reviews_code")),
    )
    with op.batch_alter_table("venue_reviews", schema=None) as batch_op:
        batch_op.create_index("ix_venue_reviews_venue", ["venue_id", "id"], unique=False)
        batch_op.create_index(
            "uq_venue_reviews_proposed",
            ["venue_id"],
            unique=True,
            sqlite_where=sa.text("status = 'proposed'"),
            postgresql_where=sa.text("status = 'proposed'"),
        )

    op.create_table(
        "venue_team_members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_venue_team_members_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_team_members_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_team_members")),
        sa.UniqueConstraint(
            "venue_id", "person_id", name=op.f("uq_venue_team_members_venue_id_person_id")
        ),
    )
    with op.batch_alter_table("venue_team_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_venue_team_members_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "venue_findings",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["venue_inspections.id"],
            name=op.f("fk_venue_findings_inspection_id"),
        ),
        sa.PrimaryKeyConstraint("inspection_id", "criterion", name=op.f("pk_venue_findings")),
    )
    op.create_table(
        "venue_review_items",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "item",
            sa.Enum(
                "organization",
                "place",
                "team",
                "activities",
                "files",
                "satisfaction",
                name="staritem",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "points >= 0 AND points <= most", name=op.f("ck_venue_review_items_points")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["venue_reviews.id"], name=op.f("fk_venue_review_items_review_id")
        ),
        sa.PrimaryKeyConstraint("review_id", "item", name=op.f("pk_venue_review_items")),
    )


def downgrade() -> None:
    op.drop_table("venue_review_items")
    op.drop_table("venue_findings")
    with op.batch_alter_table("venue_team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_team_members_person_id"))

    op.drop_table("venue_team_members")
    with op.batch_alter_table("venue_reviews", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_venue_reviews_proposed",
            sqlite_where=sa.text("status = 'proposed'"),
            postgresql_where=sa.text("status = 'proposed'"),
        )
        batch_op.drop_index("ix_venue_reviews_venue")

    op.drop_table("venue_reviews")
    with op.batch_alter_table("venue_photos", schema=None) as batch_op:
        batch_op.drop_index("ix_venue_photos_venue")

    op.drop_table("venue_photos")
    with op.batch_alter_table("venue_inspections", schema=None) as batch_op:
        batch_op.drop_index("ix_venue_inspections_venue")

    op.drop_table("venue_inspections")
    op.drop_table("venue_hours")
    with op.batch_alter_table("venue_fund_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_venue_fund_entries_venue")

    op.drop_table("venue_fund_entries")
    with op.batch_alter_table("venue_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_events_venue_id"))

    op.drop_table("venue_events")
    op.drop_table("venue_days")
    with op.batch_alter_table("venue_charges", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_venue_charges_now",
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_venue_charges_person_id"))

    op.drop_table("venue_charges")
    with op.batch_alter_table("venues", schema=None) as batch_op:
        batch_op.drop_index("ix_venues_organization")
        batch_op.drop_index(batch_op.f("ix_venues_leader_id"))
        batch_op.drop_index("ix_venues_kind")
        batch_op.drop_index(batch_op.f("ix_venues_keeper_id"))
        batch_op.drop_index("ix_venues_division")
        batch_op.drop_index("ix_venues_decider")
        batch_op.drop_index("ix_venues_county")
        batch_op.drop_index("ix_venues_city")

    op.drop_table("venues")
