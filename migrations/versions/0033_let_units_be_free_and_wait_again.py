"""let units be free of dues, and wait for them again

Revision: 0033
Follows: 0032
"""

from migrations.checks import add_codes, remove_codes

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

STEPS = ("group_events", "action", "groupaction")
ACTIONS = ("admit_free", "reverse_dues")


def upgrade() -> None:
    add_codes(*STEPS, ACTIONS)


def downgrade() -> None:
    remove_codes(*STEPS, ACTIONS)
