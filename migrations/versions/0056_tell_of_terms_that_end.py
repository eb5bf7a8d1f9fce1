"""tell of terms that end

Revision: 0056
Follows: 0055
"""

from migrations.checks import add_codes, remove_codes

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
NEW = ["term_due", "term_overdue", "council_returned"]


def upgrade() -> None:
    add_codes(*LETTERS, NEW)


def downgrade() -> None:
    remove_codes(*LETTERS, NEW)
