"""keep filters of more than one list, and name columns of volunteers' files as those of members

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LISTS = "CONSTRAINT ck_saved_filters_exportsubject CHECK (subject IN ('members', 'volunteers'))"


def upgrade() -> None:
    op.execute(
        f"ALTER TABLE saved_filters ADD COLUMN subject VARCHAR(32) DEFAULT 'members' NOT NULL {LISTS}"
    )
    _rename("entered", "joined")


def downgrade() -> None:
    op.execute("DELETE FROM saved_filters WHERE subject <> 'members'")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("saved_filters") as batch_op:
            batch_op.drop_constraint("ck_saved_filters_exportsubject", type_="check")
            batch_op.drop_column("subject")
    else:
        op.drop_column("saved_filters", "subject")
    _rename("joined", "entered")


def _rename(old: str, new: str) -> None:
    """Let files on their way, a day old at most, name their columns anew."""
    exports = sa.table("exports", sa.column("subject"), sa.column("columns_text"))
    op.execute(
        sa.update(exports)
        .where(exports.c.subject == "volunteers")
        .values(columns_text=sa.func.replace(exports.c.columns_text, old, new))
    )
