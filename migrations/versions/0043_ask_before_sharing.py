"""ask before sharing

Revision: 0043
Follows: 0042
"""

from migrations.checks import add_codes, remove_codes

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

AGREEMENTS = ("volunteer_agreements", "kind", "agreementkind")


def upgrade() -> None:
    add_codes(*AGREEMENTS, ("sharing",))


def downgrade() -> None:
    remove_codes(*AGREEMENTS, ("sharing",))
