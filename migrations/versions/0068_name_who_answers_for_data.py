"""name who answers for personal information

Revision: 0068
Follows: 0067
"""

from migrations.checks import add_codes, remove_codes

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

TABLES = ("posts", "post_grants", "handovers")
NEW = ("privacy_officer",)


def upgrade() -> None:
    for table in TABLES:
        add_codes(table, "role", "role", NEW)


def downgrade() -> None:
    for table in TABLES:
        remove_codes(table, "role", "role", NEW)
