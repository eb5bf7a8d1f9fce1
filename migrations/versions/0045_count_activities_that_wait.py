"""count activities that wait

Revision: 0045
Follows: 0044
"""

from collections import Counter

from alembic import op
from sqlalchemy import text

from migrations.checks import add_codes, remove_codes

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

FIGURES = ("figures", "measure", "measure")
WAITING = "activities_waiting"
OWN, STOCK = -1, 0


def upgrade() -> None:
    add_codes(*FIGURES, (WAITING,))
    counted = Counter[tuple[int, int]]()
    asked = text(
        "SELECT organizations.id, organizations.path FROM activities "
        "JOIN organizations ON organizations.id = activities.reviewer_id "
        "WHERE activities.status = 'review'"
    )
    for office, path in op.get_bind().execute(asked).all():
        counted[office, OWN] += 1
        for above in filter(None, path.split("/")):
            counted[int(above), STOCK] += 1
    new = text(
        "INSERT INTO figures (organization_id, measure, period, value) "
        "VALUES (:organization, :measure, :period, :value)"
    )
    for (organization, period), value in counted.items():
        row = {"organization": organization, "measure": WAITING, "period": period, "value": value}
        op.get_bind().execute(new, row)


def downgrade() -> None:
    op.execute("DELETE FROM figures WHERE measure = 'activities_waiting'")
    remove_codes(*FIGURES, (WAITING,))
