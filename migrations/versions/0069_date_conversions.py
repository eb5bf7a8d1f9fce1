"""keep the day on which a youth membership became an adult one

Revision: 0069
Follows: 0068
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

#: The day in Shanghai, as each database tells it of an instant in UTC.
DAYS = {
    "sqlite": "date(step.at, '+8 hours')",
    "postgresql": "(step.at AT TIME ZONE 'Asia/Shanghai')::date",
}


def upgrade() -> None:
    op.add_column("memberships", sa.Column("converted_on", sa.Date(), nullable=True))
    bind = op.get_bind()
    bind.execute(
        sa.text(
            f"""
            UPDATE memberships SET converted_on = (
                SELECT max({DAYS[bind.dialect.name]}) FROM membership_events AS step
                WHERE step.membership_id = memberships.id AND step.action = 'convert'
            )
            WHERE kind = 'adult' AND id IN (
                SELECT membership_id FROM membership_events WHERE action = 'convert'
            )
            """  # noqa: S608 - one of two constants
        )
    )


def downgrade() -> None:
    op.drop_column("memberships", "converted_on")
