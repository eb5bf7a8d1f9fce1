"""find missing papers of lists, and remind of them

Revision: 0034
Follows: 0033
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = ("papers_missing",)
INDEX = "ix_entries_without_paper"


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    _index("paper_file_code IS NULL")


def downgrade() -> None:
    _index("import_code IS NULL AND paper_file_code IS NULL")
    remove_codes(*LETTERS, KINDS)


def _index(condition: str) -> None:
    where = sa.text(condition)
    op.drop_index(INDEX, table_name="entries")
    op.create_index(
        INDEX, "entries", ["application_id"], sqlite_where=where, postgresql_where=where
    )
