"""room for names of indicators

Revision: 0078
Follows: 0077
"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

TABLES = ("report_lines", "report_adjustments", "evaluation_items")
SHORT, LONG = 8, 32


def upgrade() -> None:
    _resize(SHORT, LONG)


def downgrade() -> None:
    _resize(LONG, SHORT)


def _resize(old: int, new: int) -> None:
    """Change how long a code may be; SQLite makes the table anew, and its triggers with it."""
    for table in TABLES:
        triggers = _triggers(table)
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "indicator",
                existing_type=sa.String(length=old),
                type_=sa.String(length=new),
                existing_nullable=False,
            )
        for sql in triggers:
            op.execute(sa.text(sql))


def _triggers(table: str) -> list[str]:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return []
    asked = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
    return list(bind.execute(asked, {"name": table}).scalars())
