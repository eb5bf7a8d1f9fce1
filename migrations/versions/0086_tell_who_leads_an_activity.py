"""tell who leads an activity

Revision: 0086
Follows: 0085
"""

from migrations.checks import add_codes, remove_codes

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
LETTER_KINDS = ("leader_named", "leader_released")


def upgrade() -> None:
    add_codes(*LETTERS, LETTER_KINDS)


def downgrade() -> None:
    remove_codes(*LETTERS, LETTER_KINDS)
