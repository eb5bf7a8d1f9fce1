"""Let the oldest part of the logs go behind a cut, and the holder of an old certificate.

Revision: 0087
Follows: 0086
"""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

#: Tables of logs by the name of their chain; the ledger and the dues are never cut.
LOGS = {"audit": "audit_events", "reads": "read_events"}
#: What stays of a certificate whose holder is gone for longer than certificates are kept.
STAYS = (
    "id",
    "code",
    "number",
    "verify_digest",
    "volunteer_id",
    "issuer_id",
    "first_on",
    "last_on",
    "minutes",
    "algorithm",
    "key_id",
    "issued_at",
    "issued_by_id",
)
CERTIFICATES = "service_certificates"
FITS = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE NEW.name = '{chain}' "  # noqa: S608 - names of our own
    "AND sequence = NEW.sequence "
    "AND digest = NEW.digest"
    for chain, table in LOGS.items()
)
WRONG = "chain_cuts does not fit its chain"

UNCUT = """
CREATE FUNCTION refuse_uncut() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE upto bigint;
BEGIN
  SELECT sequence INTO upto FROM chain_cuts WHERE name = TG_ARGV[0];
  IF OLD.sequence IS NULL OR upto IS NULL OR OLD.sequence > upto THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END $$
"""
CUT = f"""
CREATE FUNCTION refuse_wrong_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS ({FITS}) OR (TG_OP = 'UPDATE' AND
    (NEW.name <> OLD.name OR NEW.sequence <= OLD.sequence)) THEN
    RAISE EXCEPTION '{WRONG}';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "chain_cuts",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain_cuts")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _upgrade_sqlite() -> None:
    for chain, table in LOGS.items():
        op.execute(f"DROP TRIGGER {table}_no_delete")
        cut = f"SELECT sequence FROM chain_cuts WHERE name = '{chain}'"  # noqa: S608
        upto = f"coalesce(({cut}), 0)"
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"WHEN OLD.sequence IS NULL OR OLD.sequence > {upto} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    back = " OR NEW.name <> OLD.name OR NEW.sequence <= OLD.sequence"
    for event, more in (("INSERT", ""), ("UPDATE", back)):
        op.execute(
            f"CREATE TRIGGER chain_cuts_fits_{event.lower()} BEFORE {event} ON chain_cuts "
            f"WHEN NOT EXISTS ({FITS}){more} BEGIN SELECT RAISE(ABORT, '{WRONG}'); END"
        )
    op.execute(
        "CREATE TRIGGER chain_cuts_no_delete BEFORE DELETE ON chain_cuts "
        f"BEGIN SELECT RAISE(ABORT, '{WRONG}'); END"
    )
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in STAYS)
    op.execute(f"DROP TRIGGER {CERTIFICATES}_no_update")
    op.execute(
        f"CREATE TRIGGER {CERTIFICATES}_no_update BEFORE UPDATE ON {CERTIFICATES} "
        f"WHEN NOT (NEW.signature = '' AND OLD.signature <> '' AND {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{CERTIFICATES} is append-only'); END"
    )


def _upgrade_postgresql() -> None:
    op.execute(UNCUT)
    op.execute(CUT)
    for chain, table in LOGS.items():
        op.execute(f"DROP TRIGGER {table}_no_delete ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION refuse_uncut('{chain}')"
        )
    op.execute(
        "CREATE TRIGGER chain_cuts_fits BEFORE INSERT OR UPDATE ON chain_cuts "
        "FOR EACH ROW EXECUTE FUNCTION refuse_wrong_cut()"
    )
    for event, each in (("DELETE", "FOR EACH ROW "), ("TRUNCATE", "")):
        op.execute(
            f"CREATE TRIGGER chain_cuts_no_{event.lower()} BEFORE {event} ON chain_cuts "
            f"{each}EXECUTE FUNCTION refuse_change()"
        )
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in STAYS)
    op.execute(f"DROP TRIGGER {CERTIFICATES}_no_update ON {CERTIFICATES}")
    op.execute(
        f"CREATE TRIGGER {CERTIFICATES}_no_update BEFORE UPDATE ON {CERTIFICATES} FOR EACH ROW "
        f"WHEN (NOT (NEW.signature = '' AND OLD.signature <> '' AND {same})) "
        "EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Refuse changes as before. Logs that were cut do not verify under an older program."""
    if op.get_bind().dialect.name == "sqlite":
        for table in LOGS.values():
            op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(f"DROP TRIGGER {CERTIFICATES}_no_update")
        for table in (*LOGS.values(), CERTIFICATES):
            event = "update" if table == CERTIFICATES else "delete"
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        for table in (*LOGS.values(), CERTIFICATES):
            event = "update" if table == CERTIFICATES else "delete"
            op.execute(f"DROP TRIGGER {table}_no_{event} ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.execute("DROP TRIGGER chain_cuts_fits ON chain_cuts")
        op.execute("DROP FUNCTION refuse_uncut()")
    op.drop_table("chain_cuts")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_wrong_cut()")
