"""find what hangs on a row that is removed

Revision: 0023
Follows: 0022

Without them a database looks through all memberships, and all volunteers, for each person that an
import had brought and that is taken back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INDEXES = (
    ("memberships", "ix_memberships_replaced_by", "replaced_by_id"),
    ("volunteers", "ix_volunteers_application", "application_id"),
)


def upgrade() -> None:
    for table, name, column in INDEXES:
        is_set = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=is_set, postgresql_where=is_set)


def downgrade() -> None:
    for table, name, _column in reversed(INDEXES):
        op.drop_index(name, table_name=table)
