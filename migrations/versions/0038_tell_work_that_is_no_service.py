"""tell work that is no service, and when a shift was moved after its beginning

Revision: 0038
Follows: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WORK = "'service', 'meeting', 'training', 'duty'"
KINDS = {"activities": "activitywork", "service_records": "workkind"}


def upgrade() -> None:
    for table, kind in KINDS.items():
        check = f"CONSTRAINT ck_{table}_{kind} CHECK (work IN ({WORK}))"
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN work VARCHAR(32) DEFAULT 'service' NOT NULL {check}"
        )
    true = sa.true().compile(dialect=op.get_bind().dialect)
    op.execute(f"ALTER TABLE service_records ADD COLUMN counts BOOLEAN DEFAULT {true} NOT NULL")
    op.add_column("activity_shifts", sa.Column("moved_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    if strange := op.get_bind().execute(UNCOUNTED).scalar_one():
        message = f"{strange} confirmed records are no service, which the older version lacks"
        raise RuntimeError(message)
    op.drop_column("activity_shifts", "moved_at")
    op.drop_column("service_records", "counts")
    for table in KINDS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN work")


UNCOUNTED = sa.text(
    "SELECT count(*) FROM service_records WHERE status = 'confirmed' AND work <> 'service'"
)
