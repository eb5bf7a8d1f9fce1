"""find names by their index

Revision: 0090
Follows: 0089
"""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

ADULT = sa.text("kind = 'adult'")
WHERE = {"unique": False, "sqlite_where": ADULT, "postgresql_where": ADULT}
SEARCH = "ix_memberships_county_search"


def upgrade() -> None:
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(SEARCH)
        batch_op.create_index(SEARCH, ["county_id", "search_text", "status", "id"], **WHERE)
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index("ix_organizations_search", ["search_text", "code"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index("ix_organizations_search")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(SEARCH)
        batch_op.create_index(SEARCH, ["county_id", "search_text"], **WHERE)
