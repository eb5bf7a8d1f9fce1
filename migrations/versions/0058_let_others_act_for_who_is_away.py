"""let others act for who is away

Revision: 0058
Follows: 0057
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = [
    "post_offered",
    "post_to_second",
    "post_taken",
    "post_not_taken",
    "post_extended",
    "post_ends_soon",
    "deputy_given",
    "deputy_ended",
    "handover_signed",
]


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)
    op.execute(
        "ALTER TABLE posts ADD COLUMN deputy_for_id INTEGER "
        "CONSTRAINT fk_posts_deputy_for_id REFERENCES posts (id)"
    )
    op.add_column(
        "posts", sa.Column("reason", sa.String(length=100), server_default="", nullable=False)
    )
    op.create_index("ix_posts_deputy_for_id", "posts", ["deputy_for_id"])
    op.create_index("ix_posts_ends", "posts", ["ends_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_posts_ends", table_name="posts")
    op.drop_index("ix_posts_deputy_for_id", table_name="posts")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_constraint("fk_posts_deputy_for_id", type_="foreignkey")
        batch_op.drop_column("deputy_for_id")
        batch_op.drop_column("reason")
    remove_codes(*LETTERS, KINDS)
