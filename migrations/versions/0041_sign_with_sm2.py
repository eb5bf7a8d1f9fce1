"""let certificates be signed with sm2

Revision: 0041
Follows: 0040
"""

from migrations.checks import add_codes, remove_codes

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ALGORITHMS = ("service_certificates", "algorithm", "signaturealgorithm")


def upgrade() -> None:
    add_codes(*ALGORITHMS, ("sm2",))


def downgrade() -> None:
    remove_codes(*ALGORITHMS, ("sm2",))
