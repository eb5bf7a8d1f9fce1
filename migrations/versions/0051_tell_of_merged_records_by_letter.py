"""tell of merged records by letter

Revision: 0051
Follows: 0055
"""

from migrations.checks import add_codes, remove_codes

revision = "0051"
down_revision = "0055"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = ("records_merged", "records_parted")


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
