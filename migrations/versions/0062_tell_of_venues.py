"""tell of venues

Revision: 0062
Follows: 0061
"""

from migrations.checks import add_codes, remove_codes

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
KINDS = [
    "venue_applied",
    "venue_answered",
    "venue_no_keeper",
    "venue_no_leader",
    "venue_overdue",
    "venue_review_due",
]


def upgrade() -> None:
    add_codes(*LETTERS, KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, KINDS)
