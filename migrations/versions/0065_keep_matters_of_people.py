"""keep matters of people

Revision: 0065
Follows: 0064
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

FIGURES = ("figures", "measure", "measure")
LETTERS = ("letters", "kind", "letterkind")
LETTER_KINDS = ("request_answered", "request_refused")
KIND = sa.Enum(
    "join_member",
    "join_volunteer",
    "join_group",
    "transfer",
    "leave",
    "correction",
    "certificate",
    "star",
    "registration",
    "qualification",
    "team",
    "objection",
    "appeal",
    "rights",
    "complaint",
    "question",
    "close_account",
    name="matterkind",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    add_codes(*LETTERS, LETTER_KINDS)
    add_codes(*FIGURES, ("rights_waiting",))
    op.create_table(
        "matter_figures",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "fact",
            sa.Enum(
                "received",
                "open",
                "in_time",
                "late",
                "dropped",
                name="matterfact",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            KIND,
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_matter_figures_organization_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "fact", "period", "kind", "days", name=op.f("pk_matter_figures")
        ),
    )
    op.create_index(
        "ix_matter_figures_open",
        "matter_figures",
        ["organization_id", "period", "kind"],
        sqlite_where=sa.text("fact = 'open' AND value > 0"),
        postgresql_where=sa.text("fact = 'open' AND value > 0"),
    )
    op.create_table(
        "matters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            KIND,
            nullable=False,
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiting",
                "done",
                "refused",
                "withdrawn",
                "lapsed",
                name="matterstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["organizations.id"], name=op.f("fk_matters_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_matters_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_matters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.create_index(
            "ix_matters_holder",
            ["holder_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'waiting')"),
            postgresql_where=sa.text("state IN ('open', 'waiting')"),
        )
        batch_op.create_index("ix_matters_holder_all", ["holder_id", "id"], unique=False)
        batch_op.create_index("ix_matters_person", ["person_id", "id"], unique=False)
        batch_op.create_index("uq_matters_subject", ["kind", "subject_id"], unique=True)

    op.create_table(
        "rights_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "copy",
                "erase",
                "restrict",
                "explain",
                "complaint",
                "question",
                name="rightskind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "verified",
                "done",
                "refused",
                "withdrawn",
                name="rightsstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_rights_requests_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["organizations.id"], name=op.f("fk_rights_requests_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_rights_requests_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_rights_requests_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("fk_rights_requests_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_rights_requests_code")),
    )
    with op.batch_alter_table("rights_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rights_requests_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index("ix_rights_requests_person", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_rights_requests_queue", ["handler_id", "status", "due_on", "id"], unique=False
        )

    op.create_table(
        "rights_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action",
            sa.Enum(
                "verify",
                "answer",
                "refuse",
                "withdraw",
                name="rightsaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "received",
                "verified",
                "done",
                "refused",
                "withdrawn",
                name="rightsstatus",
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
            ["request_id"], ["rights_requests.id"], name=op.f("fk_rights_events_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_events")),
    )
    with op.batch_alter_table("rights_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rights_events_request_id"), ["request_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("rights_events")
    op.drop_table("rights_requests")
    op.drop_table("matters")
    op.drop_table("matter_figures")
    op.execute("DELETE FROM figures WHERE measure = 'rights_waiting'")
    remove_codes(*FIGURES, ("rights_waiting",))
    remove_codes(*LETTERS, LETTER_KINDS)
