"""keep classes pupils and guardians

Revision: 0047
Follows: 0046
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_codes("consents", "purpose", "consentpurpose", ["joining"])
    op.create_table(
        "guardians",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "father",
                "mother",
                "grandparent",
                "other",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["users.id"], name=op.f("fk_guardians_named_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_guardians_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardians")),
        sa.UniqueConstraint("code", name=op.f("uq_guardians_code")),
    )
    with op.batch_alter_table("guardians", schema=None) as batch_op:
        batch_op.create_index("ix_guardians_phone", ["phone_index"], unique=False)
        batch_op.create_index(
            "uq_guardians_ward_phone",
            ["person_id", "phone_index"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "school_classes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("teacher", sa.String(length=50), nullable=False),
        sa.Column(
            "follows_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["school_classes.id"], name=op.f("fk_school_classes_follows_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_school_classes_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_classes")),
        sa.UniqueConstraint("code", name=op.f("uq_school_classes_code")),
    )
    with op.batch_alter_table("school_classes", schema=None) as batch_op:
        batch_op.create_index("ix_school_classes_follows", ["follows_id"], unique=False)
        batch_op.create_index(
            "uq_school_classes_year", ["organization_id", "year", "grade", "number"], unique=True
        )

    op.create_table(
        "school_listings",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("is_in_scope", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("enrolled", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_listings_school_id")
        ),
        sa.PrimaryKeyConstraint("school_id", "year", name=op.f("pk_school_listings")),
    )
    with op.batch_alter_table("school_listings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_listings_year"), ["year"], unique=False)

    op.create_table(
        "pupils",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "member",
                "refused",
                "withdrawn",
                "removed",
                "graduated",
                "left",
                "converted",
                name="pupilstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "consent",
            sa.Enum(
                "unasked",
                "asked",
                "given",
                "refused",
                "lapsed",
                "withdrawn",
                name="consentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("import_code", sa.String(length=16), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_classes.id"], name=op.f("fk_pupils_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_pupils_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_pupils_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_pupils_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_pupils_person_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consent_requests.id"], name=op.f("fk_pupils_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupils")),
        sa.UniqueConstraint("code", name=op.f("uq_pupils_code")),
    )
    with op.batch_alter_table("pupils", schema=None) as batch_op:
        batch_op.create_index("ix_pupils_class", ["class_id", "status", "id"], unique=False)
        batch_op.create_index("ix_pupils_due", ["due_on"], unique=False)
        batch_op.create_index("ix_pupils_import", ["import_code", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_pupils_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            "ix_pupils_organization", ["organization_id", "status", "class_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_pupils_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_pupils_request", ["request_id"], unique=False)
        batch_op.create_index(
            "uq_pupils_person_on_roster",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'member')"),
            postgresql_where=sa.text("status IN ('draft', 'member')"),
        )

    op.create_table(
        "pupil_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pupil_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "admit",
                "refuse",
                "ask_again",
                "withdraw",
                "remove",
                "graduate",
                "leave",
                "convert",
                "undo",
                name="pupilaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "draft",
                "member",
                "refused",
                "withdrawn",
                "removed",
                "graduated",
                "left",
                "converted",
                name="pupilstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.id"], name=op.f("fk_pupil_events_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil_events")),
    )
    with op.batch_alter_table("pupil_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pupil_events_pupil_id"), ["pupil_id"], unique=False)

    with op.batch_alter_table("schools", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("scope_reason", sa.String(length=100), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "status",
                sa.Enum(
                    "open",
                    "merged",
                    "closed",
                    name="schoolstatus",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                server_default="open",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_schools_merged_into_id"), "schools", ["merged_into_id"], ["id"]
        )


def downgrade() -> None:
    remove_codes("consents", "purpose", "consentpurpose", ["joining"])
    with op.batch_alter_table("schools", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_schools_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("closed_on")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("status")
        batch_op.drop_column("scope_reason")

    with op.batch_alter_table("pupil_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pupil_events_pupil_id"))

    op.drop_table("pupil_events")
    with op.batch_alter_table("pupils", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pupils_person_on_roster",
            sqlite_where=sa.text("status IN ('draft', 'member')"),
            postgresql_where=sa.text("status IN ('draft', 'member')"),
        )
        batch_op.drop_index("ix_pupils_request")
        batch_op.drop_index(batch_op.f("ix_pupils_person_id"))
        batch_op.drop_index("ix_pupils_organization")
        batch_op.drop_index(batch_op.f("ix_pupils_membership_id"))
        batch_op.drop_index("ix_pupils_import")
        batch_op.drop_index("ix_pupils_due")
        batch_op.drop_index("ix_pupils_class")

    op.drop_table("pupils")
    with op.batch_alter_table("school_listings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_listings_year"))

    op.drop_table("school_listings")
    with op.batch_alter_table("school_classes", schema=None) as batch_op:
        batch_op.drop_index("uq_school_classes_year")
        batch_op.drop_index("ix_school_classes_follows")

    op.drop_table("school_classes")
    with op.batch_alter_table("guardians", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guardians_ward_phone",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index("ix_guardians_phone")

    op.drop_table("guardians")
