"""Refuse changes of sealed rows and overlapping confirmed intervals, on both databases.

Revision: 0002
Follows: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHAINED = ("audit_events", "read_events", "ledger_entries")

SQLITE_OVERLAP = """
CREATE TRIGGER service_records_no_overlap_{when} BEFORE {event} ON service_records
WHEN NEW.status = 'confirmed'
BEGIN
  SELECT RAISE(ABORT, 'service_records_overlap') WHERE EXISTS (
    SELECT 1 FROM service_records AS other
    WHERE other.person_id = NEW.person_id AND other.status = 'confirmed' AND other.id <> NEW.id
      AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
  );
END
"""

POSTGRESQL_OVERLAP = """
CREATE FUNCTION service_records_refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7301, NEW.person_id::int);
  IF EXISTS (
    SELECT 1 FROM service_records AS other
    WHERE other.person_id = NEW.person_id AND other.status = 'confirmed' AND other.id <> NEW.id
      AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
  ) THEN
    RAISE EXCEPTION 'service_records_overlap' USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$
"""

POSTGRESQL_TRIGGER = """
CREATE TRIGGER service_records_no_overlap
BEFORE INSERT OR UPDATE OF status, starts_at, ends_at, person_id ON service_records
FOR EACH ROW WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION service_records_refuse_overlap()
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in CHAINED:
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"WHEN OLD.digest IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        op.execute(SQLITE_OVERLAP.format(when="insert", event="INSERT"))
        op.execute(SQLITE_OVERLAP.format(when="update", event="UPDATE"))
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in CHAINED:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (OLD.digest IS NOT NULL) EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"EXECUTE FUNCTION refuse_change()"
        )
    op.execute(POSTGRESQL_OVERLAP)
    op.execute(POSTGRESQL_TRIGGER)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in CHAINED:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute("DROP TRIGGER service_records_no_overlap_insert")
        op.execute("DROP TRIGGER service_records_no_overlap_update")
        return
    op.execute("DROP TRIGGER service_records_no_overlap ON service_records")
    op.execute("DROP FUNCTION service_records_refuse_overlap()")
    for table in CHAINED:
        for event in ("no_update", "no_delete", "no_truncate"):
            op.execute(f"DROP TRIGGER {table}_{event} ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
