"""keep pupil years bare

Revision: 0077
Follows: 0076
"""

from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

CODES = "'draft', 'member', 'refused', 'withdrawn', 'removed', 'graduated', 'left', 'converted'"
COLUMNS = """
    pupil_id BIGINT NOT NULL,
    year INTEGER NOT NULL,
    class_id BIGINT NOT NULL,
    status VARCHAR(32) NOT NULL,
    reached VARCHAR(32),
    due_on DATE,
    CONSTRAINT pk_pupil_years PRIMARY KEY (pupil_id, year)
"""
CHECKS = f""",
    CONSTRAINT ck_pupil_years_status CHECK (status IN ({CODES})),
    CONSTRAINT ck_pupil_years_reached CHECK (reached IN ({CODES}))
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _made_anew(COLUMNS, "WITHOUT ROWID")
        return
    op.drop_constraint(op.f("ck_pupil_years_status"), "pupil_years", type_="check")
    op.drop_constraint(op.f("ck_pupil_years_reached"), "pupil_years", type_="check")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _made_anew(COLUMNS + CHECKS, "")
        return
    for name in ("status", "reached"):
        op.create_check_constraint(
            op.f(f"ck_pupil_years_{name}"), "pupil_years", f"{name} IN ({CODES})"
        )


def _made_anew(columns: str, option: str) -> None:
    """Copy the rows into a table of the same name that is made otherwise."""
    op.execute(f"CREATE TABLE pupil_years_new ({columns.replace('BIGINT', 'INTEGER')}) {option}")
    op.execute(
        "INSERT INTO pupil_years_new (pupil_id, year, class_id, status, reached, due_on)"
        " SELECT pupil_id, year, class_id, status, reached, due_on FROM pupil_years"
        " ORDER BY pupil_id, year"
    )
    op.execute("DROP TABLE pupil_years")
    op.execute("ALTER TABLE pupil_years_new RENAME TO pupil_years")
