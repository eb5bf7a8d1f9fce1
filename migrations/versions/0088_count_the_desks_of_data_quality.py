"""count the desks of data quality: what is missing of adults, and the numbers of the night, anew

Revision: 0088
Follows: 0087
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

TABLES = ("figures", "figure_parts", "figure_stocks")
NEW = (
    "desk_people",
    "desk_no_id",
    "desk_no_phone",
    "desk_no_birth",
    "desk_no_paper",
    "desk_wrong_id",
    "desk_wrong_phone",
    "desk_double",
)


def upgrade() -> None:
    for table in TABLES:
        add_codes(table, "measure", "measure", NEW)
    _count_anew()


def downgrade() -> None:
    gone = sa.bindparam("gone", NEW, expanding=True)
    for table in TABLES:
        removed = sa.text(f"DELETE FROM {table} WHERE measure IN :gone")  # noqa: S608
        op.get_bind().execute(removed.bindparams(gone))
        remove_codes(table, "measure", "measure", NEW)
    _count_anew()


def _count_anew() -> None:
    """Let `figures catch-up` count the night, and of whom a document is asked."""
    op.execute(sa.text("DELETE FROM figure_runs WHERE name = 'nightly'"))
    op.execute(sa.text("UPDATE figure_checks SET done = 0 WHERE measure = 'missing_id'"))
