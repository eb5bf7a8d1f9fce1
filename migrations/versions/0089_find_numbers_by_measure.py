"""find numbers by measure

Revision: 0089
Follows: 0088
"""

from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("figures", schema=None) as batch_op:
        batch_op.create_index("ix_figures_measure", ["measure"], unique=False)
    with op.batch_alter_table("figure_parts", schema=None) as batch_op:
        batch_op.create_index("ix_figure_parts_measure", ["measure"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("figure_parts", schema=None) as batch_op:
        batch_op.drop_index("ix_figure_parts_measure")
    with op.batch_alter_table("figures", schema=None) as batch_op:
        batch_op.drop_index("ix_figures_measure")
