"""find entries whose signed paper was not brought yet

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_WITHOUT_PAPER = sa.text("import_code IS NULL AND paper_file_code IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_entries_without_paper",
        "entries",
        ["application_id"],
        sqlite_where=_WITHOUT_PAPER,
        postgresql_where=_WITHOUT_PAPER,
    )


def downgrade() -> None:
    op.drop_index("ix_entries_without_paper", table_name="entries")
