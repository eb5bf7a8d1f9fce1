"""ask venues by lists

Revision: 0079
Follows: 0078
"""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "venue_criteria",
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
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "valid_from", name=op.f("pk_venue_criteria")),
    )


def downgrade() -> None:
    op.drop_table("venue_criteria")
