"""keep alerts and supervision orders

Revision: 0072
Follows: 0071
"""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_codes, remove_codes

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

LETTERS = ("letters", "kind", "letterkind")
LETTER_KINDS = (
    "order_issued",
    "order_received",
    "order_replied",
    "order_reopened",
    "order_closed",
    "order_withdrawn",
    "order_recovered",
    "order_lapsed",
    "order_written",
    "order_late",
    "order_escalated",
)
STATES = ("issued", "received", "replied", "closed", "recovered", "withdrawn", "lapsed")
ACTIONS = (
    "issue",
    "receive",
    "reply",
    "close",
    "reopen",
    "withdraw",
    "recover",
    "lapse",
    "escalate",
    "move",
    "write",
)
OPEN_ALERT = sa.text("ended_on IS NULL")
OPEN_ORDER = sa.text("status IN ('issued', 'received', 'replied')")
OPEN_OF_RULE = sa.text("status IN ('issued', 'received', 'replied') AND rule <> ''")


def upgrade() -> None:
    add_codes(*LETTERS, LETTER_KINDS)
    _create_thresholds()
    _create_alerts()
    _create_orders()
    _create_events()


def downgrade() -> None:
    op.drop_table("supervision_order_events")
    op.drop_table("supervision_orders")
    op.drop_table("alerts")
    op.drop_table("alert_thresholds")
    remove_codes(*LETTERS, LETTER_KINDS)


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _level() -> sa.Enum:
    return _codes("level", "province", "city", "county", "township", "unit")


def _colour() -> sa.Enum:
    return _codes("colour", "red", "yellow")


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _create_thresholds() -> None:
    table = "alert_thresholds"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("level", _level(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("yellow", sa.Integer(), nullable=True),
        sa.Column("red", sa.Integer(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        _foreign(table, "entered_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"uq_{table}_from", table, ["rule", "level", "valid_from"], unique=True)


def _create_alerts() -> None:
    table, key = "alerts", sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        table,
        sa.Column("id", key, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("level", _level(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("colour", _colour(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=False),
        sa.Column("top", sa.BigInteger(), nullable=False),
        sa.Column("bottom", sa.BigInteger(), nullable=True),
        sa.Column("near", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("red_since", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        _foreign(table, "organization_id", "organizations.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
    )
    where = {"sqlite_where": OPEN_ALERT, "postgresql_where": OPEN_ALERT}
    op.create_index("uq_alerts_open", table, ["organization_id", "rule"], unique=True, **where)
    op.create_index("ix_alerts_level", table, ["level", "organization_id"], **where)
    op.create_index("ix_alerts_organization", table, ["organization_id", "rule", "since"])


def _create_orders() -> None:
    table = "supervision_orders"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("status", _codes("orderstatus", *STATES), nullable=False),
        sa.Column("colour", _colour(), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=True),
        sa.Column("top", sa.BigInteger(), nullable=True),
        sa.Column("bottom", sa.BigInteger(), nullable=True),
        sa.Column("threshold", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_due", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("delay", _codes("delay", "receipt", "due"), nullable=True),
        sa.Column("escalated_to_id", sa.Integer(), nullable=True),
        _foreign(table, "alert_id", "alerts.id"),
        _foreign(table, "organization_id", "organizations.id"),
        _foreign(table, "handler_id", "organizations.id"),
        _foreign(table, "issuer_id", "organizations.id"),
        _foreign(table, "escalated_to_id", "organizations.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
    )
    op.create_index(
        "uq_supervision_orders_open",
        table,
        ["organization_id", "rule"],
        unique=True,
        sqlite_where=OPEN_OF_RULE,
        postgresql_where=OPEN_OF_RULE,
    )
    op.create_index(
        "ix_supervision_orders_due",
        table,
        ["due_on", "id"],
        sqlite_where=OPEN_ORDER,
        postgresql_where=OPEN_ORDER,
    )
    op.create_index(op.f("ix_supervision_orders_alert_id"), table, ["alert_id"])
    op.create_index("ix_supervision_orders_handler", table, ["handler_id", "status", "id"])
    op.create_index("ix_supervision_orders_issuer", table, ["issuer_id", "status", "id"])
    op.create_index("ix_supervision_orders_organization", table, ["organization_id", "id"])
    op.create_index("ix_supervision_orders_escalated", table, ["escalated_to_id", "status", "id"])


def _create_events() -> None:
    table, key = "supervision_order_events", sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        table,
        sa.Column("id", key, nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("action", _codes("orderaction", *ACTIONS), nullable=False),
        sa.Column("to_status", _codes("orderstatus", *STATES), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_post_id", sa.Integer(), nullable=True),
        sa.Column("by_organization_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=True),
        sa.Column("top", sa.BigInteger(), nullable=True),
        sa.Column("bottom", sa.BigInteger(), nullable=True),
        _foreign(table, "order_id", "supervision_orders.id"),
        _foreign(table, "by_organization_id", "organizations.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_supervision_order_events_order", table, ["order_id", "id"])
