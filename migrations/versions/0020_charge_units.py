"""charge units like members

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import of_one

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEX = "uq_dues_charges_group_id_year"


def upgrade() -> None:
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE dues_charges ADD COLUMN group_id {kind} "
        "CONSTRAINT fk_dues_charges_group_id REFERENCES group_memberships (id)"
    )
    of_one("dues_charges", "membership_id", "group_id")
    op.create_index(INDEX, "dues_charges", ["group_id", "year"], unique=True)


def downgrade() -> None:
    held = op.get_bind().execute(
        sa.text("SELECT count(*) FROM dues_charges WHERE group_id IS NOT NULL")
    )
    if count := held.scalar_one():
        message = f"{count} rows of dues_charges are those of units, which the older version lacks"
        raise RuntimeError(message)
    op.drop_index(INDEX, "dues_charges")
    with op.batch_alter_table("dues_charges", schema=None) as batch_op:
        batch_op.drop_constraint("ck_dues_charges_of_one", type_="check")
        batch_op.alter_column("membership_id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_constraint("fk_dues_charges_group_id", type_="foreignkey")
        batch_op.drop_column("group_id")
