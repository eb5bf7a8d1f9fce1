"""tell of merged records by letter

Revision: 0032
Follows: 0031
"""

from migrations.checks import add_codes, remove_codes

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = ("records_merged", "records_parted")


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
