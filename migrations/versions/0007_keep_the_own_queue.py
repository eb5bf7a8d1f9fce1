"""keep what waits at an organization itself, beside what waits at and below it

Revision: 0007
Follows: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

QUEUES = "'applications_waiting', 'filings_waiting', 'hours_waiting', 'objections_waiting'"


def upgrade() -> None:
    op.execute(
        f"""
        INSERT INTO figures (organization_id, measure, period, value)
        SELECT organization_id, measure, -1, own FROM (
            SELECT figures.organization_id, figures.measure, figures.value - coalesce((
                SELECT sum(below.value) FROM figures AS below
                JOIN organizations ON organizations.id = below.organization_id
                WHERE organizations.parent_id = figures.organization_id
                AND below.measure = figures.measure AND below.period = 0
            ), 0) AS own
            FROM figures WHERE figures.period = 0 AND figures.measure IN ({QUEUES})
        ) AS counted WHERE own <> 0
        """  # noqa: S608 - constants of this file
    )


def downgrade() -> None:
    op.execute("DELETE FROM figures WHERE period = -1")
